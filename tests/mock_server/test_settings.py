"""The app's settings, changed while the server runs."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server import Settings
from tests.mock_server.caller import PASSWORD, Caller, errors

PATH = "/__mock__/settings"


def change(caller: Caller, **settings: object) -> dict[str, Any]:
    answer = caller.call("PATCH", PATH, json=settings)
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()
    return changed


def test_switches_take_effect_at_once(caller: Caller) -> None:
    app = caller.app()
    user = {"login": "newcomer", "password": PASSWORD}
    off = change(
        caller, create_users_on_session=False, list_users_v1=False, reset_password_by_email=False
    )
    assert off == caller.get(PATH).json()
    assert errors(caller.create_session(user=user), 404) == ["User not found"]
    assert app.get("/users").status_code == 403
    reset = app.post("/users/password/reset", {"email": "a@x.org"})
    assert errors(reset, 422) == {"base": ["Reset password by email is disabled"]}
    assert change(caller, create_users_on_session=True, list_users_v1=True) == off | {
        "create_users_on_session": True, "list_users_v1": True,
    }  # fmt: skip
    assert caller.create_session(user=user).status_code == 201
    assert app.get("/users").status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"nonsense": 1}, "nonsense"),
        ({"auth_secret": "mine"}, "auth_secret"),
        ({"list_users_v1": "no"}, "list_users_v1"),
        ({"list_users_v1": None}, "list_users_v1"),
        ({"create_users_on_session": False, "list_users_v1": 0}, "list_users_v1"),
    ],
)
def test_what_is_no_setting_changes_nothing(caller: Caller, body: object, field: str) -> None:
    before = caller.get(PATH).json()
    assert list(errors(caller.call("PATCH", PATH, json=body), 422)) == [field]
    assert caller.get(PATH).json() == before


def test_what_is_no_json_object(caller: Caller) -> None:
    for content in (b"", b"[]", b"{", b"\xff", b'{"list_users_v1":true,"list_users_v1":false}'):
        headers = {"Content-Type": "application/json"}
        answer = caller.call("PATCH", PATH, content=content, headers=headers)
        assert errors(answer, 400) == ["Request body is not a JSON object"]


def test_secrets_are_never_shown(caller: Caller, settings: Settings) -> None:
    shown = caller.get(PATH).text + repr(settings)
    for secret in (settings.auth_key, settings.auth_secret, settings.store_secret):
        assert secret not in shown
