"""What every operation answers to an app that asks too often, and when the service is away."""

from __future__ import annotations

from contract_tests.actors import (
    app_token,
    fresh_name,
    fresh_password,
    newcomer,
    session_request,
    sign_up_with,
)
from contract_tests.catalogue import OVERLOAD
from contract_tests.contract import Operation, operations
from contract_tests.control import Apps, Clock, Outages
from contract_tests.exchange import Exchange
from contract_tests.wire import Wire

MOST = 6
SECONDS = 60


def ask(wire: Wire, operation: Operation, token: str | None) -> Exchange:
    """Ask for an operation; of its body no more is needed than what names the app."""
    body = session_request(wire) if operation.id == "createSession" else None
    return wire.call(operation.method, operation.example_path(), body=body, token=token)


def refused(wire: Wire, answer: Exchange, status: int, seconds: int) -> None:
    OVERLOAD.require(
        (answer.status, answer.headers.get("retry-after")) == (status, str(seconds)),
        f"{answer.status}, retry after {answer.headers.get('retry-after')}, not {status} {seconds}",
        wire.story,
    )


def not_there(wire: Wire, login: str, token: str) -> None:
    answer = wire.call("GET", f"/users/by_login?login={login}", token=token)
    OVERLOAD.require(answer.status == 404, f"{answer.status}: it was done", wire.story)


def test_whoever_asks_too_often_waits(
    wire: Wire, apps: Apps | None, stopped_clock: Clock | None
) -> None:
    if apps is None or stopped_clock is None:
        return
    limit = {"requests": MOST, "seconds": SECONDS}
    with apps.added(rate_limit=limit) as app, Wire(app) as hasty:
        token = app_token(hasty)
        for _ in range(MOST - 1):
            answer = hasty.call("GET", "/session", token=token)
            OVERLOAD.require(answer.status == 200, f"{answer.status} too early", hasty.story)
        for operation in operations():
            refused(hasty, ask(hasty, operation, token), 429, SECONDS)
        login = fresh_name()
        profile: dict[str, object] = {"login": login, "password": fresh_password()}
        stopped_clock.advance(SECONDS - 1)
        refused(hasty, sign_up_with(hasty, profile), 429, 1)
        with apps.added(rate_limit=limit) as unhurried, Wire(unhurried) as patient:
            app_token(patient)
        others = wire.call("GET", "/session", token=newcomer(wire).token)
        OVERLOAD.require(others.status == 200, f"{others.status} for another app", wire.story)
        stopped_clock.advance(1)
        not_there(hasty, login, token)


def test_nothing_is_done_while_the_service_is_away(wire: Wire, outages: Outages | None) -> None:
    if outages is None:
        return
    person = newcomer(wire)
    login = fresh_name()
    profile: dict[str, object] = {"login": login, "password": fresh_password()}
    wire.outage = True
    with outages.ordered(retry_after=7):
        for operation in operations():
            refused(wire, ask(wire, operation, person.token), 503, 7)
        refused(wire, sign_up_with(wire, profile), 503, 7)
        for method, path in (("DELETE", f"/users/{person.id}"), ("DELETE", "/session")):
            refused(wire, wire.call(method, path, token=person.token), 503, 7)
    wire.outage = False
    not_there(wire, login, person.token)
    still = wire.call("GET", f"/users/{person.id}", token=person.token)
    OVERLOAD.require(still.status == 200, f"{still.status}: it was deleted", wire.story)
