"""The mock server answers what the real service was seen to answer, in the same situations."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from mock_server import Settings, running
from tests.openapi import contract
from tests.openapi.test_evidence import ALL, Evidence

APPLICATION = {"application_id": 1, "auth_key": "dev-auth-key"}
BBBBBBBB = {"login": "bbbbbbbb", "password": "a-long-password", "full_name": "bbbbbbbb"}
UNKNOWN = {"login": "nobody", "password": "a-long-password"}


def _signed_up(http: httpx2.Client) -> dict[str, str]:
    """Make an app session and sign up a user; answers the session's token as a header."""
    session = http.post("/session", json=APPLICATION).json()["session"]
    token = {"CB-Token": session["token"]}
    assert http.post("/users", json={"user": BBBBBBBB}, headers=token).status_code == 201
    return token


def _app_session(http: httpx2.Client) -> httpx2.Response:
    # As the SDK that was recorded: with its own timestamp and nonce, as texts.
    return http.post(
        "/session",
        json={
            "application_id": "1",
            "auth_key": "dev-auth-key",
            "timestamp": str(int(time.time())),
            "nonce": "2812345678",
        },
    )


def _unknown_user(http: httpx2.Client) -> httpx2.Response:
    return http.post("/session", json=APPLICATION | {"user": UNKNOWN})


def _wrong_password(http: httpx2.Client) -> httpx2.Response:
    _signed_up(http)
    return http.post("/session", json=APPLICATION | {"user": BBBBBBBB | {"password": "not-his"}})


def _login_without_token(http: httpx2.Client) -> httpx2.Response:
    return http.post("/login", json=UNKNOWN)


def _sign_up_with_unknown_token(http: httpx2.Client) -> httpx2.Response:
    return http.post("/users", json={"user": BBBBBBBB}, headers={"CB-Token": "undefined"})


def _login(http: httpx2.Client) -> httpx2.Response:
    token = _signed_up(http)
    credentials = {key: BBBBBBBB[key] for key in ("login", "password")}
    return http.post("/login", json=credentials, headers=token)


def _update_without_user(http: httpx2.Client) -> httpx2.Response:
    return http.put("/users/1", json={"user": {"full_name": "b"}}, headers=_signed_up(http))


def _filter_of_the_wrong_type(http: httpx2.Client) -> httpx2.Response:
    query = {"page": "1", "per_page": "10", "filter[]": "string id in 1"}
    return http.get("/users", params=query, headers=_signed_up(http))


def _reset_switched_off(http: httpx2.Client) -> httpx2.Response:
    query = {"email": "awesomeman@example.com"}
    return http.get("/users/password/reset", params=query, headers=_signed_up(http))


PROVOKED: dict[str, Callable[[httpx2.Client], httpx2.Response]] = {
    "2021-06-04-post-session-201": _app_session,
    "2021-06-10-post-session-answered": _app_session,
    "2023-09-04-post-session-answered": _app_session,
    "2021-05-06-post-session-404": _unknown_user,
    "2023-08-16-post-session-404": _unknown_user,
    "2024-09-05-post-session-401": _wrong_password,
    "2021-11-17-post-login-403": _login_without_token,
    "2021-05-10-post-users-refused": _sign_up_with_unknown_token,
    "2023-08-25-post-login-answered": _login,
    "2021-05-13-put-users-id-403": _update_without_user,
    "2021-05-08-get-users-answered": _filter_of_the_wrong_type,
    "2024-12-14-get-users-password-reset-422": _reset_switched_off,
}
# What the mock server does not imitate: calls outside the contract, and identity providers.
LEFT_OUT = {
    "2021-08-24-post-subscriptions-422",
    "2021-10-16-post-login-refused",
    "2023-08-17-post-chat-dialog-403",
}


def test_every_answer_of_today_is_provoked_or_left_out_by_name() -> None:
    assert {each.name for each in ALL if each.is_new} == PROVOKED.keys() | LEFT_OUT


@pytest.mark.parametrize(
    "evidence",
    [each for each in ALL if each.name in PROVOKED],
    ids=[each.name for each in ALL if each.name in PROVOKED],
)
def test_answers_as_it_was_recorded(evidence: Evidence) -> None:
    # The recorded apps had both switched off.
    settings = Settings(
        port=0,
        create_users_on_session=False,
        reset_password_by_email=False,
        validate_responses=True,
    )
    with (
        running(settings) as server,
        httpx2.Client(base_url=server.base_url, trust_env=False) as http,
    ):
        answer = PROVOKED[evidence.name](http)
    assert answer.status_code in evidence.statuses()
    if evidence.is_refusal:
        assert answer.json() == evidence.body
    else:
        assert _shape(answer.json()) == _shape(evidence.body)
    # Compact, as the recorded lengths say.
    assert (
        answer.content
        == json.dumps(answer.json(), separators=(",", ":"), ensure_ascii=False).encode()
    )
    for name in evidence.record["headers"]:
        if name in {"cb-token-expirationdate", "access-control-expose-headers", "content-type"}:
            assert name in answer.headers, name
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert ("cb-token-expirationdate" in answer.headers) == (not evidence.is_refusal)


def _shape(value: Any) -> Any:
    """Put the name of its type in place of each value; texts also keep their length."""
    fields = contract.mapping(value)
    if fields is not None:
        return {key: _shape(each) for key, each in fields.items()}
    if isinstance(value, str):
        # Tokens, keys and moments have fixed lengths.
        return f"text of {len(value)}"
    return type(value).__name__
