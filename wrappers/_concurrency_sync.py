"""What the synchronous client waits with.

``_concurrency_async`` has the same names for tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Event, Lock
from time import sleep as pause
from typing import TypeVar, TypeVarTuple

__all__ = [
    "Event", "Lock", "Pause", "Pieces",
    "ending", "finishing", "in_thread", "pause", "pieces_of", "shielded",
]  # fmt: skip

Pause = Callable[[float], None]
"""Waits for some seconds."""

Pieces = Iterable[bytes]
"""Bytes that come piece by piece."""

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")
ArgumentsT = TypeVarTuple("ArgumentsT")


@contextmanager
def finishing(items: Iterator[ItemT]) -> Generator[Iterator[ItemT]]:
    """End an iteration that may be broken off, as ``contextlib.aclosing`` does for tasks.

    Args:
        items: The iterator; closed at the end if it is a generator.

    Yields:
        The same iterator.
    """
    try:
        yield items
    finally:
        if isinstance(items, Generator):
            items.close()


ending = finishing


def in_thread(call: Callable[[*ArgumentsT], ResultT], *arguments: *ArgumentsT) -> ResultT:
    """Call at once: a thread that may block has nowhere better to do so.

    Args:
        call: What blocks.
        arguments: Its arguments.

    Returns:
        Its result.
    """
    return call(*arguments)


def shielded(_: float) -> AbstractContextManager[None]:
    """Do something: a thread is not cancelled.

    Returns:
        A context that does nothing.
    """
    return nullcontext()


def pieces_of(source: Pieces) -> Generator[bytes]:
    """Go through bytes that come piece by piece.

    Args:
        source: An iterable. If it is a generator, it is closed at the end.

    Yields:
        The pieces.
    """
    with finishing(iter(source)) as pieces:
        yield from pieces
