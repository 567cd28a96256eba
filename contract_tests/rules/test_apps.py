"""Two apps on one server, with users of the same names: nothing of one is seen from the other."""

from __future__ import annotations

import itertools
from typing import Any

from contract_tests.actors import (
    Person,
    app_token,
    create_session,
    fresh_name,
    newcomer,
    sign_in,
    sign_up,
)
from contract_tests.catalogue import APPS_APART, READ_YOUR_WRITES
from contract_tests.control import Apps, Mailbox
from contract_tests.sightings import PAGES, WAYS
from contract_tests.wire import Wire

PASSWORD = "the-same-password"


def _twin(wire: Wire, name: str) -> Person:
    """A user whom every app has."""
    number = 9_000_000_000 + int.from_bytes(name.encode()[-3:])
    user = {
        "login": name,
        "email": f"{name}@example.com",
        "password": PASSWORD,
        "full_name": name,
        "phone": name,
        "website": name,
        "facebook_id": name,
        "twitter_id": name,
        "external_id": name,
        "external_user_id": number,
        "tag_list": [name],
    }
    headers = [("CB-AuthKey", wire.server.auth_key)]
    answer = wire.call("POST", "/users", body={"user": user}, headers=headers)
    APPS_APART.require(answer.status == 201, f"{answer.errors}: taken in another app", wire.story)
    return sign_in(wire, Person(answer.json["user"], PASSWORD))


def test_users_of_the_same_names(wire: Wire, apps: Apps | None) -> None:
    if apps is None:
        return
    with apps.added() as app, Wire(app) as other:
        name = fresh_name()
        # In turns, so that the lowest id is now in one app, now in the other.
        here, there = _twin(wire, name), _twin(other, name)
        second = fresh_name()
        later, earlier = (_twin(each, second) for each in (other, wire))
        for each, own in ((wire, here), (other, there), (other, later), (wire, earlier)):
            for way in WAYS:
                value = own.user["user_tags" if way.field == "user_tags" else way.field]
                found = [user["id"] for user in way.ask(each, value, own.token)]
                APPS_APART.require(
                    found == [own.id], f"{way.path} by {way.field} finds {found}", each.story
                )
        for each, own, foreign in ((wire, here, there), (other, there, here)):
            _hold_apart(each, own, foreign)
        wire.call("DELETE", f"/users/{here.id}", token=here.token)
        _still_there(other, there)
        sessions = create_session(other, login=name, password=PASSWORD)
        APPS_APART.require(sessions["user_id"] == there.id, "gone in both", other.story)


def _hold_apart(wire: Wire, own: Person, foreign: Person) -> None:
    """Demand that an app's user sees and touches nothing of another app's."""
    asked: list[tuple[str, str, object]] = [
        ("GET", f"/users/{foreign.id}", None),
        ("PUT", f"/users/{foreign.id}", {"user": {"full_name": "x"}}),
        ("DELETE", f"/users/{foreign.id}", None),
    ]
    for method, path, body in asked:
        answer = wire.call(method, path, body=body, token=own.token)
        APPS_APART.require(answer.status == 404, f"{answer.status} for {method}", wire.story)
    for way in PAGES:
        if way.field == "id":
            found = way.ask(wire, foreign.id, own.token)
            APPS_APART.require(not found, f"{way.path} finds another app's user", wire.story)
    session = wire.call("GET", "/session", token=own.token).json["session"]
    APPS_APART.require(
        (session["application_id"], session["user_id"]) == (wire.server.application_id, own.id),
        "a session of another app",
        wire.story,
    )


def _still_there(wire: Wire, person: Person) -> None:
    session = wire.call("GET", "/session", token=person.token)
    APPS_APART.require(session.status == 200, "another app's user took the session", wire.story)
    answer = wire.call("GET", f"/users/{person.id}", token=person.token)
    APPS_APART.require(answer.status == 200, "another app's user went with it", wire.story)


