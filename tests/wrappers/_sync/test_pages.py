"""Lists that come in pages: how far they look ahead, and how they stop."""

from __future__ import annotations

import pytest

from tests.wrappers.stub import Answer, Reply, Seen, StubServer, user_json
from tests.wrappers.worlds import stub_options
from wrappers import ConnectyCube, RateLimited, ServerError, UnexpectedResponseError

pytestmark = pytest.mark.anyio


def pages_of(total: int, *, size: int = 2, odd: frozenset[int] = frozenset()) -> Answer:
    """Script a list of users, of which some break the contract."""

    def answer(seen: Seen) -> Reply:
        start = int(seen.query["offset"])
        items = [
            {"id": "odd"} if number in odd else user_json(number + 1)
            for number in range(start, min(start + size, total))
        ]
        return Reply(200, {"limit": size, "skip": start, "total_entries": total, "items": items})

    return answer


def offsets(stub: StubServer) -> list[str]:
    return [each.query["offset"] for each in stub.seen if each.path == "/users/v2"]


def test_every_item_of_every_page_once(stub: StubServer) -> None:
    stub.always("GET", "/users/v2", pages_of(7))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        users = cube.users.find(user_tags="x")
        assert repr(users).endswith("Pages: 7 in all, 2 here>")
        assert [user.id for user in users] == [1, 2, 3, 4, 5, 6, 7]
        assert offsets(stub) == ["0", "2", "4", "6"]
        # Once more from the first page, which is here already.
        assert [len(page) for page in users.pages()] == [2, 2, 2, 1]
        assert offsets(stub) == ["0", "2", "4", "6", "2", "4", "6"]


def test_nothing_is_asked_for_that_nobody_wants(stub: StubServer) -> None:
    stub.always("GET", "/users/v2", pages_of(100))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        users = cube.users.find(user_tags="x")
        for user in users:
            assert user.id == 1
            break
        assert users.total == 100
        assert offsets(stub) == ["0"]


def test_stopping_on_the_way(stub: StubServer) -> None:
    stub.always("GET", "/users/v2", pages_of(100))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        users = cube.users.find(user_tags="x")
        seen: list[int] = []
        for user in users:
            seen.append(user.id)
            if len(seen) == 6:
                break
        # Never more than one page ahead of the third one.
        assert offsets(stub) in (["0", "2", "4"], ["0", "2", "4", "6"])


def test_odd_items_lose_no_page(stub: StubServer, caplog: pytest.LogCaptureFixture) -> None:
    stub.always("GET", "/users/v2", pages_of(6, odd=frozenset({1, 2, 3})))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        users = cube.users.find(user_tags="x")
        assert [user.id for user in users] == [1, 5, 6]
        pages = [(page.unreadable, [user.id for user in page]) for page in users.pages()]
    assert [(len(unreadable), readable) for unreadable, readable in pages] == [
        (1, [1]),
        (2, []),
        (0, [5, 6]),
    ]
    (odd,) = pages[0][0]
    assert odd.raw == {"id": "odd"}
    assert "id" in odd.reason
    assert "left out 2 unreadable items" in caplog.text


def test_ids_are_asked_for_until_all_pages_are_there(stub: StubServer) -> None:
    stub.always("GET", "/users/v2", pages_of(5))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        found = cube.users.get_many(range(1, 7))
    assert [user.id for user in found] == [1, 2, 3, 4, 5]
    assert found.missing == (6,)
    assert offsets(stub) == ["0", "2", "4"]


def test_a_list_that_shrinks_meanwhile_ends(stub: StubServer) -> None:
    empty: object = {"limit": 2, "skip": 2, "total_entries": 9, "items": []}
    stub.once("GET", "/users/v2", pages_of(9), Reply(200, empty))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        users = cube.users.find(user_tags="x")
        assert [user.id for user in users] == [1, 2]


def test_a_page_that_fails_ends_the_iteration(stub: StubServer) -> None:
    stub.once("GET", "/users/v2", pages_of(6), Reply(500, {"errors": ["broken"]}))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        users = cube.users.find(user_tags="x")
        walk = users.__iter__()
        assert [(walk.__next__()).id, (walk.__next__()).id] == [1, 2]
        with pytest.raises(ServerError):
            walk.__next__()
        with pytest.raises(StopIteration):
            walk.__next__()
        assert walk.__iter__() is walk


def test_the_first_page_fails_with_the_call(stub: StubServer) -> None:
    stub.always("GET", "/users/v2", Reply(429, {"errors": ["slow down"]}))
    stub.always("GET", "/users/by_tags", Reply(200, {"items": []}))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        with pytest.raises(RateLimited):
            cube.users.find(user_tags="x")
        with pytest.raises(UnexpectedResponseError):
            cube.users.find_by_tags(["x"])


def test_the_number_of_those_online_is_asked_for_when_it_is_not_plain(
    stub: StubServer,
) -> None:
    def online(seen: Seen) -> Reply:
        if seen.query.get("count") == "true":
            return Reply(200, {"count": 5})
        start = int(seen.query["offset"])
        return Reply(200, {"users": [user_json(n + 1) for n in range(start, min(start + 2, 6))]})

    stub.always("GET", "/users/online", online)
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        few = cube.users.online(limit=7)
        assert (few.total, stub.count("GET", "/users/online")) == (2, 1)
        many = cube.users.online(limit=2)
        assert (many.total, stub.count("GET", "/users/online")) == (5, 3)
        # One came meanwhile.
        assert [user.id for user in many] == [1, 2, 3, 4, 5, 6]
