"""What a user's fields are set to is what every way to see that user shows, until it is changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
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
)
from contract_tests.catalogue import (
    ECHOED_IDENTIFIERS,
    GUESTS,
    IDENTITY,
    READ_ONLY,
    READ_YOUR_WRITES,
)
from contract_tests.decoded import is_array
from contract_tests.sightings import LOOK_UPS, WAYS, names
from contract_tests.wire import Wire

pytestmark = pytest.mark.live

MOVING = {"updated_at", "last_request_at"}
UNSETTABLE = {"_id", "id", "created_at", "is_guest", "login", "email", *MOVING}
CHOSEN: dict[str, object] = {
    "id": 987_654_321,
    "_id": "0" * 24,
    "created_at": "2001-01-01T00:00:00Z",
    "updated_at": "2001-01-01T00:00:00Z",
    "last_request_at": "2001-01-01T00:00:00Z",
    "user_tags": "chosen",
    "application_id": 987_654_321,
    "app_id": 987_654_321,
    "user_id": 987_654_321,
    "guest_until": 0,
}
"""What no client may choose."""


def everything(name: str, timezone: int, tags: int) -> dict[str, object]:
    """A value for every field that may be written; no two of them, and of two names, alike."""
    number = int(hashlib.sha256(name.encode()).hexdigest()[:15], 16)
    return {
        "login": f"Login {name}",
        "email": f"E+{name}@Example.com",
        "full_name": f'Zoë O\'{name} & "Søn" <b> 100% 🥑',
        "phone": f"+49 (0) {name}",
        "website": f"https://{name}.example.com/?a=b&c=%20#d",
        "timezone": timezone,
        "twitter_id": f"Twitter {name}",
        "facebook_id": f"Facebook+{name}",
        "external_user_id": number,
        "external_id": f"äußerlich {name}+1.0",
        "custom_data": f'{{"{name}": "\\\\ naïve 🥑"}}',
        "tag_list": [f"{name}-{each}" for each in range(tags)],
        "avatar": f"avatar {name}",
        "blob_id": number - 1,
    }


def shown(field: str, value: object) -> tuple[str, object]:
    """How a field that was written is shown: its name and its value."""
    if field == "tag_list":
        return "user_tags", ",".join(map(str, value)) if is_array(value) else value
    return field, value


def hold(wire: Wire, user: dict[str, Any], written: Mapping[str, object]) -> None:
    """Demand the fields that were written; what is unset or empty may be null, empty or absent."""
    for field, value in written.items():
        name, expected = shown(field, value)
        found: object = user.get(name)
        READ_YOUR_WRITES.require(
            found == expected or (expected in (None, "") and found in (None, "")),
            f"{name} is {found!r}, not {expected!r}",
            wire.story,
        )


def still(user: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in user.items() if name not in MOVING}


def update(wire: Wire, person: Person, **fields: object) -> dict[str, Any]:
    path = f"/users/{person.id}"
    answer = wire.call("PUT", path, body={"user": fields}, token=person.token)
    READ_YOUR_WRITES.require(answer.status == 200, f"{answer.errors}", wire.story)
    user: dict[str, Any] = answer.json["user"]
    return user


def read(wire: Wire, user_id: int, token: str) -> dict[str, Any]:
    answer = wire.call("GET", f"/users/{user_id}", token=token)
    READ_YOUR_WRITES.require(answer.status == 200, f"{answer.status}", wire.story)
    user: dict[str, Any] = answer.json["user"]
    return user


def seen_everywhere(wire: Wire, user: dict[str, Any], token: str) -> None:
    """Demand that each way to see a user shows it, alone and alike."""
    for way, value in names(user):
        found = way.ask(wire, value, token)
        READ_YOUR_WRITES.require(
            found == [user], f"{way.path} by {way.before or way.field} {value}: {found}", wire.story
        )


def seen_nowhere(wire: Wire, user: dict[str, Any], token: str, but: frozenset[str]) -> None:
    """Demand that no way to see a user, by what it was called, finds anybody."""
    for way, value in names(user):
        if way.field not in but:
            found = way.ask(wire, value, token)
            READ_YOUR_WRITES.require(
                not found, f"{way.path} by the former {way.field} {value} finds it", wire.story
            )


def in_sessions(wire: Wire, person: Person, name: dict[str, str]) -> list[dict[str, Any]]:
    """The user as signing in shows it, on both paths, and the session afterwards."""
    credentials = {**name, "password": person.password}
    session = create_session(wire, **credentials)
    token = app_token(wire)
    signed = wire.call("POST", "/login", body=credentials, token=token)
    IDENTITY.require(signed.status in {200, 202}, f"{signed.errors}", wire.story)
    read_back = [
        wire.call("GET", "/session", token=each).json["session"]["user"]
        for each in (session["token"], token)
    ]
    return [session["user"], signed.json["user"], *read_back]


def test_every_way_shows_the_fields_of_now(wire: Wire) -> None:
    app, name = app_token(wire), fresh_name()
    first, second = everything(name, 0, 5), everything(fresh_name(), -720, 1)
    person = sign_up(wire, **first)
    hold(wire, person.user, first)
    seen_everywhere(wire, person.user, app)
    sign_in(wire, person)
    for user in in_sessions(wire, person, {"login": person.login}):
        READ_YOUR_WRITES.require(
            still(user) == still(person.user), "a session shows another", wire.story
        )
    before, person.user = person.user, update(wire, person, **second)
    hold(wire, person.user, second)
    READ_YOUR_WRITES.require(person.id == before["id"], "another user was answered", wire.story)
    seen_everywhere(wire, person.user, app)
    seen_nowhere(wire, before, app, but=frozenset({"id"}))
    for name_of_now in ({"email": str(second["email"])}, {"login": str(second["login"])}):
        for user in in_sessions(wire, person, name_of_now):
            READ_YOUR_WRITES.require(
                still(user) == still(person.user), "a session shows another", wire.story
            )
    nothing = {field: None for field in second if field not in UNSETTABLE}
    unset = update(wire, person, **nothing)
    hold(wire, unset, nothing)
    seen_nowhere(wire, person.user, app, but=frozenset({"id", "login", "email"}))
    READ_YOUR_WRITES.require(
        still(read(wire, person.id, app)) == still(unset), "unset otherwise", wire.story
    )
    shown_by_session = wire.call("GET", "/session", token=person.token).json["session"]["user"]
    READ_YOUR_WRITES.require(
        still(shown_by_session) == still(unset), "the session shows a former user", wire.story
    )
    written_again = update(wire, person, **first)
    hold(wire, written_again, first)
    seen_everywhere(wire, {**written_again, **_moved(wire, person, app)}, app)
    wire.call("DELETE", f"/users/{person.id}", token=person.token)
    seen_nowhere(wire, written_again, app, but=frozenset())


def _moved(wire: Wire, person: Person, token: str) -> dict[str, Any]:
    user = read(wire, person.id, token)
    return {name: user[name] for name in MOVING}


@pytest.mark.parametrize("by", ["login", "email"])
def test_what_is_not_named_at_sign_up_is_unset(wire: Wire, by: str) -> None:
    name = fresh_name()
    value = name if by == "login" else f"{name}@example.com"
    password = fresh_password()
    body = {"user": {by: value, "password": password}}
    answer = wire.call("POST", "/users", body=body, token=app_token(wire))
    user: dict[str, Any] = answer.json["user"]
    set_ones = {each for each, value in user.items() if value not in (None, "", False)}
    READ_YOUR_WRITES.require(
        set_ones - {"last_request_at"} == {"_id", "id", "created_at", "updated_at", by}
        and user[by] == value,
        f"{sorted(set_ones)} are set",
        wire.story,
    )


def test_an_update_writes_what_it_names_and_nothing_else(wire: Wire) -> None:
    name = fresh_name()
    first = everything(name, 840, 2)
    person = newcomer(wire, **first)
    others = everything(fresh_name(), -60, 3)
    changes: list[tuple[str, object]] = [
        *others.items(),
        *[(field, None) for field in others if field not in UNSETTABLE],
        ("timezone", 0),
        ("timezone", 840),
        ("external_user_id", 2**63 - 1),
        ("external_user_id", 1),
        ("custom_data", "x" * 20_000),
        ("tag_list", "a,b,c,d,e"),
        ("tag_list", ["two words", "Élan"]),
        ("tag_list", []),
        ("tag_list", "one"),
        ("tag_list", ""),
        ("login", f"{name:y<70}"),
        ("email", str(others["email"]).upper()),
    ]
    observer = app_token(wire)
    before = read(wire, person.id, observer)
    for field, value in changes:
        answered = update(wire, person, **{field: value})
        now = read(wire, person.id, observer)
        READ_YOUR_WRITES.require(
            still(answered) == still(now), "another answer than is read", wire.story
        )
        hold(wire, now, {field: value})
        touched = shown(field, value)[0]
        READ_YOUR_WRITES.require(
            still({**now, touched: None}) == still({**before, touched: None}),
            f"more than {field} changed",
            wire.story,
        )
        before = now


def test_texts_are_kept_to_their_last_character(wire: Wire) -> None:
    fields = ("full_name", "phone", "website", "twitter_id", "facebook_id", "external_id", "avatar")
    tags = [f"{each}{'t' * 148}é" for each in range(5)]
    person = newcomer(wire)
    texts = (f"🥑{'é' * 998}🍋", f" {'é' * 999}")
    for text in texts:
        long: dict[str, object] = dict.fromkeys(fields, text)
        hold(wire, update(wire, person, **long), long)
        hold(wire, read(wire, person.id, person.token), long)
    others: dict[str, object] = {"custom_data": f"{'x' * 19_000}{'🥑' * 1000}", "tag_list": tags}
    hold(wire, update(wire, person, **others), others)
    page = wire.call("GET", "/users/v2", query=[("id", str(person.id))], token=person.token).json
    hold(wire, page["items"][0], {**dict.fromkeys(fields, texts[1]), **others})
    first: dict[str, object] = dict.fromkeys(fields, texts[0])
    hold(wire, sign_up(wire, **first).user, first)


def test_others_keep_their_fields(wire: Wire) -> None:
    first, second = newcomer(wire), newcomer(wire, tag_list=["kept"], full_name="Kept", phone="1")
    observer = app_token(wire)
    before = read(wire, second.id, observer)
    update(wire, first, **everything(fresh_name(), 1, 3))
    wire.call("DELETE", f"/users/{first.id}", token=first.token)
    after = read(wire, second.id, observer)
    READ_YOUR_WRITES.require(after == before, "somebody else's update changed it", wire.story)


def test_what_the_server_sets_cannot_be_chosen(wire: Wire) -> None:
    name = fresh_name()
    chosen = {**CHOSEN, "is_guest": True}
    person = newcomer(wire, **chosen)
    _unchosen(wire, person.user)
    before = read(wire, person.id, person.token)
    changed = update(wire, person, **chosen)
    _unchosen(wire, changed)
    READ_ONLY.require(still(changed) == still(before), "an update chose", wire.story)
    on_the_fly = {"login": name, "password": fresh_password(), **chosen}
    session = create_session(wire, **on_the_fly)
    _unchosen(wire, session["user"])
    guest = create_session(wire, **{**CHOSEN, "guest": 1, "is_guest": False})["user"]
    READ_ONLY.require(guest["is_guest"] is True, "a guest chose to be none", wire.story)
    _unchosen(wire, {**guest, "is_guest": None})
    token = "0123456789ABCDEF" * 2 + "0123"
    body = {**CHOSEN, "token": token, "user_id": person.id, **session_request(wire)}
    chosen_session = wire.call("POST", "/session", body=body).json["session"]
    READ_ONLY.require(
        chosen_session["user_id"] is None
        and chosen_session["token"] != token
        and not chosen_session["created_at"].startswith("2001"),
        "a session was chosen",
        wire.story,
    )
    credentials = {"login": name, "password": on_the_fly["password"]}
    body = {**credentials, "user_id": person.id, "id": person.id, "user": {"id": person.id}}
    signed = wire.call("POST", "/login", body=body, token=chosen_session["token"]).json["user"]
    READ_ONLY.require(signed["id"] == session["user_id"], "somebody chose whom to be", wire.story)


def _unchosen(wire: Wire, user: dict[str, Any]) -> None:
    as_chosen = [name for name, value in CHOSEN.items() if user.get(name) == value]
    READ_ONLY.require(not as_chosen, f"{as_chosen} came from a client", wire.story)
    READ_ONLY.require(not user["is_guest"], "somebody chose to be a guest", wire.story)


def test_guests_are_marked_everywhere(wire: Wire) -> None:
    name = fresh_name()
    session = create_session(wire, guest="1", full_name=f"A Guest {name}")
    guest, token = session["user"], str(session["token"])
    GUESTS.require(
        guest["is_guest"] is True
        and guest["full_name"] == f"A Guest {name}"
        and guest["login"].startswith("guest_login_")
        and guest["email"] is None,
        "not a guest",
        wire.story,
    )
    path = f"/users/{guest['id']}"
    changes = {"website": name, "phone": name, "external_id": name, "tag_list": [name]}
    answer = wire.call("PUT", path, body={"user": changes}, token=token)
    GUESTS.require(
        answer.status == 200 and answer.json["user"]["is_guest"] is True, "unmarked", wire.story
    )
    seen_everywhere(wire, answer.json["user"], app_token(wire))
    read_back = wire.call("GET", "/session", token=token).json["session"]["user"]
    GUESTS.require(read_back["is_guest"] is True, "unmarked in its session", wire.story)
    for user in (sign_up(wire).user, create_session(wire, login=name, password=name)["user"]):
        GUESTS.require(not user["is_guest"], "marked, and no guest", wire.story)


def test_look_ups_are_exact(wire: Wire) -> None:
    person = sign_up(wire, **everything(fresh_name(), 0, 1))
    token = app_token(wire)
    for way in LOOK_UPS:
        value = str(person.user[way.field])
        near = [value[:-1], f"{value}1", f"0{value}"]
        if not value.isdecimal():
            near += [f"{value[:-1]}_", "%", f" {value}"]
        if not value.isdecimal() and way.field != "email":
            near += [value.upper(), value.lower(), value.swapcase()]
        for other in sorted({*near} - {value}):
            answer = way.ask(wire, other, token)
            ECHOED_IDENTIFIERS.require(
                all(user["id"] != person.id for user in answer) or _is_same_number(other, value),
                f"{way.path} finds {value!r} by {other!r}",
                wire.story,
            )


def test_look_ups_look_at_their_own_field(wire: Wire) -> None:
    person = sign_up(wire, **everything(fresh_name(), 0, 1))
    token = app_token(wire)
    for way in LOOK_UPS:
        own = {"external_id", "external_user_id"} if "external" in way.path else {way.field}
        for field in sorted({each.field for each in WAYS} - own):
            found = way.ask(wire, person.user[field], token)
            ECHOED_IDENTIFIERS.require(
                all(user["id"] != person.id for user in found),
                f"{way.path} by {way.field} looks at {field}",
                wire.story,
            )


def _is_same_number(one: str, other: str) -> bool:
    return one.isdecimal() and other.isdecimal() and int(one) == int(other)


def test_one_suffix_is_cut_off_a_name_in_the_path(wire: Wire) -> None:
    name = fresh_name()
    plain, twin = sign_up(wire, external_id=name), sign_up(wire, external_id=f"{name}.json")
    token = app_token(wire)
    for asked, user in ((name, plain), (f"{name}.json", plain), (f"{name}.json.json", twin)):
        found = wire.call("GET", f"/users/external/{asked}", token=token)
        ECHOED_IDENTIFIERS.require(
            found.json["user"]["id"] == user.id, f"{asked} is another", wire.story
        )
