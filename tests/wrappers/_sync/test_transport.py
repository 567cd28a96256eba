"""The adapter to httpx2, and layers above it, as their users and misusers meet them."""

from __future__ import annotations

import socket
import zlib
from collections.abc import Iterator

import httpx2
import pytest

from generated_client import Request
from tests.wrappers.stub import LOST, Reply, StubServer, user_json
from tests.wrappers.worlds import LEFT_OVER, stub_options
from wrappers import (
    ClientClosed,
    ConnectionFailed,
    ConnectyCube,
    InvalidArgument,
    NotFound,
    SessionExpired,
    TransportError,
    TransportTimeout,
    UnexpectedResponseError,
)
from wrappers._outgoing import LARGEST_ANSWER
from wrappers._sync.adapter import adapter_for
from wrappers._sync.checked_transport import OneCallTransport
from wrappers._transport_choice import Library

pytestmark = pytest.mark.anyio


def test_a_request_says_who_is_calling(stub: StubServer, library: Library) -> None:
    with ConnectyCube(**stub_options(stub.base_url), transport=library) as cube:
        cube.create_session()
    headers = stub.seen[0].headers
    assert headers["user-agent"].startswith("connectycube-python/")
    assert headers["cb-sdk"].startswith("Python/")
    assert headers["connectycube-rest-api-version"] == "0.1.1"
    assert headers["accept"] == "application/json"


