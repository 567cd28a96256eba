"""What the generated functions send."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from tests.generated_client.conftest import Caller
from tests.generated_client.wire import Server


def ask(call: Caller, *arguments: object, **named: object) -> None:
    """Call getThing; whatever the answer is, the request is on the server's list."""
    call.server.answer(301, ("Location", "/elsewhere"))
    call("things.get_thing", *arguments, **named)


@pytest.mark.parametrize(
    ("arguments", "pairs"),
    [
        ({"id": 7}, [("id", "7")]),
        ({"id_in": [51, 52]}, [("id[in][]", "51"), ("id[in][]", "52")]),
        ({"id_in": []}, []),
        (
            {"user_tags_nin": ["a,b", "c&d=e"]},
            [("user_tags[nin][]", "a,b"), ("user_tags[nin][]", "c&d=e")],
        ),
        ({"joined": ["a", "b"]}, [("joined", "a,b")]),
        ({"joined": []}, []),
        ({"flag": True}, [("flag", "true")]),
        ({"flag": False}, [("flag", "false")]),
        ({"created_at_gt": 1690886495}, [("created_at[gt]", "1690886495")]),
        (
            {"created_at_gt": datetime(2018, 12, 6, 9, 21, 41, tzinfo=UTC)},
            [("created_at[gt]", "2018-12-06T09:21:41Z")],
        ),
        (
            {"created_at_gt": datetime(2018, 12, 6, 1, 0, 0, 5000, timezone(timedelta(hours=2)))},
            [("created_at[gt]", "2018-12-05T23:00:00.005Z")],
        ),
        ({"day": date(2024, 2, 29)}, [("day", "2024-02-29")]),
        ({"uuid": UUID(int=1)}, [("uuid", "00000000-0000-0000-0000-000000000001")]),
        ({"score": 0.5}, [("score", "0.5")]),
        ({"maybe": None}, []),
        ({"maybe": ""}, [("maybe", "")]),
        (
            {"sort": "created_at", "level": 2, "one": "1"},
            [("sort", "created_at"), ("level", "2"), ("one", "1")],
        ),
        ({"class_": "c", "filter_": "f"}, [("class", "c"), ("filter", "f")]),
        ({"request": "r", "client_query": "ü +"}, [("request", "r"), ("client", "ü +")]),
        ({}, []),
    ],
)
def test_query(call: Caller, arguments: dict[str, Any], pairs: list[tuple[str, str]]) -> None:
    ask(call, "x", **arguments)
    assert call.server.received[0].query == pairs


def test_header(call: Caller) -> None:
    ask(call, "x", x_level=3)
    ask(call, "x")
    assert [one.header("X-Level") for one in call.server.received] == ["3", None]


@pytest.mark.parametrize(
    ("segment", "encoded"),
    [
        ("a", "a"),
        ("a/b?c#d", "a%2Fb%3Fc%23d"),
        ("ü %2F", "%C3%BC%20%252F"),
        ("..a", "..a"),
        ("a{b}", "a%7Bb%7D"),
    ],
)
def test_path_is_one_segment(call: Caller, segment: str, encoded: str) -> None:
    ask(call, segment)
    assert call.server.received[0].target == f"/things/{encoded}"


@pytest.mark.parametrize("segment", ["", ".", ".."])
def test_path_cannot_become_another(call: Caller, segment: str) -> None:
    with pytest.raises(ValueError, match="part of a path"):
        ask(call, segment)
    assert call.server.received == []


def test_moment_needs_a_zone(call: Caller) -> None:
    with pytest.raises(ValueError, match="time zone"):
        ask(call, "x", created_at_gt=datetime.fromisoformat("2024-01-01T00:00:00"))
    assert call.server.received == []


def test_body(call: Caller) -> None:
    new = call.model("NewThing")
    call.server.answer(202)
    call(
        "things.create_thing",
        body=new(
            name="Zoë \ud800",
            tag_list=None,
            moment=datetime(2024, 1, 1, tzinfo=UTC),
            inner=call.model("NewThingInner")(size="5"),
        ),
    )
    received = call.server.received[0]
    assert received.method == "POST"
    assert received.header("Content-Type") == "application/json"
    assert json.loads(received.body) == {
        "name": "Zoë \ud800",
        "tag_list": None,
        "moment": "2024-01-01T00:00:00Z",
        "inner": {"size": "5"},
    }
    assert b" " not in received.body.replace(b"Zo\\u00eb \\ud800", b"")


def test_body_may_be_left_out(call: Caller) -> None:
    call.server.answer(204)
    call("things.replace_things")
    call("things.replace_things", body=call.model("NewThing")(name="n"))
    left_out, given = call.server.received
    assert (left_out.body, left_out.header("Content-Type")) == (b"", None)
    assert (given.body, given.header("Content-Type")) == (b'{"name":"n"}', "application/json")


def test_body_of_a_list(call: Caller) -> None:
    new = call.model("NewThing")
    call.server.answer(204)
    call("things.patch_things", body=[new(name="a"), new(name="b")])
    assert call.server.received[0].body == b'[{"name":"a"},{"name":"b"}]'


