"""The mock answers what the real service was recorded to answer, by shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from mock_server import Settings, running
from mock_server.json_values import JsonValue
from tests.mock_server.caller import Caller

EVIDENCE = Path(__file__).parents[2] / "openapi" / "evidence"


def recorded() -> list[tuple[str, dict[str, Any]]]:
    """What a session, a sign-in, a list or a refusal of the new servers looked like."""
    answers = [(path.stem, json.loads(path.read_text("utf-8"))) for path in EVIDENCE.glob("*.json")]
    return sorted((name, each) for name, each in answers if each["generation"] == "new")


def shape(value: JsonValue) -> Any:
    """Keys in their order, types, and nulls; the values of errors word by word."""
    if isinstance(value, dict):
        return [(name, each if name == "errors" else shape(each)) for name, each in value.items()]
    if isinstance(value, list):
        return [shape(each) for each in value]
    return type(value).__name__


ANOTHER_CHAPTER = {"POST /chat/Dialog", "POST /subscriptions"}
"""Answers of calls that are not in the contract."""


def answer(caller: Caller, name: str, evidence: dict[str, Any]) -> httpx2.Response | None:
    """Make the recorded request again."""
    endpoint, status, body = evidence["endpoint"], evidence["status"], evidence["body"]
    app = caller.app()
    nobody = {"login": "nobody", "password": "some password"}
    if endpoint == "POST /session" and "errors" not in body:
        return caller.create_session(nonce="2812345678", timestamp=str(app.session()["ts"]))
    if endpoint == "POST /session" and status == 404:
        return caller.create_session(user=nobody)
    if endpoint == "POST /session" and status == 401:
        app.sign_up(**nobody)
        return caller.create_session(user=nobody | {"password": "another"})
    if endpoint == "POST /login (no token)":
        return caller.post("/login", nobody)
    if endpoint == "POST /users (unknown token)":
        return caller.with_token("undefined").post("/users", {"user": nobody})
    if endpoint == "POST /login" and "user" in body:
        app.sign_up(**nobody, full_name="nobody")
        return app.post("/login", nobody)
    if endpoint == "PUT /users/{id}":
        return app.put("/users/1", {"user": {"full_name": "x"}})
    if endpoint == "GET /users (V1)":
        return app.get("/users", {"page": 1, "per_page": 10, "filter[]": "string id in 1"})
    if endpoint == "GET /users/password/reset":
        return app.get("/users/password/reset", {"email": "a@x.org"})
    identity_provider = "Custom Identity Provider uid is required"
    assert endpoint in ANOTHER_CHAPTER or identity_provider in str(body), name
    return None


@pytest.mark.parametrize(("name", "evidence"), recorded(), ids=[each[0] for each in recorded()])
def test_recorded_answers(http: httpx2.Client, name: str, evidence: dict[str, Any]) -> None:
    app_settings = Settings(
        port=0,
        app_id=1234,
        create_users_on_session=False,
        reset_password_by_email=False,
        validate_responses=True,
    )
    with running(app_settings) as server:
        given = answer(Caller(server, http), name, evidence)
    if given is None:
        return
    body = evidence["body"]
    if "token" in body:  # unwrapped by the SDK, and its keys sorted by the console
        assert sorted(shape(given.json()["session"])) == sorted(shape(body))
    elif "current_page" in body:
        assert given.json() == body
    else:
        assert shape(given.json()) == shape(body)
    assert evidence["status"] in {None, given.status_code}
    for header in ("cb-token-expirationdate", "content-type", "access-control-expose-headers"):
        if header in evidence["headers"]:
            assert header in given.headers
    if "errors" in body:
        assert "cb-token-expirationdate" not in given.headers
    if evidence["headers"].get("content-length") == "227":
        known = {"token": 36, "application_id": 4, "nonce": 10, "ts": 10}
        session = given.json()["session"]
        assert {name: len(str(session[name])) for name in known} == known
