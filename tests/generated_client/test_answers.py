"""What the generated functions make of answers, of good ones and of all others."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from tests.generated_client.conftest import Caller
from tests.generated_client.wire import JSON

THING: dict[str, Any] = {
    "id": 1,
    "name": "n",
    "created_at": "2023-08-25T11:29:29Z",
    "kind": "small",
    "fixed": "Write",
    "nothing": None,
    "nullable": None,
    "whatever": [1, {"a": None}],
}
FULL: dict[str, Any] = {
    **THING,
    "_id": "64e8",
    "level": 2,
    "moment": "2023-09-15T13:43:31.535Z",
    "moment_or_text": "2023-09-15T13:43:31.535001Z",
    "day": "2024-02-29",
    "uuid": "00000000-0000-0000-0000-000000000001",
    "score": 1.5,
    "flag": False,
    "numbers": [1, 2],
    "moments": ["2023-09-15T13:43:31Z"],
    "matrix": [[1, 2.5], []],
    "child": {**THING, "unknown": {"kept": True}},
    "owner": {"things": [THING]},
    "counts": {"a": {"count": 1, "more": 2}},
    "free": {"anything": [1]},
    "list_or_text": ["a", "b"],
    "class": "c",
    "from": "f",
    "list": "l",
    "datetime": "d",
    "cast": "c",
    "data": "d",
    "key": "k",
    "value": "v",
    "pop": "p",
    "fooBar": "x",
    "foo_bar": "y",
    "weird key!": "w",
    'quote"and\\backslash': "q",
    "unknown": {"kept": True},
}


def get_thing(call: Caller, thing: object) -> Any:
    call.server.answer_json(200, {"thing": thing})
    return call("things.get_thing", "x").thing


# Good answers


def test_everything_is_parsed_and_written_back(call: Caller) -> None:
    thing = get_thing(call, FULL)
    assert thing.to_dict() == FULL
    assert thing.created_at == datetime(2023, 8, 25, 11, 29, 29, tzinfo=UTC)
    assert thing.moment == datetime(2023, 9, 15, 13, 43, 31, 535000, tzinfo=UTC)
    assert thing.moment_or_text.microsecond == 535001
    assert (thing.day, thing.uuid) == (date(2024, 2, 29), UUID(int=1))
    assert (thing.object_id, thing.class_, thing.fooBar, thing.foo_bar) == ("64e8", "c", "x", "y")
    assert thing.child.additional_properties == {"unknown": {"kept": True}}
    assert thing.owner.things[0].to_dict() == THING
    assert thing.counts.additional_properties["a"].count == 1
    assert thing.additional_properties == {"unknown": {"kept": True}}


def test_what_is_missing_is_unset(call: Caller) -> None:
    thing = get_thing(call, THING)
    assert thing.token is call.package.UNSET
    assert thing.list_ is call.package.UNSET
    assert not thing.token
    assert thing.to_dict() == THING


def test_unknown_values_of_enumerations_and_constants(call: Caller) -> None:
    changes = {"kind": "gigantic", "fixed": "Append", "level": 99}
    thing = get_thing(call, {**THING, **changes})
    assert (thing.kind, thing.fixed, thing.level) == ("gigantic", "Append", 99)


@pytest.mark.parametrize(
    ("sent", "moment"),
    [
        ("2023-09-15T15:43:31Z", datetime(2023, 9, 15, 15, 43, 31, tzinfo=UTC)),
        ("2023-09-15T15:43:31.5Z", datetime(2023, 9, 15, 15, 43, 31, 500000, tzinfo=UTC)),
        ("2023-09-15T15:43:31+02:00", datetime(2023, 9, 15, 13, 43, 31, tzinfo=UTC)),
        ("2023-09-15 15:43:31", datetime(2023, 9, 15, 15, 43, 31, tzinfo=UTC)),
    ],
)
def test_moments_are_aware(call: Caller, sent: str, moment: datetime) -> None:
    created_at = get_thing(call, {**THING, "created_at": sent}).created_at
    assert created_at == moment
    assert created_at.tzinfo is not None


def test_documented_refusals_are_values(call: Caller) -> None:
    for errors in (["not found"], {"base": ["not found"]}):
        call.server.answer_json(404, {"errors": errors})
        answer = call("things.get_thing", "x")
        assert isinstance(answer, call.model("Problem"))
        assert answer.to_dict() == {"errors": errors}


def test_detailed_answers(call: Caller) -> None:
    call.server.answer(
        429,
        ("Content-Type", JSON),
        ("Retry-After", "7"),
        body=json.dumps({"errors": ["slow down"]}),
    )
    answer = call.detailed("things.get_thing", "x")
    assert (answer.status, answer.headers["retry-after"]) == (429, "7")
    assert answer.parsed.errors == ["slow down"]
    assert answer.content == b'{"errors": ["slow down"]}'


@pytest.mark.parametrize("body", ["", " ", "\r\n"])
def test_empty_answers(call: Caller, body: str) -> None:
    call.server.answer(200, body=body)
    assert call("things.delete_thing", "x") is None
    assert call.detailed("things.delete_thing", "x").status == 200


def test_redirects(call: Caller) -> None:
    location = "https://store.example/x?X-Amz-Signature=sssh"
    html = ("Content-Type", "text/html")
    call.server.answer(301, ("Location", location), html, body="<a>Moved</a>")
    answer = call("things.get_thing", "x")
    assert isinstance(answer, call.package.Redirect)
    assert answer.location == location
    assert "sssh" not in repr(answer)
    detailed = call.detailed("things.get_thing", "x")
    assert detailed.headers["location"] == location
    assert len(call.server.received) == 2


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/plain", "tëxt".encode(), "tëxt"),
        ("text/plain; charset=ISO-8859-1", "tëxt".encode("latin-1"), "tëxt"),
        ('text/html; charset="utf-8"; x=y', b"<p>", "<p>"),
    ],
)
def test_text(call: Caller, content_type: str, body: bytes, text: str) -> None:
    call.server.answer(200, ("Content-Type", content_type), body=body)
    assert call("shapes.get_text") == text


def test_bytes(call: Caller) -> None:
    call.server.answer(200, ("Content-Type", "image/png"), body=b"\x00\xff")
    assert call("shapes.get_bytes") == b"\x00\xff"


@pytest.mark.parametrize("value", [None, 1, "x", [1], {"errors": []}])
def test_any(call: Caller, value: object) -> None:
    call.server.answer_json(200, value)
    assert call("shapes.get_any") == value


def test_scalar(call: Caller) -> None:
    call.server.answer_json(200, 7)
    assert call("shapes.get_scalar") == 7
    call.server.answer_json(200, True)
    assert call.refused("shapes.get_scalar").reason == "the value must not be a boolean"


def test_either(call: Caller) -> None:
    call.server.answer_json(200, {"count": 3})
    assert call("shapes.get_either").count == 3
    call.server.answer_json(200, {"items": [THING]})
    assert call("shapes.get_either").items[0].id == 1
    call.server.answer_json(200, None)
    assert call("shapes.get_either") is None
    call.server.answer_json(200, [{"count": 3}, "text", 7])
    count, text, odd = call("shapes.get_either")
    assert (count.count, text, odd.raw) == (3, "text", 7)
    call.server.answer_json(200, {"neither": 1})
    assert (
        call.refused("shapes.get_either").reason == "the value fits none of the documented shapes"
    )


def test_ranges_and_defaults(call: Caller) -> None:
    call.server.answer_json(200, {"count": 3})
    assert call("shapes.get_range").count == 3
    call.server.answer(299, ("Content-Type", "text/plain"), body="nearly")
    assert call("shapes.get_range") == "nearly"
    call.server.answer_json(520, {"errors": ["odd"]})
    assert call("shapes.get_range").errors == ["odd"]
    call.server.answer(418)
    assert call("shapes.get_nothing") is None


@pytest.mark.parametrize(
    "content_type", [JSON, "application/json", "application/vnd.api+json", None]
)
def test_content_types_of_json(call: Caller, content_type: str | None) -> None:
    headers = [("Content-Type", content_type)] if content_type else []
    call.server.answer(200, *headers, body='{"count": 1}')
    assert call("shapes.get_range").count == 1


# Lists


ODD: list[object] = [
    None,
    7,
    "text",
    [],
    {},
    {**THING, "id": "1"},
    {**THING, "created_at": "yesterday"},
]


@pytest.mark.parametrize("odd", ODD)
def test_one_odd_item_never_loses_the_page(call: Caller, odd: object) -> None:
    page = {"items": [THING, odd, THING], "more": 1}
    call.server.answer_json(200, page)
    answer = call("things.list_things")
    first, unreadable, last = answer.items
    assert (first.id, last.id) == (1, 1)
    assert isinstance(unreadable, call.package.Unreadable)
    assert unreadable.raw == odd
    assert unreadable.reason
    assert answer.to_dict() == page


def test_odd_items_of_mixed_and_bare_lists(call: Caller) -> None:
    page: dict[str, Any] = {"items": [], "mixed": [{"count": 1}, {"things": []}, {"neither": 1}]}
    call.server.answer_json(200, page)
    answer = call("things.list_things")
    assert [type(item).__name__ for item in answer.mixed] == ["Count", "Owner", "Unreadable"]
    assert answer.to_dict() == page
    call.server.answer_json(200, [THING, "odd"])
    assert [type(item).__name__ for item in call("shapes.get_array")] == ["Thing", "Unreadable"]


def test_tolerance_of_the_overlay(call: Caller) -> None:
    wrapped = {"thing": {**THING, "momment": "2023-09-15T15:43:31Z"}}
    call.server.answer_json(200, {"items": [wrapped, THING]})
    first, second = call("things.list_things").items
    assert first.moment == datetime(2023, 9, 15, 15, 43, 31, tzinfo=UTC)
    assert second.moment is call.package.UNSET
    without_name = {key: value for key, value in THING.items() if key != "name"}
    assert get_thing(call, without_name).name is call.package.UNSET


# All other answers


@pytest.mark.parametrize("status", [201, 204, 299, 302, 400, 418, 499, 500, 502, 520, 999])
def test_undocumented_statuses(call: Caller, status: int) -> None:
    call.server.answer(status, ("X-Kept", "yes"), body=b"" if status == 204 else b"{}")
    error = call.refused("things.get_thing", "x")
    assert (error.status, error.response.status) == (status, status)
    assert error.response.headers["x-kept"] == "yes"
    assert error.reason == "the status is not documented for getThing"
    assert str(error) == f"GET /things/x answered {status}: {error.reason}"


@pytest.mark.parametrize(
    ("content_type", "body", "reason"),
    [
        ("text/html", b"<html>", "the content type is text/html, not JSON"),
        ("Text/Plain; charset=utf-8", b'{"thing": {}}', "the content type is text/plain, not JSON"),
        (None, b"<html>", "the body is not JSON"),
        (JSON, b"", "the body is not JSON"),
        (JSON, b'{"thing": {"id": 1', "the body is not JSON"),
        (JSON, b"\xff\xfe", "the body is not JSON"),
        (JSON, b'{"thing": NaN}', "the body is not JSON"),
        (JSON, b'{"thing": -Infinity}', "the body is not JSON"),
        (JSON, b'{"thing": ' + b"9" * 5000 + b"}", "the body is not JSON"),
        (JSON, b"[" * 100_000, "the body is not JSON"),
        (JSON, b"null", "the value must not be null"),
        (JSON, b"[]", "the value must not be a list"),
        (JSON, b"{}", "thing is missing"),
        (JSON, b'{"thing": null}', "thing must not be null"),
        (JSON, b'{"thing": {}}', "thing.id is missing"),
    ],
)
def test_bodies_that_are_not_the_documented_ones(
    call: Caller, content_type: str | None, body: bytes, reason: str
) -> None:
    headers = [("Content-Type", content_type)] if content_type else []
    call.server.answer(200, *headers, body=body)
    error = call.refused("things.get_thing", "x")
    assert error.reason == reason
    assert error.response.content == body


@pytest.mark.parametrize("key", sorted(THING.keys() - {"name"}))
def test_missing_keys(call: Caller, key: str) -> None:
    call.server.answer_json(200, {"thing": {k: v for k, v in THING.items() if k != key}})
    assert call.refused("things.get_thing", "x").reason == f"thing.{key} is missing"


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("id", "1", "must not be a text"),
        ("id", True, "must not be a boolean"),
        ("id", 1.0, "must not be a number"),
        ("id", None, "must not be null"),
        ("name", 1, "must not be an integer"),
        ("name", None, "must not be null"),
        ("created_at", "yesterday", "is no date-time"),
        ("created_at", "2024-01-01", "is no date-time"),
        ("created_at", 1690886495, "must not be an integer"),
        ("created_at", None, "must not be null"),
        ("kind", 1, "must not be an integer"),
        ("nothing", 1, "must not be an integer"),
        ("nullable", {}, "must not be an object"),
        ("moment", True, "must not be a boolean"),
        ("moment_or_text", 1, "fits none of the documented shapes"),
        ("day", "2024-02-30", "is no date"),
        ("day", 1, "must not be an integer"),
        ("uuid", "1", "is no UUID"),
        ("uuid", 1, "must not be an integer"),
        ("score", "1", "must not be a text"),
        ("score", True, "must not be a boolean"),
        ("flag", 1, "must not be an integer"),
        ("numbers", 1, "must not be an integer"),
        ("numbers", ["1"], "must not be a text"),
        ("moments", [None], "must not be null"),
        ("matrix", [1], "must not be an integer"),
        ("matrix", [[True]], "must not be a boolean"),
        ("child", [], "must not be a list"),
        ("counts", {"a": 1}, "must not be an integer"),
        ("list_or_text", [1], "fits none of the documented shapes"),
    ],
)
def test_wrong_types(call: Caller, key: str, value: object, problem: str) -> None:
    call.server.answer_json(200, {"thing": {**THING, key: value}})
    reason = call.refused("things.get_thing", "x").reason
    assert reason.startswith(f"thing.{key}")
    assert reason.endswith(problem)


def test_the_whole_path_of_a_key(call: Caller) -> None:
    call.server.answer_json(200, {"thing": {**THING, "child": {**THING, "child": {"id": "1"}}}})
    assert call.refused("things.get_thing", "x").reason == "thing.child.child.id must not be a text"


@pytest.mark.parametrize("operation", ["things.get_thing", "shapes.get_loose"])
@pytest.mark.parametrize("errors", [["failed"], {"base": ["failed"]}])
def test_errors_under_success(call: Caller, operation: str, errors: object) -> None:
    call.server.answer_json(200, {"errors": errors})
    arguments = ["x"] if operation == "things.get_thing" else []
    error = call.refused(operation, *arguments)
    assert error.reason == "errors under a status of success"
    assert json.loads(error.response.content) == {"errors": errors}


def test_no_errors_under_success(call: Caller) -> None:
    call.server.answer_json(200, {"a": "x", "errors": []})
    assert call("shapes.get_loose").a == "x"


def test_errors_where_nothing_should_be(call: Caller) -> None:
    call.server.answer_json(200, {"errors": ["failed"]})
    error = call.refused("things.delete_thing", "x")
    assert error.reason == "a body where the contract has none"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("application/json", b"{}"), ("text/plain; charset=none", b"x"), ("text/plain", b"\xff")],
)
def test_text_that_is_none(call: Caller, content_type: str, body: bytes) -> None:
    call.server.answer(200, ("Content-Type", content_type), body=body)
    call.refused("shapes.get_text")


def test_unknown_route(call: Caller) -> None:
    text = "HttpException: E_ROUTE_NOT_FOUND: Route not found GET /things/x"
    call.server.answer(404, ("Content-Type", "text/plain"), body=text)
    error = call.refused("things.get_thing", "x")
    assert (error.status, error.response.content.decode()) == (404, text)


def test_redirect_to_nowhere(call: Caller) -> None:
    call.server.answer(301)
    assert call.refused("things.get_thing", "x").reason == "a redirect without Location"


def test_errors_show_no_secrets(call: Caller) -> None:
    call.settings["credentials"] = {"inQuery": "sssh"}
    call.server.answer(500, ("X-Secret", "sssh"), body='{"token": "sssh"}')
    error = call.refused("security.get_alternatives")
    assert call.server.received[0].query == [("token", "sssh")]
    assert "sssh" not in str(error) + repr(error) + repr(error.response)
