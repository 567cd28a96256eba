"""What becomes of users: what a refused write leaves, when things happened, who is online."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.actors import (
    Person,
    app_token,
    fresh_name,
    fresh_password,
    newcomer,
    sign_in,
    sign_up,
    sign_up_with,
)
from contract_tests.catalogue import (
    IDENTITY,
    MOMENTS,
    READ_YOUR_WRITES,
    REFUSED_WRITE,
)
from contract_tests.control import Clock
from contract_tests.exchange import Exchange
from contract_tests.wire import Wire

pytestmark = pytest.mark.live

MOVING = {"updated_at", "last_request_at"}
ONLINE_A_PAGE = 100


def read(wire: Wire, person: Person, token: str) -> dict[str, Any]:
    answer = wire.call("GET", f"/users/{person.id}", token=token)
    READ_YOUR_WRITES.require(answer.status == 200, f"{answer.status} for a user", wire.story)
    user: dict[str, Any] = answer.json["user"]
    return user


def still(user: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in user.items() if name not in MOVING}


def update(wire: Wire, person: Person, **fields: object) -> Exchange:
    return wire.call("PUT", f"/users/{person.id}", body={"user": fields}, token=person.token)


def test_a_refused_sign_up_leaves_nothing(wire: Wire) -> None:
    taken = sign_up(wire, email=f"{fresh_name()}@example.com")
    app, tag = app_token(wire), fresh_name()
    name = fresh_name()
    profiles: list[dict[str, object]] = [
        {"login": name, "email": taken.user["email"]},
        {"login": name, "timezone": 841},
        {"login": taken.login, "email": f"{name}@example.com"},
    ]
    for profile in profiles:
        profile |= {"password": fresh_password(), "tag_list": [tag], "external_id": tag}
        refused = sign_up_with(wire, profile)
        REFUSED_WRITE.require(refused.status == 422, f"{refused.status}", wire.story)
    for path in (
        f"/users/by_login?login={name}",
        f"/users/by_email?email={name}@example.com",
        f"/users/external/{tag}",
    ):
        answer = wire.call("GET", path, token=app)
        REFUSED_WRITE.require(answer.status == 404, "a refused sign-up left a user", wire.story)
    page = wire.call("GET", f"/users/by_tags?tags={tag}", token=app).json
    REFUSED_WRITE.require(page["total_entries"] == 0, "a refused sign-up left a user", wire.story)


def test_a_refused_update_leaves_nothing(wire: Wire) -> None:
    taken = sign_up(wire, email=f"{fresh_name()}@example.com")
    person = newcomer(wire, full_name="Before", tag_list=["before"])
    before = read(wire, person, person.token)
    after = {"full_name": "After", "tag_list": ["after"], "website": "https://example.com/after"}
    wrongly: list[dict[str, object]] = [
        {"login": taken.login},
        {"email": taken.user["email"]},
        {"email": "nowhere"},
        {"login": "ab"},
        {"timezone": 841},
        {"tag_list": [*"abcdef"]},
        {"custom_data": 5},
        {"password": fresh_password(), "old_password": fresh_password()},
        {"password": fresh_password()},
        {"password": "12345", "old_password": person.password},
    ]
    for wrong in wrongly:
        refused = update(wire, person, **{**after, **wrong})
        REFUSED_WRITE.require(refused.status == 422, f"{refused.status}", wire.story)
        now = read(wire, person, person.token)
        REFUSED_WRITE.require(still(now) == still(before), "something was written", wire.story)


def test_moments_tell_when_things_happened(wire: Wire, clock: Clock) -> None:
    before = newcomer(wire)
    moment = wire.call("GET", "/session", token=before.token).date
    created = before.user["created_at"]
    shown = f"{moment:%Y-%m-%dT%H:%M}"
    MOMENTS.require(
        created[:16] in {shown, f"{wire.story.exchanges[0].date:%Y-%m-%dT%H:%M}"},
        f"created at {created}, which was {shown}",
        wire.story,
    )
    if not clock.is_offered:
        return
    clock.advance(90)
    wire.call("GET", "/session", token=before.token)
    used = read(wire, before, before.token)
    seen = wire.story.exchanges[-1].date
    MOMENTS.require(
        (used["created_at"], used["updated_at"]) == (created, before.user["updated_at"])
        and used["last_request_at"] == f"{seen:%Y-%m-%dT%H:%M:%SZ}",
        f"a read at {seen}, and the last request at {used['last_request_at']}",
        wire.story,
    )
    clock.advance(90)
    answer = update(wire, before, website="https://example.com")
    changed = answer.json["user"]
    MOMENTS.require(
        changed["created_at"] == created
        and changed["updated_at"] == f"{answer.date:%Y-%m-%dT%H:%M:%SZ}",
        f"changed at {answer.date}, and updated at {changed['updated_at']}",
        wire.story,
    )


def test_who_is_online(wire: Wire, clock: Clock) -> None:
    person, idle = newcomer(wire), sign_up(wire)
    clock_moved = clock.is_offered
    away = newcomer(wire)
    if clock_moved:
        clock.advance(11 * 60)
    sign_in(wire, person)
    online = _online(wire, person.token)
    count = wire.call("GET", "/users/online?count=true", token=person.token).json["count"]
    IDENTITY.require(person.id in online, "whoever asks is not online", wire.story)
    IDENTITY.require(idle.id not in online, "who never signed in is online", wire.story)
    IDENTITY.require(
        not clock_moved or away.id not in online, "who is long gone is online", wire.story
    )
    IDENTITY.require(
        not clock_moved or count == len(online),
        f"{count} online, {len(online)} listed",
        wire.story,
    )


def _online(wire: Wire, token: str) -> list[int]:
    """All who are online, page by page; nobody on two pages."""
    found: list[int] = []
    while True:
        path = f"/users/online?limit={ONLINE_A_PAGE}&offset={len(found)}"
        page = [user["id"] for user in wire.call("GET", path, token=token).json["users"]]
        found += page
        if len(page) < ONLINE_A_PAGE:
            break
    IDENTITY.require(len(set(found)) == len(found), "somebody is listed twice", wire.story)
    return found
