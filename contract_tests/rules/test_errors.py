"""Each kind of refusal has its own status and its own shape of `errors`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.actors import (
    Person,
    app_token,
    fresh_name,
    fresh_password,
    newcomer,
    session_request,
    sign_up,
    sign_up_with,
)
from contract_tests.catalogue import ERROR_KIND
from contract_tests.decoded import is_array, is_object
from contract_tests.exchange import Exchange
from contract_tests.server import ServerUnderTest
from contract_tests.wire import Wire

NOBODY = 9223372036854775807


@pytest.fixture(scope="module")
def bodies(server: ServerUnderTest) -> list[tuple[str, str, dict[str, Any], Person]]:
    """A good body of each operation."""
    with Wire(server) as wire:
        return good_bodies(wire)


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


@pytest.mark.parametrize(
    "written",
    [
        "abc", "1.5", "-", "0", "-{}", "+{}", "%2B{}", "{}.0", "%20{}", "{}%20", "1e1", "0x{}",
        "{}a", "{},5", "9223372036854775808", "9" * 40, "beyond 32 bits", "beyond 64 bits",
    ],
)  # fmt: skip
def test_an_id_that_is_no_id_is_not_found(wire: Wire, written: str) -> None:
    person = newcomer(wire)
    made = {"blob": {"name": "a.txt", "content_type": "text/plain"}}
    blob = wire.call("POST", "/blobs", body=made, token=person.token).json["blob"]["id"]
    beyond = {"beyond 32 bits": 2**32, "beyond 64 bits": 2**64}.get(written)
    user, file = (
        written.format(number) if beyond is None else str(number + beyond)
        for number in (person.id, blob)
    )
    for method, path, body in (
        ("GET", f"/users/{user}", None),
        ("PUT", f"/users/{user}", {"user": {"full_name": "x"}}),
        ("GET", f"/blobs/{file}", None),
        ("PUT", f"/blobs/{file}", {"blob": {"name": "b.txt"}}),
        ("PUT", f"/blobs/{file}/complete", {"size": 1}),
        ("POST", f"/blobs/{file}/complete", {"size": 1}),
        ("DELETE", f"/blobs/{file}", None),
        ("DELETE", f"/users/{user}", None),
    ):
        answer = wire.call(method, path, body=body, token=person.token)
        nobody = "User not found" if "users" in path else "Blob not found"
        hold(answer, 404, [nobody])


def test_files_that_are_not_there(wire: Wire) -> None:
    token = newcomer(wire).token
    uids = ("0123456789ABCDEF0123456789ABCDEF0123", f"{'0' * 32}00")
    for method, path, body in (
        *(("GET", f"/blobs/{each}", None) for each in (NOBODY, *uids)),
        *(("GET", f"/blobs/{uid}/download", None) for uid in uids),
        *(("GET", f"/blobs/{uid}/object?download_url=1", None) for uid in uids),
        *(("PUT", f"/blobs/{each}", {"blob": {"name": "b"}}) for each in (NOBODY, *uids)),
        ("PUT", f"/blobs/{NOBODY}/complete", {"size": 1}),
        ("POST", f"/blobs/{NOBODY}/complete", {"size": 1}),
        *(("DELETE", f"/blobs/{each}", None) for each in (NOBODY, *uids)),
    ):
        hold(wire.call(method, path, body=body, token=token), 404, ["Blob not found"])


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


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "a space": lambda _: b" ",
    "no json": lambda _: b"not json",
    "cut off": lambda good: good[:-1],
    "cut off early": lambda good: good[: len(good) // 2],
    "with words after it": lambda good: good + b" and more",
    "with a brace after it": lambda good: good + b"}",
    "twice": lambda good: good + good,
    "twice, in lines": lambda good: good + b"\n" + good,
    "with words before it": lambda good: b"data: " + good,
    "in single quotes": lambda good: good.replace(b'"', b"'"),
    "with a comma too many": lambda good: good[:-1] + b",}",
    "with a comment": lambda good: good + b" // good",
    "with NaN": lambda good: good[:-1] + b',"nothing":NaN}',
    "with Infinity": lambda good: good[:-1] + b',"nothing":-Infinity}',
    "with a number of another base": lambda good: good[:-1] + b',"nothing":0x10}',
    "with a zero too many": lambda good: good[:-1] + b',"nothing":01}',
    "with a bad escape": lambda good: good[:-1] + b',"nothing":"\\x41"}',
    "with a line end in a text": lambda good: good[:-1] + b',"nothing":"a\nb"}',
    "with bytes that are no text": lambda good: good[:-1] + b',"nothing":"\xff"}',
    "in latin-1": lambda good: good[:-1] + b',"nothing":"\xe9"}',
    "in utf-16": lambda good: good.decode().encode("utf-16"),
    "with a nul after it": lambda good: good + b"\x00",
    "within a list": lambda good: b"[" + good + b"]",
    "as a text": lambda good: json.dumps(good.decode()).encode(),
    "a number": lambda _: b"7",
    "true": lambda _: b"true",
    "null": lambda _: b"null",
    "a list": lambda _: b"[]",
    "a form": lambda _: b"user[login]=marvin&size=1&email=a@b.co",
}
"""Ways for a good body to be no JSON object any more."""


def good_bodies(wire: Wire) -> list[tuple[str, str, dict[str, Any], Person]]:
    """Every operation that takes a body, with a path, a body that is taken, and who sends it."""
    person = newcomer(wire, email=f"{fresh_name()}@example.com")
    made: dict[str, Any] = {"blob": {"name": "a.txt", "content_type": "text/plain"}}
    blob = wire.call("POST", "/blobs", body=made, token=person.token).json["blob"]["id"]
    me: dict[str, Any] = {"login": person.login, "password": person.password}
    bodies: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/session", session_request(wire, **me)),
        ("POST", "/users", {"user": {"login": fresh_name(), "password": fresh_password()}}),
        ("POST", "/login", me),
        ("POST", "/blobs", made),
        ("POST", "/users/password/reset", {"email": person.user["email"]}),
        ("PUT", f"/users/{person.id}", {"user": {"full_name": "Marvin"}}),
        ("PUT", f"/blobs/{blob}", {"blob": {"name": "b.txt"}}),
        ("PUT", f"/blobs/{blob}/complete", {"size": 1}),
        ("POST", f"/blobs/{blob}/complete", {"size": 1}),
    ]
    return [(*each, person) for each in bodies]


@pytest.mark.parametrize("how", SPOILT)
def test_what_is_no_object_is_a_bad_request(
    wire: Wire, bodies: list[tuple[str, str, dict[str, Any], Person]], how: str
) -> None:
    headers = [("Content-Type", "application/json")]
    for method, path, body, person in bodies:
        content = SPOILT[how](json.dumps(body).encode())
        answer = wire.call(method, path, content=content, token=person.token, headers=headers)
        ERROR_KIND.require(
            answer.status == 400 and is_array(answer.errors),
            f"{answer.status} {answer.errors} for a body {how}",
            answer,
        )


@pytest.mark.parametrize(
    ("content_type", "is_json"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("application/json;charset=UTF-8", True),
        ("Application/JSON", True),
        ("text/plain", False),
        ("application/x-www-form-urlencoded", False),
        ("application/xml", False),
        ("", False),
    ],
)
def test_content_types_of_bodies(
    wire: Wire,
    bodies: list[tuple[str, str, dict[str, Any], Person]],
    content_type: str,
    is_json: bool,
) -> None:
    newcomers = {"user": {"login": fresh_name(), "password": fresh_password()}}
    for method, path, body, person in bodies:
        sent = newcomers if path == "/users" else body
        content = json.dumps(sent, ensure_ascii=False, indent=2).encode() + b"\n"
        answer = wire.call(
            method,
            path,
            content=content,
            token=person.token,
            headers=[("Content-Type", content_type)],
        )
        ERROR_KIND.require(
            answer.status in {200, 201, 202} if is_json else answer.status == 400,
            f"{answer.status} {answer.errors} for {content_type!r}",
            answer,
        )


def test_stale_timestamp(wire: Wire) -> None:
    now = int(wire.call("POST", "/session", body=session_request(wire)).date.timestamp())
    for moment in (now - 3700, now + 3700, str(now - 3700)):
        request = {**session_request(wire), "timestamp": moment, "nonce": 1}
        hold(wire.call("POST", "/session", body=request), 422, {"timestamp": ["invalid timestamp"]})
