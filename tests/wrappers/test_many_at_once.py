"""How many requests of one call are under way at once; threads do one after the other."""

from __future__ import annotations

import threading

import pytest

from tests.wrappers.stub import Reply, Seen, StubServer, user_json
from tests.wrappers.worlds import stub_options
from wrappers import AsyncConnectyCube, ConnectyCube

AT_ONCE = 8


class Counted:
    """Answers look-ups by id when as many as wanted are under way."""

    def __init__(self, at_once: int) -> None:
        self.all_here = threading.Barrier(at_once)
        self.lock = threading.Lock()
        self.under_way = 0
        self.most = 0

    def __call__(self, seen: Seen) -> Reply:
        with self.lock:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        self.all_here.wait(timeout=30)
        with self.lock:
            self.under_way -= 1
        # The last one that was asked for: the recorder keeps one value of each name.
        items: list[object] = [user_json(int(seen.query["id[in][]"]))]
        page: object = {"limit": 100, "skip": 0, "total_entries": 1, "items": items}
        return Reply(200, page)


IDS = range(1, 100 * AT_ONCE * 3 + 1)


@pytest.mark.anyio
async def test_eight_pages_at_once_and_never_more(stub: StubServer) -> None:
    answer = Counted(AT_ONCE)
    stub.always("GET", "/users/v2", answer)
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        found = await cube.users.get_many(IDS)
    assert answer.most == AT_ONCE
    assert [user.id for user in found] == [*IDS[99::100]]
    assert len(found.missing) == len(IDS) * 99 // 100


def test_one_after_the_other(stub: StubServer) -> None:
    answer = Counted(1)
    stub.always("GET", "/users/v2", answer)
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        found = cube.users.get_many(IDS)
    assert answer.most == 1
    assert [user.id for user in found] == [*IDS[99::100]]