def test_whom_a_page_counts(wire: Wire, apps: Apps | None) -> None:
    if apps is None:
        return
    newcomer(wire)
    with apps.added() as app, Wire(app) as other:
        token = app_token(other)
        for path in ("/users/online", "/users"):
            body = other.call("GET", path, token=token).json
            APPS_APART.require(
                not body.get("users", body.get("items")), f"{path} holds others", other.story
            )
        profile = {"website": "https://example.com", "timezone": 0, "tag_list": ["a", "b"]}
        people = [newcomer(other, **profile) for _ in range(3)]
        ids = [person.id for person in people]
        online = other.call("GET", "/users/online", token=token).json["users"]
        count = other.call("GET", "/users/online?count=true", token=token).json["count"]
        page = other.call("GET", "/users?per_page=2", token=token).json
        APPS_APART.require(
            sorted(user["id"] for user in online) == ids
            and count == 3 == page["total_entries"]
            and [item["user"]["id"] for item in page["items"]] == ids[:2],
            "others are counted, or own ones are not",
            other.story,
        )
        for user in online:
            read = other.call("GET", f"/users/{user['id']}", token=token).json["user"]
            READ_YOUR_WRITES.require(user == read, "another user than is read", other.story)
        for limit, offset in itertools.product((1, 2, 3, 100), (0, 1, 2, 3)):
            path = f"/users/online?limit={limit}&offset={offset}"
            found = [user["id"] for user in other.call("GET", path, token=token).json["users"]]
            APPS_APART.require(
                len(found) == max(0, min(limit, 3 - offset)), f"{path}: {found}", other.story
            )
        for gone in people[:2]:
            how = "/login" if gone is people[0] else "/session"
            other.call("DELETE", how, token=gone.token)
        left = other.call("GET", "/users/online", token=token).json["users"]
        left_count = other.call("GET", "/users/online?count=true", token=token).json["count"]
        APPS_APART.require(
            [user["id"] for user in left] == ids[2:] and left_count == 1,
            "whoever has no session any more is online",
            other.story,
        )


def test_files_and_sign_ups_of_another_app(wire: Wire, apps: Apps | None) -> None:
    if apps is None:
        return
    with apps.added() as app, Wire(app) as other:
        owner, stranger = newcomer(wire), newcomer(other)
        wanted = {"blob": {"name": "a.txt", "content_type": "text/plain"}}
        blob = wire.call("POST", "/blobs", body=wanted, token=owner.token).json["blob"]
        wire.call("PUT", f"/blobs/{blob['id']}/complete", body={"size": 1}, token=owner.token)
        asked: list[tuple[str, str, Any]] = [
            ("GET", f"/blobs/{blob['uid']}", None),
            ("GET", f"/blobs/{blob['uid']}/download", None),
            ("GET", f"/blobs/{blob['uid']}?token={stranger.token}", None),
            ("GET", f"/blobs/{blob['uid']}/download?token={stranger.token}", None),
            ("GET", f"/blobs/{blob['uid']}.json", None),
            ("GET", f"/blobs/{blob['id']}", None),
            ("GET", f"/blobs/{blob['uid']}/object?download_url=1", None),
            ("PUT", f"/blobs/{blob['id']}", {"blob": {"name": "x"}}),
            ("PUT", f"/blobs/{blob['id']}/complete", {"size": 2}),
            ("POST", f"/blobs/{blob['id']}/complete", {"size": 2}),
            ("DELETE", f"/blobs/{blob['id']}", None),
            ("DELETE", f"/blobs/{blob['uid']}", None),
        ]
        for method, path, body in asked:
            token = None if "token=" in path else stranger.token
            answer = other.call(method, path, body=body, token=token)
            APPS_APART.require(
                answer.status in {403, 404}, f"{answer.status} for {method} {path}", other.story
            )
        read = wire.call("GET", f"/blobs/{blob['id']}", token=owner.token)
        APPS_APART.require(
            read.status == 200 and read.json["blob"]["size"] == 1, "changed", wire.story
        )
        login = fresh_name()
        body = {"user": {"login": login, "password": PASSWORD}}
        key = [("CB-AuthKey", wire.server.auth_key)]
        other.call("POST", "/users", body=body, headers=key, token=stranger.token)
        own = other.call("GET", f"/users/by_login?login={login}", token=stranger.token)
        foreign = wire.call("GET", f"/users/by_login?login={login}", token=owner.token)
        APPS_APART.require(
            (own.status, foreign.status) == (200, 404), "a key won over a token", other.story
        )


def test_a_reset_is_for_one_apps_user(
    wire: Wire, apps: Apps | None, mailbox: Mailbox | None
) -> None:
    if apps is None or mailbox is None:
        return
    with apps.added() as app, Wire(app) as other:
        name = fresh_name()
        twins = [(each, _twin(each, name)) for each in (wire, other)]
        body = {"email": f"{name}@example.com"}
        only_here = sign_up(wire, email=f"only-{name}@example.com")
        answer = other.call(
            "POST",
            "/users/password/reset",
            body={"email": only_here.user["email"]},
            token=app_token(other),
        )
        APPS_APART.require(answer.status == 404, f"{answer.status}", other.story)
        other.call("POST", "/users/password/reset", body=body, token=app_token(other))
        [link] = mailbox.links(body["email"])
        form = b"password=a-new-password&repeated=a-new-password"
        other.post_form(link, form, "application/x-www-form-urlencoded")
        for each, person in twins:
            answer = each.call("GET", "/session", token=person.token)
            status = 200 if each is wire else 401
            APPS_APART.require(answer.status == status, f"{answer.status}", each.story)
            credentials = {"login": name, "password": PASSWORD}
            answer = each.call("POST", "/login", body=credentials, token=app_token(each))
            statuses = {200, 202} if each is wire else {401}
            APPS_APART.require(answer.status in statuses, f"{answer.status}", each.story)
