"""Reading changes nothing, and the `.json` twin of a path answers the same."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.actors import (
    app_token,
    fresh_name,
    fresh_password,
    newcomer,
    session_request,
    sign_in,
)
from contract_tests.catalogue import READS_CHANGE_NOTHING, SHAPE, SUFFIX_TWIN
from contract_tests.contract import Operation, operations
from contract_tests.decoded import is_array, is_object
from contract_tests.exchange import Exchange
from contract_tests.population import Population
from contract_tests.wire import Wire

MOVING = {"last_request_at", "updated_at"}
"""Of sessions and of the user who asks: every request is a use of the token."""
SIGNED = {"download_url", "expires"}
"""A new signature each time, by design."""

PATHS = [
    "/session",
    "/users/{id}",
    "/users/external/{name}",
    "/users/by_login?login={login}",
    "/users/by_email?email={name}@example.com",
    "/users/by_phone?phone={name}",
    "/users/phone?phone={name}",
    "/users/by_facebook_id?facebook_id={name}",
    "/users/by_twitter_id?twitter_id={name}",
    "/users/by_full_name?full_name={name}",
    "/users/by_tags?tags={name}",
    "/users/v2?user_tags={name}",
    "/users?filter[]=number id in {id}",
    "/users/online?count=true",
    "/users/9223372036854775807",
    "/users/v2",
    "/blobs/{blob_id}",
    "/blobs/{uid}/object?download_url=1",
    "/blobs/{uid}/download",
    "/blobs",
]


@pytest.fixture
def asked(wire: Wire) -> tuple[dict[str, object], str]:
    """Somebody with every field set and a file, and the token of a session."""
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
    body = {"blob": {"name": "a.txt", "content_type": "text/plain"}}
    blob = wire.call("POST", "/blobs", body=body, token=person.token).json["blob"]
    wire.call("PUT", f"/blobs/{blob['id']}/complete", body={"size": 1}, token=person.token)
    known: dict[str, object] = {
        "id": person.id,
        "login": person.login,
        "name": name,
        "blob_id": blob["id"],
        "uid": blob["uid"],
    }
    return known, person.token


def settled(answer: Exchange) -> tuple[int, Any]:
    """Status and body without what moves by itself."""
    return answer.status, _still(answer.json) if answer.has_json else answer.content


def _still(value: object) -> object:
    if is_object(value):
        return {key: _still(member) for key, member in value.items() if key not in MOVING | SIGNED}
    if is_array(value):
        return [_still(member) for member in value]
    return value


@pytest.mark.parametrize("path", PATHS)
def test_asking_again_answers_the_same(
    wire: Wire, asked: tuple[dict[str, object], str], path: str
) -> None:
    known, token = asked
    target = path.format(**known).replace(" ", "%20")
    first, *others = [settled(wire.call("GET", target, token=token)) for _ in range(3)]
    READS_CHANGE_NOTHING.require(
        all(other == first for other in others), "another answer to the same question", wire.story
    )


@pytest.mark.parametrize("path", PATHS)
def test_the_twin_answers_the_same(
    wire: Wire, asked: tuple[dict[str, object], str], path: str
) -> None:
    known, token = asked
    target = path.format(**known).replace(" ", "%20")
    plain, _, query = target.partition("?")
    twin = f"{plain}.json?{query}" if query else f"{plain}.json"
    one = settled(wire.call("GET", target, token=token))
    other = settled(wire.call("GET", twin, token=token))
    SUFFIX_TWIN.require(one == other, f"{other} instead of {one}", wire.story)


def test_the_twin_of_a_file_is_its_information(
    wire: Wire, asked: tuple[dict[str, object], str]
) -> None:
    known, token = asked
    redirect = wire.call("GET", f"/blobs/{known['uid']}", token=token)
    information = wire.call("GET", f"/blobs/{known['uid']}.json", token=token)
    SUFFIX_TWIN.require(
        redirect.status == 301
        and information.status == 200
        and information.json["blob"]["id"] == known["blob_id"],
        f"{redirect.status} and {information.status}",
        wire.story,
    )


def test_twins_of_writes(wire: Wire) -> None:
    person = newcomer(wire)
    token = person.token
    body = {"blob": {"name": "a.txt", "content_type": "text/plain"}}
    created = wire.call("POST", "/blobs.json", body=body, token=token)
    blob = created.json["blob"]
    answers = [
        wire.call("PUT", f"/blobs/{blob['id']}/complete.json", body={"size": "1"}, token=token),
        wire.call("DELETE", f"/blobs/{blob['id']}.json", token=token),
        wire.call("PUT", f"/users/{person.id}.json", body={"user": {"phone": "1"}}, token=token),
        wire.call("DELETE", "/login.json", token=token),
        wire.call(
            "POST",
            "/login.json",
            body={"login": person.login, "password": person.password},
            token=token,
        ),
        wire.call("DELETE", f"/users/{person.id}.json", token=token),
    ]
    SUFFIX_TWIN.require(
        created.status == 201
        and [answer.status for answer in answers] == [200, 200, 200, 200, 202, 200],
        f"{[answer.status for answer in answers]}",
        wire.story,
    )


BODIES: dict[str, object] = {
    "nothing": None,
    "nothing known": {"nothing": 1},
}


@pytest.mark.parametrize("operation", operations(), ids=lambda each: each.id)
def test_the_twin_refuses_alike(wire: Wire, operation: Operation) -> None:
    path = operation.example_path()
    if operation.id == "getBlob":
        path = "/blobs/9007199254740993"
    person = newcomer(wire)
    tokens = {
        "no": None,
        "an unknown": "0123456789ABCDEF0123456789ABCDEF0123",
        "an app's": app_token(wire),
        "a user's": person.token,
    }
    takes_body = operation.method in {"POST", "PUT"}
    for whose, token in tokens.items():
        for what, body in BODIES.items() if takes_body and token else [("nothing", None)]:
            content = b"{" if takes_body and body is None else b""
            one, other = (
                wire.call(operation.method, each, body=body, content=content, token=token)
                for each in (path, f"{path}.json")
            )
            if one.status >= 400:
                SUFFIX_TWIN.require(
                    (other.status, other.errors) == (one.status, one.errors),
                    f"{other.status} {other.errors} instead of {one.status} {one.errors}"
                    f" with {whose} token and {what}",
                    wire.story,
                )
            if one.status < 300 and operation.method == "DELETE" and token == person.token:
                person = sign_in(wire, person)


def test_twins_of_sessions_and_sign_ups(wire: Wire) -> None:
    email = f"{fresh_name()}@example.com"
    profile = {"login": fresh_name(), "password": fresh_password(), "email": email}
    key = [("CB-AuthKey", wire.server.auth_key)]
    made = wire.call("POST", "/users.json", body={"user": profile}, headers=key)
    session = wire.call("POST", "/session.json", body=session_request(wire, **profile))
    SUFFIX_TWIN.require(
        (made.status, session.status) == (201, 201)
        and session.json["session"]["user"] == made.json["user"],
        f"{made.status} and {session.status}",
        wire.story,
    )
    token = session.json["session"]["token"]
    blob = wire.call(
        "POST",
        "/blobs.json",
        body={"blob": {"name": "a.txt", "content_type": "text/plain", "public": True}},
        token=token,
    ).json["blob"]
    steps = [
        ("PUT", f"/blobs/{blob['id']}/complete.json", {"size": 1}, 200),
        ("POST", f"/blobs/{blob['id']}/complete.json", {"blob": {"size": 1}}, 200),
        ("PUT", f"/blobs/{blob['id']}.json", {"blob": {"name": "b.txt", "new": "1"}}, 200),
        ("GET", f"/blobs/{blob['id']}.json", None, 200),
        ("GET", f"/blobs/{blob['uid']}/download.json", None, 301),
        ("GET", f"/blobs/{blob['uid']}/object.json?download_url=1", None, 200),
        ("DELETE", f"/blobs/{blob['id']}.json", None, 200),
        ("GET", "/users/online.json?limit=1", None, 200),
        ("GET", "/session.json", None, 200),
        ("DELETE", "/session.json", None, 200),
        ("GET", "/session.json", None, 401),
    ]
    for method, path, body, status in steps:
        answer = wire.call(method, path, body=body, token=token)
        SUFFIX_TWIN.require(answer.status == status, f"{answer.status} for {path}", wire.story)


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_twins_of_lists_cut_alike(wire: Wire, population: Population, suffix: str) -> None:
    token = app_token(wire)
    tag, ids = population.tag, population.ids
    for path, query, expected in (
        ("/users/v2", f"user_tags={tag}&sort_desc=id&limit=5&offset=3", ids[::-1][3:8]),
        ("/users/by_tags", f"tags={tag}&per_page=5&page=2", ids[5:10]),
        (
            "/users",
            f"filter[]=number id in {ids[3]},{ids[9]}&order=desc number id",
            [ids[9], ids[3]],
        ),
    ):
        answer = wire.call("GET", f"{path}{suffix}", query=query.replace(" ", "%20"), token=token)
        items = [item.get("user", item) for item in answer.json["items"]]
        SUFFIX_TWIN.require(
            [user["id"] for user in items] == expected,
            f"{[user['id'] for user in items]} instead of {expected}",
            answer,
        )


def test_empty_answers_are_empty(wire: Wire) -> None:
    email = f"{fresh_name()}@example.com"
    person = newcomer(wire, email=email)
    token = person.token
    made = {"blob": {"name": "a.txt", "content_type": "text/plain"}}
    blob = wire.call("POST", "/blobs", body=made, token=token).json["blob"]
    external = newcomer(wire, external_id=fresh_name())
    for method, path, body, sender in (
        ("PUT", f"/blobs/{blob['id']}/complete", {"size": 1}, token),
        ("POST", f"/blobs/{blob['id']}/complete", {"size": 1}, token),
        ("DELETE", f"/blobs/{blob['id']}", None, token),
        ("POST", "/users/password/reset", {"email": email}, token),
        ("GET", f"/users/password/reset?email={email}", None, token),
        ("DELETE", "/login", None, token),
        ("DELETE", "/session", None, token),
        ("DELETE", f"/users/{person.id}", None, sign_in(wire, person).token),
        ("DELETE", f"/users/external/{external.user['external_id']}", None, external.token),
    ):
        answer = wire.call(method, path, body=body, token=sender)
        SHAPE.require(
            answer.status == 200
            and not answer.content
            and answer.headers.get("content-length") == "0",
            f"{answer.status}, {answer.headers.get('content-length')} bytes",
            answer,
        )
