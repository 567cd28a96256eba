"""Moments that a server can write and Python's calendar cannot hold."""

from __future__ import annotations

import pytest

from tests.wrappers.stub import Reply, StubServer, session_json, user_json
from tests.wrappers.worlds import stub_options
from wrappers import ConnectyCube

BEYOND = ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"]


@pytest.mark.parametrize("moment", BEYOND)
def test_a_user_of_a_time_beyond_the_calendar_can_be_read(stub: StubServer, moment: str) -> None:
    stub.always("GET", "/users/7", Reply(200, {"user": user_json(7, created_at=moment)}))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        assert cube.users.get(7).created_at is None


@pytest.mark.parametrize(
    "headers",
    [
        {"CB-Token-ExpirationDate": "9999-12-31 23:59:59 UTC"},
        {"Date": "Fri, 31 Dec 9999 23:59:59 -0500"},
        {"Date": "Mon, 01 Jan 0001 00:00:00 +1400"},
    ],
)
def test_a_session_that_lives_for_ever_is_used_until_refused(
    stub: StubServer, headers: dict[str, str]
) -> None:
    stub.tokens.add("A" * 36)
    stub.always(
        "POST", "/session", Reply(201, {"session": session_json("A" * 36)}, headers=headers)
    )
    stub.always("GET", "/users/7", Reply(200, {"user": user_json(7)}, headers=headers))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        for _ in range(2):
            assert cube.users.get(7).id == 7
    assert stub.count("POST", "/session") == 1


def test_ids_are_never_asked_for_without_end(stub: StubServer) -> None:
    page = {"limit": 100, "skip": 0, "total_entries": 10**9, "items": [user_json(1)]}
    stub.always("GET", "/users/v2", Reply(200, page))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        assert [user.id for user in cube.users.get_many([1, 2, 3])] == [1]
    assert stub.count("GET", "/users/v2") == 3
