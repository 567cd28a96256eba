from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import pytest

from mock_server import ManualClock, Settings, running
from tests.mock_server.caller import PASSWORD, START, Caller, errors

pytestmark = pytest.mark.each_database

HOUR = 3600
GONE = {"base": ["Required session does not exist"]}
NEED_USER = {"base": ["Forbidden. Need user."]}


def test_an_app_session_has_the_recorded_shape(caller: Caller) -> None:
    answer = caller.create_session()
    assert answer.status_code == 201
    session = answer.json()["session"]
    assert list(session) == [
        "created_at", "updated_at", "application_id", "token", "nonce", "ts", "user_id", "id",
    ]  # fmt: skip
    assert re.fullmatch("[0-9A-F]{36}", session["token"])
    assert session["user_id"] is None
    assert session["created_at"] == session["updated_at"] == "2023-11-14T22:13:20.000Z"
    assert session["ts"] == START // 1000
    assert type(session["nonce"]) is int
    assert caller.with_token(session["token"]).session() == session


def test_a_user_session_goes_by_the_users_id(caller: Caller) -> None:
    caller.app().sign_up(login="amigo")
    session = caller.signed_in("amigo").session()
    assert session["id"] == session["user_id"] == session["user"]["id"]


def test_answers_carry_date_expiration_and_exposed_headers(caller: Caller) -> None:
    caller.clock.set(START + 535)
    for answer in (caller.create_session(), caller.app().get("/users/online")):
        date = parsedate_to_datetime(answer.headers["date"])
        assert date.timestamp() * 1000 == START
        assert answer.headers["cb-token-expirationdate"] == "2023-11-15 00:13:20 UTC"
        assert answer.headers["access-control-expose-headers"] == "CB-Token-ExpirationDate, Date"
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        assert "server" not in answer.headers


def test_two_hours_after_the_last_request_the_token_is_dead(caller: Caller) -> None:
    app = caller.app()
    for _ in range(3):  # each request prolongs it anew
        app.clock.advance(seconds=2 * HOUR - 1)
        assert app.get("/session").status_code == 200
    app.clock.advance(seconds=2 * HOUR + 1)
    assert errors(app.get("/session"), 401) == GONE


def test_a_refused_request_does_not_prolong(caller: Caller) -> None:
    app = caller.app()
    app.clock.advance(seconds=HOUR)
    assert app.get("/users/v2").status_code == 422
    app.clock.advance(seconds=HOUR)
    assert errors(app.get("/session"), 401) == GONE


def test_without_a_token(caller: Caller) -> None:
    assert errors(caller.post("/login", {"login": "a"}), 403) == ["Token is required"]
    assert errors(caller.get("/session"), 403) == ["Token is required"]
    assert errors(caller.call("GET", "/session", headers={"CB-Token": ""}), 403)
    assert errors(caller.with_token("undefined").get("/session"), 401) == GONE


def test_one_token_twice_is_no_token(caller: Caller) -> None:
    token = caller.app().token or ""
    doubled = [("CB-Token", token), ("CB-Token", token)]
    answer = caller.http.get(f"{caller.server.base_url}/session", headers=doubled)
    assert errors(answer, 401) == GONE


def test_a_dead_token_is_ignored_where_none_is_needed(caller: Caller) -> None:
    assert caller.with_token("0" * 36).create_session().status_code == 201


def test_destroy_ends_that_session_alone(caller: Caller) -> None:
    first, second = caller.signed_in("amigo"), caller.signed_in("amigo")
    answer = first.delete("/session")
    assert (answer.status_code, answer.content) == (200, b"")
    assert "cb-token-expirationdate" not in answer.headers
    assert errors(first.get("/session"), 401) == GONE
    assert second.get("/session").status_code == 200


def test_login_and_logout_move_one_token_between_users(caller: Caller) -> None:
    app = caller.app()
    amigo, marvin = app.sign_up(login="amigo"), app.sign_up(login="marvin", email="m@x.org")
    answer = app.post("/login", {"login": "amigo", "password": PASSWORD})
    assert (answer.status_code, answer.json()) == (202, {"user": amigo})
    assert answer.headers["cb-token-expirationdate"] == "2023-11-15 00:13:20 UTC"
    assert app.user()["id"] == amigo["id"]
    assert app.post("/login", {"email": "M@X.org", "password": PASSWORD}).status_code == 202
    assert app.user()["id"] == marvin["id"]
    answer = app.delete("/login")
    assert (answer.status_code, answer.content) == (200, b"")
    assert app.session()["user_id"] is None
    assert errors(app.delete("/login"), 403) == NEED_USER


