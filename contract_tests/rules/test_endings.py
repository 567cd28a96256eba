"""What ends which sessions, however each of them came to stand for its user."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
import pytest

from contract_tests.actors import Person, app_token, create_session, fresh_name, newcomer, sign_up
from contract_tests.catalogue import DEAD_TOKENS, IDENTITY, OWNERSHIP, RESET_LINKS
from contract_tests.control import Mailbox
from contract_tests.files import create
from contract_tests.wire import Wire

NO_SESSION = {"base": ["Required session does not exist"]}
NEW_PASSWORD = "another-password"
FORM = "application/x-www-form-urlencoded"


class Cast:
    """A user with a session of every kind, and sessions of others.

    Attributes:
        person: The user; the token is that of a session by login.
        upgraded: A token that began as the app's.
        theirs: All tokens that stand for the user.
        others: Tokens that do not (any more), with whom each of them stands for.
    """

    def __init__(self, wire: Wire) -> None:
        """Sign everybody up and in."""
        self._wire = wire
        name = fresh_name()
        self.person = newcomer(
            wire,
            email=f"{name}@example.com",
            external_id=name,
            external_user_id=sign_up(wire).id + 7_000_000_000,
        )
        other = newcomer(wire)
        by_email = create_session(wire, email=f"{name}@example.com", password=self.person.password)
        self.upgraded = self._logged_in(app_token(wire), self.person)
        changed = self._logged_in(newcomer(wire).token, self.person)
        self.theirs = [by_email["token"], self.upgraded, self.person.token, changed]
        left = self._logged_in(app_token(wire), self.person)
        wire.call("DELETE", "/login", token=left)
        was = create_session(wire, login=self.person.login, password=self.person.password)["token"]
        self.others: dict[str, int | None] = {
            other.token: other.id,
            left: None,
            self._logged_in(was, other): other.id,
            app_token(wire): None,
        }

    def _logged_in(self, token: str, person: Person) -> str:
        body = {"login": person.login, "password": person.password}
        self._wire.call("POST", "/login", body=body, token=token)
        return token

    def hold(self, alive: list[str], why: str) -> None:
        """Demand that of the user's tokens just these live, and all of the others'."""
        for number, token in enumerate(self.theirs):
            answer = self._wire.call("GET", "/session", token=token)
            if token in alive:
                IDENTITY.require(
                    answer.status == 200 and answer.json["session"]["user_id"] == self.person.id,
                    f"session {number} ended: {why}",
                    self._wire.story,
                )
                continue
            DEAD_TOKENS.require(
                (answer.status, answer.errors) == (401, NO_SESSION),
                f"session {number} lives: {why}",
                self._wire.story,
            )
        for token, user_id in self.others.items():
            answer = self._wire.call("GET", "/session", token=token)
            IDENTITY.require(
                answer.status == 200 and answer.json["session"]["user_id"] == user_id,
                f"somebody else's session ended or changed: {why}",
                self._wire.story,
            )


@pytest.mark.live
@pytest.mark.parametrize("caller", ["by login", "upgraded"])
def test_a_new_password_ends_all_but_the_callers(wire: Wire, caller: str) -> None:
    cast = Cast(wire)
    path = f"/users/{cast.person.id}"
    own = cast.person.token if caller == "by login" else cast.upgraded
    name = fresh_name()
    for fields in (
        {"password": NEW_PASSWORD, "old_password": "not-the-old-one"},
        {"login": name, "email": f"{name}@example.com", "full_name": name},
    ):
        wire.call("PUT", path, body={"user": fields}, token=own)
    cast.hold(cast.theirs, "no password changed")
    fields = {"password": NEW_PASSWORD, "old_password": cast.person.password}
    answer = wire.call("PUT", path, body={"user": fields}, token=own)
    IDENTITY.require(answer.status == 200, f"{answer.errors}", wire.story)
    cast.hold([own], "the password changed")


ENDINGS: dict[str, Callable[[Person], str]] = {
    "by id": lambda person: f"/users/{person.id}",
    "by external id": lambda person: f"/users/external/{person.user['external_id']}",
    "by number": lambda person: f"/users/external/{person.user['external_user_id']}",
}


@pytest.mark.live
@pytest.mark.parametrize("how", ENDINGS)
def test_a_deleted_user_loses_all_sessions(wire: Wire, how: str) -> None:
    cast = Cast(wire)
    path = ENDINGS[how](cast.person)
    stranger, own = newcomer(wire), cast.upgraded if how == "by number" else cast.person.token
    wanted = {"blob": {"name": "a.txt", "content_type": "text/plain", "public": True}}
    blob = wire.call("POST", "/blobs", body=wanted, token=own).json["blob"]
    wire.call("PUT", f"/blobs/{blob['id']}/complete", body={"size": 0}, token=own)
    refused = wire.call("DELETE", path, token=stranger.token)
    OWNERSHIP.require(refused.status == 403, f"{refused.status} for a stranger", wire.story)
    cast.hold(cast.theirs, "the deletion was refused")
    answer = wire.call("DELETE", path, token=own)
    DEAD_TOKENS.require(
        answer.status == 200
        and not answer.content
        and answer.headers.get("content-length", "0") == "0",
        f"{answer.status}, not deleted",
        wire.story,
    )
    cast.hold([], "the user was deleted")
    again = wire.call("DELETE", path, token=stranger.token)
    OWNERSHIP.require(again.status == 404, f"{again.status} for a deleted user", wire.story)
    left = wire.call("GET", f"/blobs/{blob['uid']}")
    OWNERSHIP.require(left.status == 301, "a file went with its owner", wire.story)
    for method in ("PUT", "DELETE"):
        body = wanted if method == "PUT" else None
        answer = wire.call(method, f"/blobs/{blob['id']}", body=body, token=stranger.token)
        OWNERSHIP.require(answer.status == 403, "a file nobody owns was taken", wire.story)


@pytest.mark.live
def test_a_destroyed_session_ends_alone(wire: Wire) -> None:
    cast = Cast(wire)
    alive = list(cast.theirs)
    while alive:
        ended = alive.pop()
        wire.call("DELETE", "/session", token=ended)
        for method, path in (("DELETE", "/session"), ("DELETE", "/login"), ("GET", "/users/1")):
            answer = wire.call(method, path, token=ended)
            DEAD_TOKENS.require(
                (answer.status, answer.errors) == (401, NO_SESSION), f"{path} works", wire.story
            )
        cast.hold(alive, "one session was destroyed")


@pytest.mark.live
def test_no_id_is_given_again(wire: Wire) -> None:
    owner = newcomer(wire)

    def session() -> int:
        made = create_session(wire)
        wire.call("DELETE", "/session", token=made["token"])
        return int(made["id"])

    def user() -> int:
        made = newcomer(wire)
        wire.call("DELETE", f"/users/{made.id}", token=made.token)
        return made.id

    def blob() -> int:
        made = create(wire, owner.token)
        wire.call("DELETE", f"/blobs/{made['id']}", token=owner.token)
        return int(made["id"])

    for make in (session, user, blob):
        ids = [make() for _ in range(3)]
        IDENTITY.require(len(set(ids)) == 3, f"{make.__name__} {ids}", wire.story)


def test_a_reset_link_ends_all_sessions(wire: Wire, mailbox: Mailbox | None) -> None:
    if mailbox is None:
        return
    cast = Cast(wire)
    email = str(cast.person.user["email"])
    asking, unknown = app_token(wire), f"{fresh_name()}@example.com"
    path = "/users/password/reset"
    for address, status in ((email, 200), (email.upper(), 200), (unknown, 404)):
        by_body = wire.call("POST", path, body={"email": address}, token=asking)
        by_query = wire.call("GET", path, query=[("email", address)], token=asking)
        for answer in (by_body, by_query):
            RESET_LINKS.require(
                answer.status == status and (not answer.content or status == 404),
                f"{answer.status} {answer.content!r} for {address}",
                wire.story,
            )
    links = mailbox.links(email)
    RESET_LINKS.require(
        len(set(links)) == 4 and not mailbox.links(unknown), f"{len(links)} mails", wire.story
    )
    link = links[-1]
    RESET_LINKS.require(wire.fetch(link).status_code == 200, "the link is dead", wire.story)
    for first, second, status in (
        (NEW_PASSWORD, "an-other-password", 422),
        ("12345", "12345", 422),
        ("x" * 41, "x" * 41, 422),
    ):
        _post(wire, link, first, second, status)
    cast.hold(cast.theirs, "the link was not used")
    create_session(wire, login=cast.person.login, password=cast.person.password)
    _post(wire, link, NEW_PASSWORD, NEW_PASSWORD, 200)
    cast.hold([], "the link was used")
    for password, statuses in ((cast.person.password, {401}), (NEW_PASSWORD, {200, 202})):
        for name in ({"login": cast.person.login}, {"email": email}):
            body = {**name, "password": password}
            answer = wire.call("POST", "/login", body=body, token=asking)
            RESET_LINKS.require(answer.status in statuses, f"{answer.status}", wire.story)
    _post(wire, link, "yet-another-password", "yet-another-password", 404)
    other = wire.fetch(link, "PUT")
    RESET_LINKS.require(other.status_code == 405, f"{other.status_code} to a PUT", wire.story)
    forged = link[:-1] + ("0" if link[-1] != "0" else "1")
    _post(wire, forged, "yet-another-password", "yet-another-password", 404)
    held = wire.call("GET", "/session", token=asking).json["session"]
    RESET_LINKS.require(held["user_id"] == cast.person.id, "used twice", wire.story)
    create_session(wire, login=cast.person.login, password=NEW_PASSWORD)


def _post(wire: Wire, link: str, password: str, repeated: str, status: int) -> None:
    body = str(httpx2.QueryParams({"password": password, "repeated": repeated}))
    answer = wire.post_form(link, body.encode(), FORM)
    RESET_LINKS.require(
        answer.status_code == status, f"{answer.status_code}, not {status}", wire.story
    )
