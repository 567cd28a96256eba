"""Who the generated requests are made by, and what they can find.

Schemathesis knows shapes, not people. Most generated requests are made as one user, the keeper,
who owns some files. Operations that end or switch the identity of their caller get a throw-away
user and session for each single request, so that nothing they do can starve the requests after.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from contract_tests.actors import Person, app_token, fresh_name, newcomer, session_request
from contract_tests.wire import Wire

KEPT_AS_GENERATED = 3
"""Of this many well-formed requests, one goes out as generated: refusals are wanted too."""

Values = dict[str, Any]


def _as_it_is(_: Values) -> None:
    """Change nothing."""


@dataclass
class Standing:
    """What a request gets.

    Attributes:
        token: The token to make it with.
        path: Path parameters that name something known.
        query: Query parameters that name something known.
        ask: Changes a generated query so that it can succeed.
        change: Changes a generated body so that it can succeed.
    """

    token: str
    path: Values = field(default_factory=dict[str, Any])
    query: Values = field(default_factory=dict[str, Any])
    ask: Callable[[Values], None] = _as_it_is
    change: Callable[[Values], None] = _as_it_is


class StandIns:
    """The people and files of one run."""

    def __init__(self, wire: Wire) -> None:
        """Make the keeper and a complete file."""
        self._wire = wire
        name = fresh_name()
        self._keeper = newcomer(
            wire,
            email=f"{name}@example.com",
            phone=name,
            full_name=name,
            external_id=name,
            facebook_id=name,
            twitter_id=name,
            tag_list=[name],
        )
        file = self._new_file(self._keeper)
        self._complete(file)
        self._known = Standing(
            self.token,
            path={
                "user_id": self._keeper.id,
                "external_id": name,
                "blob_ref": file["id"],
                "uid": file["uid"],
            },
            query={
                "login": self._keeper.login,
                "email": f"{name}@example.com",
                "phone": name,
                "facebook_id": name,
                "twitter_id": name,
                "full_name": name,
                "tags": name,
            },
        )
        self._people: dict[int, Person] = {}
        self._files: set[str] = set()
        self._turns: defaultdict[str, Iterator[int]] = defaultdict(itertools.count)
        self._special: dict[str, Callable[[], Standing]] = {
            "createSession": self._for_create_session,
            "destroySession": self._for_newcomer,
            "logout": self._for_newcomer,
            "login": self._for_login,
            "signUp": self._for_sign_up,
            "findUsers": self._for_find_users,
            "updateUser": self._for_update_user,
            "deleteUser": self._for_newcomer,
            "deleteUserByExternalId": self._for_newcomer,
            "requestPasswordReset": self._for_password_reset,
            "updateBlob": self._for_own_file,
            "deleteBlob": self._for_own_file,
            "completeBlob": self._for_own_file,
            "completeBlobByPost": self._for_own_file,
        }

    @property
    def token(self) -> str:
        """The keeper's token."""
        return self._keeper.token

    def turn(self, what: str, of: int) -> int:
        """Count the requests of a kind round: 0, 1 and so on below `of`."""
        return next(self._turns[what]) % of

    def met(self, user: Values, password: str) -> None:
        """Remember somebody who signed up in a generated request, to act as them later."""
        self._people[int(user["id"])] = Person(user=user, password=password)

    def made(self, blob: Values) -> None:
        """Remember a file of the keeper's that a generated request made, and complete it.

        Only a complete file is there for the requests that follow. That an incomplete one is not
        is the state layer's business.
        """
        self._files |= {str(blob["id"]), str(blob["uid"])}
        self._complete(blob)

    def for_operation(self, operation: str, path: Values) -> Standing:
        """Choose who makes a request, and what it may find.

        Args:
            operation: The operationId.
            path: The generated path parameters. What they name may have been made before, by a
                request that this one follows: then it is kept, and acted on by its owner.

        Returns:
            The caller and the known things.
        """
        if any(str(path.get(name)) in self._files for name in ("blob_id", "blob_ref", "uid")):
            return Standing(self.token)
        somebody = self._people.get(_number(path.get("user_id")))
        if somebody is not None and operation in {"updateUser", "deleteUser"}:
            return Standing(self._token_of(somebody))
        return self._special.get(operation, lambda: self._known)()

    def _token_of(self, person: Person) -> str:
        named = {key: person.user[key] for key in ("login", "email") if person.user[key]}
        request = session_request(self._wire, **named, password=person.password)
        answer = self._wire.call("POST", "/session", body=request)
        # Gone by now, or with another password: then a stranger asks.
        return str(answer.json["session"]["token"]) if answer.status == 201 else self.token

    def _new_file(self, owner: Person) -> Values:
        body = {"blob": {"name": "a.txt", "content_type": "text/plain"}}
        answer = self._wire.call("POST", "/blobs", body=body, token=owner.token)
        blob: Values = answer.json["blob"]
        return blob

    def _complete(self, blob: Values) -> None:
        path = f"/blobs/{blob['id']}/complete"
        self._wire.call("PUT", path, body={"size": 1}, token=self.token)

    def _for_newcomer(self) -> Standing:
        name = fresh_name()
        person = newcomer(self._wire, external_id=name)
        return Standing(person.token, path={"user_id": person.id, "external_id": name})

    def _for_own_file(self) -> Standing:
        # Somebody else's, so that what names the keeper's files is refused, and they stay.
        owner = newcomer(self._wire)
        number = self._new_file(owner)["id"]
        return Standing(owner.token, path={"blob_id": number, "blob_ref": number})

    def _for_create_session(self) -> Standing:
        def change(body: Values) -> None:
            body.update(session_request(self._wire))
            for name in ("signature", "timestamp", "nonce", "provider"):
                body.pop(name, None)

        return Standing(self.token, change=change)

    def _for_login(self) -> Standing:
        def change(body: Values) -> None:
            body.pop("provider", None)
            body.update(login=self._keeper.login, password=self._keeper.password)

        return Standing(app_token(self._wire), change=change)

    def _for_sign_up(self) -> Standing:
        return Standing(self.token, change=_with_fresh_names)

    def _for_find_users(self) -> Standing:
        def ask(query: Values) -> None:
            query["id"] = self._keeper.id
            if "sort_asc" in query:
                query.pop("sort_desc", None)

        return Standing(self.token, ask=ask)

    def _for_update_user(self) -> Standing:
        person = newcomer(self._wire)

        def change(body: Values) -> None:
            _with_fresh_names(body)
            if "old_password" in body["user"]:
                body["user"]["old_password"] = person.password

        return Standing(person.token, path={"user_id": person.id}, change=change)

    def _for_password_reset(self) -> Standing:
        def change(body: Values) -> None:
            body["email"] = self._keeper.user["email"]

        return Standing(self.token, change=change)


def _with_fresh_names(body: Values) -> None:
    """Put names nobody has in the place of generated ones, which repeat."""
    if "login" in body["user"]:
        body["user"]["login"] = fresh_name()
    if "email" in body["user"]:
        body["user"]["email"] = f"{fresh_name()}@example.com"


def _number(value: object) -> int:
    return int(value) if isinstance(value, (int, str)) and str(value).isdecimal() else -1
