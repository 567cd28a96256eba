"""Many apps on one server: each alone with its users, files, sessions and settings."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server import RunningServer
from tests.mock_server.caller import PASSWORD, START, Caller, errors

pytestmark = pytest.mark.each_database

APPS = "/__mock__/apps"
FAR_AWAY = {"url": "http://idp.example", "request": {}, "response": {"uid": "#{id}"}}


class OtherApp(Caller):
    """A caller who names another app than the server's first."""

    def __init__(self, caller: Caller, keys: dict[str, Any]):
        super().__init__(caller.server, caller.http)
        self.keys = keys

    def create_session(self, **fields: Any) -> Any:
        app = {"application_id": self.keys["id"], "auth_key": self.keys["auth_key"]}
        return self.call("POST", "/session", json=app | fields)


def add(caller: Caller, **fields: Any) -> dict[str, Any]:
    answer = caller.post(APPS, fields)
    assert answer.status_code == 200, answer.text
    added: dict[str, Any] = answer.json()
    return added


@pytest.fixture
def other(caller: Caller) -> OtherApp:
    return OtherApp(caller, add(caller))


def test_apps_are_made_shown_changed_and_deleted(caller: Caller) -> None:
    made = add(caller, list_users_v1=False)
    assert (made["id"], made["list_users_v1"]) == (2, False)
    assert len(made["auth_key"]) == len(made["auth_secret"]) == 36
    chosen = add(caller, id=70, auth_key="seventy", auth_secret="hush")
    listed = caller.get(APPS)
    assert [each["id"] for each in listed.json()["apps"]] == [1, 2, 70]
    for secret in (made["auth_key"], made["auth_secret"], "seventy", "hush"):
        assert secret not in listed.text
    changed = caller.call("PATCH", f"{APPS}/70", json={"auth_key": "new", "list_users_v1": False})
    assert changed.json() == caller.get(f"{APPS}/70").json()
    assert changed.json()["list_users_v1"] is False
    seventy = OtherApp(caller, chosen)
    assert errors(seventy.create_session(), 422) == {"base": ["Wrong auth_key"]}
    seventy.keys["auth_key"] = "new"
    session = seventy.app()
    assert session.session()["application_id"] == 70
    assert caller.delete(f"{APPS}/70").json() == {"status": "ok"}
    assert errors(session.get("/session"), 401)
    assert errors(seventy.create_session(), 422) == {"base": ["No such application"]}
    for method in ("GET", "DELETE"):
        assert errors(caller.call(method, f"{APPS}/70"), 404) == ["App not found"]
    assert errors(caller.call("PATCH", f"{APPS}/70", json={}), 404) == ["App not found"]
    assert errors(caller.delete(f"{APPS}/1"), 422)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"id": 1}, "id"),
        ({"id": 0}, "id"),
        ({"id": True}, "id"),
        ({"auth_key": "dev-auth-key"}, "auth_key"),
        ({"auth_key": ""}, "auth_key"),
        ({"auth_key": "a b"}, "auth_key"),
        ({"auth_secret": None}, "auth_secret"),
        ({"nonsense": 1}, "nonsense"),
        ({"rate_limit": {"requests": 0, "seconds": 1}}, "requests"),
        ({"session_lifetime": 0}, "session_lifetime"),
        ({"largest_file": 2**40}, "largest_file"),
        ({"identity_provider": FAR_AWAY}, "identity_provider"),
    ],
)  # fmt: skip
def test_what_is_no_app_is_refused(caller: Caller, fields: dict[str, Any], field: str) -> None:
    assert list(errors(caller.post(APPS, fields), 422)) == [field]
    assert len(caller.get(APPS).json()["apps"]) == 1
    other = add(caller)
    if field != "id":
        answer = caller.call("PATCH", f"{APPS}/{other['id']}", json=fields)
        assert list(errors(answer, 422)) == [field]
        shown = {name: each for name, each in other.items() if not name.startswith("auth")}
        assert caller.get(f"{APPS}/{other['id']}").json() == shown


def test_logins_and_emails_are_unique_in_their_app_alone(caller: Caller, other: OtherApp) -> None:
    fields = {"login": "amigo", "email": "a@x.org"}
    ours, theirs = caller.app().sign_up(**fields), other.app().sign_up(**fields)
    assert ours["id"] != theirs["id"]
    taken = other.app().post("/users", {"user": fields | {"password": PASSWORD}})
    assert set(errors(taken, 422)) == {"login", "email"}
    assert caller.signed_in("amigo").user()["id"] == ours["id"]
    assert other.signed_in("amigo").user()["id"] == theirs["id"]


