"""Sessions and users, played at random against a model.

The model knows who signed up with what, which token stands for whom, and which are dead. Every
step demands what the model foresees, and after every step all tokens and all users are looked at
again: a refused write that changed something, or a token that changed hands, shows at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from contract_tests.actors import fresh_name, fresh_password, session_request
from contract_tests.catalogue import (
    DEAD_TOKENS,
    IDENTITY,
    OWNERSHIP,
    READ_YOUR_WRITES,
    REFUSED_WRITE,
    UNIQUENESS,
)
from contract_tests.exchange import Exchange
from contract_tests.server import ServerUnderTest
from contract_tests.state.playing import BRIEF_HISTORIES, BRIEF_STEPS, Machine, play

HISTORIES = 40
STEPS = 20
FIRST_PEOPLE = 2

MOVING = {"updated_at", "last_request_at"}
NO_SESSION = {"base": ["Required session does not exist"]}
NEED_USER = {"base": ["Forbidden. Need user."]}


@dataclass
class Someone:
    """A user as the model knows it.

    Attributes:
        user: What every read must answer, without what moves by itself.
        password: The password; None when there is none to sign in with.
    """

    user: dict[str, Any]
    password: str | None
    is_gone: bool = False

    @property
    def id(self) -> int:
        return int(self.user["id"])

    def __repr__(self) -> str:
        return f"Someone({self.user.get('login')})"


@dataclass
class Token:
    """A token as the model knows it."""

    text: str = field(repr=False)
    holder: Someone | None
    is_dead: bool = False


def still(user: dict[str, Any]) -> dict[str, Any]:
    """A user without what moves by itself."""
    return {key: value for key, value in user.items() if key not in MOVING}


texts = st.none() | st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cc"]),
    max_size=20,
)
profiles = st.fixed_dictionaries(
    {},
    optional={
        "full_name": texts,
        "phone": texts,
        "website": texts,
        "custom_data": texts,
        "external_id": texts,
        "facebook_id": texts,
        "twitter_id": texts,
        "avatar": texts,
        "timezone": st.none() | st.integers(-720, 840),
        "tag_list": st.lists(st.sampled_from(["a", "b", "vip", "élan"]), unique=True, max_size=4),
    },
)
refused_changes = st.sampled_from(
    [
        {"timezone": 841},
        {"login": "ab"},
        {"email": "nowhere"},
        {"full_name": "x" * 1001},
        {"phone": 5},
        {"tag_list": ["a", "b", "c", "d", "e", "f"]},
        {"custom_data": "\x00"},
    ]
)


def tokens_of(machine: Identities) -> st.SearchStrategy[Token]:
    """All tokens so far, dead ones too."""
    return st.sampled_from(machine.all_tokens)


def people_of(machine: Identities) -> st.SearchStrategy[Someone]:
    """All people so far, those who are gone too."""
    return st.sampled_from(machine.all_people)


# Drawn from what the history has made so far: it begins with some of everything.
tokens = st.runner().flatmap(tokens_of)
people = st.runner().flatmap(people_of)


class Identities(Machine):
    """Random histories of signing up, in, out and off."""

    def __init__(self) -> None:
        super().__init__()
        self.all_tokens: list[Token] = []
        self.all_people: list[Someone] = []

    # What the rules share

    def do(self, method: str, path: str, token: Token | None, body: object = None) -> Exchange:
        """Send a request; with a dead token it must be refused, whatever it is."""
        answer = self.wire.call(method, path, body=body, token=token.text if token else None)
        if token is not None and token.is_dead and path != "/session":
            self.refused_as_dead(answer)
        return answer

    def refused_as_dead(self, answer: Exchange) -> None:
        DEAD_TOKENS.require(
            (answer.status, answer.errors) == (401, NO_SESSION),
            f"a dead token got {answer.status}",
            self.wire.story,
        )

    def met(self, user: dict[str, Any], password: str | None) -> Someone:
        someone = Someone(still(user), password)
        UNIQUENESS.require(
            all(someone.id != other.id for other in self.all_people),
            f"two users have the id {someone.id}",
            self.wire.story,
        )
        self.all_people.append(someone)
        return someone

    def given(self, text: str, holder: Someone | None) -> None:
        DEAD_TOKENS.require(
            all(text != other.text for other in self.all_tokens),
            "a token was handed out twice",
            self.wire.story,
        )
        self.all_tokens.append(Token(text, holder))

    def password(self) -> str:
        password = fresh_password()
        self.wire.watch_password(password)
        return password

    def expect(self, rule_holds: bool, why: str) -> None:
        READ_YOUR_WRITES.require(rule_holds, why, self.wire.story)

    def end_sessions(self, of: Someone, but: Token | None = None) -> None:
        for token in self.all_tokens:
            if token.holder is of and token is not but:
                token.is_dead = True

    # Sessions

    @initialize()
    def begin(self) -> None:
        self.open_app_session()
        for _ in range(FIRST_PEOPLE):
            self.create_on_the_fly()

    @rule()
    def open_app_session(self) -> None:
        answer = self.do("POST", "/session", None, session_request(self.wire))
        session = answer.json["session"]
        IDENTITY.require(
            answer.status == 201 and session["user_id"] is None and "user" not in session,
            "not an app's session",
            self.wire.story,
        )
        self.given(session["token"], None)

    @rule(person=people, by=st.sampled_from(["login", "email"]))
    def open_user_session(self, person: Someone, by: str) -> None:
        name = person.user[by]
        if person.is_gone or person.password is None or name is None:
            return
        request = session_request(self.wire, **{by: name, "password": person.password})
        answer = self.do("POST", "/session", None, request)
        IDENTITY.require(
            answer.status == 201
            and answer.json["session"]["user_id"] == answer.json["session"]["id"] == person.id
            and still(answer.json["session"]["user"]) == person.user,
            f"not the session of {person.id}",
            self.wire.story,
        )
        self.given(answer.json["session"]["token"], person)

    @rule(person=people)
    def wrong_password(self, person: Someone) -> None:
        if person.is_gone or person.user["login"] is None:
            return
        request = session_request(self.wire, login=person.user["login"], password=self.password())
        answer = self.do("POST", "/session", None, request)
        IDENTITY.require(
            400 <= answer.status < 500, "signed in with a wrong password", self.wire.story
        )

    @rule()
    def create_on_the_fly(self) -> None:
        login, password = fresh_name(), self.password()
        request = session_request(self.wire, login=login, password=password)
        answer = self.do("POST", "/session", None, request)
        session = answer.json["session"]
        self.expect(answer.status == 201 and session["user"]["login"] == login, "not created")
        someone = self.met(session["user"], password)
        self.given(session["token"], someone)

    @rule()
    def guest(self) -> None:
        request = session_request(self.wire, guest=1, full_name="A Guest")
        answer = self.do("POST", "/session", None, request)
        user = answer.json["session"]["user"]
        self.expect(
            answer.status == 201
            and user["is_guest"] is True
            and user["full_name"] == "A Guest"
            and user["login"].startswith("guest_login_"),
            "not a guest",
        )
        someone = self.met(user, None)
        self.given(answer.json["session"]["token"], someone)

    @rule(token=tokens, person=people)
    def log_in(self, token: Token, person: Someone) -> None:
        if person.is_gone or person.password is None or person.user["login"] is None:
            return
        body = {"login": person.user["login"], "password": person.password}
        answer = self.do("POST", "/login", token, body)
        if token.is_dead:
            return
        IDENTITY.require(
            answer.status in {200, 202} and still(answer.json["user"]) == person.user,
            f"not signed in as {person.id}",
            self.wire.story,
        )
        token.holder = person

    @rule(token=tokens)
    def log_in_wrongly(self, token: Token) -> None:
        known = [
            person for person in self.all_people if person.user["login"] and not person.is_gone
        ]
        if not known:
            return
        body = {"login": known[-1].user["login"], "password": self.password()}
        answer = self.do("POST", "/login", token, body)
        IDENTITY.require(400 <= answer.status < 500, "signed in wrongly", self.wire.story)

    @rule(token=tokens)
    def log_out(self, token: Token) -> None:
        answer = self.do("DELETE", "/login", token)
        if token.is_dead:
            return
        if token.holder is None:
            OWNERSHIP.require(
                (answer.status, answer.errors) == (403, NEED_USER),
                "an app signed out",
                self.wire.story,
            )
            return
        IDENTITY.require(answer.status == 200, "not signed out", self.wire.story)
        token.holder = None

    @rule(token=tokens)
    def destroy(self, token: Token) -> None:
        answer = self.do("DELETE", "/session", token)
        if token.is_dead:
            self.refused_as_dead(answer)
            return
        DEAD_TOKENS.require(answer.status == 200, "not destroyed", self.wire.story)
        token.is_dead = True

    # Users

    @rule(token=tokens, profile=profiles, with_email=st.booleans())
    def sign_up(self, token: Token, profile: dict[str, Any], with_email: bool) -> None:
        login, password = fresh_name(), self.password()
        fields = {**profile, "login": login, "password": password}
        if with_email:
            fields["email"] = f"{login}@example.com"
        answer = self.do("POST", "/users", token, {"user": fields})
        if token.is_dead:
            return
        user = answer.json.get("user", {})
        self.expect(answer.status == 201, f"refused: {answer.errors}")
        self.echoes(user, {key: value for key, value in fields.items() if key != "password"})
        self.met(user, password)

    def echoes(self, user: dict[str, Any], fields: dict[str, Any]) -> None:
        """Demand that a user has the fields that were written."""
        for name, value in fields.items():
            if name == "tag_list":
                tags = [] if user["user_tags"] is None else str(user["user_tags"]).split(",")
                self.expect([tag for tag in tags if tag] == list(cast("list[str]", value)), "tags")
            else:
                # What an empty text becomes is not known: the service answers "" and null alike.
                same = user[name] == value or (not value and not user[name])
                self.expect(same, f"{name} is {user[name]!r}, written was {value!r}")

    @rule(token=tokens, person=people, by=st.sampled_from(["login", "email"]))
    def sign_up_as_somebody_else(self, token: Token, person: Someone, by: str) -> None:
        if person.is_gone or person.user[by] is None or token.is_dead:
            return
        taken = person.user[by].upper() if by == "email" else person.user[by]
        answer = self.do(
            "POST", "/users", token, {"user": {by: taken, "password": self.password()}}
        )
        UNIQUENESS.require(
            (answer.status, answer.errors) == (422, {by: ["has already been taken"]}),
            f"{by} was taken twice",
            self.wire.story,
        )

    @rule(token=tokens, person=people, changes=profiles)
    def update(self, token: Token, person: Someone, changes: dict[str, Any]) -> None:
        answer = self.do("PUT", f"/users/{person.id}", token, {"user": changes})
        if not self.may_write(token, person, answer):
            return
        self.expect(answer.status == 200, f"refused: {answer.errors}")
        user = still(answer.json["user"])
        self.echoes(user, changes)
        touched = {"user_tags" if name == "tag_list" else name for name in changes}
        READ_YOUR_WRITES.require(
            {key: value for key, value in user.items() if key not in touched}
            == {key: value for key, value in person.user.items() if key not in touched},
            "a field that was not sent changed",
            self.wire.story,
        )
        person.user = user

    @rule(token=tokens, changes=refused_changes)
    def update_wrongly(self, token: Token, changes: dict[str, Any]) -> None:
        if token.holder is None or token.is_dead:
            return
        # A good field beside the bad one must not be written either.
        fields = {"website": "https://example.com/refused", **changes}
        answer = self.do("PUT", f"/users/{token.holder.id}", token, {"user": fields})
        REFUSED_WRITE.require(answer.status == 422, f"{answer.status}", self.wire.story)

    @rule(token=tokens, person=people, by=st.sampled_from(["login", "email"]))
    def take_a_name(self, token: Token, person: Someone, by: str) -> None:
        me = token.holder
        if me is None or token.is_dead or person.is_gone or person.user[by] is None:
            return
        answer = self.do("PUT", f"/users/{me.id}", token, {"user": {by: person.user[by]}})
        if me is person:
            self.expect(answer.status == 200, f"one's own {by} is taken")
            return
        UNIQUENESS.require(
            (answer.status, answer.errors) == (422, {by: ["has already been taken"]}),
            f"{by} was taken twice",
            self.wire.story,
        )

    @rule(token=tokens)
    def change_password(self, token: Token) -> None:
        me = token.holder
        if me is None or token.is_dead or me.password is None:
            return
        new = self.password()
        fields = {"password": new, "old_password": me.password}
        answer = self.do("PUT", f"/users/{me.id}", token, {"user": fields})
        self.expect(answer.status == 200, f"refused: {answer.errors}")
        me.password = new
        self.end_sessions(me, but=token)

    @rule(token=tokens)
    def change_password_wrongly(self, token: Token) -> None:
        me = token.holder
        if me is None or token.is_dead or me.password is None:
            return
        fields = {"password": self.password(), "old_password": self.password()}
        answer = self.do("PUT", f"/users/{me.id}", token, {"user": fields})
        REFUSED_WRITE.require(
            (answer.status, answer.errors) == (422, {"old_password": ["is invalid"]}),
            f"{answer.status}",
            self.wire.story,
        )

    @rule(token=tokens, person=people)
    def delete(self, token: Token, person: Someone) -> None:
        answer = self.do("DELETE", f"/users/{person.id}", token)
        if self.may_write(token, person, answer):
            self.expect(answer.status == 200 and not answer.content, f"{answer.status}")
            person.is_gone = True
            self.end_sessions(person)

    @rule(token=tokens, person=people)
    def delete_by_external_id(self, token: Token, person: Someone) -> None:
        # An id that several share means the lowest of them: another question, asked elsewhere.
        external = person.user["external_id"]
        if not external or "/" in external or not external.isalnum() or person.is_gone:
            return
        others = [other.user["external_id"] for other in self.all_people]
        if others.count(external) > 1 or not external.isascii() or external.isdigit():
            return
        answer = self.do("DELETE", f"/users/external/{external}", token)
        if self.may_write(token, person, answer):
            self.expect(answer.status == 200, f"{answer.status}")
            person.is_gone = True
            self.end_sessions(person)

    def may_write(self, token: Token, person: Someone, answer: Exchange) -> bool:
        """Whether a write on a person is the token's to make; if not, demand its refusal."""
        if token.is_dead:
            return False
        if token.holder is None:
            OWNERSHIP.require(
                (answer.status, answer.errors) == (403, NEED_USER),
                f"an app wrote on a user: {answer.status}",
                self.wire.story,
            )
            return False
        if person.is_gone:
            OWNERSHIP.require(answer.status == 404, f"{answer.status}", self.wire.story)
            return False
        if token.holder is not person:
            OWNERSHIP.require(
                answer.status == 403,
                f"somebody else wrote on a user: {answer.status}",
                self.wire.story,
            )
            return False
        return True

    # What must hold all the time

    @invariant()
    def tokens_stand_for_whom_they_should(self) -> None:
        for token in self.all_tokens:
            answer = self.wire.call("GET", "/session", token=token.text)
            if token.is_dead:
                self.refused_as_dead(answer)
                continue
            expected = token.holder.id if token.holder else None
            IDENTITY.require(
                answer.status == 200 and answer.json["session"]["user_id"] == expected,
                f"a token of {expected} got {answer.status} {answer.content[:200]!r}",
                self.wire.story,
            )

    @invariant()
    def users_are_as_written(self) -> None:
        alive = [token for token in self.all_tokens if not token.is_dead]
        if not alive:
            return
        for person in self.all_people:
            answer = self.wire.call("GET", f"/users/{person.id}", token=alive[-1].text)
            if person.is_gone:
                READ_YOUR_WRITES.require(
                    answer.status == 404, "a deleted user is still there", self.wire.story
                )
            else:
                READ_YOUR_WRITES.require(
                    answer.status == 200 and still(answer.json["user"]) == person.user,
                    f"not as written: {person.user}",
                    self.wire.story,
                )


def test_identities_briefly(server: ServerUnderTest, seed: int) -> None:
    play(Identities, server, seed, histories=BRIEF_HISTORIES, steps=BRIEF_STEPS)


@pytest.mark.late
def test_identities(server: ServerUnderTest, seed: int) -> None:
    play(Identities, server, seed, histories=HISTORIES, steps=STEPS)
