"""The expiration header on every kind of success, and on no refusal.

That it is there, and is `Date` and two hours, is a law that `Wire` holds every exchange to; these
tests see to it that every operation that can succeed does.
"""

from __future__ import annotations

import pytest

from contract_tests.actors import app_token, fresh_name, newcomer, session_request, sign_up_with
from contract_tests.catalogue import EXPIRATION, NO_EXPIRATION
from contract_tests.wire import Wire

EXPOSED = "CB-Token-ExpirationDate, Date"


def test_on_every_success_with_a_token(wire: Wire) -> None:
    name = fresh_name()
    person = newcomer(
        wire,
        email=f"{name}@example.com",
        phone=name,
        full_name=name,
        external_id=name,
        facebook_id=name,
        twitter_id=name,
        tag_list=[name],
    )
    created = wire.call(
        "POST",
        "/blobs",
        body={"blob": {"name": "a.txt", "content_type": "text/plain", "public": True}},
        token=person.token,
    )
    blob = created.json["blob"]
    steps = [
        ("PUT", f"/blobs/{blob['id']}/complete", {"size": 1}),
        ("POST", f"/blobs/{blob['id']}/complete", {"blob": {"size": 1}}),
        ("GET", f"/blobs/{blob['id']}", None),
        ("GET", f"/blobs/{blob['uid']}", None),
        ("GET", f"/blobs/{blob['uid']}/download", None),
        ("GET", f"/blobs/{blob['uid']}/object?download_url=1", None),
        ("GET", "/blobs", None),
        ("PUT", f"/blobs/{blob['id']}", {"blob": {"name": "b.txt"}}),
        ("DELETE", f"/blobs/{blob['id']}", None),
        ("GET", "/session", None),
        ("GET", f"/users/{person.id}", None),
        ("GET", f"/users/external/{name}", None),
        ("GET", f"/users/by_login?login={person.login}", None),
        ("GET", f"/users/by_email?email={name}@example.com", None),
        ("GET", f"/users/by_phone?phone={name}", None),
        ("GET", f"/users/phone?phone={name}", None),
        ("GET", f"/users/by_facebook_id?facebook_id={name}", None),
        ("GET", f"/users/by_twitter_id?twitter_id={name}", None),
        ("GET", f"/users/by_full_name?full_name={name}", None),
        ("GET", f"/users/by_tags?tags={name}", None),
        ("GET", f"/users/v2?id={person.id}", None),
        ("GET", "/users?per_page=1", None),
        ("GET", "/users/online", None),
        ("GET", "/users/online?count=true", None),
        ("POST", "/users/password/reset", {"email": f"{name}@example.com"}),
        ("GET", f"/users/password/reset?email={name}@example.com", None),
        ("PUT", f"/users/{person.id}", {"user": {"website": "https://example.com"}}),
        ("POST", "/login", {"login": person.login, "password": person.password}),
        ("DELETE", f"/users/{person.id}", None),
    ]
    for method, path, body in steps:
        answer = wire.call(method, path, body=body, token=person.token)
        EXPIRATION.require(
            answer.status < 400, f"{method} {path} did not succeed: {answer.status}", wire.story
        )
        EXPIRATION.require(answer.expiration is not None, "no expiry", wire.story)
        EXPIRATION.require(
            answer.headers.get("access-control-expose-headers") == EXPOSED,
            "browsers may not read the expiry",
            wire.story,
        )


def test_on_logout_and_sign_up_with_a_token(wire: Wire) -> None:
    person = newcomer(wire)
    signed_up = wire.call(
        "POST",
        "/users",
        body={"user": {"login": fresh_name(), "password": "a-long-password"}},
        token=person.token,
    )
    logged_out = wire.call("DELETE", "/login", token=person.token)
    for answer in (signed_up, logged_out):
        EXPIRATION.require(
            answer.status < 300 and answer.expiration is not None, "no expiry", wire.story
        )


def test_on_a_new_session(wire: Wire) -> None:
    answer = wire.call("POST", "/session", body=session_request(wire))
    EXPIRATION.require(answer.expiration is not None, "no expiry of a new session", wire.story)


def test_not_without_a_token(wire: Wire) -> None:
    profile: dict[str, object] = {"login": fresh_name(), "password": "a-long-password"}
    answer = sign_up_with(wire, profile)
    NO_EXPIRATION.require(answer.expiration is None, "an expiry of no token", wire.story)


def test_not_after_destroying_the_session(wire: Wire) -> None:
    answer = wire.call("DELETE", "/session", token=app_token(wire))
    NO_EXPIRATION.require(
        answer.status == 200 and answer.expiration is None, "a dead token expires", wire.story
    )


@pytest.mark.parametrize("path", ["/users/9223372036854775807", "/users/v2", "/users/v2?limit=0"])
def test_not_on_a_refusal_with_a_live_token(wire: Wire, path: str) -> None:
    answer = wire.call("GET", path, token=app_token(wire))
    NO_EXPIRATION.require(
        answer.status >= 400 and answer.expiration is None, "an expiry on a refusal", wire.story
    )
