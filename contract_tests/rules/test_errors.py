"""Each kind of refusal has its own status and its own shape of `errors`."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest

from contract_tests.actors import (
    app_token,
    create_session,
    fresh_name,
    fresh_password,
    newcomer,
    session_request,
    sign_up,
    sign_up_with,
)
from contract_tests.catalogue import ERROR_KIND, SIGNED_ONCE
from contract_tests.decoded import is_object
from contract_tests.exchange import Exchange
from contract_tests.wire import Wire

NOBODY = 9223372036854775807


def hold(answer: Exchange, status: int, errors: object) -> None:
    """Demand a status and an exact `errors`."""
    ERROR_KIND.require(
        (answer.status, answer.errors) == (status, errors),
        f"{answer.status} {answer.errors}, not {status} {errors}",
        answer,
    )


def test_wrong_password(wire: Wire) -> None:
    person = sign_up(wire)
    wrong = {"login": person.login, "password": fresh_password()}
    hold(
        wire.call("POST", "/session", body=session_request(wire, **wrong)),
        401,
        ["Invalid password"],
    )
    hold(wire.call("POST", "/login", body=wrong, token=app_token(wire)), 401, ["Invalid password"])


def test_missing_password(wire: Wire) -> None:
    person = sign_up(wire)
    blank = {"password": ["cannot be blank"]}
    request = session_request(wire, login=person.login)
    hold(wire.call("POST", "/session", body=request), 422, blank)
    answer = wire.call("POST", "/login", body={"login": person.login}, token=app_token(wire))
    hold(answer, 422, blank)


def test_neither_login_nor_email(wire: Wire) -> None:
    request = session_request(wire, password=fresh_password())
    hold(
        wire.call("POST", "/session", body=request),
        422,
        {"base": ["Both user login and email can't be blank"]},
    )


def test_unknown_app_and_wrong_auth_key(wire: Wire) -> None:
    unknown = {**session_request(wire), "application_id": 999_999_999}
    hold(wire.call("POST", "/session", body=unknown), 422, {"base": ["No such application"]})
    wrong = {**session_request(wire), "auth_key": "not-the-key"}
    hold(wire.call("POST", "/session", body=wrong), 422, {"base": ["Wrong auth_key"]})


def test_user_not_found(wire: Wire) -> None:
    token = app_token(wire)
    name = fresh_name()
    for path in (
        f"/users/{NOBODY}",
        f"/users/external/{name}",
        f"/users/by_login?login={name}",
        f"/users/by_email?email={name}@example.com",
        f"/users/by_facebook_id?facebook_id={name}",
        f"/users/by_twitter_id?twitter_id={name}",
        f"/users/by_phone?phone={name}",
        f"/users/phone?phone={name}",
    ):
        hold(wire.call("GET", path, token=token), 404, ["User not found"])


@pytest.mark.parametrize("reference", ["abc", "1.5", "-", "9223372036854775808", "9" * 40])
def test_an_id_that_is_no_id_is_not_found(wire: Wire, reference: str) -> None:
    person = newcomer(wire)
    for method, path, body in (
        ("GET", f"/users/{reference}", None),
        ("PUT", f"/users/{reference}", {"user": {"full_name": "x"}}),
        ("DELETE", f"/users/{reference}", None),
        ("DELETE", f"/blobs/{reference}", None),
        ("PUT", f"/blobs/{reference}/complete", {"size": 1}),
        ("POST", f"/blobs/{reference}/complete", {"size": 1}),
    ):
        answer = wire.call(method, path, body=body, token=person.token)
        ERROR_KIND.require(answer.status == 404, f"{answer.status} for a bad id", wire.story)


def test_an_external_id_holds_no_control_characters(wire: Wire) -> None:
    person = newcomer(wire)
    for method in ("GET", "DELETE"):
        answer = wire.call(method, "/users/external/a%01b", token=person.token)
        ERROR_KIND.require(answer.status == 422, f"{answer.status}", answer)


def test_taken_login_and_email(wire: Wire) -> None:
    first = sign_up(wire, email=f"{fresh_name()}@example.com")
    taken = ["has already been taken"]
    password = fresh_password()
    hold(sign_up_with(wire, {"login": first.login, "password": password}), 422, {"login": taken})
    for email in (first.user["email"], str(first.user["email"]).upper()):
        hold(sign_up_with(wire, {"email": email, "password": password}), 422, {"email": taken})


def test_wrong_old_password(wire: Wire) -> None:
    person = newcomer(wire)
    answer = wire.call(
        "PUT",
        f"/users/{person.id}",
        body={"user": {"password": fresh_password(), "old_password": fresh_password()}},
        token=person.token,
    )
    hold(answer, 422, {"old_password": ["is invalid"]})


@pytest.mark.parametrize(
    "profile",
    [
        {"login": "ab"},
        {"login": "x" * 71},
        {"login": "nul\x00nul"},
        {"email": "not-an-email"},
        {"password": "short"},
        {"password": "x" * 41},
        {"timezone": 841},
        {"timezone": -721},
        {"full_name": "x" * 1001},
        {"custom_data": "x" * 20001},
        {"tag_list": ["a", "b", "c", "d", "e", "f"]},
        {"tag_list": "a,b,c,d,e,f"},
        {"full_name": 5},
        {"external_user_id": 2**63},
    ],
    ids=lambda profile: next(iter(profile)),
)
def test_refused_fields_are_named(wire: Wire, profile: dict[str, object]) -> None:
    base = {"login": fresh_name(), "password": fresh_password()}
    answer = sign_up_with(wire, {**base, **profile})
    field = next(iter(profile))
    ERROR_KIND.require(
        answer.status == 422 and is_object(answer.errors) and set(answer.errors) == {field},
        f"{answer.status} {answer.errors}, not 422 with {field}",
        answer,
    )


def test_lone_surrogates_are_refused(wire: Wire) -> None:
    profile: dict[str, object] = {"login": "lone\ud800surrogate", "password": fresh_password()}
    answer = sign_up_with(wire, profile)
    ERROR_KIND.require(answer.status == 422, f"{answer.status}", answer)


@pytest.mark.parametrize(
    "content", [b"{", b'{"user": ', b"[]", b"7", b'"text"', b"null", b"not json", b"\xff\xfe", b""]
)
def test_what_is_no_object_is_a_bad_request(wire: Wire, content: bytes) -> None:
    person = newcomer(wire)
    wanted = {"blob": {"name": "a.txt", "content_type": "text/plain"}}
    blob = wire.call("POST", "/blobs", body=wanted, token=person.token).json["blob"]["id"]
    headers = [("Content-Type", "application/json")]
    for method, path in (
        ("POST", "/session"),
        ("POST", "/users"),
        ("POST", "/login"),
        ("POST", "/blobs"),
        ("POST", "/users/password/reset"),
        ("PUT", f"/users/{person.id}"),
        ("PUT", f"/blobs/{blob}"),
        ("PUT", f"/blobs/{blob}/complete"),
        ("POST", f"/blobs/{blob}/complete"),
    ):
        answer = wire.call(method, path, content=content, token=person.token, headers=headers)
        ERROR_KIND.require(answer.status == 400, f"{answer.status} for {content!r}", answer)


def test_stale_timestamp(wire: Wire) -> None:
    now = int(wire.call("POST", "/session", body=session_request(wire)).date.timestamp())
    for moment in (now - 3700, now + 3700, str(now - 3700)):
        request = {**session_request(wire), "timestamp": moment, "nonce": 1}
        hold(wire.call("POST", "/session", body=request), 422, {"timestamp": ["invalid timestamp"]})


def sign(request: dict[str, Any], secret: str, digest: str) -> dict[str, Any]:
    """Sign a session request: all fields as `key=value`, nested as `user[login]=`, sorted."""
    pairs: list[str] = []
    for key, value in request.items():
        if is_object(value):
            pairs += [f"{key}[{inner}]={text}" for inner, text in value.items()]
        else:
            pairs.append(f"{key}={value}")
    text = "&".join(sorted(pairs))
    signature = hmac.new(secret.encode(), text.encode(), getattr(hashlib, digest)).hexdigest()
    return {**request, "signature": signature}


@pytest.mark.parametrize("digest", ["sha1", "sha256"])
def test_signatures(wire: Wire, digest: str) -> None:
    person = sign_up(wire)
    now = int(wire.call("POST", "/session", body=session_request(wire)).date.timestamp())
    request = session_request(wire, login=person.login, password=person.password)
    secret = wire.server.auth_secret
    nonce = person.id
    signed = sign({**request, "timestamp": now, "nonce": nonce}, secret, digest)
    good = wire.call("POST", "/session", body=signed)
    SIGNED_ONCE.require(good.status == 201, "a true signature was refused", wire.story)
    again = wire.call("POST", "/session", body=signed)
    SIGNED_ONCE.require(
        (again.status, again.errors) == (422, {"nonce": ["must be unique"]}),
        "a nonce was taken twice",
        wire.story,
    )
    fresh = {**request, "timestamp": now, "nonce": nonce + 1}
    for forged in (
        sign(fresh, "another-secret", digest),
        {**sign(fresh, secret, digest), "nonce": nonce + 2},
        {**sign(fresh, secret, digest), "user": {"login": person.login, "password": "another"}},
    ):
        answer = wire.call("POST", "/session", body=forged)
        SIGNED_ONCE.require(
            (answer.status, answer.errors) == (422, ["Unexpected signature"]),
            "a forged signature was taken",
            wire.story,
        )


def test_guests_have_no_password(wire: Wire) -> None:
    guest = create_session(wire, guest="1", full_name="Awesome Guest")["user"]
    request = session_request(wire, login=guest["login"], password=fresh_password())
    answer = wire.call("POST", "/session", body=request)
    ERROR_KIND.require(
        answer.status in {401, 422}, f"a guest signed in by password: {answer.status}", wire.story
    )
