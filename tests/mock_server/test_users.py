from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest

from mock_server import Settings, running
from tests.mock_server.caller import PASSWORD, Caller, errors

pytestmark = pytest.mark.each_database

NOT_FOUND = ["User not found"]
NOT_OWNER = {"base": ["You are not owner of this object"]}
NEED_USER = {"base": ["Forbidden. Need user."]}
KEYS = [
    "_id", "id", "created_at", "updated_at", "login", "full_name", "last_request_at", "timezone",
    "email", "phone", "website", "twitter_id", "external_user_id", "facebook_id", "custom_data",
    "user_tags", "avatar", "external_id", "is_guest",
]  # fmt: skip


def test_a_new_user_has_19_keys_and_no_password(caller: Caller) -> None:
    user = caller.app().sign_up(login="amigo")
    assert list(user) == KEYS
    assert re.fullmatch("[0-9a-f]{24}", user["_id"])
    assert user["created_at"] == user["updated_at"] == "2023-11-14T22:13:20Z"
    given = {"_id", "id", "created_at", "updated_at", "login"}
    assert {name for name, value in user.items() if value is not None} == given


def test_every_field_is_kept(caller: Caller) -> None:
    fields = {
        "login": "amigo", "email": "Amigo@x.org", "full_name": "Ünï Çode 🎉", "phone": "555",
        "website": "https://example.com", "timezone": -720, "twitter_id": "t", "facebook_id": "f",
        "external_user_id": 2**63 - 1, "external_id": "e/1", "custom_data": '{"a":1}',
        "avatar": "uid",
    }  # fmt: skip
    app = caller.app()
    user = app.sign_up(**fields, tag_list=["a", "b c"], blob_id=7, nonsense="ignored")
    assert user | fields | {"user_tags": "a,b c", "blob_id": 7} == user
    assert app.get(f"/users/{user['id']}").json() == {"user": user}
    assert app.get("/users/external/e%2F1").json() == {"user": user}


@pytest.mark.parametrize("tags", ["a,b,a", ["a", "b", "a"]])
def test_tags_come_as_list_or_text(caller: Caller, tags: object) -> None:
    assert caller.app().sign_up(login="amigo", tag_list=tags)["user_tags"] == "a,b"


def test_sign_up_by_auth_key(caller: Caller) -> None:
    body = {"user": {"login": "amigo", "password": PASSWORD}}
    key = {"CB-AuthKey": "dev-auth-key"}
    answer = caller.call("POST", "/users", json=body, headers=key)
    assert answer.status_code == 201
    assert "cb-token-expirationdate" not in answer.headers
    assert errors(caller.post("/users", body), 403) == ["Token is required"]
    wrong = caller.call("POST", "/users", json=body, headers={"CB-AuthKey": "x"})
    assert errors(wrong, 401) == {"base": ["Wrong auth_key"]}
    dead = caller.with_token("0" * 36).call("POST", "/users", json=body, headers=key)
    assert errors(dead, 401) == {"base": ["Required session does not exist"]}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"password": "short", "login": "amigo"}, "password"),
        ({"password": "x" * 41, "login": "amigo"}, "password"),
        ({"login": "amigo"}, "password"),
        ({"password": PASSWORD}, "base"),
        ({"password": PASSWORD, "login": "ab"}, "login"),
        ({"password": PASSWORD, "login": "x" * 71}, "login"),
        ({"password": PASSWORD, "email": "no"}, "email"),
        ({"password": PASSWORD, "login": "amigo", "tag_list": list("abcdef")}, "tag_list"),
        ({"password": PASSWORD, "login": "amigo", "tag_list": ["a,b"]}, "tag_list"),
        ({"password": PASSWORD, "login": "amigo", "timezone": 841}, "timezone"),
        ({"password": PASSWORD, "login": "amigo", "timezone": "60"}, "timezone"),
        ({"password": PASSWORD, "login": "amigo", "external_user_id": 2**63}, "external_user_id"),
        ({"password": PASSWORD, "login": "amigo", "full_name": "a\x00b"}, "full_name"),
        ({"password": PASSWORD, "login": "amigo", "custom_data": "x" * 20_001}, "custom_data"),
    ],
)
def test_broken_rules_are_named(caller: Caller, fields: dict[str, Any], wrong: str) -> None:
    refused = errors(caller.app().post("/users", {"user": fields}), 422)
    assert list(refused) == [wrong]
    assert caller.app().get("/users/by_login", {"login": "amigo"}).status_code == 404


