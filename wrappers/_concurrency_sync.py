"""What the synchronous client waits with.

``_concurrency_async`` has the same names for tasks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from os import getpid
from threading import Event
from time import sleep as pause
from typing import Final, Generic, TypeVar, TypeVarTuple

from ._forks import after_fork

__all__ = [
    "Event", "Local", "Lock", "Pause", "Pieces",
    "ending", "finishing", "in_thread", "on_asyncio", "pause", "pieces_of", "shielded",
]  # fmt: skip

Pause = Callable[[float], None]
"""Waits for some seconds."""

Pieces = Iterable[bytes]
"""Bytes that come piece by piece."""

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")
ArgumentsT = TypeVarTuple("ArgumentsT")


class Lock:
    """A lock that is open in the child of a fork, whichever thread of its parent held it."""

    def __init__(self) -> None:
        """Make one that nobody holds."""
        self._lock = threading.Lock()
        after_fork(self._start_anew)

    def __enter__(self) -> None:
        """Hold it."""
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        """Let go of it; whoever forked while holding it holds it in the parent alone."""
        if self._lock.locked():
            self._lock.release()

    def _start_anew(self) -> None:
        self._lock = threading.Lock()


class Local(Generic[ItemT]):
    """One thing for each process, made when it is first asked for.

    The connections that the child of a fork inherits are still its parent's.
    """

    def __init__(self, make: Callable[[], ItemT]) -> None:
        """Make nothing yet.

        Args:
            make: Makes one.
        """
        self._make: Final = make
        self._thing: ItemT | None = None
        self._lock = Lock()
        self._process = getpid()

    def get(self) -> ItemT:
        """Get this process's.

        Returns:
            The same one each time.
        """
        if self._process != getpid():
            # Not even dropped: what is closed at the other end of a fork, is closed. The lock may
            # have been held by a thread that is not here.
            _inherited.append(self._thing)
            self._thing, self._lock, self._process = None, Lock(), getpid()
        if self._thing is None:
            with self._lock:
                if self._thing is None:
                    self._thing = self._make()
        return self._thing

    def drop(self) -> ItemT | None:
        """Forget it.

        Returns:
            This process's, if there is one, for its end.
        """
        mine = self._thing if self._process == getpid() else None
        self._thing = None
        return mine


def on_asyncio() -> bool:
    """Tell whether what needs asyncio could run here: a thread needs none.

    Returns:
        True.
    """
    return True


_inherited: Final[list[object]] = []


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
