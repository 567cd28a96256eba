"""Any bytes on any operation: the envelope, never a 500, nothing changed, the server alive."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server import ManualClock, Settings, running
from mock_server.contract import load
from tests.mock_server.caller import PASSWORD, START, Caller, errors

CONTRACT = load()
WITH_BODY = [each for each in CONTRACT.operations.values() if each.body is not None]


class Place:
    """A server with one user and one file, and a way to see all of its state."""

    def __init__(self, caller: Caller) -> None:
        self.user = caller.signed_in("amigo")
        self.app = caller.app()
        self.blob = self.user.stored_blob(b"bytes")
        self.user_id = self.user.user()["id"]

    def path(self, template: str) -> str:
        names = {
            "user_id": self.user_id,
            "blob_ref": self.blob["id"],
            "blob_id": self.blob["id"],
            "uid": self.blob["uid"],
            "external_id": "e",
        }
        return template.format(**names)

    def state(self) -> list[Any]:
        """Everything that can be seen of the state."""
        answers = [
            self.app.get("/users", {"per_page": 100}),
            self.user.get("/blobs"),
            self.user.get("/session"),
            self.app.get("/session"),
        ]
        assert {each.status_code for each in answers} == {200}
        return [each.json() for each in answers]


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    quick = Settings(port=0, validate_responses=True)
    clock = ManualClock(START, frozen=True)
    with running(quick, clock=clock) as server, httpx2.Client(trust_env=False) as http:
        yield Place(Caller(server, http))


def paths() -> dict[str, tuple[str, str]]:
    """Method and path template of each operation, read from the document by itself."""
    document = yaml.safe_load(
        (Path(__file__).parents[2] / "openapi" / "connectycube.yaml").read_text("utf-8")
    )
    return {
        described["operationId"]: (method.upper(), path)
        for path, item in document["paths"].items()
        for method, described in item.items()
    }


PATHS = paths()


def send(place: Place, operation: str, body: bytes | None, kind: str = "application/json") -> Any:
    method, path = PATHS[operation]
    headers = {"Content-Type": kind}
    return place.user.call(method, place.path(path), content=body, headers=headers)


NOT_JSON = {
    "nothing": b"",
    "cut off": b'{"user": {"login": "a',
    "a list": b"[]",
    "a text": b'"user"',
    "null": b"null",
    "a number": b"1",
    "NaN": b'{"size": NaN}',
    "Infinity": b'{"size": -Infinity}',
    "beyond floats": b'{"size": 1e999}',
    "endless digits": b'{"size": ' + b"9" * 5000 + b"}",
    "the same key twice": b'{"user": {}, "user": {}}',
    "no UTF-8": b'{"user": "\xff"}',
    "UTF-16": '{"user": {}}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "single quotes": b"{'user': {}}",
    "a NUL": b'{"user": "\x00"}',
    "trailing comma": b'{"size": 1,}',
    "two values": b"{} {}",
}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON.keys())
def test_what_is_no_json_object(place: Place, body: bytes) -> None:
    before = place.state()
    for operation in WITH_BODY:
        answer = send(place, operation.id, body)
        assert errors(answer, 400) == ["Request body is not a JSON object"]
    assert place.state() == before


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonx"]
)
def test_what_does_not_say_it_is_json(place: Place, kind: str) -> None:
    for operation in WITH_BODY:
        answer = send(place, operation.id, b"{}", kind)
        assert errors(answer, 400) == ["Content-Type is not application/json"]


def test_parameters_of_the_content_type_do_not_matter(place: Place) -> None:
    body = json.dumps({"email": "nobody@x.org"}).encode()
    answer = send(place, "requestPasswordReset", body, "Application/JSON ; charset=utf-8")
    assert errors(answer, 404) == ["User not found"]


STRANGE: dict[str, object] = {
    "nothing at all": {},
    "a text for an object": {"user": "x", "blob": "x", "size": {}, "email": {}, "login": []},
    "a list for an object": {"user": [], "blob": [], "size": [], "email": [], "login": {}},
    "numbers": {"user": 1, "blob": 2, "size": 1e300, "email": 3, "login": 4},
    "nulls": {"user": None, "blob": None, "size": None, "email": None, "login": None},
    "a lone surrogate": {"user": {"login": "\ud800abc"}, "login": "\udfff", "email": "\ud800"},
    "a lone surrogate as a key": {"\ud800": 1, "login": "\ud800", "email": "\ud800"},
    "control characters": {
        "user": {"login": "a\x1fbc", "password": PASSWORD, "full_name": "\x7f"},
        "blob": {"name": "\x9f", "content_type": "a/b", "size": "\x00"},
        "login": "\x01",
        "email": "\x02",
    },
    "a huge number": {
        "user": {"timezone": 2**80, "external_user_id": 2**80},
        "blob": {"size": 2**80, "name": 2**80},
        "size": 2**80,
        "email": 2**80,
        "login": 2**80,
    },
    "900 levels": None,
    "100,000 levels": None,
}


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"a": value}
    return value | {"user": value, "blob": value, "size": value, "email": value, "login": value}


@pytest.mark.parametrize("name", STRANGE)
def test_objects_that_fit_nothing(place: Place, name: str) -> None:
    before = place.state()
    body = json.dumps(nested(900) if name == "900 levels" else STRANGE[name]).encode()
    for operation in WITH_BODY:
        if name == "100,000 levels":
            answer = send(place, operation.id, b'{"a":' * 100_000 + b"1" + b"}" * 100_000)
        elif operation.id == "createSession":  # it would refuse the missing app first
            sent = json.loads(body) | {"application_id": 1, "auth_key": "dev-auth-key"}
            answer = send(place, operation.id, json.dumps(sent).encode())
            if "user" not in sent:
                continue
        elif operation.id == "updateBlob" and name == "a lone surrogate":
            continue  # nothing of it is about files
        else:
            answer = send(place, operation.id, body)
        assert errors(answer, 422)
    assert place.state() == before


def test_a_missing_token_is_said_before_a_bad_body(place: Place) -> None:
    nobody = place.user.with_token(None)
    for operation in WITH_BODY:
        method, path = PATHS[operation.id]
        if operation.id != "createSession":
            answer = nobody.call(method, place.path(path), content=b"x" * 2_000_000)
            assert errors(answer, 403) == ["Token is required"]


def test_ten_megabytes(place: Place) -> None:
    before = place.state()
    body = b'{"a":"' + b"x" * 10_000_000 + b'"}'
    for operation in WITH_BODY:
        refused = errors(send(place, operation.id, body), 422)
        assert refused == {"base": ["Request body is larger than 1048576 bytes"]}
    assert place.state() == before


@pytest.mark.parametrize("operation", [each for each in PATHS if PATHS[each][0] == "GET"])
def test_strange_queries(place: Place, operation: str) -> None:
    _, template = PATHS[operation]
    path = f"{place.user.server.base_url}{place.path(template)}"
    for query in (
        "a=%FF&b=%ED%A0%80&%FF=1&=&&&==&%", "limit=1000", "per_page=1e3", "page=%00",
        "limit=99999999999999999999", "offset=-1", "count=maybe", "download_url=2", "email=%00",
        "tags=%C3%28", "filter[]=", "order=", "login[][]=1", "id[in][][]=1", "token=%FF",
    ):  # fmt: skip
        headers = {"CB-Token": str(place.user.token)}
        answer = place.user.http.get(f"{path}?{query}", headers=headers)
        assert answer.status_code in {200, 301, 404, 422}, query
        if answer.status_code >= 400:
            errors(answer, answer.status_code)


@settings(max_examples=150, deadline=None)
@given(
    operation=st.sampled_from(sorted(PATHS)),
    tail=st.binary(max_size=20),
    query=st.binary(max_size=40),
    body=st.binary(max_size=60),
)
def test_random_bytes(place: Place, operation: str, tail: bytes, query: bytes, body: bytes) -> None:
    method, template = PATHS[operation]
    path = re.sub("{.*}", quote(tail, safe=""), template)
    url = f"{place.app.server.base_url}{path}?{quote(query, safe='&=[]%+')}"
    headers = {"CB-Token": str(place.app.token), "Content-Type": "application/json"}
    if operation == "destroySession":
        return
    answer = place.app.http.request(method, url, headers=headers, content=body)
    assert answer.status_code < 500
    if answer.status_code >= 400 and "E_ROUTE_NOT_FOUND" not in answer.text:
        assert list(answer.json()) == ["errors"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    ["login", "email", "password", "old_password", "tag_list", "timezone", "custom_data", "name",
     "content_type", "size", "public", "new", "guest", "full_name", "external_user_id"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    operation=st.sampled_from([each.id for each in WITH_BODY]),
    fields=st.dictionaries(NAMES, JSON, max_size=4),
    outer=st.dictionaries(NAMES, JSON, max_size=2),
)
def test_random_fields(
    place: Place, operation: str, fields: dict[str, Any], outer: dict[str, Any]
) -> None:
    app = {"application_id": 1, "auth_key": "dev-auth-key"}
    body = json.dumps(outer | {"user": fields, "blob": fields} | app).encode()
    method, template = PATHS[operation]
    someone = place.user if operation != "login" else place.app
    headers = {"Content-Type": "application/json"}
    answer = someone.call(method, place.path(template), content=body, headers=headers)
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert list(answer.json()) == ["errors"]


def test_unknown_routes(caller: Caller) -> None:
    for method, path in [
        ("DELETE", "/session/list"),
        ("GET", "/"),
        ("GET", "/users/"),
        ("GET", "/session.json.json"),
        ("GET", "/users//1"),
        ("PROPFIND", "/coffee"),
        ("GET", "/sessionjson"),
        ("GET", "/%FF"),
    ]:
        answer = caller.call(method, path)
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/plain")
        expected = f"HttpException: E_ROUTE_NOT_FOUND: Route not found {method} {path}"
        assert answer.text == expected


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/session", "DELETE, GET, POST"),
        ("PUT", "/users/v2", "GET"),
        ("DELETE", "/users/by_login", "GET"),
        ("HEAD", "/session", "DELETE, GET, POST"),
        ("OPTIONS", "/users/1.json", "DELETE, GET, PUT"),
        ("GET", "/blobs/1/complete", "POST, PUT"),
    ],
)
def test_another_method(caller: Caller, method: str, path: str, allowed: str) -> None:
    answer = caller.call(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert method == "HEAD" or answer.json() == {"errors": ["Method is not allowed"]}


def test_exactly_one_suffix_is_stripped(caller: Caller) -> None:
    app = caller.app()
    user = app.sign_up(login="amigo", external_id="a.json")
    assert app.get("/users/external/a.json.json").json() == {"user": user}
    assert errors(app.get("/users/external/a.json"), 404) == ["User not found"]
    assert app.get("/users/v2.json?id=1").status_code == 200


def test_control_characters_in_a_path(caller: Caller) -> None:
    app = caller.app()
    for text in ("%00", "%FF", "a%0Ab"):
        assert list(errors(app.get(f"/users/external/{text}"), 422)) == ["external_id"]


def exchanged(caller: Caller, *pieces: bytes) -> bytes:
    """What the server says to some bytes on a connection of their own, until it hangs up."""
    url = httpx2.URL(caller.server.base_url)
    with socket.create_connection((url.host, url.port or 0), timeout=10) as connection:
        with suppress(ConnectionError):  # it may hang up before everything is sent
            for piece in pieces:
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        with suppress(ConnectionError):
            while received := connection.recv(65536):
                answer += received
    return answer


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\xff\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9\r\n\r\n",
        b"BREW /coffee HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /session HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        b"POST /session HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    ],
)
def test_what_is_not_http_is_told_so(caller: Caller, sent: bytes) -> None:
    head, _, body = exchanged(caller, sent).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"Content-Type: application/json; charset=utf-8" in head
    assert json.loads(body) == {"errors": ["Invalid HTTP request received"]}
    assert caller.create_session().status_code == 201


@pytest.mark.parametrize("line", [b"GET /%b HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nA: %b\r\n\r\n"])
def test_a_head_without_end_is_cut_short(caller: Caller, line: bytes) -> None:
    head, _, end = line.partition(b"%b")
    answer = exchanged(caller, head, *[b"x" * 100_000] * 20, end)
    # Who goes on sending into a connection that is closed may lose the answer with it.
    assert answer == b"" or answer.endswith(b'{"errors":["Request head is too long"]}')
    assert caller.create_session().status_code == 201


def test_requests_for_another_protocol_are_answered_in_this_one(caller: Caller) -> None:
    url = httpx2.URL(caller.server.base_url)
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    with socket.create_connection((url.host, url.port or 0), timeout=10) as connection:
        connection.sendall(b"GET /session HTTP/1.1\r\nHost: x\r\n" + upgrade)
        assert connection.recv(1000).startswith(b"HTTP/1.1 403 Forbidden\r\n")


def test_a_body_that_never_ends(caller: Caller) -> None:
    url = httpx2.URL(caller.server.base_url)
    head = b"POST /session HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"
    with socket.create_connection((url.host, url.port or 0), timeout=10) as connection:
        connection.sendall(head)
    assert caller.create_session().status_code == 201
