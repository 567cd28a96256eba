"""The tree of exceptions, and how answers find their place in it."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
from importlib.metadata import PackageNotFoundError

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wrappers
from generated_client import Headers, RawResponse, Request
from generated_client import Response as GeneratedResponse
from tests.wrappers.worlds import PATIENT
from wrappers import (
    AlreadyTaken,
    APIError,
    BadRequest,
    ClientClosed,
    Conflict,
    ConnectionFailed,
    ConnectyCubeError,
    Forbidden,
    InvalidArgument,
    InvalidCredentials,
    NeedUser,
    NotFound,
    RateLimited,
    Response,
    ServerError,
    SessionExpired,
    TransportTimeout,
    Unauthorized,
    UnexpectedResponseError,
    ValidationError,
)
from wrappers._failures import failure, session_missing, store_failure
from wrappers._httpx2 import translated
from wrappers._outgoing import package_version
from wrappers._parsing import expect

LOST = "Required session does not exist"
ERRORS = [
    value
    for name in wrappers.__all__
    if inspect.isclass(value := getattr(wrappers, name)) and issubclass(value, BaseException)
]


def answer(status: int, body: object = None, **headers: str) -> RawResponse:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return RawResponse(status, Headers(names), content, "GET", "/users/7")


@pytest.mark.parametrize(
    ("status", "errors", "operation", "kind"),
    [
        (400, {"base": ["Bad"]}, None, BadRequest),
        (401, {"base": [LOST]}, "getUser", SessionExpired),
        (401, {"base": [LOST]}, "login", SessionExpired),
        (401, ["Invalid password"], "createSession", InvalidCredentials),
        (401, ["Unauthorized"], "login", InvalidCredentials),
        (401, ["Unauthorized"], "getUser", Unauthorized),
        (403, ["Token is required"], "login", Forbidden),
        (403, {"base": ["Forbidden. Need user."]}, None, NeedUser),
        (404, ["User not found"], "createSession", NotFound),
        (409, ["Conflict"], None, Conflict),
        (418, ["Teapot"], None, APIError),
        (422, ["Unexpected signature"], "createSession", ValidationError),
        (422, {"timestamp": ["invalid timestamp"]}, None, ValidationError),
        (422, {"login": ["has already been taken"]}, None, AlreadyTaken),
        (429, ["Slow down"], None, RateLimited),
        (500, ["Oops"], None, ServerError),
        (599, ["Oops"], None, ServerError),
        (200, ["Bad Authentication data. Unauthorized"], "createSession", InvalidCredentials),
        (200, {"base": [LOST]}, "getUser", SessionExpired),
        (200, {"login": ["is invalid"]}, "signUp", ValidationError),
        (200, ["Something"], "getUser", APIError),
    ],
)
def test_status_and_shape_choose_the_class(
    status: int, errors: object, operation: str | None, kind: type[APIError]
) -> None:
    error = failure(answer(status, {"errors": errors}), operation)
    assert error is not None
    assert type(error) is kind
    assert error.status == status
    assert error.errors
    assert str(error).startswith(f"{status} from GET /users/7: ")
    assert (error.method, error.url) == ("GET", "/users/7")


def test_what_is_no_failure() -> None:
    bodies: list[object] = [{"user": {}}, {"errors": None}, [{"errors": ["x"]}], b"", None]
    for body in (*bodies, b'{"errors": ['):
        assert failure(answer(200, body)) is None
    assert failure(answer(301)) is None
    assert failure(answer(200, b'{"errors": [' + b"[" * 100_000)) is None


def test_failures_without_words() -> None:
    bodies: list[object] = [b"", b"<html>", b'"errors"', {"errors": []}, {"errors": None}]
    for body in bodies:
        error = failure(answer(503, body))
        assert isinstance(error, ServerError)
        assert (error.errors, error.fields) == ((), {})
        assert str(error) == "503 from GET /users/7: no reason given"


def test_messages_of_every_shape_are_flattened() -> None:
    errors = {"base": ["One"], "login": ["is short", ["is odd"]], "email": "is bad", "age": 7}
    error = failure(answer(422, {"errors": errors}))
    assert error is not None
    assert error.errors == ("One", "login is short", "login is odd", "email is bad", "age 7")
    assert error.fields == {
        "login": ("is short", "is odd"),
        "email": ("is bad",),
        "age": ("7",),
    }
    words = failure(answer(422, {"errors": "just words"}))
    assert words is not None
    assert words.errors == ("just words",)


def test_long_messages_are_cut_in_the_text_alone() -> None:
    error = failure(answer(422, {"errors": ["x" * 10_000]}))
    assert error is not None
    assert len(str(error)) < 600
    assert len(error.errors[0]) == 10_000


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        (" 0 ", 0.0),
        ("Sun, 15 Sep 2019 13:01:00 GMT", 60.0),
        ("Sun, 15 Sep 2019 12:00:00 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        ("9" * 11, None),
    ],
)
def test_retry_after_is_seconds_by_the_servers_clock(
    value: str | None, seconds: float | None
) -> None:
    headers = {"Date": "Sun, 15 Sep 2019 13:00:00 GMT"} | (
        {} if value is None else {"Retry_After": value}
    )
    for status, kind in ((429, RateLimited), (503, ServerError)):
        error = failure(answer(status, None, **headers))
        assert isinstance(error, kind)
        assert isinstance(error, (RateLimited, ServerError))
        assert error.retry_after == seconds


def test_only_401_with_the_words_is_a_lost_session() -> None:
    assert session_missing(answer(401, {"errors": {"base": [LOST]}}))
    for other in (
        answer(403, {"errors": {"base": [LOST]}}),
        answer(401, {"errors": ["Unauthorized"]}),
        answer(401, b""),
    ):
        assert not session_missing(other)


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_errors_survive_copies_and_pickles(kind: type[ConnectyCubeError]) -> None:
    assert issubclass(kind, ConnectyCubeError)
    response = Response(422, (("A", "b"),), b"body")
    error = kind(
        "what happened",
        status=422,
        errors=["x is y"],
        fields={"x": ["is y"]},
        method="GET",
        url="/x",
        response=response,
    )
    for other in (copy.copy(error), copy.deepcopy(error), pickle.loads(pickle.dumps(error))):
        assert type(other) is kind
        assert str(other) == "what happened"
        assert vars(other) == vars(error)
    assert kind.__doc__


def test_the_stores_words_are_found_in_its_xml() -> None:
    error = store_failure(answer(403, b"<Error><Code>A</Code><Message>b c</Message></Error>"))
    assert (error.code, error.errors) == ("A", ("b c",))
    assert store_failure(answer(500, b"<Code></Code>\xff")).code is None


@PATIENT
@given(status=st.integers(100, 999), content=st.binary() | st.text().map(str.encode))
def test_no_answer_breaks_the_reading(status: int, content: bytes) -> None:
    error = failure(answer(status, b'{"errors": ' + content + b"}"))
    assert error is None or isinstance(error, APIError)
    store_failure(answer(status, content))


def test_a_response_is_quiet_and_finds_headers() -> None:
    response = Response(200, (("CB-Token", "made-up"),), b"made-up", "GET", "/x")
    assert repr(response) == "Response(status=200, method='GET', url='/x')"
    assert response.header("cb-token") == "made-up"
    assert response.header("none") is None


@pytest.mark.parametrize(
    ("original", "kind", "words"),
    [
        (httpx2.ConnectTimeout("made-up"), TransportTimeout, "connecting took too long"),
        (httpx2.PoolTimeout("made-up"), TransportTimeout, "a free connection took too long"),
        (httpx2.WriteTimeout("made-up"), TransportTimeout, "sending took too long"),
        (httpx2.ReadTimeout("made-up"), TransportTimeout, "the answer took too long"),
        (httpx2.ConnectError("made-up"), ConnectionFailed, "could not be made"),
        (httpx2.ProxyError("made-up"), ConnectionFailed, "could not be made"),
        (httpx2.RemoteProtocolError("made-up"), ConnectionFailed, "broke"),
        (httpx2.StreamClosed(), ConnectionFailed, "broke"),
        (OSError("made-up"), ConnectionFailed, "broke"),
        (httpx2.DecodingError("made-up"), UnexpectedResponseError, "decompressed"),
        (httpx2.LocalProtocolError("made-up"), InvalidArgument, "does not allow"),
    ],
)
def test_the_librarys_errors_become_ours_without_their_words(
    original: Exception, kind: type[ConnectyCubeError], words: str
) -> None:
    request = Request(method="GET", url="https://store.example/x?token=made-up")
    error = translated(original, request, closed=False)
    assert type(error) is kind
    assert words in str(error)
    assert "made-up" not in str(error)
    assert isinstance(error, ConnectyCubeError)
    assert error.url == "https://store.example/x"
    assert isinstance(translated(original, request, closed=True), ClientClosed)


def test_errors_from_elsewhere_stay_what_they_are() -> None:
    request = Request(method="GET", url="/")
    for original in (KeyError("mine"), RuntimeError("mine"), TransportTimeout("ours")):
        assert translated(original, request, closed=False) is original


def test_an_answer_of_another_kind_is_unexpected() -> None:
    answered = GeneratedResponse(200, Headers(), b"", parsed=7)
    with pytest.raises(UnexpectedResponseError, match="cannot use a int"):
        expect(str, answered)
    assert expect(int, answered) == 7


def test_the_version_is_told_even_without_being_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    assert package_version()[0].isdigit()
    monkeypatch.setattr("importlib.metadata.version", missing)
    assert package_version.__wrapped__() == "0"
