"""Look-ups answer whom they were asked for, with all the fields a user has and no other."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.actors import Person, app_token, fresh_name, newcomer, sign_in, sign_up
from contract_tests.catalogue import ECHOED_IDENTIFIERS, NO_SECRETS, OWNERSHIP
from contract_tests.sightings import LOOK_UPS
from contract_tests.wire import Wire

pytestmark = pytest.mark.live

USER_KEYS = {
    "_id", "id", "created_at", "updated_at", "last_request_at", "login", "full_name", "email",
    "phone", "website", "timezone", "twitter_id", "facebook_id", "external_user_id", "external_id",
    "custom_data", "user_tags", "avatar", "is_guest",
}  # fmt: skip
DEPRECATED_KEYS = {"blob_id"}


@pytest.fixture
def people(wire: Wire) -> list[Person]:
    """Three people who differ in every field."""
    return [_with_everything(wire) for _ in range(3)]


def _with_everything(wire: Wire) -> Person:
    name = fresh_name()
    return sign_up(
        wire,
        email=f"{name}@example.com",
        phone=f"phone-{name}",
        full_name=f"Full Name {name}",
        external_id=f"external-{name}",
        facebook_id=f"facebook-{name}",
        twitter_id=f"twitter-{name}",
        tag_list=[name, "everybody"],
        custom_data='{"avatar_uid": null}',
        website="https://example.com",
        timezone=-720,
        avatar="an-avatar",
    )


def only_known_keys(wire: Wire, user: dict[str, Any]) -> None:
    """Demand a user object with its keys, and no other."""
    NO_SECRETS.require(
        set(user) - DEPRECATED_KEYS == USER_KEYS,
        f"other keys than a user has: {sorted(set(user) ^ USER_KEYS)}",
        wire.story,
    )


def test_the_one_asked_for_is_answered(wire: Wire, people: list[Person]) -> None:
    token = app_token(wire)
    for way in LOOK_UPS:
        for person in people:
            if person.user[way.field] is None:
                continue
            found = way.ask(wire, person.user[way.field], token)
            ECHOED_IDENTIFIERS.require(
                found == [person.user], f"asked {way.path} for {way.field}", wire.story
            )
            only_known_keys(wire, found[0])


def test_lists_hold_users_and_nothing_else(wire: Wire, people: list[Person]) -> None:
    token = app_token(wire)
    person = people[1]
    tag = str(person.user["user_tags"]).split(",")[0]
    flat = wire.call("GET", "/users/v2", query=[("id", str(person.id))], token=token)
    pages = [
        wire.call("GET", "/users/by_tags", query=[("tags", tag)], token=token),
        wire.call(
            "GET",
            "/users/by_full_name",
            query=[("full_name", person.user["full_name"])],
            token=token,
        ),
        wire.call("GET", "/users", query=[("filter[]", f"number id in {person.id}")], token=token),
    ]
    for users in (
        flat.json["items"],
        *([item["user"] for item in page.json["items"]] for page in pages),
    ):
        ECHOED_IDENTIFIERS.require(users == [person.user], "not exactly the one", wire.story)
        only_known_keys(wire, users[0])


def test_any_of_several_tags_matches(wire: Wire, people: list[Person]) -> None:
    tags = [str(person.user["user_tags"]).split(",")[0] for person in people]
    token = app_token(wire)
    joined = wire.call("GET", "/users/by_tags", query=[("tags", ",".join(tags))], token=token)
    repeated = wire.call(
        "GET", "/users/by_tags", query=[("tags[]", tag) for tag in tags], token=token
    )
    for answer in (joined, repeated):
        found = [item["user"]["id"] for item in answer.json["items"]]
        ECHOED_IDENTIFIERS.require(
            found == [person.id for person in people], "not those with the tags", wire.story
        )


def test_email_is_found_without_regard_to_case(wire: Wire, people: list[Person]) -> None:
    person = people[0]
    email = str(person.user["email"]).upper()
    answer = wire.call("GET", "/users/by_email", query=[("email", email)], token=app_token(wire))
    ECHOED_IDENTIFIERS.require(
        answer.status == 200 and answer.json["user"]["id"] == person.id, "not found", wire.story
    )


def test_the_lowest_of_several_is_answered(wire: Wire) -> None:
    name = fresh_name()
    number = sign_up(wire).id + 6_000_000_000
    fields = ("phone", "external_id", "facebook_id", "twitter_id")
    shared = dict.fromkeys(fields, name) | {"external_user_id": number}
    first, second = newcomer(wire, **shared), newcomer(wire, **shared)
    token = app_token(wire)
    ways = [(way, shared[way.field]) for way in LOOK_UPS if way.field in shared]
    for person in (first, second):
        for way, value in ways:
            found = [user["id"] for user in way.ask(wire, value, token)]
            ECHOED_IDENTIFIERS.require(found == [person.id], "not the lowest id", wire.story)
        if person is first:
            refused = wire.call("DELETE", f"/users/external/{name}", token=second.token)
            OWNERSHIP.require(refused.status == 403, "not the lowest id's to delete", wire.story)
            wire.call("DELETE", f"/users/external/{name}", token=first.token)
    wire.call("DELETE", f"/users/external/{number}", token=second.token)
    for way, value in ways:
        ECHOED_IDENTIFIERS.require(not way.ask(wire, value, token), "still there", wire.story)


def test_external_id_wins_over_the_deprecated_number(wire: Wire) -> None:
    number = sign_up(wire).id + 7_000_000_000
    by_number = sign_up(wire, external_user_id=number)
    token = app_token(wire)
    answer = wire.call("GET", f"/users/external/{number}", token=token)
    ECHOED_IDENTIFIERS.require(
        answer.status == 200 and answer.json["user"]["id"] == by_number.id, "not found", wire.story
    )
    by_text = sign_up(wire, external_id=str(number))
    answer = wire.call("GET", f"/users/external/{number}", token=token)
    ECHOED_IDENTIFIERS.require(
        answer.json["user"]["id"] == by_text.id, "external_id comes first", wire.story
    )
    for_number = sign_in(wire, by_number)
    refused = wire.call("DELETE", f"/users/external/{number}", token=for_number.token)
    OWNERSHIP.require(refused.status == 403, "the number came first", wire.story)
    wire.call("DELETE", f"/users/external/{number}", token=sign_in(wire, by_text).token)
    answer = wire.call("GET", f"/users/external/{number}", token=token)
    ECHOED_IDENTIFIERS.require(
        answer.json["user"]["id"] == by_number.id, "the number is gone, too", wire.story
    )


def test_sessions_echo_their_request(wire: Wire) -> None:
    person = newcomer(wire)
    now = int(wire.call("GET", "/session", token=person.token).date.timestamp())
    body = {
        "application_id": str(wire.server.application_id),
        "auth_key": wire.server.auth_key,
        "timestamp": str(now),
        "nonce": str(now + person.id),
        "user": {"login": person.login, "password": person.password},
    }
    session = wire.call("POST", "/session", body=body).json["session"]
    ECHOED_IDENTIFIERS.require(
        session["application_id"] == wire.server.application_id
        and session["nonce"] == now + person.id
        and session["ts"] == now
        and session["id"] == session["user_id"] == session["user"]["id"] == person.id,
        "another session than the one asked for",
        wire.story,
    )
    only_known_keys(wire, session["user"])
    read = wire.call("GET", "/session", token=session["token"]).json["session"]
    moving = {"updated_at", "user"}
    ECHOED_IDENTIFIERS.require(
        {key: value for key, value in read.items() if key not in moving}
        == {key: value for key, value in session.items() if key not in moving},
        "GET /session answers another session",
        wire.story,
    )
