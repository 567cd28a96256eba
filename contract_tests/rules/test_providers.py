"""Users whom somebody else vouches for: the app's own identity provider, Firebase, and accounts."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from contract_tests.actors import (
    app_token,
    create_session,
    fresh_name,
    session_request,
    sign_up,
)
from contract_tests.catalogue import ERROR_KIND, VOUCHED_FOR
from contract_tests.control import Apps
from contract_tests.exchange import Exchange
from contract_tests.identity_service import IdentityService, identity_service
from contract_tests.wire import Wire

PROJECT = "a-project"
LONG_AGO, FAR_OFF = 1_600_000_000, 4_000_000_000
PATHS = ("/session", "/login")
FIREBASE = [("firebase_phone", "phone"), ("firebase_email", "email")]


def ask(wire: Wire, path: str, fields: dict[str, Any]) -> Exchange:
    """Sign in with fields that stand beside the app's, or flat."""
    if path == "/session":
        return wire.call("POST", path, body={**session_request(wire), **fields})
    return wire.call("POST", path, body=fields, token=app_token(wire))


def user_of(wire: Wire, answer: Exchange) -> dict[str, Any]:
    """The user who signed in, as the session shows it afterwards, too."""
    VOUCHED_FOR.require(answer.status in {200, 201, 202}, f"{answer.errors}", wire.story)
    body = answer.json.get("session", answer.json)
    token = body.get("token", answer.token)
    held = wire.call("GET", "/session", token=token).json["session"]
    VOUCHED_FOR.require(
        held["user_id"] == held["id"] == body["user"]["id"],
        "another than who signed in",
        wire.story,
    )
    user: dict[str, Any] = body["user"]
    return user


def no_password(wire: Wire, user: dict[str, Any]) -> None:
    """Demand that nobody signs in as a user by any password."""
    name = {"login": user["login"]} if user["login"] else {"email": user["email"]}
    if not any(name.values()):
        return
    for path in PATHS:
        credentials = {**name, "password": "a-guess"}
        fields = {"user": credentials} if path == "/session" else credentials
        answer = ask(wire, path, fields)
        VOUCHED_FOR.require(answer.status in {401, 422}, f"{answer.status}", wire.story)


def refused(wire: Wire, *many: dict[str, Any], base: str | None = None) -> None:
    """Demand that both paths refuse all requests, and that nobody is made or signed in by them."""
    token = app_token(wire)
    before = wire.call("GET", "/users?per_page=1", token=token).json["total_entries"]
    for fields, path in itertools.product(many, PATHS):
        if path == "/session":
            answer = ask(wire, path, fields)
        else:
            flat = {name: value for name, value in fields.items() if name != "user"}
            answer = wire.call("POST", path, body=fields.get("user", {}) | flat, token=token)
        ERROR_KIND.require(
            answer.status == 422 and (base is None or answer.errors == {"base": [base]}),
            f"{answer.status} {answer.errors}, not 422 {base or ''}",
            wire.story,
        )
    after = wire.call("GET", "/users?per_page=1", token=token).json["total_entries"]
    held = wire.call("GET", "/session", token=token).json["session"]["user_id"]
    VOUCHED_FOR.require(
        before == after and held is None, "somebody was made, or signed in", wire.story
    )


