"""Reading changes nothing, and the `.json` twin of a path answers the same."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.actors import fresh_name, newcomer
from contract_tests.catalogue import READS_CHANGE_NOTHING, SUFFIX_TWIN
from contract_tests.decoded import is_array, is_object
from contract_tests.exchange import Exchange
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