@pytest.mark.parametrize(
    ("user", "status", "expected"),
    [
        ({"login": "amigo", "password": "wrong"}, 401, ["Invalid password"]),
        ({"login": "amigo"}, 422, {"password": ["cannot be blank"]}),
        ({"login": "amigo", "password": ""}, 422, {"password": ["cannot be blank"]}),
        ({"password": "x"}, 422, {"base": ["Both user login and email can't be blank"]}),
        ({"login": "ab", "password": PASSWORD}, 422, None),
        ({"email": "no e-mail", "password": PASSWORD}, 422, None),
    ],
)
def test_refused_sign_ins(caller: Caller, user: Any, status: int, expected: Any) -> None:
    app = caller.app()
    app.sign_up(login="amigo")
    for answer in (caller.create_session(user=user), app.post("/login", user)):
        refused = errors(answer, status)
        assert expected is None or refused == expected
    assert app.session()["user_id"] is None


def test_an_unknown_user_is_made_on_the_fly(caller: Caller) -> None:
    user = caller.signed_in("newcomer").user()
    assert user["login"] == "newcomer"
    assert caller.signed_in("newcomer").user()["id"] == user["id"]
    answer = caller.create_session(user={"email": "New@x.org", "password": PASSWORD})
    assert answer.json()["session"]["user"]["email"] == "New@x.org"


def test_the_app_may_deny_making_users_on_the_fly(http: httpx2.Client) -> None:
    with running(Settings(port=0, create_users_on_session=False)) as server:
        caller = Caller(server, http)
        user = {"login": "newcomer", "password": PASSWORD}
        assert errors(caller.create_session(user=user), 404) == ["User not found"]
        assert errors(caller.app().post("/login", user), 404) == ["User not found"]
        assert caller.app().get("/users/by_login", {"login": "newcomer"}).status_code == 404


@pytest.mark.parametrize("guest", ["1", 1, True])
def test_guests_live_one_day(caller: Caller, guest: object) -> None:
    answer = caller.create_session(user={"guest": guest, "full_name": "Awesome Guest"})
    assert answer.status_code == 201
    user = answer.json()["session"]["user"]
    assert re.fullmatch("guest_login_[0-9a-f]{36}", user["login"])
    assert (user["is_guest"], user["full_name"]) == (True, "Awesome Guest")
    visitor, app = caller.with_token(answer.json()["session"]["token"]), caller.app()
    for _ in range(23):
        caller.clock.advance(seconds=HOUR)
        app.get("/session")
        answer = visitor.get("/session")
    assert answer.headers["cb-token-expirationdate"] == "2023-11-15 22:13:20 UTC"
    caller.clock.advance(seconds=HOUR - 1)
    assert visitor.get("/session").status_code == 200
    assert app.get(f"/users/{user['id']}").status_code == 200
    caller.clock.advance(seconds=2)
    assert errors(visitor.get("/session"), 401) == GONE
    assert errors(app.get(f"/users/{user['id']}"), 404) == ["User not found"]


def test_guests_cannot_sign_in_by_login(caller: Caller) -> None:
    login = caller.guest().user()["login"]
    user = {"login": login, "password": PASSWORD}
    assert errors(caller.create_session(user=user), 401) == ["Invalid password"]


def test_credentials_of_the_app(caller: Caller) -> None:
    assert errors(caller.create_session(application_id=2), 422) == {"base": ["No such application"]}
    assert errors(caller.create_session(auth_key="x"), 422) == {"base": ["Wrong auth_key"]}
    assert caller.create_session(application_id="1").status_code == 201
    missing = errors(caller.call("POST", "/session", json={}), 422)
    assert missing == {"application_id": ["cannot be blank"], "auth_key": ["cannot be blank"]}


def test_providers_are_not_configured(caller: Caller) -> None:
    answer = caller.create_session(provider="facebook", keys={"token": "t"})
    assert errors(answer, 422) == {"base": ["Sign-in with facebook is not configured"]}


def test_the_clock_may_stand_or_run(http: httpx2.Client) -> None:
    clock = ManualClock(START)
    with running(Settings(port=0), clock=clock) as server:
        caller = Caller(server, http)
        first = caller.app().session()["created_at"]
        assert first.startswith("2023-11-14T22:13:")
        assert not clock.frozen