@pytest.fixture
def service() -> Iterator[IdentityService]:
    """The app's own identity provider."""
    with identity_service() as started:
        yield started


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_identity_provider(apps: Apps | None, service: IdentityService, method: str) -> None:
    if apps is None:
        return
    provider = {
        "url": service.url,
        "method": method,
        "request": {"token": "#{login}", "secret": "#{password}", "fixed": "as it is"},
        "response": {"uid": "#{user.id}", "full_name": "#{user.name}", "email": "#{mail}"},
    }
    with apps.added(identity_provider=provider) as app, Wire(app) as wire:
        name = fresh_name()
        service.tells(200, user={"id": name, "name": "Somebody"}, mail=f"{name}@example.com")
        seen: list[dict[str, Any]] = []
        for path, password in itertools.product(PATHS, ("a-secret & more", "", None)):
            given = {"login": f"token+{name} é"} | (
                {} if password is None else {"password": password}
            )
            seen.append(
                user_of(wire, ask(wire, path, {"user": given} if path == "/session" else given))
            )
            expected = {"token": f"token+{name} é", "secret": password or "", "fixed": "as it is"}
            VOUCHED_FOR.require(
                service.asked[-1] == expected, f"asked {service.asked[-1]}", wire.story
            )
        first = seen[0]
        VOUCHED_FOR.require(
            (first["external_id"], first["full_name"], first["email"], first["login"])
            == (name, "Somebody", f"{name}@example.com", None)
            and all(user["id"] == first["id"] for user in seen),
            "not one user by the uid",
            wire.story,
        )
        no_password(wire, first)
        found = wire.call("GET", f"/users/external/{name}", token=app_token(wire)).json["user"]
        VOUCHED_FOR.require(found["id"] == first["id"], "not found by the uid", wire.story)
        service.tells(200, user={"id": 4711})
        other = user_of(wire, ask(wire, "/session", {"user": {"login": "another-token"}}))
        VOUCHED_FOR.require(
            other["external_id"] == "4711" and other["id"] != first["id"], "not another", wire.story
        )
        known = sign_up(wire, external_id=f"known-{name}")
        service.tells(200, user={"id": f"known-{name}", "name": "Changed"})
        user = user_of(wire, ask(wire, "/login", {"login": "a-third-token"}))
        VOUCHED_FOR.require(user["id"] == known.id, "made though known", wire.story)
        if method == "POST":
            _refusals_of(service, wire)


def _refusals_of(service: IdentityService, wire: Wire) -> None:
    fields = {"user": {"login": "a-token", "password": "x"}}
    for status in (400, 401, 404, 500):
        service.status, service.body = status, f"no {status}"
        text = f'Custom Identity Provider responded with an error = "no {status}". Status code = '
        refused(wire, fields, base=f"{text}{status}")
    for body in (
        "{}",
        "[]",
        "null",
        "no JSON",
        '{"user": {}}',
        '{"user": {"id": null}}',
        '{"id": 5}',
    ):
        service.status, service.body = 200, body
        refused(wire, fields, base="Custom Identity Provider uid is required")
    before = len(service.asked)
    guest = create_session(wire, guest=1)
    VOUCHED_FOR.require(
        guest["user"]["is_guest"] is True and len(service.asked) == before,
        "guests are not the provider's",
        wire.story,
    )


