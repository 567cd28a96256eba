"""Connections at their limits, with both libraries: none free, broken late, closed, by a proxy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, repeat

import pytest

from generated_client import Request
from tests.wrappers.stub import Reply, StubServer, user_json
from tests.wrappers.worlds import LEFT_OVER, stub_options
from wrappers import (
    AsyncConnectyCube,
    ClientClosed,
    ConnectionFailed,
    TransportTimeout,
)
from wrappers._async import pools
from wrappers._async.adapter import adapter_for
from wrappers._async.httpx2_transport import AsyncHttpx2Transport
from wrappers._async.pyreqwest_transport import AsyncPyreqwestResponse, AsyncPyreqwestTransport
from wrappers._concurrency_async import on_asyncio
from wrappers._pyreqwest import MOST_CLIENTS
from wrappers._transport_choice import Library

pytestmark = pytest.mark.anyio

LARGE = b"x" * 3_000_000
"""More than a library reads ahead of who asks for it."""


@pytest.fixture
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wrappers._pyreqwest._CONNECTIONS", 1)
    monkeypatch.setattr(pools, "_SIZE", 1)
    monkeypatch.setattr(pools, "_POOLS", 1)


@LEFT_OVER
@pytest.mark.usefixtures("one_connection")
async def test_waiting_for_a_connection_that_never_comes_free(
    stub: StubServer, library: Library
) -> None:
    stub.always("GET", "/large", Reply(200, body=LARGE))
    stub.always("POST", "/x", Reply(200, {}))
    transport = adapter_for(stub.base_url, timeout=0.5, transport=library)
    async with transport.stream(Request(method="GET", url="/large")) as response:
        assert response.status == 200
        with pytest.raises(TransportTimeout, match="waiting for a free connection") as caught:
            await transport.send(Request(method="POST", url="/x"))
    assert not caught.value.maybe_sent
    assert (await transport.send(Request(method="POST", url="/x"))).status == 200
    await transport.aclose()
    assert [each.path for each in stub.seen] == ["/large", "/x"]


async def test_where_all_pools_are_full_the_least_busy_one_takes_more() -> None:
    all_pools = pools.AsyncPools()
    taken = [all_pools.enter() for _ in range(100)]
    assert len({id(pool) for pool in taken}) == 25
    all_pools.leave(taken[55])
    assert all_pools.enter() is taken[55]
    all_pools.enter()
    assert sorted({pool.busy for pool in taken}) == [4, 5]
    assert all_pools.enter().busy == 5
    await all_pools.aclose()


@LEFT_OVER
async def test_a_connection_that_breaks_late(stub: StubServer, library: Library) -> None:
    cut = {"Content-Length": str(len(LARGE) + 1), "Connection": "close"}
    stub.always("GET", "/large", Reply(200, body=LARGE, headers=cut))
    transport = adapter_for(stub.base_url, timeout=10, transport=library)
    size = 0

    async def read() -> None:
        nonlocal size
        async with transport.stream(Request(method="GET", url="/large")) as response:
            async for piece in response.iter_bytes():
                size += len(piece)

    with pytest.raises(ConnectionFailed, match="broke before the answer was complete") as caught:
        await read()
    assert caught.value.__context__ is None
    assert 0 < size <= len(LARGE)
    await transport.aclose()


async def test_a_closed_adapter_sends_nothing(stub: StubServer, library: Library) -> None:
    stub.always("GET", "/x", Reply(200, {}))
    transport = adapter_for(stub.base_url, timeout=10, transport=library)
    assert (await transport.send(Request(method="GET", url="/x"))).status == 200
    await transport.aclose()
    with pytest.raises(ClientClosed, match="the client is closed"):
        await transport.send(Request(method="GET", url="/x"))
    await transport.aclose()
    assert len(stub.seen) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "GET"])
async def test_a_request_without_a_body_says_so_where_there_could_be_one(
    stub: StubServer, library: Library, method: str
) -> None:
    transport = adapter_for(stub.base_url, timeout=10, transport=library)
    await transport.send(Request(method=method, url="/x", headers=(("Host", "other.example"),)))
    await transport.aclose()
    headers = stub.seen[0].headers
    assert headers["host"] == "other.example"
    assert headers.get("content-length") == (None if method == "GET" else "0")


async def test_headers_that_are_no_ascii(stub: StubServer, library: Library) -> None:
    """They are another's words, such as a proxy's, and no reason to lose an answer."""
    odd = {"X-Odd": "café", "x-good": "a", "X-Good": "b"}
    stub.always("GET", "/x", Reply(200, body=b"bytes", headers=odd))
    transport = adapter_for(stub.base_url, timeout=10, transport=library)
    response = await transport.send(Request(method="GET", url="/x"))
    await transport.aclose()
    assert response.content == b"bytes"
    assert response.headers["X-Good"] == "a, b"


async def test_a_proxy_that_the_environment_names(
    stub: StubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", stub.base_url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    stub.always("GET", "/users/7", Reply(200, {"user": user_json()}))
    async with AsyncConnectyCube(**stub_options("http://api.invalid")) as cube:
        assert isinstance(cube._core.adapter, AsyncHttpx2Transport)
        assert (await cube.users.get(7)).id == 7
    assert {each.headers["host"] for each in stub.seen} == {"api.invalid"}


async def test_connections_are_our_own_where_no_proxy_is_named(
    stub: StubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    adapter = AsyncHttpx2Transport(stub.base_url)
    assert isinstance(adapter._pools.get().enter(), pools.AsyncOwnPool)
    await adapter.aclose()


async def test_each_timeout_has_a_client_and_the_oldest_go(stub: StubServer) -> None:
    if not on_asyncio():
        return  # there it is httpx2, where each request has a timeout
    stub.always("GET", "/x", Reply(200, {}))
    adapter = AsyncPyreqwestTransport(stub.base_url)
    for number in range(MOST_CLIENTS + 3):
        for _ in range(2):
            answer = await adapter.send(Request(method="GET", url="/x", timeout=5.0 + number))
            assert answer.status == 200
    assert len(adapter._clients) == MOST_CLIENTS
    await adapter.aclose()


class Halting:
    """A body with nothing between its pieces, as HTTP/2 may have it."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces: Iterator[bytes | None] = chain(
            chain.from_iterable((b"", piece) for piece in pieces), repeat(None)
        )

    async def read(self) -> bytes | None:
        return next(self._pieces)


async def test_no_piece_is_empty(stub: StubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    if not on_asyncio():
        return  # there it is httpx2
    stub.always("GET", "/x", Reply(200, body=b"bytes"))
    adapter = AsyncPyreqwestTransport(stub.base_url)
    async with adapter.stream(Request(method="GET", url="/x")) as response:
        assert isinstance(response, AsyncPyreqwestResponse)
        monkeypatch.setattr(response, "_body", Halting([b"by", b"tes"]))
        assert [piece async for piece in response.iter_bytes()] == [b"by", b"tes"]
    await adapter.aclose()
