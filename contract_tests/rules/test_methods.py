"""Known paths refuse other methods and say which ones they take; unknown paths say so in text."""

from __future__ import annotations

import itertools

import pytest

from contract_tests.actors import app_token
from contract_tests.catalogue import METHODS
from contract_tests.contract import operations
from contract_tests.wire import Wire

OFTEN_ADDED_BY_SERVERS = {"HEAD", "OPTIONS"}
TRIED = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
PATHS = sorted({operation.path for operation in operations()})


@pytest.mark.parametrize("suffix", ["", ".json"])
@pytest.mark.parametrize("path", PATHS)
def test_other_methods_are_not_allowed(wire: Wire, path: str, suffix: str) -> None:
    known = {operation.method for operation in operations() if operation.path == path}
    example = next(operation.example_path() for operation in operations() if operation.path == path)
    # Whoever asks, with or without a token: it is the path that is known.
    tokens = itertools.cycle([app_token(wire), None])
    for method in sorted(set(TRIED) - known):
        answer = wire.call(method, example + suffix, token=next(tokens))
        allowed = {name.strip() for name in answer.headers.get("allow", "").split(",")}
        METHODS.require(
            answer.status == 405 and allowed - OFTEN_ADDED_BY_SERVERS == known,
            f"{answer.status}, Allow {sorted(allowed)}, contract {sorted(known)}",
            answer,
        )


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/session/list"),
        ("GET", "/"),
        ("GET", "/sessions"),
        ("POST", "/users/1/avatar"),
        ("GET", "/blobs/1/2/3"),
        ("PATCH", "/nothing"),
        ("GET", "/session/"),
        ("GET", "/Session"),
        ("GET", "/users/by_nothing/5"),
        ("POST", "/users/v2/5"),
        ("GET", "/blobs/5/complete/6"),
        ("GET", "/json"),
        ("GET", "/.json"),
        ("DELETE", "/users/external/"),
        ("GET", "/v2/users"),
    ],
)
def test_unknown_paths_are_told_in_text(wire: Wire, method: str, path: str) -> None:
    for token in (None, app_token(wire)):
        answer = wire.call(method, path, token=token)
        text = f"HttpException: E_ROUTE_NOT_FOUND: Route not found {method} {path}"
        METHODS.require(
            answer.status == 404
            and answer.content.decode() == text
            and answer.headers.get("content-type", "").startswith("text/plain")
            and answer.expiration is None,
            f"{answer.status} {answer.content[:100]!r}",
            answer,
        )


def test_one_suffix_is_stripped_and_no_more(wire: Wire) -> None:
    token = app_token(wire)
    answer = wire.call("GET", "/session.json.json", token=token)
    METHODS.require(answer.status == 404, "two suffixes were stripped", wire.story)
