"""Signing in by Firebase, Facebook and Twitter."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from mock_server import FirebaseProject, ProviderAccount, Settings
from tests.mock_server.caller import START, Caller, errors

NOW = START // 1000
KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER = RSAKey.generate_key(2048, {"kid": "one"})
GOOD = {
    "iss": "https://securetoken.google.com/shop", "aud": "shop", "sub": "uid", "iat": NOW,
    "exp": NOW + 3600, "phone_number": "+15550100", "email": "Amigo@x.org",
}  # fmt: skip
SETTINGS = "/__mock__/settings"


@pytest.fixture
def settings() -> Settings:
    jwks = {"keys": [KEY.as_dict(private=False)]}
    return Settings(
        port=0,
        validate_responses=True,
        firebase_projects={
            "shop": FirebaseProject(jwks=jwks),
            "emulated": FirebaseProject(unsigned=True),
        },
        facebook_accounts=[ProviderAccount(id="f1", token="face-token", name="Face")],
        twitter_accounts=[ProviderAccount(id="t1", token="tweet-token", secret="tweet-secret")],
    )


def signed(key: RSAKey = KEY, header: Any = None, **changed: Any) -> str:
    claims = {name: value for name, value in (GOOD | changed).items() if value is not None}
    named = {"kid": "one"} if header is None else header
    return jwt.encode({"alg": "RS256"} | named, claims, key)


def unsigned(project: str = "emulated") -> str:
    claims = GOOD | {"iss": f"https://securetoken.google.com/{project}", "aud": project}
    parts = [json.dumps(each).encode() for each in ({"alg": "none", "typ": "JWT"}, claims)]
    return ".".join(base64.urlsafe_b64encode(each).decode().rstrip("=") for each in parts) + "."


def by_phone(caller: Caller, token: str, project: str = "shop") -> Any:
    access = {"project_id": project, "access_token": token}
    return caller.create_session(provider="firebase_phone", firebase_phone=access)


def test_a_phone_makes_a_user_once(caller: Caller) -> None:
    user = by_phone(caller, signed()).json()["session"]["user"]
    assert (user["phone"], user["login"], user["email"]) == ("+15550100", None, None)
    assert by_phone(caller, signed()).json()["session"]["user"]["id"] == user["id"]


def test_an_email_signs_in_who_has_it(caller: Caller) -> None:
    app = caller.app()
    user = app.sign_up(login="amigo", email="amigo@x.org")
    access = {"project_id": "shop", "access_token": signed()}
    body = {"provider": "firebase_email", "firebase_email": access}
    assert app.post("/login", body).json() == {"user": user}


def test_whoever_has_the_phone_is_signed_in_the_lowest_id_first(caller: Caller) -> None:
    """Phones and the providers' ids are the users' own to write, and need not be unique."""
    for login in ("first", "second"):
        user = caller.signed_in(login)
        own = f"/users/{user.user()['id']}"
        fields = {"phone": "+15550100", "facebook_id": "f1"}
        assert user.put(own, {"user": fields}).status_code == 200
    signed_in = by_phone(caller, signed()).json()["session"]["user"]
    assert signed_in["login"] == "first"
    face = caller.create_session(provider="facebook", keys={"token": "face-token"})
    assert face.json()["session"]["user"]["id"] == signed_in["id"]


def test_a_token_lives_by_the_servers_clock(caller: Caller) -> None:
    token = signed()
    caller.clock.advance(seconds=3599)
    assert by_phone(caller, token).status_code == 201
    caller.clock.advance(seconds=2)
    assert "expired" in errors(by_phone(caller, token), 422)["base"][0]
    caller.clock.set(START - 1000)
    assert "not issued yet" in errors(by_phone(caller, token), 422)["base"][0]


BAD: list[Callable[[], str]] = [
    lambda: signed(OTHER), lambda: signed(header={"kid": "two"}), lambda: signed(header={}),
    lambda: signed(iss="https://securetoken.google.com/other"), lambda: signed(aud="other"),
    lambda: signed(aud=["shop"]), lambda: signed(sub=""), lambda: signed(sub=None),
    lambda: signed(exp=None), lambda: signed(iat=None), lambda: signed(exp="9999999999"),
    lambda: signed(exp=True), lambda: signed(phone_number=None), lambda: signed(phone_number=5),
    lambda: signed()[:-4], lambda: signed() + "AAAA", lambda: "x", lambda: "..",
    lambda: "é.é.é", lambda: "e30.e30.", lambda: unsigned("shop"), lambda: "bnVsbA.e30.e30",
    lambda: "A" * 9999,
]  # fmt: skip


@pytest.mark.parametrize("token", BAD)
def test_bad_tokens_are_refused(caller: Caller, token: Callable[[], str]) -> None:
    answer = by_phone(caller, token())
    assert "Firebase token is refused" in errors(answer, 422)["base"][0]
    assert caller.app().get("/users/by_phone", {"phone": "+15550100"}).status_code == 404


def test_unsigned_tokens_only_where_a_setting_says_so(caller: Caller) -> None:
    assert by_phone(caller, unsigned(), "emulated").status_code == 201
    assert errors(by_phone(caller, unsigned() + "c2ln", "emulated"), 422)
    assert errors(by_phone(caller, unsigned("shop")), 422)
    unknown = errors(by_phone(caller, unsigned(), "nowhere"), 422)
    assert unknown == {"base": ["Firebase project is not configured"]}


def test_a_flat_key_is_an_error(caller: Caller) -> None:
    flat = {"firebase_phone[access_token]": signed(), "firebase_phone[project_id]": "shop"}
    answer = caller.create_session(provider="firebase_phone", **flat)
    assert list(errors(answer, 422)) == ["firebase_phone"]


def test_facebook_and_twitter(caller: Caller) -> None:
    face = {"provider": "facebook", "keys": {"token": "face-token"}}
    user = caller.create_session(**face).json()["session"]["user"]
    assert (user["facebook_id"], user["full_name"]) == ("f1", "Face")
    assert caller.app().post("/login", face).json()["user"]["id"] == user["id"]
    keys = {"token": "tweet-token", "secret": "tweet-secret"}
    tweet = caller.create_session(provider="twitter", keys=keys).json()["session"]["user"]
    assert tweet["twitter_id"] == "t1"
    for wrong in ({"token": "tweet-token"}, keys | {"secret": "x"}, {"token": "face-token"}):
        answer = caller.create_session(provider="twitter", keys=wrong)
        assert errors(answer, 422) == {"base": ["Twitter does not know this token"]}
    missing = caller.create_session(provider="facebook")
    assert errors(missing, 422) == {"keys": ["cannot be blank"]}


def test_settings_change_and_show_no_secret(caller: Caller, settings: Settings) -> None:
    shown = caller.get(SETTINGS).text + repr(settings)
    assert not any(each in shown for each in ("face-token", "tweet-token", "tweet-secret"))
    body: Any = {"firebase_projects": {}, "facebook_accounts": [{"id": "f2", "token": "new"}]}
    changed = caller.call("PATCH", SETTINGS, json=body).json()
    assert changed["facebook_accounts"] == [{"id": "f2", "name": None}]
    refused = errors(by_phone(caller, signed()), 422)
    assert refused == {"base": ["Sign-in with firebase_phone is not configured"]}


NO_KEYS: list[Any] = [
    {}, {"keys": 1}, {"keys": [1]}, {"keys": [{}]}, {"keys": [KEY.as_dict(private=True)]}, [],
    {"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "one"}]},
]  # fmt: skip


@pytest.mark.parametrize("jwks", NO_KEYS)
def test_keys_must_be_public_and_of_rsa(caller: Caller, jwks: Any) -> None:
    body = {"firebase_projects": {"shop": {"jwks": jwks}}}
    assert errors(caller.call("PATCH", SETTINGS, json=body), 422)
