"""What an app's settings forbid is refused, each in its own words; without control, unchecked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from contract_tests.actors import app_token, fresh_name, fresh_password, session_request, sign_up
from contract_tests.catalogue import ERROR_KIND
from contract_tests.control import AppSettings
from contract_tests.exchange import Exchange
from contract_tests.server import ServerUnderTest
from contract_tests.wire import Wire

UNCHECKED = "unchecked"
FORBIDDEN = "Users retrieving forbidden in admin panel, application settings. Setup it here "


@pytest.fixture
def settings(
    server: ServerUnderTest, record_property: Callable[[str, object], None]
) -> Iterator[AppSettings]:
    """The app's settings."""
    found = AppSettings(server)
    if not found.is_offered:
        record_property(UNCHECKED, "settings of the app: the server has none that are ours to set")
    yield found
    found.close()


def hold(answer: Exchange, status: int, errors: object) -> None:
    ERROR_KIND.require(
        (answer.status, answer.errors) == (status, errors),
        f"{answer.status} {answer.errors}, not {status} {errors}",
        answer,
    )


def test_unknown_users_are_not_made_when_that_is_denied(wire: Wire, settings: AppSettings) -> None:
    if not settings.is_offered:
        return
    token = app_token(wire)
    nobody = {"login": fresh_name(), "password": fresh_password()}
    with settings.changed("create_users_on_session", value=False):
        for path, body, sender in (
            ("/session", session_request(wire, **nobody), None),
            ("/login", nobody, token),
        ):
            answer = wire.call("POST", path, body=body, token=sender)
            hold(answer, 404, ["User not found"])
    made = wire.call("GET", f"/users/by_login?login={nobody['login']}", token=token)
    hold(made, 404, ["User not found"])


def test_the_first_version_of_lists_may_be_off(wire: Wire, settings: AppSettings) -> None:
    if not settings.is_offered:
        return
    with settings.changed("list_users_v1", value=False):
        answer = wire.call("GET", "/users", token=app_token(wire))
        errors: object = answer.errors
        ERROR_KIND.require(
            answer.status == 403 and str(errors).startswith(f"{{'base': ['{FORBIDDEN}"),
            f"{answer.status} {errors}",
            answer,
        )


def test_password_resets_may_be_off(wire: Wire, settings: AppSettings) -> None:
    if not settings.is_offered:
        return
    email = f"{fresh_name()}@example.com"
    sign_up(wire, email=email)
    off = {"base": ["Reset password by email is disabled"]}
    with settings.changed("reset_password_by_email", value=False):
        token = app_token(wire)
        by_body = wire.call("POST", "/users/password/reset", body={"email": email}, token=token)
        hold(by_body, 422, off)
        by_query = wire.call("GET", "/users/password/reset", query=[("email", email)], token=token)
        hold(by_query, 422, off)
