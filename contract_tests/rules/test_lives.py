"""What becomes of tokens and users: each story short and told once, step by step.

The state layer plays the same at random, for what nobody thought of; these find at once what
somebody did.
"""

from __future__ import annotations

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
    sign_in,
    sign_up,
    sign_up_with,
)
from contract_tests.catalogue import (
    DEAD_TOKENS,
    IDENTITY,
    MOMENTS,
    OWNERSHIP,
    READ_YOUR_WRITES,
    REFUSED_WRITE,
    UNIQUENESS,
)
from contract_tests.control import Clock
from contract_tests.exchange import Exchange
from contract_tests.wire import Wire

pytestmark = pytest.mark.live

NO_SESSION = {"base": ["Required session does not exist"]}
NEED_USER = {"base": ["Forbidden. Need user."]}
MOVING = {"updated_at", "last_request_at"}
ONLINE_A_PAGE = 100


def dead(wire: Wire, token: str, why: str) -> None:
    answer = wire.call("GET", "/session", token=token)
    DEAD_TOKENS.require(
        (answer.status, answer.errors) == (401, NO_SESSION), f"{answer.status} {why}", wire.story
    )


def holder(wire: Wire, token: str) -> int | None:
    """The user that a token stands for."""
    answer = wire.call("GET", "/session", token=token)
    IDENTITY.require(answer.status == 200, f"{answer.status} for a live token", wire.story)
    session: dict[str, Any] = answer.json["session"]
    user: int | None = session["user_id"]
    return user


def read(wire: Wire, person: Person, token: str) -> dict[str, Any]:
    answer = wire.call("GET", f"/users/{person.id}", token=token)
    READ_YOUR_WRITES.require(answer.status == 200, f"{answer.status} for a user", wire.story)
    user: dict[str, Any] = answer.json["user"]
    return user


def still(user: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in user.items() if name not in MOVING}


def update(wire: Wire, person: Person, **fields: object) -> Exchange:
    return wire.call("PUT", f"/users/{person.id}", body={"user": fields}, token=person.token)


def test_a_destroyed_session_is_dead_and_no_other(wire: Wire) -> None:
    person = newcomer(wire)
    other = str(create_session(wire, login=person.login, password=person.password)["token"])
    wire.call("DELETE", "/session", token=person.token)
    dead(wire, person.token, "after its session was destroyed")
    IDENTITY.require(holder(wire, other) == person.id, "the other session ended", wire.story)


def test_a_deleted_user_is_nowhere(wire: Wire) -> None:
    name = fresh_name()
    person = newcomer(wire, email=f"{name}@example.com", external_id=name, tag_list=[name])
    other = str(create_session(wire, login=person.login, password=person.password)["token"])
    wire.call("DELETE", f"/users/{person.id}", token=person.token)
    for token in (person.token, other):
        dead(wire, token, "after its user was deleted")
    app = app_token(wire)
    for path in (
        f"/users/{person.id}",
        f"/users/external/{name}",
        f"/users/by_login?login={person.login}",
        f"/users/by_email?email={name}@example.com",
    ):
        answer = wire.call("GET", path, token=app)
        READ_YOUR_WRITES.require(answer.status == 404, f"{path}: {answer.status}", wire.story)
    for path in (f"/users/v2?id={person.id}", f"/users/by_tags?tags={name}"):
        page = wire.call("GET", path, token=app).json
        READ_YOUR_WRITES.require(
            (page["items"], page["total_entries"]) == ([], 0), f"{path} finds it", wire.story
        )
    again = sign_up(wire, login=person.login, email=f"{name}@example.com")
    UNIQUENESS.require(again.id != person.id, "a deleted user's id came back", wire.story)


def test_an_external_id_names_whom_to_delete(wire: Wire) -> None:
    name = fresh_name()
    person = newcomer(wire, external_id=name)
    nobody = wire.call("DELETE", f"/users/external/not-{name}", token=person.token)
    READ_YOUR_WRITES.require(nobody.status == 404, f"{nobody.status}", wire.story)
    answer = wire.call("DELETE", f"/users/external/{name}", token=person.token)
    READ_YOUR_WRITES.require(
        answer.status == 200 and not answer.content, f"{answer.status}", wire.story
    )
    dead(wire, person.token, "after its user was deleted")
    gone = wire.call("GET", f"/users/{person.id}", token=app_token(wire))
    READ_YOUR_WRITES.require(gone.status == 404, "still there", wire.story)


def test_a_new_password_ends_the_other_sessions(wire: Wire) -> None:
    person = newcomer(wire)
    other = str(create_session(wire, login=person.login, password=person.password)["token"])
    new = fresh_password()
    answer = update(wire, person, password=new, old_password=person.password)
    READ_YOUR_WRITES.require(answer.status == 200, f"{answer.errors}", wire.story)
    dead(wire, other, "after the password changed")
    IDENTITY.require(holder(wire, person.token) == person.id, "the caller's ended", wire.story)
    for password, status in ((person.password, 401), (new, 201)):
        request = session_request(wire, login=person.login, password=password)
        signed = wire.call("POST", "/session", body=request)
        IDENTITY.require(signed.status == status, f"{signed.status}, not {status}", wire.story)


def test_only_the_whole_password_signs_in(wire: Wire) -> None:
    person = sign_up(wire)
    longer, shorter = f"{person.password}x", person.password[:-1]
    for wrong in (longer, shorter, person.password.upper(), f" {person.password}"):
        request = session_request(wire, login=person.login, password=wrong)
        answer = wire.call("POST", "/session", body=request)
        IDENTITY.require(answer.status == 401, f"{answer.status} for a near miss", wire.story)


def test_login_and_logout_change_whom_a_token_stands_for(wire: Wire) -> None:
    first, second = sign_up(wire), sign_up(wire)
    token = app_token(wire)
    for person in (first, second, first):
        credentials = {"login": person.login, "password": person.password}
        answer = wire.call("POST", "/login", body=credentials, token=token)
        IDENTITY.require(
            answer.json["user"]["id"] == holder(wire, token) == person.id,
            f"the token does not stand for {person.id}",
            wire.story,
        )
    wire.call("DELETE", "/login", token=token)
    IDENTITY.require(holder(wire, token) is None, "the user is still there", wire.story)
    again = wire.call("DELETE", "/login", token=token)
    OWNERSHIP.require(
        (again.status, again.errors) == (403, NEED_USER), "an app signed out", wire.story
    )


def test_one_user_by_login_and_by_email(wire: Wire) -> None:
    email = f"{fresh_name()}@example.com"
    person = sign_up(wire, email=email)
    for name in ({"login": person.login}, {"email": email}, {"email": email.upper()}):
        session = create_session(wire, **name, password=person.password)
        IDENTITY.require(session["user_id"] == person.id, f"another user by {name}", wire.story)


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
    taken, person = sign_up(wire), newcomer(wire, full_name="Before", tag_list=["before"])
    before = read(wire, person, person.token)
    after = {"full_name": "After", "tag_list": ["after"], "website": "https://example.com/after"}
    wrongly: list[dict[str, object]] = [
        {"login": taken.login},
        {"timezone": 841},
        {"password": fresh_password(), "old_password": fresh_password()},
        {"password": fresh_password()},
    ]
    for wrong in wrongly:
        refused = update(wire, person, **after, **wrong)
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
