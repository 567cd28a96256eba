"""People to test with: users and sessions made over the raw wire, with names nobody else has."""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass, field
from typing import Any

from contract_tests import catalogue
from contract_tests.exchange import Exchange
from contract_tests.wire import Wire

PASSWORD_LENGTH = 20
NAMES_VARIABLE = "CONTRACT_TESTS_NAMES"

_numbers = itertools.count(1)
# Two processes may share one server (a named one, or workers in parallel), never their names.
# Whoever has a fresh server to itself may fix them, to send the very same requests once more.
_prefix = os.environ.get(NAMES_VARIABLE) or f"c{os.getpid():x}"


def fresh_name() -> str:
    """A name that nothing of this run had before; a valid login, lower case."""
    return f"{_prefix}x{next(_numbers):05d}"


def fresh_password() -> str:
    """A password that nothing of this run had before, and that no other text contains."""
    return f"pw-{fresh_name()}".ljust(PASSWORD_LENGTH, "-")


@dataclass
class Person:
    """A user with a password and, once signed in, a token.

    Attributes:
        user: The user as the server answered it last.
        password: The password.
        token: The token of a session of this user, or empty.
    """

    user: dict[str, Any]
    password: str = field(repr=False)
    token: str = field(default="", repr=False)

    @property
    def id(self) -> int:
        """The user's id."""
        return int(self.user["id"])

    @property
    def login(self) -> str:
        """The user's login."""
        return str(self.user["login"])


def session_request(wire: Wire, **user: object) -> dict[str, Any]:
    """The body of a request for a session, of a user when keyword arguments describe one."""
    body: dict[str, Any] = {
        "application_id": wire.server.application_id,
        "auth_key": wire.server.auth_key,
    }
    return {**body, "user": user} if user else body


def create_session(wire: Wire, **user: object) -> dict[str, Any]:
    """Create a session and answer it."""
    answer = wire.call("POST", "/session", body=session_request(wire, **user))
    catalogue.BEGINNING.require(answer.status == 201, f"no session: {answer.status}", answer)
    session: dict[str, Any] = answer.json["session"]
    return session


def app_token(wire: Wire) -> str:
    """The token of a new session of the app alone."""
    return str(create_session(wire)["token"])


def sign_up(wire: Wire, **profile: object) -> Person:
    """Sign a new user up, with the app's auth key; the login is made up unless given."""
    password = fresh_password()
    wire.watch_password(password)
    answer = sign_up_with(wire, {"login": fresh_name(), "password": password, **profile})
    catalogue.BEGINNING.require(answer.status == 201, f"no sign-up: {answer.status}", answer)
    return Person(user=answer.json["user"], password=password)


def sign_up_with(wire: Wire, profile: dict[str, object]) -> Exchange:
    """Try to sign up, with the app's auth key."""
    return wire.call(
        "POST",
        "/users",
        body={"user": profile},
        headers=[("CB-AuthKey", wire.server.auth_key)],
    )


def sign_in(wire: Wire, person: Person) -> Person:
    """Give a person a session of its own."""
    session = create_session(wire, login=person.login, password=person.password)
    person.token = str(session["token"])
    return person


def newcomer(wire: Wire, **profile: object) -> Person:
    """A new user, signed in."""
    return sign_in(wire, sign_up(wire, **profile))
