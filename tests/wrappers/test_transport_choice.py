"""Which library sends: by wish, by what is installed, by the environment; and after a fork."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
from collections.abc import AsyncGenerator, Callable
from typing import cast

import httpx2
import pytest
import trio

from generated_client import Request
from tests.wrappers.stub import Reply, StubServer, user_json
from tests.wrappers.worlds import stub_options
from wrappers import AsyncConnectyCube, ConfigurationError, ConnectyCube, ConnectyCubeError
from wrappers._async.httpx2_transport import AsyncHttpx2Transport
from wrappers._async.pyreqwest_transport import AsyncPyreqwestTransport
from wrappers._sync.httpx2_transport import Httpx2Transport
from wrappers._transport_choice import Library, chosen

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_the_fastest_that_will_do_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen(None, has_client=False) == "pyreqwest"
    assert chosen("httpx2", has_client=False) == "httpx2"
    assert chosen(None, has_client=True) == "httpx2"
    for name in (*PROXIES, "SSL_CERT_FILE", "SSL_CERT_DIR"):
        with monkeypatch.context() as changed:
            changed.setenv(name, "http://127.0.0.1:1")
            assert chosen(None, has_client=False) == "httpx2", name
            assert chosen("pyreqwest", has_client=False) == "pyreqwest"


def test_a_proxy_of_the_systems_settings_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """On macOS and Windows; the settings are the environment's here."""
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("no_proxy", "127.0.0.1")  # who needs none is no proxy
    assert chosen(None, has_client=False) == "pyreqwest"
    monkeypatch.setenv("all_proxy", "http://127.0.0.1:1")
    assert chosen(None, has_client=False) == "httpx2"


def test_without_the_extra_it_is_httpx2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wrappers._transport_choice._is_installed", lambda: False)
    assert chosen(None, has_client=False) == "httpx2"
    with pytest.raises(ConfigurationError, match="not installed: pip install"):
        chosen("pyreqwest", has_client=False)


def test_wishes_that_do_not_go_together() -> None:
    with httpx2.Client() as own, pytest.raises(ConfigurationError, match="cannot go with"):
        ConnectyCube(app_id=1, auth_key="made-up", http_client=own, transport="pyreqwest")
    misspelt = cast("Library", "pyrequest")  # from a configuration file, say
    with pytest.raises(ConfigurationError, match="must be 'httpx2' or 'pyreqwest'"):
        ConnectyCube(app_id=1, auth_key="made-up", transport=misspelt)


# What the first two loops leave open, Python rightly warns about.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_one_client_serves_one_loop_after_the_other(stub: StubServer, library: Library) -> None:
    stub.always("GET", "/users/7", Reply(200, {"user": user_json()}))
    cube = AsyncConnectyCube(**stub_options(stub.base_url), transport=library)

    async def call() -> int:
        return (await cube.users.get(7)).id

    async def call_and_close() -> int:
        async with cube:
            return (await cube.users.get(7)).id

    assert asyncio.run(call()) == 7
    assert trio.run(call) == 7
    assert asyncio.run(call_and_close()) == 7
    gc.collect()  # so that the warnings come here, where they belong


def in_child(call: Callable[[], object]) -> bytes:
    """Fork, call, and tell what came of it; the child gets five seconds."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            told = str(call())
        except ConnectyCubeError as error:
            told = f"{type(error).__name__}: {error}"
        except BaseException as error:  # noqa: BLE001 (a child never returns into pytest)
            told = f"not ours: {error!r}"
        os.write(writing, told.encode())
        os._exit(0)
    os.close(writing)
    os.set_blocking(reading, False)
    deadline = time.monotonic() + 5
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(child, 9)
            os.waitpid(child, 0)
            pytest.fail("the child hangs")
        time.sleep(0.01)
    with os.fdopen(reading, "rb") as told_by_child:
        return told_by_child.read()


def streamed(cube: ConnectyCube) -> int:
    with cube._core.api.stream(Request("GET", "/users/7", security=(("sessionToken",),))) as answer:
        return answer.status


def test_a_forked_child_of_a_used_client_gets_its_answer(
    stub: StubServer, library: Library
) -> None:
    stub.always("GET", "/users/7", Reply(200, {"user": user_json()}))
    with ConnectyCube(**stub_options(stub.base_url), transport=library) as cube:
        assert cube.users.get(7).id == 7
        assert in_child(lambda: cube.users.get(7).id) == b"7"
        assert in_child(lambda: streamed(cube)) == b"200"
        assert in_child(cube.close) == b"None"
        # The parent's connections are as they were.
        assert cube.users.get(7).id == 7
    assert stub.created == 1


def test_a_forked_child_of_a_used_asynchronous_client_gets_its_answer(
    stub: StubServer, library: Library
) -> None:
    stub.always("GET", "/users/7", Reply(200, {"user": user_json()}))

    async def parent() -> None:
        async def call() -> int:
            return (await cube.users.get(7)).id

        async with AsyncConnectyCube(**stub_options(stub.base_url), transport=library) as cube:
            assert await call() == 7
            assert in_child(lambda: asyncio.run(call())) == b"7"
            assert in_child(lambda: trio.run(call)) == b"7"
            assert in_child(lambda: asyncio.run(cube.aclose())) == b"None"
            assert await call() == 7

    asyncio.run(parent())


def test_a_new_client_in_a_forked_child_answers_too(stub: StubServer) -> None:
    stub.always("GET", "/users/7", Reply(200, {"user": user_json()}))

    def call() -> int:
        with ConnectyCube(**stub_options(stub.base_url), transport="pyreqwest") as cube:
            return cube.users.get(7).id

    async def in_a_task() -> int:
        async with AsyncConnectyCube(**stub_options(stub.base_url), transport="pyreqwest") as cube:
            return (await cube.users.get(7)).id

    assert call() == 7
    assert in_child(call) == b"7"
    assert in_child(lambda: asyncio.run(in_a_task())) == b"7"


def test_a_client_of_the_callers_own_is_refused_after_a_fork(stub: StubServer) -> None:
    request = Request("GET", "/x")
    with httpx2.Client() as own:
        adapter = Httpx2Transport(stub.base_url, http_client=own)
        assert adapter.send(request).status == 404
        assert in_child(lambda: adapter.send(request)).startswith(b"ClientClosed")

    async def in_tasks() -> None:
        async with httpx2.AsyncClient() as own:
            adapter = AsyncHttpx2Transport(stub.base_url, http_client=own)
            assert (await adapter.send(request)).status == 404
            in_the_child = in_child(lambda: asyncio.run(adapter.send(request)))
            assert in_the_child.startswith(b"ClientClosed")

    asyncio.run(in_tasks())


def test_on_trio_and_for_streams_httpx2_steps_in(stub: StubServer) -> None:
    stub.always("POST", "/x", Reply(200, {}))

    async def pieces() -> int:
        async def body() -> AsyncGenerator[bytes]:
            yield b"ab"
            yield b"c"

        adapter = AsyncPyreqwestTransport(stub.base_url)
        length = (("Content-Length", "3"),)
        answer = await adapter.send(Request("POST", "/x", content=body(), headers=length))
        assert (stub.seen[-1].body, len(adapter._clients)) == (b"abc", 0)
        await adapter.aclose()
        return answer.status

    assert asyncio.run(pieces()) == 200
    assert trio.run(pieces) == 200
