"""How long tokens and guests live, to the second, and which moments each request moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contract_tests.actors import (
    Person,
    app_token,
    create_session,
    fresh_name,
    fresh_password,
    newcomer,
    session_request,
    sign_up,
)
from contract_tests.catalogue import GUESTS, IDENTITY, MOMENTS, SLIDING_EXPIRY
from contract_tests.control import Clock
from contract_tests.exchange import Exchange
from contract_tests.sightings import names
from contract_tests.wire import Wire

LIFETIME = 2 * 3600
DAY = 24 * 3600
STEP = 5
NO_SESSION = {"base": ["Required session does not exist"]}


def moment(second: int) -> str:
    """A moment as users show it."""
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%SZ}"


def log_in(wire: Wire, token: str, person: Person) -> Exchange:
    body = {"login": person.login, "password": person.password}
    return wire.call("POST", "/login", body=body, token=token)


def signed_out_token(wire: Wire) -> str:
    token = newcomer(wire).token
    wire.call("DELETE", "/login", token=token)
    return token


KINDS: dict[str, Callable[[Wire], str]] = {
    "of the app": app_token,
    "of a user": lambda wire: newcomer(wire).token,
    "made on the fly": lambda wire: str(
        create_session(wire, login=fresh_name(), password=fresh_password())["token"]
    ),
    "of a guest": lambda wire: str(create_session(wire, guest=1)["token"]),
    "upgraded": lambda wire: _upgraded(wire)[0],
    "of a guest who signed in": lambda wire: _upgraded(wire, guest=True)[0],
    "signed out": signed_out_token,
}


def _upgraded(wire: Wire, *, guest: bool = False) -> tuple[str, Person]:
    token = str(create_session(wire, guest=1)["token"]) if guest else app_token(wire)
    person = sign_up(wire)
    log_in(wire, token, person)
    return token, person


def alive(wire: Wire, token: str, why: str, *, is_alive: bool) -> None:
    answer = wire.call("GET", "/session", token=token)
    SLIDING_EXPIRY.require(
        answer.status == 200 if is_alive else (answer.status, answer.errors) == (401, NO_SESSION),
        f"{answer.status} {why}",
        wire.story,
    )


def test_every_kind_of_token_lives_two_hours(wire: Wire, stopped_clock: Clock | None) -> None:
    if stopped_clock is None:
        return
    used = {kind: make(wire) for kind, make in KINDS.items()}
    unused = {kind: make(wire) for kind, make in KINDS.items()}
    stopped_clock.advance(LIFETIME - 1)
    for kind, token in used.items():
        alive(wire, token, f"at the last second of a token {kind}", is_alive=True)
    stopped_clock.advance(1)
    for kind, token in unused.items():
        alive(wire, token, f"after two hours of a token {kind}", is_alive=False)
        answer = wire.call("GET", "/users/1", token=token)
        SLIDING_EXPIRY.require(answer.status == 401, f"{answer.status} {kind}", wire.story)
    stopped_clock.advance(LIFETIME - 2)
    for kind, token in used.items():
        alive(wire, token, f"at the prolonged last second of a token {kind}", is_alive=True)
    stopped_clock.advance(LIFETIME)
    for kind, token in used.items():
        alive(wire, token, f"two hours after the last use of a token {kind}", is_alive=False)


def test_every_request_prolongs_its_own_token(wire: Wire, stopped_clock: Clock | None) -> None:
    if stopped_clock is None:
        return
    name = fresh_name()
    person = newcomer(wire, email=f"{name}@example.com", external_id=name, tag_list=[name])
    wanted = {"name": "a.txt", "content_type": "text/plain"}
    blob = wire.call("POST", "/blobs", body={"blob": wanted}, token=person.token).json["blob"]
    file, uid = f"/blobs/{blob['id']}", f"/blobs/{blob['uid']}"
    credentials = {"login": person.login, "password": person.password}
    requests: list[tuple[str, str, object]] = [
        ("POST", f"{file}/complete", {"size": 0}),
        ("GET", f"/users/{person.id}", None),
        ("PUT", f"/users/{person.id}", {"user": {"website": "https://example.com"}}),
        ("GET", f"/users/external/{name}", None),
        ("GET", uid, None),
        ("GET", f"/users/by_login?login={person.login}", None),
        ("GET", f"{uid}?token={person.token}", None),
        ("GET", f"/users/v2?id={person.id}", None),
        ("GET", f"{uid}/download?token={person.token}", None),
        ("GET", "/users?per_page=1", None),
        ("GET", f"/users/by_tags?tags={name}", None),
        ("GET", f"{uid}/object?download_url=1", None),
        ("GET", "/users/online?count=true", None),
        ("POST", "/users", {"user": {"login": fresh_name(), "password": "a-long-password"}}),
        ("POST", "/login", credentials),
        ("GET", f"{file}", None),
        ("GET", f"{uid}.json", None),
        ("GET", "/blobs", None),
        ("PUT", file, {"blob": {"name": "b.txt"}}),
        ("PUT", f"{file}/complete", {"size": 1}),
        ("GET", f"/users/by_email?email={name}@example.com", None),
        ("POST", "/users/password/reset", {"email": f"{name}@example.com"}),
        ("GET", f"/users/password/reset?email={name}@example.com", None),
        ("DELETE", file, None),
        ("DELETE", "/login", None),
        ("GET", "/session", None),
    ]
    # Each request is one that must have prolonged the token: shortly after another one, which must
    # not have been enough, or at the last second that the one before has won.
    for number, (method, path, body) in enumerate(requests):
        token = None if "token=" in path else person.token
        answer = wire.call(method, path, body=body, token=token)
        SLIDING_EXPIRY.require(
            answer.status < 400,
            f"{answer.status}: the request before did not prolong the token",
            wire.story,
        )
        stopped_clock.advance(10 if number % 2 else LIFETIME - 5)
    other = newcomer(wire)
    stopped_clock.advance(LIFETIME - 15)
    alive(wire, person.token, "within two hours", is_alive=True)
    stopped_clock.advance(15)
    alive(wire, other.token, "though only another's was used", is_alive=False)


@dataclass
class Guest:
    """A guest, and the end of its day in seconds since 1970."""

    user: dict[str, Any]
    token: str
    end: int


def _guest(wire: Wire, second: int, form: object = "1") -> Guest:
    name = fresh_name()
    session = create_session(wire, guest=form, full_name=f"Guest {name}")
    token = str(session["token"])
    wire.expect_end(token, datetime.fromtimestamp(second + DAY, UTC))
    return Guest(session["user"], token, second + DAY)


def test_guests_live_a_day_and_nobody_else_does(wire: Wire, stopped_clock: Clock | None) -> None:
    if stopped_clock is None:
        return
    now = stopped_clock.begin_second()
    idle, guests = _guest(wire, now), [_guest(wire, now, form) for form in ("1", 1, True)]
    person = newcomer(wire)
    upgraded, _ = _upgraded(wire, guest=True)
    signed_out = str(create_session(wire, guest=1)["token"])
    wire.call("DELETE", "/login", token=signed_out)
    kept = (person.token, upgraded, signed_out)
    for wait in (*[LIFETIME - 1] * 12, DAY - 12 * (LIFETIME - 1) - 1):
        stopped_clock.advance(wait)
        for token in (*(guest.token for guest in guests), *kept):
            alive(wire, token, "of one that was used all the time", is_alive=True)
    path, body = f"/users/{guests[0].user['id']}", {"user": {"phone": "1"}}
    changed = wire.call("PUT", path, body=body, token=guests[0].token)
    GUESTS.require(changed.status == 200, f"{changed.errors}", wire.story)
    for each in (*guests, idle):
        answer = wire.call("GET", f"/users/{each.user['id']}", token=person.token)
        GUESTS.require(answer.status == 200, "gone before its day was over", wire.story)
    late = _guest(wire, now + DAY - 1)
    stopped_clock.advance(1)
    for guest in guests:
        alive(wire, guest.token, "of a guest of more than a day", is_alive=False)
    for each in (guests[-1], idle):
        for way, value in names(each.user):
            found = way.ask(wire, value, person.token)
            GUESTS.require(not found, f"{way.path} finds a guest after its day", wire.story)
    for token in (*kept, late.token):
        alive(wire, token, "of nobody whose day is over", is_alive=True)
    answer = wire.call("GET", f"/users/{person.id}", token=person.token)
    GUESTS.require(answer.status == 200, "a user went like a guest", wire.story)


def test_a_guest_begins_with_a_day_that_the_header_tells(
    wire: Wire, stopped_clock: Clock | None
) -> None:
    if stopped_clock is None:
        return
    now = stopped_clock.begin_second()
    guest, person = _guest(wire, now), sign_up(wire)
    for _ in range(11):
        stopped_clock.advance(LIFETIME - 1)
        wire.call("GET", "/session", token=guest.token)
    stopped_clock.advance(guest.end - now - 11 * (LIFETIME - 1) - 60)
    # The law of the header is held on the way: it tells the guest's end, and then two hours again.
    wire.call("GET", "/users/online?count=true", token=guest.token)
    twin = create_session(wire, guest=1)
    GUESTS.require(twin["user_id"] != guest.user["id"], "one guest twice", wire.story)
    wire.expect_end(guest.token, datetime.fromtimestamp(now, UTC) + timedelta(days=365))
    log_in(wire, guest.token, person)
    stopped_clock.advance(61)
    alive(wire, guest.token, "of a guest who has signed in as a user", is_alive=True)
    held = wire.call("GET", "/session", token=guest.token).json["session"]["user_id"]
    IDENTITY.require(held == person.id, "another user", wire.story)


def test_every_request_is_noted_with_its_user_alone(
    wire: Wire, stopped_clock: Clock | None
) -> None:
    if stopped_clock is None:
        return
    now = stopped_clock.begin_second()
    observer, other = app_token(wire), newcomer(wire)
    person = newcomer(wire, email=f"{fresh_name()}@example.com")
    upgraded = app_token(wire)
    log_in(wire, upgraded, person)
    MOMENTS.require(
        person.user["created_at"] == person.user["updated_at"] == moment(now)
        and person.user["last_request_at"] is None,
        "made at another moment",
        wire.story,
    )
    by_email = create_session(wire, email=person.user["email"], password=person.password)["token"]
    wanted = {"blob": {"name": "a.txt", "content_type": "text/plain"}}
    own = f"/users/{person.id}"
    by_login = {"login": person.login, "password": person.password}
    steps: list[tuple[str, str, object, str | None, bool, bool]] = [
        # The method, path and body; the token; whether it is noted, whether it is an update.
        ("GET", "/session", None, person.token, True, False),
        ("GET", own, None, upgraded, True, False),
        ("GET", own, None, observer, False, False),
        ("GET", f"/users/v2?id={person.id}", None, by_email, True, False),
        ("GET", own, None, other.token, False, False),
        ("PUT", own, {"user": {"website": "https://example.com"}}, person.token, True, True),
        ("PUT", own, {"user": {"tag_list": ["a"]}}, upgraded, True, True),
        ("PUT", f"/users/{other.id}", {"user": {"phone": "1"}}, other.token, False, False),
        ("POST", "/blobs", wanted, by_email, True, False),
        ("PUT", own, {"user": {"tag_list": None}}, by_email, True, True),
        ("PUT", own, {"user": {"timezone": 841}}, observer, False, False),
        ("PUT", own, {"user": {"phone": "1"}}, other.token, False, False),
        ("DELETE", "/login", None, upgraded, True, False),
        ("GET", own, None, upgraded, False, False),
        ("POST", "/login", by_login, upgraded, False, False),
        ("POST", "/session", session_request(wire, **by_login), None, False, False),
        ("GET", own, None, upgraded, True, False),
        ("GET", "/users/online", None, person.token, True, False),
    ]
    noted, updated = None, now
    for method, path, body, token, is_noted, is_update in steps:
        stopped_clock.advance(STEP)
        now += STEP
        answer = wire.call(method, path, body=body, token=token)
        noted = now if is_noted else noted
        updated = now if is_update else updated
        expected = (moment(updated), noted and moment(noted), person.user["created_at"])
        read = wire.call("GET", own, token=observer).json["user"]
        page = wire.call("GET", f"/users/v2?id={person.id}", token=observer).json["items"][0]
        for user in (read, page, answer.json["user"] if is_update else read):
            seen = (user["updated_at"], user["last_request_at"], user["created_at"])
            MOMENTS.require(
                seen == expected, f"{method} {path}: {seen}, not {expected}", wire.story
            )
    stopped_clock.advance(STEP)
    now += STEP
    fields = {"password": fresh_password(), "old_password": person.password}
    user = wire.call("PUT", own, body={"user": fields}, token=person.token).json["user"]
    MOMENTS.require(user["updated_at"] == moment(now), "a new password is no update", wire.story)


@pytest.mark.live
def test_sessions_tell_when_they_began(wire: Wire) -> None:
    person = newcomer(wire)
    first = wire.call("GET", "/session", token=person.token).json["session"]
    answer = wire.call("POST", "/login", body={"login": person.login, "password": person.password},
                       token=person.token)  # fmt: skip
    later = wire.call("GET", "/session", token=person.token).json["session"]
    MOMENTS.require(first["created_at"] == later["created_at"], "began anew", wire.story)
    began = datetime.fromisoformat(first["created_at"])
    MOMENTS.require(
        abs((began - answer.date).total_seconds()) < 60
        and abs(first["ts"] - began.timestamp()) <= 1
        and later["updated_at"] >= first["created_at"],
        "another moment than the server's own",
        wire.story,
    )
