"""Every limit in the contract holds: what is at it is taken, what is beyond is refused.

Each field and each query parameter is tried alone beside good ones, so a refusal can have no other
reason, and a limit that is off by one shows on one of its two sides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from contract_tests import constraints
from contract_tests.actors import (
    app_token,
    fresh_name,
    fresh_password,
    newcomer,
    session_request,
    sign_up,
)
from contract_tests.catalogue import LIMITS
from contract_tests.contract import Operation, operations
from contract_tests.decoded import is_object
from contract_tests.exchange import Exchange
from contract_tests.wire import Wire


@dataclass
class Target:
    """Where bodies go.

    Attributes:
        path: The path.
        good: A body that is taken.
        token: The token to send, if any.
        keyed: Whether to send the app's auth key.
        taken: What a body that the contract allows is answered; nothing when a rule that no schema
            says may refuse it.
    """

    path: str
    good: dict[str, Any]
    token: str | None = None
    keyed: bool = False
    taken: frozenset[int] = frozenset()


def _sign_up(_: Wire) -> Target:
    good = {"user": {"login": "replaced", "password": fresh_password()}}
    return Target("/users", good, keyed=True, taken=frozenset([201]))


def _update(wire: Wire) -> Target:
    person = newcomer(wire)
    good = {"user": {"full_name": "Marvin Samuel"}}
    return Target(f"/users/{person.id}", good, person.token, taken=frozenset([200]))


def _session(wire: Wire) -> Target:
    person = sign_up(wire)
    good = session_request(wire, login=person.login, password=person.password)
    return Target("/session", good)


def _login(wire: Wire) -> Target:
    person = sign_up(wire)
    good: dict[str, Any] = {"login": person.login, "password": person.password}
    return Target("/login", good, app_token(wire))


def _new_file(wire: Wire) -> Target:
    good = {"blob": {"name": "a.txt", "content_type": "text/plain"}}
    return Target("/blobs", good, newcomer(wire).token, taken=frozenset([201]))


def _file(wire: Wire, tail: str, good: dict[str, Any]) -> Target:
    new = _new_file(wire)
    blob = wire.call("POST", "/blobs", body=new.good, token=new.token).json["blob"]
    return Target(f"/blobs/{blob['id']}{tail}", good, new.token, taken=frozenset([200]))


def _reset(wire: Wire) -> Target:
    good: dict[str, Any] = {"email": f"{fresh_name()}@example.com"}
    return Target("/users/password/reset", good, app_token(wire))


TARGETS: dict[str, Callable[[Wire], Target]] = {
    "createSession": _session,
    "login": _login,
    "signUp": _sign_up,
    "updateUser": _update,
    "requestPasswordReset": _reset,
    "createBlob": _new_file,
    "updateBlob": lambda wire: _file(wire, "", {"blob": {"name": "b.txt"}}),
    "completeBlob": lambda wire: _file(wire, "/complete", {"blob": {"size": 1}}),
    "completeBlobByPost": lambda wire: _file(wire, "/complete", {"size": 1}),
}

LANGUAGES = {"filter[]", "order"}
"""Parameters whose patterns allow what their little languages do not."""


def test_every_body_has_a_target() -> None:
    with_body = {
        each.id for each in operations() if "requestBody" in constraints.definition(each.id)
    }
    assert with_body == set(TARGETS)


@pytest.mark.parametrize("operation_id", TARGETS)
def test_limits_of_bodies(wire: Wire, operation_id: str) -> None:
    target = TARGETS[operation_id](wire)
    method = next(each.method for each in operations() if each.id == operation_id)
    headers = [("CB-AuthKey", wire.server.auth_key)] if target.keyed else []
    for candidate in constraints.bodies(operation_id, target.good):
        body = _with_a_login_of_its_own(candidate.value)
        answer = wire.call(method, target.path, body=body, token=target.token, headers=headers)
        if not candidate.is_allowed:
            LIMITS.require(
                answer.status == 422 and is_object(answer.errors),
                f"{answer.status} {answer.errors} for {candidate.what}",
                answer,
            )
        elif target.taken and not _is_taken_already(answer):
            LIMITS.require(
                answer.status in target.taken, f"{answer.status} for {candidate.what}", answer
            )


def _is_taken_already(answer: Exchange) -> bool:
    """Whether the shortest logins, or an e-mail, had been given to others of the app before."""
    taken = ["has already been taken"]
    errors: object = answer.errors
    return errors in ({"login": taken}, {"email": taken})


@pytest.mark.parametrize("operation_id", TARGETS)
def test_examples_of_bodies_are_understood(wire: Wire, operation_id: str) -> None:
    target = TARGETS[operation_id](wire)
    method = next(each.method for each in operations() if each.id == operation_id)
    content = constraints.definition(operation_id)["requestBody"]["content"]["application/json"]
    for example in map(constraints.resolved, content["examples"].values()):
        body = _of_this_app(wire, example["value"])
        answer = wire.call(method, target.path, body=body, token=target.token)
        # Whether there is such a user, provider or password is not the example's to know.
        LIMITS.require(answer.status != 400, f"{answer.status} for an example", answer)


def _of_this_app(wire: Wire, body: dict[str, Any]) -> dict[str, Any]:
    """The body with the credentials of the app under test, as texts or numbers like before."""
    ours = session_request(wire)
    return {
        name: type(value)(ours[name]) if name in ours else value for name, value in body.items()
    }


def _with_a_login_of_its_own(body: dict[str, Any]) -> dict[str, Any]:
    user = body.get("user")
    if is_object(user) and user.get("login") == "replaced":
        return {**body, "user": {**user, "login": fresh_name()}}
    return body


QUERIED = [
    operation
    for operation in operations()
    if any(
        constraints.resolved(each)["in"] == "query"
        for each in constraints.definition(operation.id).get("parameters", ())
    )
]


@pytest.mark.parametrize("operation", QUERIED, ids=lambda each: each.id)
def test_limits_of_queries(wire: Wire, operation: Operation) -> None:
    person = newcomer(wire)
    good = {
        each["name"]: str(each["example"])
        for each in map(constraints.resolved, constraints.definition(operation.id)["parameters"])
        if each["in"] == "query" and each.get("required")
    }
    if operation.id == "findUsers":
        good["id"] = str(person.id)
    for name, candidate in constraints.queries(operation.id):
        others = [(key, value) for key, value in good.items() if key != name]
        if operation.id == "findUsers" and name == "id":
            others = [("login", person.login)]
        query = [*others, *((name, text) for text in candidate.value)]
        answer = wire.call(
            operation.method, operation.example_path(), query=query, token=person.token
        )
        if not candidate.is_allowed:
            LIMITS.require(answer.status == 422, f"{answer.status} for {candidate.what}", answer)
        elif name not in LANGUAGES:
            LIMITS.require(
                answer.status in {200, 404}, f"{answer.status} for {candidate.what}", answer
            )


@pytest.mark.parametrize("operation", QUERIED, ids=lambda each: each.id)
def test_bytes_that_are_no_text_are_refused(wire: Wire, operation: Operation) -> None:
    token = newcomer(wire).token
    parameters = map(constraints.resolved, constraints.definition(operation.id)["parameters"])
    names = [
        each["name"] for each in parameters if each["in"] == "query" and "[" not in each["name"]
    ]
    for name in names:
        for text in ("%FF", "a%ED%A0%80b", "a%C3"):
            path = f"{operation.example_path()}?{name}={text}"
            answer = wire.call(operation.method, path, token=token)
            LIMITS.require(answer.status == 422, f"{answer.status} for {name}={text}", answer)


def test_lengths_of_passwords(wire: Wire) -> None:
    person = newcomer(wire)
    current = person.password
    for length, fits in ((5, False), (6, True), (40, True), (41, False), (39, True), (400, False)):
        for letter in "pä🥑":
            wanted = letter * length
            profile = {"login": fresh_name(), "password": wanted}
            headers = [("CB-AuthKey", wire.server.auth_key)]
            signed_up = wire.call("POST", "/users", body={"user": profile}, headers=headers)
            changes = {"password": wanted, "old_password": current}
            path = f"/users/{person.id}"
            changed = wire.call("PUT", path, body={"user": changes}, token=person.token)
            for answer, good in ((signed_up, 201), (changed, 200)):
                LIMITS.require(
                    answer.status == (good if fits else 422),
                    f"{answer.status} for a password of {length} characters",
                    answer,
                )
            current = wanted if fits else current


@pytest.mark.parametrize("operation_id", TARGETS)
def test_unknown_fields_are_ignored(wire: Wire, operation_id: str) -> None:
    target = TARGETS[operation_id](wire)
    method = next(each.method for each in operations() if each.id == operation_id)
    headers = [("CB-AuthKey", wire.server.auth_key)] if target.keyed else []
    for unknown in (7, "text", None, [1], {"a": 1}):
        body = {
            name: {**value, "nothing_known": unknown} if is_object(value) else value
            for name, value in _with_a_login_of_its_own(target.good).items()
        }
        body["nothing_known"] = unknown
        answer = wire.call(method, target.path, body=body, token=target.token, headers=headers)
        LIMITS.require(
            answer.status in (target.taken or {201, 202, 404}), f"{answer.status}", answer
        )
