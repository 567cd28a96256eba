"""Several processes that serve as one: a parent starts them, and holds what they share."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import multiprocessing
import os
import secrets
import signal
import tempfile
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from multiprocessing.managers import BaseManager
from pathlib import Path
from typing import Any

from mock_server.access_log import log_to_stderr
from mock_server.app import MockServer
from mock_server.clock import Cell, Hands, ManualClock
from mock_server.database import url_of
from mock_server.faults import FaultList
from mock_server.journal import Pages
from mock_server.limits import RateLimits
from mock_server.server import GRACE_SECONDS, Place, RunningServer, listening, run_loop, serve
from mock_server.settings import Settings
from mock_server.shared import Shared

logger = logging.getLogger("mock_server")

# A fork of this process would copy the locks of its threads, held or not.
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])


class _Books(BaseManager):
    """Lends what the parent holds to the workers, over a socket of this machine's user alone."""


@dataclass(frozen=True)
class _Ties:
    """What ties a worker to its parent, as it travels to it.

    Attributes:
        hands: The clock's hands, in memory that all see.
        version: The apps' version, likewise.
        address: Where the parent lends its books,
        key: to whom.
    """

    hands: Hands
    version: Cell
    address: Any
    key: bytes

    def shared(self) -> Shared:
        """Take up what the parent lends."""
        books: Any = _Books(self.address, self.key)
        books.connect()
        return Shared(
            ManualClock(hands=self.hands),
            self.version,
            faults=books.faults(),
            journal=books.journal(),
            limits=books.limits(),
        )


_LENT: dict[str, tuple[type, tuple[str, ...]]] = {
    "faults": (FaultList, ("add", "firing", "listed", "clear")),
    "journal": (Pages, ("add", "latest", "clear")),
    "limits": (RateLimits, ("wait", "clear")),
}
for _name in _LENT:
    _Books.register(_name)


def serve_by_workers(settings: Settings, announce: Callable[[Place], None]) -> None:
    """Serve by as many processes as the settings say, until SIGTERM or SIGINT.

    Args:
        settings: The settings.
        announce: Called once all of them listen.

    Raises:
        OSError: A port is not free, or the database cannot be used.
        ValueError: The settings do not suit several processes.
        RuntimeError: A worker could not start.
    """
    url = url_of(settings.database)
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise ValueError("several workers need a database that they share")
    with contextlib.ExitStack() as stack:
        if settings.objects is None and url.get_backend_name() != "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="connectycube-mock-"))
            settings = replace(settings, objects=Path(folder))
        place = stack.enter_context(listening(settings))
        stopped = stack.enter_context(_stop_signals())
        ties = _Ties(_shared_hands(), _cell(0), *_lend())
        MockServer(settings, clock=ManualClock(hands=ties.hands)).close()  # prepares the database
        _Crew(settings, place, ties, stopped).serve(announce)


class _Crew:
    """The workers, each replaced if it dies.

    Args:
        settings: The settings.
        place: Where they listen.
        ties: What ties them to this process.
        stopped: Can be read once they are to stop.
    """

    def __init__(self, settings: Settings, place: Place, ties: _Ties, stopped: int) -> None:
        self._given = (settings, place, ties)
        self._count = settings.workers
        self._stopped = stopped
        self._workers: list[ForkServerProcess] = []

    def serve(self, announce: Callable[[Place], None]) -> None:
        """Serve until told to stop."""
        try:
            if self._start(self._count):
                announce(self._given[1])
                self._watch()
        finally:
            self._stop()

    def _start(self, count: int) -> bool:
        """Start workers and wait until they listen; tell whether that was to be."""
        waiting: list[tuple[ForkServerProcess, Connection]] = []
        for _ in range(count):
            ours, theirs = _context.Pipe(duplex=False)
            worker = _context.Process(
                target=_work, args=(logger.level, *self._given, theirs), daemon=True
            )
            worker.start()
            theirs.close()  # so that the end of the worker is the end of the pipe
            self._workers.append(worker)
            waiting.append((worker, ours))
        for worker, ready in waiting:
            with ready:
                if self._stopped in wait([ready, self._stopped]):
                    return False
                try:
                    ready.recv()
                except EOFError:
                    worker.join()
                    raise RuntimeError(f"a worker ended with {worker.exitcode}") from None
        return True

    def _watch(self) -> None:
        """Replace whoever dies, until told to stop."""
        while self._stopped not in wait(
            [*(each.sentinel for each in self._workers), self._stopped]
        ):
            for worker in [each for each in self._workers if not each.is_alive()]:
                logger.error("worker %s ended with %s", worker.pid, worker.exitcode)
                self._workers.remove(worker)
            if not self._start(self._count - len(self._workers)):
                return

    def _stop(self) -> None:
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            worker.join(GRACE_SECONDS + 5)
            worker.kill()
            worker.join()


def _lend() -> tuple[Any, bytes]:
    """Lend what the workers share from a thread of this process; tell where, and the key."""

    class Lender(BaseManager):
        pass

    for name, (kind, methods) in _LENT.items():
        Lender.register(name, callable=partial(_itself, kind()), exposed=methods)
    key = secrets.token_bytes(32)
    server = Lender(authkey=key).get_server()
    threading.Thread(target=server.serve_forever, name="lender", daemon=True).start()
    return server.address, key


def _itself(book: object) -> object:
    return book


def _cell(value: int) -> Cell:
    return _context.RawValue(ctypes.c_longlong, value)


def _shared_hands() -> Hands:
    return Hands(_cell(0), _cell(-1), _context.Lock())


@contextmanager
def _stop_signals() -> Generator[int]:
    """Give what can be read from as soon as this process is told to stop."""
    reader, writer = os.pipe()
    signals = (signal.SIGTERM, signal.SIGINT)

    def tell(_number: int, _frame: object) -> None:
        os.write(writer, b".")

    before = [signal.signal(each, tell) for each in signals]
    try:
        yield reader
    finally:
        for each, handler in zip(signals, before, strict=True):
            signal.signal(each, handler)
        os.close(reader)
        os.close(writer)


def _work(level: int, settings: Settings, place: Place, ties: _Ties, ready: Connection) -> None:
    """Serve, in a process of its own, until the parent says so or is no more."""
    log_to_stderr(level)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's is for the parent
    run_loop(_serve(settings, place, ties, ready))


async def _serve(settings: Settings, place: Place, ties: _Ties, ready: Connection) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    parent = multiprocessing.parent_process()
    if parent is not None:
        loop.add_reader(parent.sentinel, stop.set)

    def started(_: RunningServer) -> None:
        ready.send(None)
        ready.close()

    await serve(settings, stop=stop, started=started, place=place, shared=ties.shared())
