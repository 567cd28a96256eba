"""Operations that need a token get one, or nothing is answered."""

from __future__ import annotations

import pytest

from contract_tests.actors import app_token, fresh_name, newcomer
from contract_tests.catalogue import TOKEN_CHECKED
from contract_tests.contract import Operation, operations
from contract_tests.wire import Wire

UNKNOWN_TOKEN = "0123456789ABCDEF0123456789ABCDEF0123"
GUARDED = [operation for operation in operations() if operation.needs_token]
NEED_USER = [
    ("DELETE", "/login", None),
    ("PUT", "/users/{user_id}", {"user": {"full_name": "nobody"}}),
    ("DELETE", "/users/{user_id}", None),
    ("DELETE", "/users/external/nobody-has-this-id", None),
    ("POST", "/blobs", {"blob": {"name": "a.txt", "content_type": "text/plain"}}),
    ("GET", "/blobs", None),
    ("GET", "/blobs/1", None),
    ("GET", "/blobs/0123456789ABCDEF0123456789ABCDEF0123/object", None),
    ("PUT", "/blobs/1", {"blob": {"name": "b.txt"}}),
    ("PUT", "/blobs/1/complete", {"blob": {"size": 1}}),
    ("POST", "/blobs/1/complete", {"blob": {"size": 1}}),
    ("DELETE", "/blobs/1", None),
]


@pytest.mark.parametrize("operation", GUARDED, ids=lambda operation: operation.id)
def test_no_token_is_refused(wire: Wire, operation: Operation) -> None:
    answer = wire.call(operation.method, operation.example_path())
    TOKEN_CHECKED.require(
        answer.status == 403 and answer.errors == ["Token is required"],
        f"{answer.status} {answer.errors}",
        wire.story,
    )


@pytest.mark.parametrize("operation", GUARDED, ids=lambda operation: operation.id)
@pytest.mark.parametrize("token", [UNKNOWN_TOKEN, "x", "%00", "' or 1=1 --"])
def test_unknown_token_is_refused(wire: Wire, operation: Operation, token: str) -> None:
    answer = wire.call(operation.method, operation.example_path(), token=token)
    TOKEN_CHECKED.require(
        answer.status == 401 and answer.errors == {"base": ["Required session does not exist"]},
        f"{answer.status} {answer.errors}",
        wire.story,
    )


@pytest.mark.parametrize(("method", "path", "body"), NEED_USER)
def test_app_token_is_refused_where_a_user_is_needed(
    wire: Wire, method: str, path: str, body: object
) -> None:
    somebody = newcomer(wire)
    answer = wire.call(
        method, path.replace("{user_id}", str(somebody.id)), body=body, token=app_token(wire)
    )
    TOKEN_CHECKED.require(
        answer.status == 403 and answer.errors == {"base": ["Forbidden. Need user."]},
        f"{answer.status} {answer.errors}",
        wire.story,
    )


def test_token_is_ignored_where_none_is_needed(wire: Wire) -> None:
    body = {"application_id": wire.server.application_id, "auth_key": wire.server.auth_key}
    answer = wire.call("POST", "/session", body=body, token=UNKNOWN_TOKEN)
    TOKEN_CHECKED.require(
        answer.status == 201, "a dead token stopped a session from being created", wire.story
    )


def test_token_wins_over_auth_key(wire: Wire) -> None:
    answer = wire.call(
        "POST",
        "/users",
        body={"user": {"login": "token-wins", "password": "a-long-password"}},
        token=UNKNOWN_TOKEN,
        headers=[("CB-AuthKey", wire.server.auth_key)],
    )
    TOKEN_CHECKED.require(
        answer.status == 401, "the key was used though a token was sent", wire.story
    )


def test_a_token_in_the_query_counts_for_downloads_alone(wire: Wire) -> None:
    token = newcomer(wire).token
    for operation in GUARDED:
        answer = wire.call(operation.method, operation.example_path(), query=[("token", token)])
        TOKEN_CHECKED.require(
            answer.status == 403 and answer.errors == ["Token is required"],
            f"{answer.status} {answer.errors} for a token that logs would show",
            answer,
        )


def test_nobody_signs_up_without_token_and_key(wire: Wire) -> None:
    body = {"user": {"login": fresh_name(), "password": "a-long-password"}}
    answer = wire.call("POST", "/users", body=body)
    TOKEN_CHECKED.require(
        (answer.status, answer.errors) == (403, ["Token is required"]),
        f"{answer.status} {answer.errors}",
        wire.story,
    )


def test_a_wrong_auth_key_signs_nobody_up(wire: Wire) -> None:
    body = {"user": {"login": fresh_name(), "password": "a-long-password"}}
    answer = wire.call("POST", "/users", body=body, headers=[("CB-AuthKey", "not-the-key")])
    TOKEN_CHECKED.require(answer.status == 401, f"{answer.status}", wire.story)