def test_login_and_email_are_unique(caller: Caller) -> None:
    app = caller.app()
    app.sign_up(login="amigo", email="amigo@x.org")
    taken = ["has already been taken"]
    for fields, expected in [
        ({"login": "amigo"}, {"login": taken}),
        ({"email": "AMIGO@X.ORG"}, {"email": taken}),
        ({"login": "amigo", "email": "amigo@x.org"}, {"login": taken, "email": taken}),
    ]:
        answer = app.post("/users", {"user": {"password": PASSWORD} | fields})
        assert errors(answer, 422) == expected
    app.sign_up(login="Amigo")
    other = caller.signed_in("other")
    answer = other.put(f"/users/{other.user()['id']}", {"user": {"login": "amigo"}})
    assert errors(answer, 422) == {"login": taken}
    assert other.user()["login"] == "other"


def test_one_updates_oneself_only(caller: Caller) -> None:
    amigo, marvin = caller.signed_in("amigo"), caller.signed_in("marvin")
    user = amigo.user()
    path = f"/users/{user['id']}"
    caller.clock.advance(seconds=60)
    answer = amigo.put(path, {"user": {"full_name": "A", "tag_list": "x,y", "website": None}})
    assert answer.status_code == 200
    moved = "2023-11-14T22:14:20Z"
    assert answer.json()["user"] == user | {
        "full_name": "A", "user_tags": "x,y", "updated_at": moved, "last_request_at": moved,
    }  # fmt: skip
    kept = amigo.put(path, {"user": {"phone": "1"}}).json()["user"]
    assert (kept["full_name"], kept["user_tags"]) == ("A", "x,y")
    unset = amigo.put(path, {"user": {"tag_list": None, "full_name": None}}).json()["user"]
    assert (unset["full_name"], unset["user_tags"]) == (None, None)
    assert errors(marvin.put(path, {"user": {"full_name": "B"}}), 403) == NOT_OWNER
    assert errors(caller.app().put(path, {"user": {"full_name": "B"}}), 403) == NEED_USER
    assert errors(marvin.put("/users/99", {"user": {"full_name": "B"}}), 404) == NOT_FOUND
    assert amigo.user()["full_name"] is None


def test_a_new_password_ends_the_other_sessions(caller: Caller) -> None:
    here, there = caller.signed_in("amigo"), caller.signed_in("amigo")
    path = f"/users/{here.user()['id']}"
    new = {"password": "new password"}
    assert errors(here.put(path, {"user": new}), 422) == {"old_password": ["cannot be blank"]}
    wrong = here.put(path, {"user": new | {"old_password": "wrong"}})
    assert errors(wrong, 422) == {"old_password": ["is invalid"]}
    assert there.get("/session").status_code == 200
    assert here.put(path, {"user": new | {"old_password": PASSWORD}}).status_code == 200
    assert here.get("/session").status_code == 200
    assert there.get("/session").status_code == 401
    old = caller.create_session(user={"login": "amigo", "password": PASSWORD})
    assert errors(old, 401) == ["Invalid password"]
    caller.signed_in("amigo", "new password")


def test_one_deletes_oneself_only(caller: Caller) -> None:
    amigo, again, marvin = [caller.signed_in(each) for each in ("amigo", "amigo", "marvin")]
    user_id = amigo.user()["id"]
    assert errors(marvin.delete(f"/users/{user_id}"), 403) == NOT_OWNER
    assert errors(caller.app().delete(f"/users/{user_id}"), 403) == NEED_USER
    answer = amigo.delete(f"/users/{user_id}")
    assert (answer.status_code, answer.headers["content-length"]) == (200, "0")
    assert "cb-token-expirationdate" in answer.headers
    assert amigo.get("/session").status_code == again.get("/session").status_code == 401
    assert errors(marvin.get(f"/users/{user_id}"), 404) == NOT_FOUND
    assert caller.signed_in("amigo").user()["id"] > marvin.user()["id"]  # an id is never reused


