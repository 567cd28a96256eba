"""Measures one contestant, in a process that nobody else shares; prints one line of JSON.

Each measure ends after a time or a number of calls, whichever comes first. CPU is this process's
own: what the stub spends is not in it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from attrs import frozen

from benchmarks.contestants import AsyncCalls, Calls, Contestant, Decoder, find_stock, named
from benchmarks.stub import connectycube_user

AT_ONCE: Final = 64
PAGE: Final = 100
_FIRST_ID: Final = 1000
_A_BATCH: Final = 4
_WARM_UP: Final = 5.0
"""Seconds at most before a measure of many calls at once, two for each.

However short the measure, it is none of connections being made and of what is done once.
"""


@frozen
class Limits:
    """How long one measure may take.

    Attributes:
        seconds: Its time.
        calls: The most calls.
    """

    seconds: float
    calls: int


class WrongAnswerError(Exception):
    """A contestant read something else than it was sent."""


def _check(read: int, sent: int) -> None:
    if read != sent:
        raise WrongAnswerError(f"read {read} instead of {sent}")


def _shape(durations: list[float], wall: float, cpu: float) -> dict[str, float]:
    """Sum a measure up."""
    ordered = sorted(durations)
    count = len(ordered)
    return {
        "per_second": count / wall,
        "p99_ms": ordered[min(count - 1, int(count * 0.99))] * 1000,
        "cpu_us": cpu / count * 1e6,
    }


def one_at_a_time(calls: Calls, limits: Limits) -> dict[str, float]:
    """Measure calls in a row."""
    for user_id in range(1, min(20, limits.calls) + 1):
        _check(calls.get(user_id), user_id)
    durations: list[float] = []
    cpu = time.process_time()
    begin = last = time.perf_counter()
    while last - begin < limits.seconds and len(durations) < limits.calls:
        user_id = _FIRST_ID + len(durations)
        _check(calls.get(user_id), user_id)
        now = time.perf_counter()
        durations.append(now - last)
        last = now
    return _shape(durations, last - begin, time.process_time() - cpu)


def a_further_user(calls: Calls, limits: Limits) -> float:
    """Measure what one more user on a page costs, in microseconds of CPU.

    A full page against a page of one: what the call itself costs is in both. It is all that a
    further user costs: receiving its bytes, reading the JSON, making the model.
    """

    def batch(size: int) -> float:
        begin = time.process_time()
        for _ in range(_A_BATCH):
            _check(calls.page(size), size)
        return time.process_time() - begin

    batch(1)
    batch(PAGE)
    extra: list[float] = []
    end = time.perf_counter() + limits.seconds
    while not extra or (time.perf_counter() < end and len(extra) * 8 < limits.calls):
        extra.append((batch(PAGE) - batch(1)) / _A_BATCH / (PAGE - 1))
    return median(extra) * 1e6


def decoding(decode: Decoder, limits: Limits) -> float:
    """Measure what making a model of a user's JSON object costs, in microseconds of CPU.

    Args:
        decode: Makes the model.
        limits: The limits of the measure.

    Returns:
        The median of batches.
    """
    users = [connectycube_user(each) for each in range(PAGE)]
    costs: list[float] = []
    end = time.perf_counter() + limits.seconds / 2
    while not costs or time.perf_counter() < end:
        begin = time.process_time()
        for _ in range(_A_BATCH):
            for user in users:
                decode(user)
        costs.append((time.process_time() - begin) / _A_BATCH / PAGE)
    return median(costs) * 1e6


async def _from_tasks(
    get: Callable[[int], Awaitable[int]], limits: Limits, at_once: int
) -> dict[str, float]:
    async def work(ids: Generator[int], end: float, durations: list[float]) -> None:
        while (begin := time.perf_counter()) < end and (user_id := next(ids, None)) is not None:
            _check(await get(user_id), user_id)
            durations.append(time.perf_counter() - begin)

    async def run(calls: int, seconds: float, durations: list[float]) -> None:
        ids = (_FIRST_ID + each for each in range(calls))
        end = time.perf_counter() + seconds
        async with asyncio.TaskGroup() as tasks:
            for _ in range(at_once):
                tasks.create_task(work(ids, end, durations))

    await run(min(2 * at_once, limits.calls), _WARM_UP, [])
    durations: list[float] = []
    cpu = time.process_time()
    begin = time.perf_counter()
    await run(limits.calls, limits.seconds, durations)
    return _shape(durations, time.perf_counter() - begin, time.process_time() - cpu)


def _from_threads(get: Callable[[int], int], limits: Limits) -> dict[str, float]:
    def work(which: int, calls: int, end: float) -> list[float]:
        durations: list[float] = []
        for user_id in range(_FIRST_ID + which, _FIRST_ID + calls, AT_ONCE):
            begin = time.perf_counter()
            if begin >= end:
                break
            _check(get(user_id), user_id)
            durations.append(time.perf_counter() - begin)
        return durations

    with ThreadPoolExecutor(AT_ONCE) as threads:

        def run(calls: int, seconds: float) -> list[float]:
            end = time.perf_counter() + seconds
            each = [threads.submit(work, which, calls, end) for which in range(AT_ONCE)]
            return [duration for one in each for duration in one.result()]

        run(min(2 * AT_ONCE, limits.calls), _WARM_UP)
        cpu = time.process_time()
        begin = time.perf_counter()
        durations = run(limits.calls, limits.seconds)
        return _shape(durations, time.perf_counter() - begin, time.process_time() - cpu)


@contextmanager
def _awaited(opened: AbstractAsyncContextManager[AsyncCalls]) -> Generator[Calls]:
    """Use an asynchronous client one call at a time."""
    with asyncio.Runner() as runner:

        async def enter() -> AsyncCalls:
            return await opened.__aenter__()

        async def leave() -> None:
            await opened.__aexit__(None, None, None)

        calls = runner.run(enter())
        try:
            yield Calls(
                lambda user_id: runner.run(_wait_for(calls.get(user_id))),
                lambda size: runner.run(_wait_for(calls.page(size))),
            )
        finally:
            runner.run(leave())


async def _wait_for(answer: Awaitable[int]) -> int:
    return await answer


def measure(contestant: Contestant, near: str, far: str, limits: Limits) -> dict[str, object]:
    """Measure a contestant.

    Args:
        contestant: The contestant.
        near: The stub that answers at once.
        far: The stub that answers after a wait.
        limits: The limits of each measure.

    Returns:
        The measures by name.
    """
    measures: dict[str, object] = {}
    if contestant.sync:
        with contestant.sync(near) as calls:
            measures["one"] = one_at_a_time(calls, limits)
            measures["user_us"] = a_further_user(calls, limits)
    elif contestant.tasks:
        measures["one"] = asyncio.run(_tasks(contestant.tasks(near), limits, at_once=1))
        with _awaited(contestant.tasks(near)) as calls:
            measures["user_us"] = a_further_user(calls, limits)
    if contestant.decoder:
        measures["decode_us"] = decoding(contestant.decoder(), limits)
    for name, base_url in (("near", near), ("far", far)):
        if contestant.tasks:
            measures[name] = asyncio.run(_tasks(contestant.tasks(base_url), limits))
        elif contestant.sync:
            with contestant.sync(base_url) as calls:
                measures[name] = _from_threads(calls.get, limits)
    return measures


async def _tasks(
    opened: AbstractAsyncContextManager[AsyncCalls], limits: Limits, at_once: int = AT_ONCE
) -> dict[str, float]:
    async with opened as calls:
        return await _from_tasks(calls.get, limits, at_once)


def main() -> None:
    """Measure the contestant that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("contestant")
    parser.add_argument("--near", required=True)
    parser.add_argument("--far", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--calls", type=int, required=True)
    parser.add_argument("--stock", type=Path, required=True)
    chosen = parser.parse_args()
    find_stock(chosen.stock)
    limits = Limits(chosen.seconds, chosen.calls)
    measures = measure(named(chosen.contestant), chosen.near, chosen.far, limits)
    sys.stdout.write(json.dumps(measures) + "\n")


if __name__ == "__main__":
    main()