def test_the_auth_key_names_the_app(caller: Caller, other: OtherApp) -> None:
    body = {"user": {"login": "amigo", "password": PASSWORD}}
    for keys in ("dev-auth-key", other.keys["auth_key"]):
        answer = caller.call("POST", "/users", json=body, headers={"CB-AuthKey": keys})
        assert answer.status_code == 201
    answer = caller.call("POST", "/users", json=body, headers={"CB-AuthKey": "nobody's"})
    assert errors(answer, 401) == {"base": ["Wrong auth_key"]}
    assert caller.app().get("/users").json()["total_entries"] == 1


def test_nothing_of_another_app_is_seen(caller: Caller, other: OtherApp) -> None:
    fields = {
        "login": "amigo", "email": "a@x.org", "full_name": "Amigo Grande", "phone": "+1234",
        "external_id": "e-1", "facebook_id": "f-1", "twitter_id": "t-1", "tag_list": "vip",
        "external_user_id": 77,
    }  # fmt: skip
    user = caller.app().sign_up(**fields)
    owner = caller.signed_in("amigo")
    blob = owner.stored_blob(b"bytes")
    public = owner.stored_blob(b"for all", public=True)
    stranger = other.signed_in("stranger")
    for path in (
        f"/users/{user['id']}", "/users/external/e-1", "/users/external/77",
        "/users/by_login?login=amigo", "/users/by_email?email=a@x.org",
        "/users/by_phone?phone=%2B1234", "/users/by_facebook_id?facebook_id=f-1",
        "/users/by_twitter_id?twitter_id=t-1",
    ):  # fmt: skip
        assert errors(stranger.get(path), 404) == ["User not found"]
        assert owner.get(path).status_code == 200
    for path in (
        "/users/by_full_name?full_name=Amigo%20Grande", "/users/by_tags?tags=vip",
        "/users/v2?login=amigo",
        "/users?filter[]=string%20login%20eq%20amigo",
    ):  # fmt: skip
        assert stranger.get(path).json()["items"] == []
        assert len(owner.get(path).json()["items"]) == 1
    assert [each["login"] for each in stranger.get("/users/online").json()["users"]] == ["stranger"]
    for path in (f"/users/{user['id']}", "/users/external/e-1"):
        assert errors(stranger.delete(path), 404) == ["User not found"]
    assert errors(stranger.put(f"/users/{user['id']}", {"user": {}}), 404)
    for each in (blob, public):
        for path in (f"/blobs/{each['id']}", f"/blobs/{each['uid']}.json",
                     f"/blobs/{each['uid']}/object"):  # fmt: skip
            assert errors(stranger.get(path), 404) == ["Blob not found"]
        assert errors(stranger.delete(f"/blobs/{each['id']}"), 404)
    for suffix in ("", "/download"):
        assert errors(stranger.get(f"/blobs/{blob['uid']}{suffix}"), 404) == ["Blob not found"]
        # A public file's bytes are for anybody.
        assert stranger.get(f"/blobs/{public['uid']}{suffix}").status_code == 301
    assert stranger.get("/blobs").json()["total_entries"] == 0
    assert caller.get(f"/blobs/{public['uid']}").status_code == 301
    assert errors(stranger.post("/users/password/reset", {"email": "a@x.org"}), 404)


