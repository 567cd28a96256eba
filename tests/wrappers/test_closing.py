"""Clients that are closed while somebody waits for an answer; things made by two at once."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

import anyio
import pytest

from tests.wrappers.stub import Reply, Seen, StubServer
from tests.wrappers.worlds import LEFT_OVER, stub_options
from wrappers import AsyncConnectyCube, ClientClosed, ConnectyCube
from wrappers._concurrency_sync import Local
from wrappers._transport_choice import Library


class Gate:
    """Answers when it is opened."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()

    def __call__(self, _: Seen) -> Reply:
        self.reached.set()
        self.opened.wait(timeout=30)
        return Reply(404, {"errors": ["late"]})


def test_a_thread_that_waits_is_told(stub: StubServer, library: Library) -> None:
    gate = Gate()
    stub.always("GET", "/users/7", gate)
    cube = ConnectyCube(**stub_options(stub.base_url), transport=library)
    cube.create_session()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(cube.users.get, 7)
        assert gate.reached.wait(timeout=30)
        cube.close()
        if library == "httpx2":
            gate.opened.set()  # what a thread reads, another one cannot break off
        with pytest.raises(ClientClosed, match="the client is closed"):
            waiting.result(timeout=5)
        gate.opened.set()


@LEFT_OVER
@pytest.mark.anyio
async def test_a_task_that_waits_is_told(stub: StubServer, library: Library) -> None:
    gate = Gate()
    stub.always("GET", "/users/7", gate)
    cube = AsyncConnectyCube(**stub_options(stub.base_url), transport=library)
    await cube.create_session()

    async def wait() -> None:
        with anyio.fail_after(5), pytest.raises(ClientClosed, match="the client is closed"):
            await cube.users.get(7)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wait)
        await anyio.to_thread.run_sync(gate.reached.wait)
        await cube.aclose()
    gate.opened.set()


class WatchedLock:
    """A lock that tells when somebody comes to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.comers = threading.Semaphore(0)

    def __enter__(self) -> None:
        self.comers.release()
        self._lock.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._lock.release()


def test_two_threads_that_ask_first_get_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    lock = WatchedLock()
    with ThreadPoolExecutor(1) as pool:

        def make() -> object:
            # Only now does the other one come, and finds nothing made yet.
            assert lock.comers.acquire(timeout=30)
            other.append(pool.submit(local.get))
            assert lock.comers.acquire(timeout=30)
            return object()

        other: list[Future[object]] = []
        local = Local(make)
        monkeypatch.setattr(local, "_lock", lock)
        mine = local.get()
        assert other[0].result(timeout=30) is mine
