"""How the asynchronous client does several things at once, on asyncio and on trio alike.

``_tasks_sync`` has the same names for threads.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from contextvars import copy_context
from typing import Generic, TypeVar

from anyio import CancelScope, Event, create_task_group

__all__ = ["Ahead", "Step", "gather"]

ArgumentT = TypeVar("ArgumentT")
ResultT = TypeVar("ResultT")

Step = Callable[[ArgumentT], Awaitable[ResultT]]
"""Makes one thing of another, by asking the service."""


class Ahead(Generic[ResultT]):
    """One call under way while its owner does something else.

    A task group would tie the owner to one block of one task, and an iteration that is broken off
    has no such block. So this is one task of its own that ends by itself after one call, hands
    over failures instead of raising them, and is cancelled from wherever the owner is dropped.
    """

    def __init__(self, call: Callable[[], Awaitable[ResultT]]) -> None:
        """Start the call.

        Args:
            call: What to do; must not refer to the owner, or that is never dropped.
        """
        self._call = call
        self._ended = Event()
        self._results: list[ResultT] = []
        self._error: Exception | None = None
        start = _start_on_trio if _on_trio() else _start_on_asyncio
        self._stop = start(self._run, self._ended)

    async def result(self) -> ResultT:
        """Wait for the call's end.

        Returns:
            What it returned.

        Raises:
            Exception: What it raised.
        """
        try:
            await self._ended.wait()
        except BaseException:
            self.cancel()
            raise
        if self._error is not None:
            raise self._error
        return self._results[0] if self._results else await self._call()

    def cancel(self) -> None:
        """Break the call off; may be said at any time and from any thread."""
        # A loop that is over has broken it off already.
        with suppress(RuntimeError):
            self._stop()

    async def _run(self) -> None:
        try:
            self._results.append(await self._call())
        except Exception as error:  # noqa: BLE001 (handed over to who waits)
            self._error = error


def _on_trio() -> bool:
    trio = sys.modules.get("trio")
    return trio is not None and trio.lowlevel.in_trio_run()


def _start_on_asyncio(run: Callable[[], Awaitable[None]], ended: Event) -> Callable[[], object]:
    loop = asyncio.get_running_loop()

    async def guarded() -> None:
        await run()

    task = loop.create_task(guarded())
    task.add_done_callback(lambda _: ended.set())
    return lambda: loop.call_soon_threadsafe(task.cancel)


def _start_on_trio(run: Callable[[], Awaitable[None]], ended: Event) -> Callable[[], object]:
    # Not needed by who uses asyncio, so neither required nor loaded.
    from trio.lowlevel import current_trio_token, spawn_system_task  # noqa: PLC0415

    scope = CancelScope()
    token = current_trio_token()

    async def guarded() -> None:
        with scope:
            await run()
        ended.set()

    spawn_system_task(guarded, context=copy_context())
    return lambda: token.run_sync_soon(scope.cancel)


async def gather(
    calls: Sequence[Callable[[], Awaitable[ResultT]]], *, at_most: int
) -> list[ResultT]:
    """Make several calls, some of them at once.

    Args:
        calls: What to do.
        at_most: How many are under way at any time.

    Returns:
        What they returned, in the order of the calls.

    Raises:
        Exception: The first failure; the other calls are broken off.
    """
    results: dict[int, ResultT] = {}
    waiting = iter(enumerate(calls))

    async def work() -> None:
        for index, call in waiting:
            results[index] = await call()

    try:
        async with create_task_group() as group:
            for _ in range(min(at_most, len(calls))):
                group.start_soon(work)
    except ExceptionGroup as failed:
        first = failed.exceptions[0]
    else:
        return [results[index] for index in range(len(calls))]
    raise first
