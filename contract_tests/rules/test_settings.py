"""What an app's settings forbid is refused in its own words; without control, unchecked."""

from __future__ import annotations

from contract_tests.actors import app_token, create_session, fresh_name, newcomer, sign_up
from contract_tests.catalogue import ERROR_KIND, RESET_LINKS
from contract_tests.control import Apps, Mailbox
from contract_tests.exchange import Exchange
from contract_tests.wire import Wire

FORBIDDEN = "Users retrieving forbidden in admin panel, application settings. Setup it here "
RESETS_OFF = "Reset password by email is disabled"


def hold(answer: Exchange, status: int, beginning: str) -> None:
    errors = answer.errors
    ERROR_KIND.require(
        answer.status == status
        and [*errors] == ["base"]
        and errors["base"][0].startswith(beginning),
        f"{answer.status} {errors}, not {status} {beginning}",
        answer,
    )


def test_the_first_version_of_lists_may_be_off(wire: Wire, apps: Apps | None) -> None:
    if apps is None:
        return
    with apps.added(list_users_v1=False) as app, Wire(app) as own:
        person = newcomer(own)
        guest = str(create_session(own, guest=1)["token"])
        for token in (app_token(own), person.token, guest):
            for path in ("/users", "/users.json", "/users?page=1&per_page=5"):
                hold(own.call("GET", path, token=token), 403, FORBIDDEN)
        for path in (
            f"/users/v2?id={person.id}",
            "/users/by_full_name?full_name=x",
            "/users/by_tags?tags=x",
            "/users/online",
            f"/users/{person.id}",
        ):
            answer = own.call("GET", path, token=person.token)
            ERROR_KIND.require(answer.status == 200, f"{path} is off, too", own.story)
    answer = wire.call("GET", "/users?per_page=1", token=app_token(wire))
    ERROR_KIND.require(answer.status == 200, "off in another app, too", wire.story)


def test_password_resets_may_be_off(apps: Apps | None, mailbox: Mailbox | None) -> None:
    if apps is None:
        return
    email = f"{fresh_name()}@example.com"
    with apps.added(reset_password_by_email=False) as app, Wire(app) as own:
        sign_up(own, email=email)
        for address in (email, f"not.{email}"):
            token = app_token(own)
            body = {"email": address}
            hold(own.call("POST", "/users/password/reset", body=body, token=token), 422, RESETS_OFF)
            path = f"/users/password/reset?email={address}"
            hold(own.call("GET", path, token=token), 422, RESETS_OFF)
        if mailbox is not None:
            RESET_LINKS.require(not mailbox.links(email), "a mail went out", own.story)
