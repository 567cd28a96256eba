"""Both clients read every valid answer, today's and those of older servers, faithfully."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from itertools import islice
from typing import Any

import attrs
import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.client.answers import (
    Json,
    Stub,
    answers,
    component,
    described,
    older,
    statuses,
    stub,
)
from contract_tests.client.players import Bare
from contract_tests.contract import Operation, operations
from contract_tests.decoded import is_array, is_object
from contract_tests.generation import generated
from generated_client import Client, models
from wrappers import APIError, Blob, ConnectyCube, Guest, Session, User

UID = "0123456789ABCDEF0123456789ABCDEF0123"
TOKEN = "A" * 36
STORED = "http://127.0.0.1:1/bucket/key?X-Amz-Signature=0"
ARGUMENTS = {"user_id": 1, "blob_id": 1, "blob_ref": 1, "uid": UID, "tags": ["a"]}

BY_ID = {operation.id: operation for operation in operations()}
WITH_BODY = [
    (operation.id, status)
    for operation in operations()
    for status in statuses(operation, refusals=False)
]
WITHOUT_BODY = [
    (operation.id, status)
    for operation in operations()
    for status in statuses(operation, refusals=False, empty=True)
]

Reading = Callable[[ConnectyCube, Json], object]


def _one(name: str, argument: object) -> Reading:
    return lambda cube, _: getattr(cube.users, name)(argument)


def _items(body: Json, found: Any) -> list[object]:
    """The first page of what was found: the server answers the same for every further one."""
    return list(islice(found, len(body["items"])))


READINGS: dict[str, Reading] = {
    "createSession": lambda cube, _: cube.create_session(Guest(full_name="A guest")),
    "getSession": lambda cube, _: cube.get_session(),
    "signUp": lambda cube, _: cube.users.sign_up(login="marvin", password="long enough"),
    "getUser": _one("get", 1),
    "getUserByLogin": _one("get_by_login", "marvin"),
    "getUserByEmail": _one("get_by_email", "a@b.org"),
    "getUserByPhone": _one("get_by_phone", "555"),
    "getUserByExternalId": _one("get_by_external_id", "x"),
    "getUserByFacebookId": _one("get_by_facebook_id", "x"),
    "getUserByTwitterId": _one("get_by_twitter_id", "x"),
    "findUsers": lambda cube, body: _items(body, cube.users.find(id=1)),
    "findUsersByFullName": lambda cube, body: _items(body, cube.users.find_by_full_name("x")),
    "findUsersByTags": lambda cube, body: _items(body, cube.users.find_by_tags(["x"])),
    "listOnlineUsers": lambda cube, body: (
        cube.users.online_count()
        if "count" in body
        else list(islice(cube.users.online(), len(body["users"])))
    ),
    "listBlobs": lambda cube, body: _items(body, cube.storage.list()),
    "getBlob": lambda cube, _: cube.storage.get(1),
    "updateBlob": lambda cube, _: cube.storage.rename(1, "b.txt"),
    "getBlobObject": lambda cube, _: cube.storage.signed_url(UID),
}
"""What the wrappers read, by the operation that answers."""
READ = [each for each in WITH_BODY if each[0] in READINGS]


@pytest.fixture(scope="module")
def answering() -> Iterator[Stub]:
    with stub() as running:
        yield running


@pytest.fixture(scope="module")
def client(answering: Stub) -> Iterator[Client]:
    with httpx2.Client(base_url=answering.base_url, trust_env=False) as http:
        credentials = {"sessionToken": TOKEN, "authKey": "key"}
        yield Client(transport=Bare(http), credentials=credentials)


@pytest.fixture(scope="module")
def app(answering: Stub) -> Iterator[ConnectyCube]:
    with ConnectyCube(app_id=1, auth_key="k", base_url=answering.base_url, retries=0) as cube:
        yield cube


@pytest.mark.parametrize(("operation_id", "status"), WITH_BODY)
@generated(5)
@given(data=st.data())
def test_the_generated_client(
    answering: Stub, client: Client, operation_id: str, status: int, data: st.DataObject
) -> None:
    body = data.draw(answers(BY_ID[operation_id], status))
    answering.answers(status, body)
    response = called(BY_ID[operation_id], client)
    assert response.status == status
    assert written(response.parsed) == plain(body)
    sent, meant = data.draw(older(st.just(body)))
    answering.answers(status, sent)
    assert written(called(BY_ID[operation_id], client).parsed) == plain(meant)


@pytest.mark.parametrize("operation", operations(), ids=lambda each: each.id)
@generated(2)
@given(data=st.data())
def test_the_generated_client_is_refused(
    answering: Stub, client: Client, operation: Operation, data: st.DataObject
) -> None:
    for status in statuses(operation, refusals=True):
        body = data.draw(answers(operation, status))
        answering.answers(status, body)
        response = called(operation, client)
        assert (response.status, written(response.parsed)) == (status, body)


@pytest.mark.parametrize(("operation_id", "status"), WITHOUT_BODY)
def test_the_generated_client_takes_no_body(
    answering: Stub, client: Client, operation_id: str, status: int
) -> None:
    answering.answers(status, Location=STORED)
    response = called(BY_ID[operation_id], client)
    assert response.status == status
    assert response.content == b""
    if status == 301:
        assert response.parsed.location == STORED


@pytest.mark.parametrize(("operation_id", "status"), READ)
@generated(5)
@given(data=st.data())
def test_the_wrappers(
    answering: Stub, app: ConnectyCube, operation_id: str, status: int, data: st.DataObject
) -> None:
    today = data.draw(answers(BY_ID[operation_id], status))
    for sent, meant in ((today, today), data.draw(older(st.just(today)))):
        answering.answers(status, sent)
        read = READINGS[operation_id](app.as_user(TOKEN), meant)
        assert shown(read) == expected(meant)


@pytest.mark.parametrize("operation_id", READINGS)
@generated(2)
@given(data=st.data())
def test_the_wrappers_are_refused(
    answering: Stub, app: ConnectyCube, operation_id: str, data: st.DataObject
) -> None:
    operation = BY_ID[operation_id]
    for status in (*statuses(operation, refusals=True), 200):
        # An `errors` body is a failure whatever its status, as older servers answered.
        body = data.draw(answers(operation, 401 if status == 200 else status))
        answering.answers(status, body)
        with pytest.raises(APIError) as caught:
            READINGS[operation_id](app.as_user(TOKEN), {"items": [None], "users": [None]})
        assert caught.value.status == status
        messages, fields = _told(body["errors"])
        assert (caught.value.errors, caught.value.fields) == (messages, fields)


def _told(errors: Any) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """All messages, and those of fields by field; a list and `base` are about no field."""
    named: dict[str, list[str]] = errors if is_object(errors) else {"base": errors}
    fields = {name: tuple(texts) for name, texts in named.items() if name != "base"}
    messages = [
        text if name == "base" else f"{name} {text}"
        for name, texts in named.items()
        for text in texts
    ]
    return tuple(messages), fields


def called(operation: Operation, client: Client) -> Any:
    """Call an operation with arguments that will do."""
    about = described(operation)
    name = re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", operation.id)
    module: Any = import_module(f"generated_client.api.{about['tags'][0]}.{name}")
    arguments: dict[str, Any] = {"client": client}
    for parameter in inspect.signature(module.sync_detailed).parameters.values():
        if parameter.name == "body":
            [content] = about["requestBody"]["content"].values()
            example = next(iter(content["examples"].values()))
            value = (example if "value" in example else component(example["$ref"]))["value"]
            arguments["body"] = getattr(models, parameter.annotation).from_dict(value)
        elif parameter.default is parameter.empty and parameter.name != "client":
            arguments[parameter.name] = ARGUMENTS.get(parameter.name, "text")
    return module.sync_detailed(**arguments)


def written(parsed: Any) -> Json:
    """What the generated client makes of what it read when it writes it again."""
    again: Json = parsed.to_dict()
    return again


def plain(body: Json) -> Json:
    """A body whose moments have no more digits than they need, as the generated client writes."""
    text = re.sub(r"(T[0-9]{2}:[0-9]{2}:[0-9]{2})\.000Z", r"\1Z", json.dumps(body))
    same: Json = json.loads(text)
    return same


def shown(read: object) -> object:
    """What the wrappers show of what they read; how long a session lives is told by headers."""
    if is_array(read):
        return [shown(each) for each in read]
    if not isinstance(read, (User, Session, Blob)):
        return read
    names = [each.name for each in attrs.fields(type(read))]
    return {name: shown(getattr(read, name)) for name in names if name not in {"raw", "expires_at"}}


def expected(body: Json) -> object:
    """What the wrappers should show of a body, worked out by hand."""
    match body:
        case {"session": session}:
            return _session(session)
        case {"user": user}:
            return _user(user)
        case {"blob": {"blob_object_access": {"download_url": url}}}:
            return url
        case {"blob": blob}:
            return _blob(blob)
        case {"items": items}:
            return [_user(each) if "_id" in each else expected(each) for each in items]
        case {"users": users}:
            return [_user(each) for each in users]
        case _:
            return body["count"]


def _session(session: Json) -> Json:
    told = {name: session[name] for name in ("token", "id", "application_id")}
    user = session.get("user")
    return told | {
        "user_id": session["user_id"] or None,
        "user": None if user is None else _user(user),
        "created_at": _moment(session["created_at"]),
        "updated_at": _moment(session["updated_at"]),
    }


def _user(user: Json) -> Json:
    told = {
        name: user[name]
        for name in (
            "id", "login", "full_name", "email", "phone", "website", "timezone", "facebook_id",
            "twitter_id", "external_id", "custom_data", "avatar",
        )
    }  # fmt: skip
    tags = user["user_tags"] or ()
    joined = tags.split(",") if isinstance(tags, str) else tags
    moments = ("created_at", "updated_at", "last_request_at")
    return told | {
        "is_guest": bool(user["is_guest"]),
        # What a tag may hold is not said of answers: blanks around it are no part of it.
        "tags": tuple(tag.strip() for tag in joined if tag.strip()),
        **{name: _moment(user[name]) for name in moments},
    }


def _blob(blob: Json) -> Json:
    told = {name: blob[name] for name in ("id", "uid", "name", "content_type", "size", "public")}
    return told | {name: _moment(blob[name]) for name in ("created_at", "updated_at")}


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