def test_nonces_and_secrets_are_each_app_s_own(caller: Caller, other: OtherApp) -> None:
    once = {"timestamp": START // 1000, "nonce": 5}
    for each in (caller, other):
        assert each.create_session(**once).status_code == 201
        assert errors(each.create_session(**once), 422) == {"nonce": ["must be unique"]}


def test_settings_are_each_app_s_own(caller: Caller, other: OtherApp) -> None:
    path = f"{APPS}/{other.keys['id']}"
    assert caller.call("PATCH", path, json={"create_users_on_session": False}).status_code == 200
    user = {"login": "newcomer", "password": PASSWORD}
    assert errors(other.create_session(user=user), 404) == ["User not found"]
    assert caller.create_session(user=user).status_code == 201
    assert caller.get("/__mock__/settings").json()["create_users_on_session"] is True


def test_mailbox_journal_and_reset_by_app(caller: Caller, other: OtherApp) -> None:
    for each in (caller, other):
        app = each.app()
        app.sign_up(login="amigo", email="a@x.org")
        assert app.post("/users/password/reset", {"email": "a@x.org"}).status_code == 200
    theirs = {"app_id": other.keys["id"]}
    [mail] = caller.get("/__mock__/mailbox", theirs).json()["messages"]
    assert mail["application_id"] == other.keys["id"]
    seen = caller.get("/__mock__/journal", theirs).json()["requests"]
    assert [each["operation"] for each in seen] == [
        "createSession", "signUp", "requestPasswordReset",
    ]  # fmt: skip
    path = f"{APPS}/{other.keys['id']}"
    caller.call("PATCH", path, json={"list_users_v1": False})
    owner = other.signed_in("amigo")
    blob = owner.stored_blob(b"bytes")
    link = owner.get(f"/blobs/{blob['uid']}").headers["location"]
    reset = caller.call("POST", "/__mock__/reset", query=theirs)
    assert reset.json() == {"status": "ok"}
    assert errors(owner.get("/session"), 401)
    assert caller.http.get(link).status_code == 404
    assert other.app().get("/users").json()["total_entries"] == 0
    assert caller.app().get("/users").json()["total_entries"] == 1
    [mail] = caller.get("/__mock__/mailbox").json()["messages"]
    assert mail["application_id"] == 1
    assert caller.call("DELETE", "/__mock__/mailbox", query=theirs).json() == {"messages": []}
    assert len(caller.get("/__mock__/mailbox").json()["messages"]) == 1
    unknown = caller.call("POST", "/__mock__/reset", query={"app_id": 9})
    assert errors(unknown, 404) == ["App not found"]


def test_a_whole_reset_leaves_the_first_app_alone(caller: Caller, other: OtherApp) -> None:
    assert caller.post("/__mock__/reset", {}).status_code == 200
    assert [each["id"] for each in caller.get(APPS).json()["apps"]] == [1]
    assert errors(other.create_session(), 422) == {"base": ["No such application"]}


def limit(caller: Caller, requests: int = 3, seconds: int = 60) -> None:
    settings = {"rate_limit": {"requests": requests, "seconds": seconds}}
    assert caller.call("PATCH", "/__mock__/settings", json=settings).status_code == 200


def test_a_rate_limit(caller: Caller, other: OtherApp, server: RunningServer) -> None:
    app, elsewhere = caller.app(), other.app()
    limit(caller)
    caller.clock.advance(seconds=0.25)
    for _ in range(2):
        assert app.get("/session").status_code == 200
    caller.clock.advance(seconds=20)
    assert app.get("/session").status_code == 200
    refused = app.get("/session")
    assert errors(refused, 429) == {"base": ["Too many requests"]}
    assert refused.headers["retry-after"] == "40"
    assert caller.create_session().status_code == 429
    assert server.journal.latest()[-1]["status"] == 429
    assert elsewhere.get("/session").status_code == 200
    caller.clock.advance(seconds=39.5)
    assert app.get("/session").headers["retry-after"] == "1"
    caller.clock.advance(seconds=0.5)
    assert app.get("/session").status_code == 200
    assert caller.call("PATCH", "/__mock__/settings", json={"rate_limit": None}).status_code == 200
    for _ in range(5):
        assert app.get("/session").status_code == 200


def test_a_refused_request_prolongs_nothing(caller: Caller) -> None:
    app = caller.app()
    limit(caller, requests=1, seconds=10_000)
    assert app.get("/session").status_code == 200
    caller.clock.advance(seconds=7000)
    assert app.get("/session").status_code == 429
    caller.clock.advance(seconds=201)
    assert errors(app.get("/session"), 401)


def test_a_clock_put_back_opens_a_new_window(caller: Caller) -> None:
    app = caller.app()
    limit(caller, requests=1)
    assert app.get("/session").status_code == 200
    caller.clock.advance(seconds=-3600)
    assert app.get("/session").status_code == 200
    assert app.get("/session").status_code == 429


def test_a_reset_forgets_what_was_counted(caller: Caller) -> None:
    limit(caller, requests=1)
    assert caller.create_session().status_code == 201
    assert caller.create_session().status_code == 429
    assert caller.call("POST", "/__mock__/reset", query={"app_id": 1}).status_code == 200
    limit(caller, requests=1)
    assert caller.create_session().status_code == 201


def test_a_limit_of_the_file_size(caller: Caller) -> None:
    owner = caller.signed_in("amigo")
    assert caller.call("PATCH", "/__mock__/settings", json={"largest_file": 5}).status_code == 200
    blob = owner.create_blob()
    refused = owner.upload(blob, b"123456")
    assert refused.status_code == 400
    assert "<Code>EntityTooLarge</Code>" in refused.text
    assert owner.upload(blob, b"12345").status_code == 201
    complete = f"/blobs/{blob['id']}/complete"
    too_large = owner.put(complete, {"blob": {"size": 6}})
    assert errors(too_large, 422) == {"size": ["must be at most 5"]}
    assert owner.put(complete, {"blob": {"size": 5}}).status_code == 200


def test_a_session_may_live_for_less_than_two_hours(caller: Caller) -> None:
    caller.call("PATCH", "/__mock__/settings", json={"session_lifetime": 30})
    app = caller.app()
    caller.clock.advance(seconds=29)
    answer = app.get("/session")
    assert answer.headers["cb-token-expirationdate"] == "2023-11-14 22:14:19 UTC"
    caller.clock.advance(seconds=29)
    assert app.get("/session").status_code == 200
    caller.clock.advance(seconds=31)
    assert errors(app.get("/session"), 401)