def test_nobody_listens(library: Library) -> None:
    with socket.socket() as taken:
        # Bound, never listening: the port stays ours and refuses every connection.
        taken.bind(("127.0.0.1", 0))
        options = stub_options(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with ConnectyCube(**options, transport=library) as cube:
            with pytest.raises(ConnectionFailed, match=r"POST /session: .* not be made") as caught:
                cube.create_session()
    assert isinstance(caught.value, ConnectionError)
    assert caught.value.__context__ is None  # httpx2's own could quote a header


def test_a_silent_server_runs_into_the_timeout(library: Library) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        options = stub_options(f"http://127.0.0.1:{silent.getsockname()[1]}")
        options["timeout"] = 0.3
        with ConnectyCube(**options, transport=library) as cube:
            with pytest.raises(TransportTimeout, match="the answer took too long") as caught:
                cube.create_session()
    assert isinstance(caught.value, TimeoutError)
    assert caught.value.__context__ is None


def test_a_request_can_have_a_timeout_of_its_own(library: Library) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        transport = adapter_for(
            f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=10, transport=library
        )
        with pytest.raises(TransportTimeout):
            transport.send(Request(method="GET", url="/", timeout=0.05))
        transport.close()


@pytest.mark.parametrize(
    "reply",
    [
        Reply(0),
        Reply(200, body=b"half", headers={"Content-Length": "8", "Connection": "close"}),
    ],
)
def test_a_connection_that_breaks(stub: StubServer, reply: Reply, library: Library) -> None:
    stub.always("POST", "/session", reply)
    with ConnectyCube(**stub_options(stub.base_url), transport=library) as cube:
        with pytest.raises(ConnectionFailed, match="broke before the answer was complete"):
            cube.create_session()


@LEFT_OVER
def test_answers_are_read_to_their_end(stub: StubServer, library: Library) -> None:
    body = b"bytes " * 100_000
    compressed = {"Content-Encoding": "deflate"}
    stub.always("GET", "/plain", Reply(200, body=body))
    stub.always("GET", "/compressed", Reply(200, body=zlib.compress(body), headers=compressed))
    transport = adapter_for(stub.base_url, timeout=10, transport=library)
    for path in ("/plain", "/compressed"):
        assert (transport.send(Request(method="GET", url=path))).content == body
        with transport.stream(Request(method="GET", url=path)) as response:
            assert b"".join([piece for piece in response.iter_bytes()]) == body
    transport.close()


@LEFT_OVER
def test_answers_that_cannot_be_decompressed(stub: StubServer, library: Library) -> None:
    broken = Reply(200, body=b"no gzip", headers={"Content-Encoding": "gzip"})
    stub.always("POST", "/session", broken)
    with ConnectyCube(**stub_options(stub.base_url), transport=library) as cube:
        with pytest.raises(UnexpectedResponseError, match="cannot be decompressed"):
            cube.create_session()


@LEFT_OVER
def test_answers_without_end_are_cut(stub: StubServer, library: Library) -> None:
    # A small answer on the wire that grows when it is decompressed.
    bomb = zlib.compress(b" " * (LARGEST_ANSWER + 1))
    assert len(bomb) < 100_000
    stub.always("POST", "/session", Reply(200, body=bomb, headers={"Content-Encoding": "deflate"}))
    with ConnectyCube(**stub_options(stub.base_url), transport=library) as cube:
        with pytest.raises(UnexpectedResponseError, match="more than 33,554,432 bytes"):
            cube.create_session()


def test_the_callers_client_stays_the_callers(stub: StubServer) -> None:
    stub.always("GET", "/users/7", Reply(302, headers={"Location": "/elsewhere"}))
    with httpx2.Client(
        base_url="http://unused.invalid",
        headers={"Authorization": "Bearer the caller's", "CB-Token": "the caller's"},
        cookies={"cookie": "the caller's"},
        params={"param": "the caller's"},
        auth=("user", "password"),
        follow_redirects=True,
    ) as own:
        with ConnectyCube(**stub_options(stub.base_url), http_client=own) as cube:
            with pytest.raises(UnexpectedResponseError):
                cube.users.get(7)
        assert not own.is_closed
        assert (own.post(f"{stub.base_url}/session")).status_code == 201
    for seen in stub.seen[:2]:
        assert "the caller's" not in str(seen)
        assert "authorization" not in seen.headers
    assert [each.path for each in stub.seen] == ["/session", "/users/7", "/session"]


def test_cookies_are_not_sent_back(stub: StubServer, library: Library) -> None:
    stub.always("GET", "/users/7", Reply(200, {"user": user_json()}, headers={"Set-Cookie": "a=b"}))
    with ConnectyCube(**stub_options(stub.base_url), transport=library) as cube:
        cube.users.get(7)
        cube.users.get(7)
    assert "cookie" not in stub.seen[-1].headers


def test_a_client_that_its_owner_closed(stub: StubServer) -> None:
    own = httpx2.Client()
    with ConnectyCube(**stub_options(stub.base_url), http_client=own) as cube:
        cube.create_session()
        own.close()
        with pytest.raises(ClientClosed):
            cube.get_session()


def test_an_error_of_the_callers_own_hook_is_not_hidden(stub: StubServer) -> None:
    def hook(request: httpx2.Request) -> None:
        raise RuntimeError(f"refused by policy: {request.method}")

    with httpx2.Client(event_hooks={"request": [hook]}) as own:
        cube = ConnectyCube(**stub_options(stub.base_url), http_client=own)
        with pytest.raises(RuntimeError, match="refused by policy: POST"):
            cube.create_session()


@pytest.mark.parametrize("url", [".evil.example/x", "@evil.example/", "users", ""])
def test_a_relative_url_cannot_become_another_host(
    stub: StubServer, url: str, library: Library
) -> None:
    transport = adapter_for(stub.base_url, timeout=10, transport=library)
    with pytest.raises(InvalidArgument, match="start with a slash"):
        transport.send(Request(method="GET", url=url))
    transport.close()


@pytest.mark.parametrize(
    "request_",
    [
        Request(method="GET", url="/", headers=(("X-Secret", "made-up\nsecret"),)),
        Request(method="GET", url="/", headers=(("X-Secret", "made-up sécret ✓"),)),
        Request(method="GET", url="http://[made-up/"),
        Request(method="GET", url="/\x00?made-up-secret"),
        Request(
            method="POST", url="/", headers=(("Content-Length", "1"),), content=b"made-up-secret"
        ),
    ],
)
def test_what_http_cannot_carry_is_refused_without_being_quoted(
    stub: StubServer, request_: Request, library: Library
) -> None:
    transport = adapter_for(stub.base_url, timeout=10, transport=library)
    with pytest.raises(InvalidArgument) as caught:
        transport.send(request_)
    transport.close()
    assert caught.value.__context__ is None
    assert "X-Secret" not in str(caught.value)
    assert "made-up" not in str(caught.value)


def test_query_and_repeated_headers_arrive(stub: StubServer, library: Library) -> None:
    stub.always("GET", "/x", Reply(200, {}, headers={"X-One": "1"}))
    transport = adapter_for(stub.base_url, timeout=10, transport=library)
    response = transport.send(
        Request(method="GET", url="/x?a=1", query=(("b[gt]", "2 &"),), headers=(("Accept", "x/y"),))
    )
    transport.close()
    assert (response.status, response.method, response.url) == (200, "GET", "/x")
    assert response.headers["x-one"] == "1"
    assert stub.seen[0].query == {"a": "1", "b[gt]": "2 &"}
    assert stub.seen[0].headers["accept"] == "x/y"


def test_streams_renew_and_replay_too(stub: StubServer, library: Library) -> None:
    stub.always("GET", "/x", Reply(200, body=b"bytes"))
    with ConnectyCube(**stub_options(stub.base_url), transport=library) as cube:
        sessions = cube._core.sessions
        request = Request(method="GET", url="/x", security=(("sessionToken",),))
        for created in (1, 2):
            with sessions.stream(request) as response:
                assert (response.status, response.read()) == (200, b"bytes")
            assert stub.created == created
            stub.forget_sessions()
        assert stub.count("GET", "/x") == 3


def test_a_stream_is_replayed_once_and_its_refusal_readable(
    stub: StubServer, library: Library
) -> None:
    stub.always("GET", "/x", Reply(401, LOST))
    with ConnectyCube(**stub_options(stub.base_url), transport=library) as cube:
        request = Request(method="GET", url="/x", security=(("sessionToken",),))
        with cube._core.api.stream(request) as response:
            assert response.status == 401
            assert response.headers["content-type"].startswith("application/json")
            body = bytearray()
            for piece in response.iter_bytes():
                body += piece
            assert b"Required session" in body
            for piece in response.iter_bytes():
                body += piece
            assert response.read() == b""
            assert body.count(b"Required session") == 1
    assert (stub.created, stub.count("GET", "/x")) == (2, 2)


def test_a_stream_without_a_session(stub: StubServer, library: Library) -> None:
    stub.always("GET", "/x", Reply(200, body=b"bytes"))
    with ConnectyCube(**stub_options(stub.base_url), transport=library) as cube:
        with cube._core.sessions.stream(Request(method="GET", url="/x")) as response:
            assert response.read() == b"bytes"
        assert (cube._core.sessions.send(Request(method="GET", url="/x"))).status == 200
    assert stub.created == 0


def test_a_body_that_was_streamed_is_not_replayed(stub: StubServer, library: Library) -> None:
    def body() -> Iterator[bytes]:
        yield b"once"

    with ConnectyCube(**stub_options(stub.base_url), transport=library) as cube:
        cube.create_session()
        stub.forget_sessions()
        response = cube._core.sessions.send(
            Request(method="POST", url="/x", content=body(), security=(("sessionToken",),))
        )
        assert response.status == 401
        assert stub.created == 1


def test_one_call_transports_stream_as_well(stub: StubServer, library: Library) -> None:
    stub.always("GET", "/x", Reply(200, body=b"bytes"))
    with ConnectyCube(**stub_options(stub.base_url), transport=library) as cube:
        call = OneCallTransport(cube._core.sessions)
        with call.stream(Request(method="GET", url="/x")) as response:
            assert response.read() == b"bytes"


def test_every_failure_is_ours(stub: StubServer, library: Library) -> None:
    """A refusal under a status of success, and documented and undocumented ones."""
    with ConnectyCube(**stub_options(stub.base_url), transport=library) as cube:
        with pytest.raises(NotFound):
            cube.users.get(7)
        stub.once("GET", "/users/7", Reply(200, LOST))
        with pytest.raises(SessionExpired):
            cube.users.get(7)
        stub.once("GET", "/users/7", Reply(0))
        with pytest.raises(TransportError):
            cube.users.get(7)


def test_an_absolute_url_never_gets_the_token(stub: StubServer, library: Library) -> None:
    """Not even when it is the API's own address and the operation would take one."""
    with ConnectyCube(**stub_options(stub.base_url), transport=library) as cube:
        cube.create_session()
        request = Request(method="GET", url=f"{stub.base_url}/x", security=(("sessionToken",),))
        cube._core.sessions.send(request)
        with cube._core.sessions.stream(request) as response:
            assert response.status == 404
    assert [each.token for each in stub.seen] == [None, None, None]
