"""Several things at once: one page ahead, a few requests side by side, and clean ends."""

from __future__ import annotations

import asyncio
import gc
import threading
from functools import partial

import anyio
import pytest
import trio
from anyio.to_thread import run_sync

from tests.wrappers.stub import Reply, Seen, StubServer, user_json
from tests.wrappers.worlds import stub_options
from wrappers import AsyncConnectyCube
from wrappers._tasks_async import Ahead, gather
from wrappers._tasks_sync import Ahead as LaterAhead
from wrappers._tasks_sync import gather as gather_in_turn

pytestmark = pytest.mark.anyio


class SlowPages:
    """Three pages of one user; the second one arrives, and is answered when it is released."""

    def __init__(self, stub: StubServer) -> None:
        self.asked = threading.Event()
        self.release = threading.Event()
        self.stub = stub.always("GET", "/users/v2", self.answer)

    def answer(self, seen: Seen) -> Reply:
        offset = int(seen.query["offset"])
        if offset == 1:
            self.asked.set()
            self.release.wait(30)
        return Reply(
            200,
            {"limit": 1, "skip": offset, "total_entries": 3, "items": [user_json(offset + 1)]},
        )


def living() -> int:
    """Count the tasks of this run, whoever started them."""
    if trio.lowlevel.in_trio_run():
        return trio.lowlevel.current_statistics().tasks_living
    return len(asyncio.all_tasks())


async def until_alone(before: int) -> None:
    """Go on when no more tasks are left than before; never by waiting for a time."""
    with anyio.fail_after(30):
        while living() > before:
            await anyio.lowlevel.checkpoint()


async def test_the_next_page_is_on_its_way_while_one_is_looked_at(stub: StubServer) -> None:
    slow = SlowPages(stub)
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        users = await cube.users.find(user_tags="x")
        seen: list[int] = []
        async for page in users.pages():
            seen.extend(user.id for user in page)
            if seen == [1]:
                # Nobody has asked for the second page yet.
                assert await run_sync(slow.asked.wait, 30)
                slow.release.set()
    assert seen == [1, 2, 3]
    assert stub.count("GET", "/users/v2") == 3


async def test_who_stops_leaves_nothing_under_way(stub: StubServer) -> None:
    slow = SlowPages(stub)
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        users = await cube.users.find(user_tags="x")
        before = living()
        async for page in users.pages():
            assert len(page) == 1
            assert await run_sync(slow.asked.wait, 30)
            assert living() == before + 1
            break
        gc.collect()
        await until_alone(before)
        slow.release.set()
        # The client goes on as if nothing had happened.
        assert (await cube.users.find(user_tags="x", offset=2)).first.items[0].id == 3
    assert stub.count("GET", "/users/v2") == 3


async def test_who_is_cancelled_while_waiting_leaves_nothing_under_way(stub: StubServer) -> None:
    slow = SlowPages(stub)
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        users = await cube.users.find(user_tags="x")
        before = living()
        seen: list[int] = []
        async with anyio.create_task_group() as group:

            async def read() -> None:
                seen.extend([user.id async for user in users])

            group.start_soon(read)
            assert await run_sync(slow.asked.wait, 30)
            group.cancel_scope.cancel()
        await until_alone(before)
        slow.release.set()
    assert seen == []
    assert stub.count("GET", "/users/v2") == 2


async def test_a_call_that_was_broken_off_is_made_again_when_it_is_wanted() -> None:
    made: list[str] = []

    async def call() -> str:
        made.append("call")
        if len(made) == 1:
            await anyio.sleep_forever()
        return "result"

    ahead = Ahead(call)
    while not made:
        await anyio.lowlevel.checkpoint()
    ahead.cancel()
    assert await ahead.result() == "result"
    assert len(made) == 2


async def test_a_failure_comes_out_where_the_result_is_wanted() -> None:
    async def call() -> str:
        raise LookupError("no page")

    ahead = Ahead(call)
    with pytest.raises(LookupError, match="no page"):
        await ahead.result()


async def nothing() -> Ahead[None]:
    async def call() -> None:
        pass

    ahead = Ahead(call)
    await ahead.result()
    return ahead


def test_a_loop_that_is_over_has_nothing_to_break_off() -> None:
    asyncio.run(nothing()).cancel()
    trio.run(nothing).cancel()


async def test_at_most_so_many_at_once_in_their_order() -> None:
    under_way: set[int] = set()
    most = 0

    async def call(number: int) -> int:
        nonlocal most
        under_way.add(number)
        most = max(most, len(under_way))
        for _ in range(number % 5 + 1):
            await anyio.lowlevel.checkpoint()
        under_way.remove(number)
        return number

    assert await gather([partial(call, n) for n in range(40)], at_most=8) == [*range(40)]
    assert most == 8
    assert await gather([], at_most=8) == []


async def test_the_first_failure_breaks_the_others_off() -> None:
    ended: list[str] = []

    async def waits() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ended.append("waits")

    async def fails() -> None:
        await anyio.lowlevel.checkpoint()
        raise LookupError("no page")

    with pytest.raises(LookupError, match="no page"):
        await gather([waits, fails, waits, waits], at_most=2)
    assert ended == ["waits"]


def test_threads_do_one_thing_after_the_other() -> None:
    made: list[int] = []
    ahead = LaterAhead(lambda: made.append(1))
    ahead.cancel()
    assert made == []
    assert ahead.result() is None
    assert made == [1]
    assert gather_in_turn([lambda: 1, lambda: 2], at_most=8) == [1, 2]