def test_requests_refuse_unknown_keys(call: Caller) -> None:
    new = call.model("NewThing")
    with pytest.raises(TypeError):
        new(name="n", nmae="m")
    with pytest.raises(call.package.InvalidData, match="nmae is not a key of this model"):
        new.from_dict({"name": "n", "nmae": "m"})
    with pytest.raises(call.package.InvalidData, match=r"inner\.more is not a key of this model"):
        new.from_dict({"name": "n", "inner": {"size": 1, "more": 2}})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sort": "nmae"}, "sort is none of the documented values"),
        ({"level": 3}, "level is none of the documented values"),
        ({"level": True}, "level must not be a boolean"),
        ({"new": "2"}, "new is not the documented value"),
        ({"guest": "2"}, "guest fits none of the documented shapes"),
        ({"name": None}, "name must not be null"),
    ],
)
def test_requests_are_read_strictly(call: Caller, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(call.package.InvalidData) as caught:
        call.model("NewThing").from_dict({"name": "n", **changes})
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    "value",
    [
        {"name": "n", "sort": "name", "level": 2, "guest": "1", "new": "1", "tag_list": "a,b"},
        {"name": "n", "guest": 1, "tag_list": ["a", "b"], "inner": {"size": 1}},
        {"name": "n", "guest": True, "tag_list": None, "public": False},
    ],
)
def test_requests_are_read_back(call: Caller, value: dict[str, Any]) -> None:
    assert call.model("NewThing").from_dict(value).to_dict() == value


# Security


def security_of(call: Caller, operation: str) -> Any:
    call.server.answer(204)
    call(f"security.{operation}")
    return call.sent[-1].security


def test_security_travels_with_the_request(call: Caller) -> None:
    assert security_of(call, "get_open") == ()
    assert security_of(call, "get_global") == (("key",),)
    assert security_of(call, "get_alternatives") == (("key", "second"), ("inQuery",), ())


@pytest.mark.parametrize(
    ("credentials", "headers", "query"),
    [
        ({}, (None, None), []),
        ({"key": "K"}, (None, None), []),
        ({"key": "K", "second": "S"}, ("K", "S"), []),
        ({"inQuery": "Q"}, (None, None), [("token", "Q")]),
        ({"key": "K", "second": "S", "inQuery": "Q"}, ("K", "S"), []),
    ],
)
def test_credentials_of_the_first_complete_alternative(
    call: Caller,
    credentials: dict[str, str],
    headers: tuple[str | None, str | None],
    query: list[tuple[str, str]],
) -> None:
    call.settings["credentials"] = credentials
    security_of(call, "get_alternatives")
    received = call.server.received[0]
    assert (received.header("X-Key"), received.header("X-Second")) == headers
    assert received.query == query


def test_no_credentials_where_none_are_needed(call: Caller) -> None:
    call.settings["credentials"] = {"key": "K"}
    security_of(call, "get_open")
    security_of(call, "get_global")
    assert [one.header("X-Key") for one in call.server.received] == [None, "K"]


def test_misspelt_security_schemes_are_refused(call: Caller) -> None:
    call.settings["credentials"] = {"kee": "K"}
    with pytest.raises(ValueError, match="no security scheme kee; it has key, second, inQuery"):
        call.client()


def test_nothing_of_the_api_goes_to_another_host(call: Caller) -> None:
    call.settings.update(credentials={"key": "K"}, headers={"X-Own": "o"}, timeout=3.0)
    request = call.package.Request(
        "GET", "https://store.example/x?signature=s", security=(("key",),)
    )
    prepared = call.client().prepare(request)
    assert (prepared.headers, prepared.query, prepared.timeout) == ((), (), 3.0)


# Clients are values


def test_clients_never_change(call: Caller) -> None:
    client = call.client()
    changed = client.with_credentials({"key": "K"}).with_headers({"X-Own": "o"}).with_timeout(5.0)
    assert changed.transport is client.transport
    assert (dict(client.credentials), len(client.headers), client.timeout) == ({}, 0, None)
    assert dict(changed.credentials) == {"key": "K"}
    assert changed.headers["x-own"] == "o"
    assert changed.with_headers({"x-OWN": "p"}).headers.multi_items() == (("x-OWN", "p"),)
    assert dict(changed.with_credentials({"inQuery": "Q"}).credentials) == {
        "key": "K",
        "inQuery": "Q",
    }
    with pytest.raises(AttributeError):
        client.timeout = 1.0
    with pytest.raises(TypeError):
        changed.credentials["key"] = "L"


def test_the_callers_own_dictionary_is_not_the_clients(call: Caller) -> None:
    mine = {"key": "K"}
    call.settings["credentials"] = mine
    client = call.client()
    mine["key"] = "L"
    assert client.credentials["key"] == "K"


def test_headers_and_timeout_of_the_client(call: Caller) -> None:
    call.settings.update(headers={"X-Own": "o", "x-level": "9"}, timeout=4.0)
    ask(call, "x", x_level=3)
    received = call.server.received[0]
    assert (received.header("X-Own"), received.header("X-Level")) == ("o", "3")
    assert call.sent[0].timeout == 4.0
    explicit = call.client().prepare(call.package.Request("GET", "/", timeout=1.0))
    assert explicit.timeout == 1.0


def test_streaming(call: Caller, server: Server) -> None:
    server.answer(200, ("Content-Type", "text/plain"), body="streamed")
    request = call.package.Request("GET", "/x", security=(("key",),))
    client = call.client().with_credentials({"key": "K"})
    if call.way == "sync":
        with client.stream(request) as response:
            pieces = list(response.iter_bytes())
    else:
        pieces = _run_stream(client, request)
    assert pieces == [b"str", b"eam", b"ed"]
    assert server.received[0].header("X-Key") == "K"


def _run_stream(client: Any, request: Any) -> list[bytes]:
    async def run() -> list[bytes]:
        async with client.stream(request) as response:
            return [piece async for piece in response.iter_bytes()]

    return asyncio.run(run())
