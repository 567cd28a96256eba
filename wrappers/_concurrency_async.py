"""What the asynchronous client waits with, on asyncio and on trio alike.

``_concurrency_sync`` has the same names for threads.
"""

from __future__ import annotations

import threading
from asyncio import AbstractEventLoop, get_running_loop
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Iterable,
    Iterator,
)
from contextlib import aclosing as finishing
from contextlib import asynccontextmanager, suppress
from functools import partial
from os import getpid
from typing import Final, Generic, TypeVar
from weakref import WeakKeyDictionary

from anyio import CancelScope, Lock, move_on_after
from anyio import Event as LoopEvent
from anyio import sleep as pause
from anyio.lowlevel import current_token
from anyio.to_thread import run_sync as in_thread

__all__ = [
    "Event", "Local", "Lock", "Pause", "Pieces",
    "ending", "finishing", "in_thread", "on_asyncio", "pause", "pieces_of", "shielded",
]  # fmt: skip

ItemT = TypeVar("ItemT")

Pause = Callable[[float], Awaitable[None]]
"""Waits for some seconds."""

Pieces = AsyncIterable[bytes] | Iterable[bytes]
"""Bytes that come piece by piece."""


class Event:
    """Something that happens once, and that tasks of several event loops may wait for.

    An event of anyio wakes tasks of its own loop alone, and may be set there alone.
    """

    def __init__(self) -> None:
        """Make one that has not happened yet."""
        self._lock = threading.Lock()
        self._happened = False
        self._wakers: list[Callable[[], object]] = []

    def set(self) -> None:
        """Wake everyone who waits, now and later; from whatever loop or thread."""
        with self._lock:
            self._happened = True
        for wake in self._wakers:
            # A loop that is over has nobody left to wake.
            with suppress(RuntimeError):
                wake()

    async def wait(self) -> None:
        """Wait for it to happen."""
        mine = LoopEvent()
        with self._lock:
            if self._happened:
                return
            self._wakers.append(_from_elsewhere(mine.set))
        await mine.wait()


class Local(Generic[ItemT]):
    """One thing for each event loop of each process, made when it is first asked for.

    What waits in one loop cannot be woken in another, and the connections that the child of a fork
    inherits are still its parent's.
    """

    def __init__(self, make: Callable[[], ItemT]) -> None:
        """Make nothing yet.

        Args:
            make: Makes one.
        """
        self._make: Final = make
        self._things: WeakKeyDictionary[object, ItemT] = WeakKeyDictionary()
        self._process = getpid()

    def get(self) -> ItemT:
        """Get this loop's.

        Returns:
            The same one each time.
        """
        if self._process != getpid():
            # Not even dropped: what is closed at the other end of a fork, is closed.
            _inherited.append(self._things)
            self._things, self._process = WeakKeyDictionary(), getpid()
        loop = _loop()
        thing = self._things.get(loop)
        if thing is None:
            self._forget_closed_loops()
            thing = self._things[loop] = self._make()
        return thing

    def drop(self) -> ItemT | None:
        """Forget all of them.

        Returns:
            This loop's, if there is one, for its end.
        """
        mine = self._things.get(_loop()) if self._process == getpid() else None
        self._things = WeakKeyDictionary()
        return mine

    def _forget_closed_loops(self) -> None:
        # A connection of asyncio refers to its loop, so that both would stay for ever.
        for loop in list(self._things):
            if isinstance(loop, AbstractEventLoop) and loop.is_closed():
                del self._things[loop]


def _from_elsewhere(call: Callable[[], object]) -> Callable[[], object]:
    """Make a function of this loop one that may be called from elsewhere."""
    if on_asyncio():
        return partial(get_running_loop().call_soon_threadsafe, call)
    # Loaded already: this runs on it.
    from trio.lowlevel import current_trio_token  # noqa: PLC0415

    return partial(current_trio_token().run_sync_soon, call)


def on_asyncio() -> bool:
    """Tell whether this runs on asyncio.

    Returns:
        False on trio.
    """
    try:
        get_running_loop()
    except RuntimeError:
        return False
    return True


def _loop() -> object:
    # anyio wraps the loop, or trio's token, anew each time.
    return current_token().native_token


_inherited: Final[list[object]] = []


def shielded(seconds: float) -> CancelScope:
    """Finish something though the task is being cancelled, as long as it does not take for ever.

    Args:
        seconds: How long it may take.

    Returns:
        A context; what takes longer is broken off without an exception.
    """
    return move_on_after(seconds, shield=True)


async def pieces_of(source: Pieces) -> AsyncGenerator[bytes]:
    """Go through bytes that come piece by piece, never blocking the event loop.

    Args:
        source: An asynchronous iterable, or a plain one, which is asked in a worker thread. If it
            is a generator, it is closed at the end.

    Yields:
        The pieces.
    """
    if isinstance(source, AsyncIterable):
        async with ending(aiter(source)) as waiting:
            async for piece in waiting:
                yield piece
        return
    blocking = iter(source)
    try:
        while (next_piece := await in_thread(_next, blocking)) is not None:
            yield next_piece
    finally:
        if isinstance(blocking, Generator):
            blocking.close()


@asynccontextmanager
async def ending(items: AsyncIterator[ItemT]) -> AsyncGenerator[AsyncIterator[ItemT]]:
    """End an iteration that may be broken off, whatever kind of iterator it is.

    Args:
        items: The iterator; closed at the end if it is a generator.

    Yields:
        The same iterator.
    """
    try:
        yield items
    finally:
        if isinstance(items, AsyncGenerator):
            await items.aclose()


def _next(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)