def id_token(project: str = PROJECT, **claims: object) -> str:
    """A Firebase ID token as its emulator makes them, without a signature."""
    said = {
        "iss": f"https://securetoken.google.com/{project}",
        "aud": project,
        "iat": LONG_AGO,
        "exp": FAR_OFF + 1,
        "sub": "somebody",
        **claims,
    }
    parts = [json.dumps(each).encode() for each in ({"alg": "none", "typ": "JWT"}, said)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


def by_firebase(provider: str, token: str, project: str = PROJECT) -> dict[str, Any]:
    access = {"project_id": project, "access_token": token}
    return {"provider": provider, provider: access}


@pytest.mark.parametrize(("provider", "field"), FIREBASE)
def test_firebase(wire: Wire, apps: Apps | None, provider: str, field: str) -> None:
    if apps is None:
        return
    refused(wire, by_firebase(provider, id_token(phone_number="+1", email="a@example.com")))
    projects = {PROJECT: {"unsigned": True}, "another": {"unsigned": True}}
    with apps.added(firebase_projects=projects) as app, Wire(app) as own:
        claim = "phone_number" if field == "phone" else "email"

        def known_as(name: str) -> str:
            return f"+49{name}" if field == "phone" else f"{name}@example.com"

        value = known_as(fresh_name())
        token = id_token(**{claim: value})
        users = [user_of(own, ask(own, path, by_firebase(provider, token))) for path in PATHS * 2]
        first = users[0]
        names = {"login", "email", "phone", "full_name"}
        VOUCHED_FOR.require(
            {each: first[each] for each in names} == {**dict.fromkeys(names), field: value}
            and len({user["id"] for user in users}) == 1,
            "not one user with that alone",
            own.story,
        )
        no_password(own, first)
        person = sign_up(own, **{field: known_as(f"Known.{fresh_name()}")})
        known = str(person.user[field])
        for path in PATHS:
            user = user_of(own, ask(own, path, by_firebase(provider, id_token(**{claim: known}))))
            VOUCHED_FOR.require(user["id"] == person.id, "a known one was made anew", own.story)
        if field == "email":
            upper = id_token(email=known.upper())
            user = user_of(own, ask(own, "/session", by_firebase(provider, upper)))
            VOUCHED_FOR.require(user["id"] == person.id, "case made another", own.story)
        new = known_as(fresh_name())
        wrong = "email" if field == "phone" else "phone_number"
        bad = (
            id_token("another", **{claim: new}),
            id_token(aud="another", **{claim: new}),
            id_token(iss="https://securetoken.google.com/another", **{claim: new}),
            id_token(exp=1, **{claim: new}),
            id_token(iat=FAR_OFF, **{claim: new}),
            id_token(sub="", **{claim: new}),
            id_token(**{wrong: new}),
            id_token(**{claim: ""}),
            f"{id_token(**{claim: new})}c2ln",
            "no-token",
        )
        refused(own, *(by_firebase(provider, each) for each in bad))
        good = id_token(**{claim: new})
        access = by_firebase(provider, good)[provider]
        refused(
            own,
            by_firebase(provider, good, "unknown"),
            {"provider": provider},
            {"provider": provider, **{f"{provider}[{key}]": text for key, text in access.items()}},
            {**by_firebase(provider, good), "provider": "firebase_other"},
            {**by_firebase(provider, good), "provider": _other(provider)},
        )
        answer = own.call("GET", "/users/v2", query=[(field, new)], token=app_token(own))
        VOUCHED_FOR.require(answer.json["items"] == [], "a refused one was made", own.story)


def _other(provider: str) -> str:
    return "firebase_email" if provider == "firebase_phone" else "firebase_phone"


@pytest.mark.parametrize("provider", ["facebook", "twitter"])
def test_accounts_elsewhere(wire: Wire, apps: Apps | None, provider: str) -> None:
    if apps is None:
        return
    name = fresh_name()
    accounts = [
        {"id": f"1-{name}", "token": "first-token", "secret": "first-secret", "name": "First"},
        {"id": f"2-{name}", "token": "second-token", "name": "Second"},
    ]
    good = {"provider": provider, "keys": {"token": "first-token", "secret": "first-secret"}}
    refused(wire, good)
    with apps.added(**{f"{provider}_accounts": accounts}) as app, Wire(app) as own:
        field = f"{provider}_id"
        users = [user_of(own, ask(own, path, good)) for path in PATHS * 2]
        first = users[0]
        VOUCHED_FOR.require(
            (first[field], first["full_name"], first["login"]) == (f"1-{name}", "First", None)
            and len({user["id"] for user in users}) == 1,
            "not one user of that account",
            own.story,
        )
        known = sign_up(own, **{field: f"2-{name}"})
        for path in PATHS:
            fields = {"provider": provider, "keys": {"token": "second-token"}}
            user = user_of(own, ask(own, path, fields))
            VOUCHED_FOR.require(user["id"] == known.id, "a known one was made anew", own.story)
        bad: list[dict[str, str]] = [
            {"token": "third-token", "secret": "first-secret"},
            {"token": "first-token", "secret": "second-secret"},
            {"secret": "first-secret"},
            {"token": ""},
        ]
        other = "twitter" if provider == "facebook" else "facebook"
        refused(
            own,
            *({"provider": provider, "keys": keys} for keys in bad),
            {"provider": provider},
            {**good, "provider": other},
            {**good, "provider": "x"},
        )