def test_external_ids(caller: Caller) -> None:
    app = caller.app()
    by_number = app.sign_up(login="one", external_user_id=17)
    assert app.get("/users/external/17").json()["user"] == by_number
    by_text = app.sign_up(login="two", external_id="17")
    assert app.get("/users/external/17").json()["user"] == by_text
    assert errors(app.get(f"/users/external/{2**70}"), 404) == NOT_FOUND
    one, two = caller.signed_in("one"), caller.signed_in("two")
    assert errors(one.delete("/users/external/17"), 403) == NOT_OWNER
    assert two.delete("/users/external/17").status_code == 200
    assert one.delete("/users/external/17").status_code == 200
    assert errors(caller.signed_in("three").delete("/users/external/17"), 404) == NOT_FOUND


@pytest.mark.parametrize(
    ("path", "field", "text"),
    [
        ("/users/by_login", "login", "amigo"),
        ("/users/by_email", "email", "amigo@x.org"),
        ("/users/by_phone", "phone", "+55 1"),
        ("/users/phone", "phone", "+55 1"),
        ("/users/by_facebook_id", "facebook_id", "f"),
        ("/users/by_twitter_id", "twitter_id", "t"),
    ],
)
def test_look_ups(caller: Caller, path: str, field: str, text: str) -> None:
    app = caller.app()
    user = app.sign_up(
        login="amigo", email="amigo@x.org", phone="+55 1", facebook_id="f", twitter_id="t"
    )
    app.sign_up(login="second", phone="+55 1", facebook_id="f", twitter_id="t")
    assert app.get(path, {field: text}).json() == {"user": user}
    assert app.get(f"{path}.json", {field: text}).json() == {"user": user}
    assert errors(app.get(path, {field: "nobody"}), 404) == NOT_FOUND
    assert errors(app.get(path), 422) == {field: ["cannot be blank"]}
    twice = app.get(path, [(field, text), (field, text)])
    assert errors(twice, 422) == {field: ["is given more than once"]}


@pytest.mark.parametrize("user_id", ["0", "-1", "abc", "1.0", "9223372036854775808", "%00", "%FF"])
def test_what_is_no_id_is_not_found(caller: Caller, user_id: str) -> None:
    assert errors(caller.app().get(f"/users/{user_id}"), 404) == NOT_FOUND


def test_who_is_online(caller: Caller) -> None:
    app, amigo = caller.app(), caller.signed_in("amigo")
    caller.clock.advance(seconds=300)
    marvin = caller.signed_in("marvin")
    caller.signed_in("marvin")
    assert app.get("/users/online", {"count": "true"}).json() == {"count": 2}
    listed = app.get("/users/online", {"limit": 1, "offset": 1}).json()["users"]
    assert [each["login"] for each in listed] == ["marvin"]
    caller.clock.advance(seconds=301)
    listed = app.get("/users/online").json()["users"]
    assert [each["login"] for each in listed] == ["marvin"]
    amigo.get("/session")
    marvin.delete("/login")
    assert app.get("/users/online", {"count": "true"}).json() == {"count": 2}


def test_requests_move_last_request_at(caller: Caller) -> None:
    amigo = caller.signed_in("amigo")
    assert amigo.user()["last_request_at"] is None  # within the second of its sign-in
    caller.clock.advance(seconds=5)
    assert amigo.user()["last_request_at"] == "2023-11-14T22:13:25Z"


def test_password_reset(caller: Caller, http: httpx2.Client) -> None:
    app = caller.app()
    app.sign_up(login="amigo", email="amigo@x.org")
    for email, status in (("AMIGO@x.org", 200), ("nobody@x.org", 404)):
        by_query = app.get("/users/password/reset", {"email": email})
        by_body = app.post("/users/password/reset", {"email": email})
        assert by_query.status_code == by_body.status_code == status
    assert app.post("/users/password/reset", {"email": "amigo@x.org"}).content == b""
    with running(Settings(port=0, reset_password_by_email=False)) as server:
        answer = Caller(server, http).app().post("/users/password/reset", {"email": "a@x.org"})
        assert errors(answer, 422) == {"base": ["Reset password by email is disabled"]}


def test_passwords_are_kept_as_hashes(http: httpx2.Client, tmp_path: Any) -> None:
    database = tmp_path / "state.db"
    with running(Settings(port=0, database=database)) as server:
        Caller(server, http).app().sign_up(login="amigo")
    kept = database.read_bytes()
    assert PASSWORD.encode() not in kept
    assert b"$argon2id$" in kept
