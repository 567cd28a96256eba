"""The rules of sending again: what, when, and after how long."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generated_client import Headers, Request
from tests.openapi.contract import operations
from tests.wrappers.worlds import PATIENT
from wrappers import ConfigurationError, ConnectionFailed, ConnectyCube, RateLimited, ServerError
from wrappers._retrying import (
    OPERATIONS,
    Replay,
    Retries,
    Trouble,
    can_be_read_again,
    checked_retries,
    finds_its_own_work,
    replay_of,
)


def test_every_operation_of_the_contract_is_decided_with_a_reason() -> None:
    assert set(OPERATIONS) == {each.node["operationId"] for each in operations()}
    assert all(reason for _, reason in OPERATIONS.values())


def test_what_makes_or_changes_something_is_not_sent_twice() -> None:
    kinds = {name: kind for name, (kind, _) in OPERATIONS.items()}
    careful = {name for name, kind in kinds.items() if kind is Replay.IF_REFUSED}
    assert careful == {
        "createBlob", "deleteUser", "deleteUserByExternalId", "login", "logout",
        "requestPasswordReset", "requestPasswordResetByQuery", "signUp", "updateBlob", "updateUser",
    }  # fmt: skip
    assert [name for name, kind in kinds.items() if kind is Replay.ELSEWHERE] == ["createSession"]


@PATIENT
@given(
    attempt=st.integers(1, 10_000),
    times=st.integers(0, 100),
    asked=st.none() | st.floats(0, 1e9),
    chance=st.floats(0, 1),
)
def test_waits_stay_within_their_bounds(
    attempt: int, times: int, asked: float | None, chance: float
) -> None:
    retries = Retries(times=times)
    delay = retries.delay(attempt, asked, chance)
    if attempt > times or (asked is not None and asked > 60):
        assert delay is None
    else:
        least = asked or 0
        assert delay is not None
        assert least <= delay <= least + min(8, 0.5 * 2 ** (attempt - 1))


def test_waits_grow_and_are_drawn_from_nothing_on() -> None:
    retries = Retries(times=9)
    assert [retries.delay(attempt, None, 1) for attempt in (1, 2, 3, 4, 5, 9)] == [
        0.5, 1, 2, 4, 8, 8,
    ]  # fmt: skip
    assert retries.delay(5, None, 0) == 0
    assert retries.delay(1, 3, 0.5) == 3.25
    assert retries.delay(1, 60.5, 0) is None


@pytest.mark.parametrize(
    ("status", "headers", "trouble"),
    [
        (200, {}, None),
        (404, {}, None),
        (500, {}, None),
        (429, {}, Trouble(maybe_done=False)),
        (429, {"Retry-After": "7"}, Trouble(maybe_done=False, asked=7)),
        (503, {}, Trouble(maybe_done=True)),
        (503, {"Retry-After": "0"}, Trouble(maybe_done=False, asked=0)),
        (503, {"Retry-After": "soon"}, Trouble(maybe_done=True)),
        (502, {"Retry-After": "7"}, Trouble(maybe_done=True, asked=7)),
        (504, {}, Trouble(maybe_done=True)),
        (
            503,
            {
                "Retry-After": "Fri, 15 Sep 2023 13:43:31 GMT",
                "Date": "Fri, 15 Sep 2023 13:43:01 GMT",
            },
            Trouble(maybe_done=False, asked=30),
        ),
    ],
)
def test_answers_are_judged(status: int, headers: dict[str, str], trouble: Trouble | None) -> None:
    assert Trouble.of_answer(status, Headers(headers)) == trouble


def test_exceptions_are_judged() -> None:
    unsent = ConnectionFailed("no connection")
    unsent.maybe_sent = False
    limited = RateLimited("too many", status=429)
    limited.retry_after = 7
    assert Trouble.of_error(ConnectionFailed("cut")) == Trouble(maybe_done=True)
    assert Trouble.of_error(unsent) == Trouble(maybe_done=False)
    assert Trouble.of_error(limited) == Trouble(maybe_done=False, asked=7)
    assert Trouble.of_error(ServerError("oops", status=500)) is None
    assert Trouble.of_error(ServerError("gateway", status=502)) == Trouble(maybe_done=True)


@pytest.mark.parametrize("maybe_done", [True, False])
def test_who_may_follow(maybe_done: bool) -> None:
    trouble = Trouble(maybe_done)
    assert trouble.may_follow(Replay.ALWAYS)
    assert trouble.may_follow(Replay.IF_REFUSED) is not maybe_done
    assert not trouble.may_follow(Replay.ELSEWHERE)


def test_requests_without_an_operation_go_by_their_method() -> None:
    assert replay_of(Request(method="GET", url="https://store.invalid/x")) is Replay.ALWAYS
    assert replay_of(Request(method="POST", url="https://store.invalid")) is Replay.IF_REFUSED
    assert replay_of(Request(method="GET", url="/", operation_id="made up")) is Replay.ALWAYS
    by_query = Request(method="GET", url="/", operation_id="requestPasswordResetByQuery")
    assert replay_of(by_query) is Replay.IF_REFUSED


def test_bodies_that_are_used_up() -> None:
    assert can_be_read_again(Request(method="GET", url="/"))
    assert can_be_read_again(Request(method="POST", url="/", content=b"all of it"))
    assert not can_be_read_again(Request(method="POST", url="/", content=iter([b"once"])))


def test_only_a_deletion_takes_404_for_its_own_work() -> None:
    deletion = Request(method="DELETE", url="/blobs/1", operation_id="deleteBlob")
    assert finds_its_own_work(deletion, 404)
    assert not finds_its_own_work(deletion, 403)
    assert not finds_its_own_work(Request(method="GET", url="/", operation_id="getUser"), 404)


@pytest.mark.parametrize("times", [-1, 101, 1.5, True, None, "2"])
def test_numbers_of_attempts_that_are_none(times: object) -> None:
    with pytest.raises(ConfigurationError):
        checked_retries(cast("int", times))
    with pytest.raises(ConfigurationError):
        ConnectyCube(app_id=1, auth_key="made-up-key", retries=cast("int", times))


def test_numbers_of_attempts() -> None:
    assert [checked_retries(times) for times in (0, 100)] == [0, 100]
