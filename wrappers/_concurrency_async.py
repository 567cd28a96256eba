"""What the asynchronous client waits with, on asyncio and on trio alike.

``_concurrency_sync`` has the same names for threads.
"""

from __future__ import annotations

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
from contextlib import asynccontextmanager
from typing import TypeVar

from anyio import CancelScope, Event, Lock, move_on_after
from anyio import sleep as pause
from anyio.to_thread import run_sync as in_thread

__all__ = [
    "Event", "Lock", "Pause", "Pieces",
    "ending", "finishing", "in_thread", "pause", "pieces_of", "shielded",
]  # fmt: skip

ItemT = TypeVar("ItemT")

Pause = Callable[[float], Awaitable[None]]
"""Waits for some seconds."""

Pieces = AsyncIterable[bytes] | Iterable[bytes]
"""Bytes that come piece by piece."""


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
