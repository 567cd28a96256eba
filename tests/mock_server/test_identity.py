"""Signing in through a custom identity provider, which really is asked over HTTP."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from mock_server import IdentityProvider, Settings
from tests.mock_server.caller import PASSWORD, START, Caller, errors
from tests.mock_server.identity_server import IdentityServer, Reply, identity_server

UID_REQUIRED = {"base": ["Custom Identity Provider uid is required"]}
NO_ANSWER = {"base": ["Custom Identity Provider did not answer"]}
SETTINGS = "/__mock__/settings"


@pytest.fixture
def provider() -> Iterator[IdentityServer]:
    with identity_server() as server:
        server.answers({"user": {"id": 17, "mail": "m@x.org", "name": "Marvin"}})
        yield server


@pytest.fixture
def settings(provider: IdentityServer) -> Settings:
    asked = IdentityProvider(
        url=provider.url,
        request={"token": "#{login}", "pair": "#{login}:#{password}", "key": "fixed-secret"},
        response={"uid": "#{user.id}", "email": "#{user.mail}", "full_name": "#{user.name}"},
    )
    return Settings(
        port=0, validate_responses=True, identity_provider=asked, create_users_on_session=False
    )


def test_what_is_sent_is_not_logged(
    caller: Caller, provider: IdentityServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asked = {"url": provider.url, "method": "GET", "request": {"token": "#{login}"}}
    caller.server.change_settings(identity_provider=asked | {"response": {"uid": "#{user.id}"}})
    sign_in(caller, "an-external-token")
    assert "an-external-token" in provider.asked[0][1]
    assert "an-external-token" not in caplog.text


def sign_in(caller: Caller, login: str = "external-token", **more: str) -> Any:
    return caller.create_session(user={"login": login, **more})


def test_the_first_sign_in_makes_the_user_and_later_ones_find_it(
    caller: Caller, provider: IdentityServer
) -> None:
    answer = sign_in(caller)
    assert answer.status_code == 201
    user = answer.json()["session"]["user"]
    assert (user["external_id"], user["email"], user["full_name"]) == ("17", "m@x.org", "Marvin")
    assert user["login"] is None
    sent = {"token": "external-token", "pair": "external-token:", "key": "fixed-secret"}
    assert provider.asked == [("POST", "/verify", sent)]
    provider.answers({"user": {"id": "17", "mail": "new@x.org"}})
    app = caller.app()
    answer = app.post("/login", {"login": "another #{password}", "password": "p"})
    assert (answer.status_code, answer.json()) == (202, {"user": user})
    assert app.session()["user_id"] == user["id"]
    # Each place is filled once, whatever the login looks like.
    assert provider.asked[1][2]["pair"] == "another #{password}:p"


def test_such_a_user_has_no_password(caller: Caller) -> None:
    assert sign_in(caller).status_code == 201
    by_email = caller.create_session(user={"email": "m@x.org", "password": PASSWORD})
    assert errors(by_email, 401) == ["Invalid password"]


def test_get_sends_the_query_and_maps_plain_text(caller: Caller, provider: IdentityServer) -> None:
    asked = {
        "url": f"{provider.url}?version=2",
        "method": "GET",
        "request": {"token": "#{login}"},
        "response": {"uid": "ext-#{user.id}", "avatar": "#{user.nothing.deeper}"},
    }
    shown = caller.call("PATCH", SETTINGS, json={"identity_provider": asked}).json()
    assert shown["identity_provider"] == asked | {"url": provider.url, "timeout": 5}
    user = sign_in(caller, "a&b=c d").json()["session"]["user"]
    assert (user["external_id"], user["avatar"]) == ("ext-17", None)
    assert provider.asked == [("GET", "/verify?version=2&token=a%26b%3Dc+d", None)]


def test_refusals_are_told_as_recorded(caller: Caller, provider: IdentityServer) -> None:
    app = caller.app()
    provider.answers(b"Token invalid", 404)
    told = 'Custom Identity Provider responded with an error = "Token invalid". Status code = 404'
    assert errors(sign_in(caller), 422) == {"base": [told]}
    assert errors(app.post("/login", {"login": "t"}), 422) == {"base": [told]}
    assert app.session()["user_id"] is None
    provider.answers(b"\xff\x00" * 1000, 500)
    told = errors(sign_in(caller), 422)["base"][0]
    assert told.endswith('". Status code = 500')
    assert len(told) < 1100


@pytest.mark.parametrize(
    "body",
    [
        {}, [], b"", b"<html>", b"\xff", {"user": None}, {"user": {"id": None}}, {"user": "17"},
        {"user": {"id": True}}, {"user": {"id": ""}}, {"user": {"id": {"id": 17}}}, {"user.id": 17},
    ],
)  # fmt: skip
def test_without_uid(caller: Caller, provider: IdentityServer, body: object) -> None:
    provider.answers(body)
    assert errors(sign_in(caller), 422) == UID_REQUIRED


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"id": "x" * 1001}, "external_id"),
        ({"id": "a\x00b"}, "external_id"),
        ({"id": 1, "mail": "no e-mail"}, "email"),
        ({"id": 1, "name": "x" * 1001}, "full_name"),
    ],
)
def test_what_no_user_may_be(
    caller: Caller, provider: IdentityServer, told: object, field: str
) -> None:
    provider.answers({"user": told})
    assert list(errors(sign_in(caller), 422)) == [field]


def test_redirects_are_not_followed(caller: Caller, provider: IdentityServer) -> None:
    provider.answers(b"", 302, Location=provider.url)
    told = 'Custom Identity Provider responded with an error = "". Status code = 302'
    assert errors(sign_in(caller), 422) == {"base": [told]}
    assert len(provider.asked) == 1


def test_answers_are_bounded(caller: Caller, provider: IdentityServer) -> None:
    provider.answers(b'{"user":{"id":1}}' + b" " * 65536)
    told = {"base": ["Custom Identity Provider answered too much"]}
    assert errors(sign_in(caller), 422) == told


def test_nobody_there(caller: Caller, provider: IdentityServer) -> None:
    ask = {"request": {}, "response": {"uid": "#{id}"}}
    nowhere = ask | {"url": "http://127.0.0.1:1/"}
    assert caller.call("PATCH", SETTINGS, json={"identity_provider": nowhere}).status_code == 200
    assert errors(sign_in(caller), 422) == NO_ANSWER

    def never() -> Reply:
        provider.released.wait()
        return 200, {}, b""

    provider.reply = never
    silent = ask | {"url": provider.url, "timeout": 0.05}
    assert caller.call("PATCH", SETTINGS, json={"identity_provider": silent}).status_code == 200
    assert errors(sign_in(caller), 422) == NO_ANSWER


def test_others_are_answered_while_the_provider_thinks(
    caller: Caller, provider: IdentityServer
) -> None:
    app = caller.app()

    def calls_back() -> Reply:
        app.sign_up(login="meanwhile")
        return 200, {}, b'{"user": {"id": 17}}'

    provider.reply = calls_back
    assert sign_in(caller).status_code == 201
    assert app.get("/users/by_login", {"login": "meanwhile"}).status_code == 200


def test_nobody_is_asked_before_the_request_is_good(
    caller: Caller, provider: IdentityServer
) -> None:
    user = {"login": "t"}
    assert caller.create_session(user=user, auth_key="wrong").status_code == 422
    assert caller.create_session(user=user, timestamp=1).status_code == 422
    assert caller.with_token("0" * 36).post("/login", user).status_code == 401
    assert provider.asked == []
    once = {"timestamp": START // 1000, "nonce": 7}
    assert caller.create_session(user=user, **once).status_code == 201
    assert caller.create_session(user=user, **once).status_code == 422
    assert len(provider.asked) == 1


def test_guests_and_emails_are_the_apps_own(caller: Caller, provider: IdentityServer) -> None:
    caller.app().sign_up(email="own@x.org")
    own = {"email": "own@x.org", "password": PASSWORD}
    assert caller.create_session(user=own).status_code == 201
    assert caller.create_session(user={"guest": "1"}).status_code == 201
    assert provider.asked == []


@pytest.mark.parametrize(
    "changed",
    [
        {"url": "http://example.com/"}, {"url": "http://127.0.0.1@example.com/"},
        {"url": "http://127.0.0.1\\@example.com/"}, {"url": "http://169.254.169.254/"},
        {"url": "http://u:p@127.0.0.1/"}, {"url": "ftp://127.0.0.1/"}, {"url": "/verify"},
        {"url": "http://[/"}, {"url": ""}, {"url": "http://127.0.0.1:99999/"}, {"url": 1},
        {"method": "PUT"}, {"request": {"a": "#{secret}"}}, {"response": {}}, {"nonsense": 1},
        {"response": {"uid": "#{id}", "login": "#{id}"}}, {"timeout": 0}, {"timeout": 61},
    ],
)  # fmt: skip
def test_only_good_providers_are_taken(
    caller: Caller, provider: IdentityServer, changed: dict[str, Any]
) -> None:
    before = caller.get(SETTINGS).json()
    good: dict[str, Any] = {"url": provider.url, "request": {}, "response": {"uid": "#{id}"}}
    answer = caller.call("PATCH", SETTINGS, json={"identity_provider": good | changed})
    assert errors(answer, 422)
    assert caller.get(SETTINGS).json() == before


def test_hosts_elsewhere_must_be_allowed() -> None:
    asked = IdentityProvider(url="https://id.example/", request={}, response={"uid": "#{id}"})
    with pytest.raises(ValueError, match=r"'id\.example' is not among"):
        Settings(identity_provider=asked)
    allowed = frozenset({"id.example"})
    assert Settings(identity_provider=asked, identity_provider_hosts=allowed).identity_provider


def test_what_is_sent_as_it_stands_is_not_shown(caller: Caller, settings: Settings) -> None:
    shown = caller.get(SETTINGS)
    assert shown.json()["identity_provider"]["request"]["key"] == "(hidden)"
    assert "fixed-secret" not in shown.text + repr(settings)
    assert caller.call("PATCH", SETTINGS, json={"identity_provider": None}).status_code == 200
    caller.app().sign_up(login="amigo")
    assert sign_in(caller, "amigo", password=PASSWORD).status_code == 201
