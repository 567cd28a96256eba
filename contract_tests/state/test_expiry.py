"""Sliding expiry, to the second, through the server's clock when it offers one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from contract_tests.actors import create_session, newcomer
from contract_tests.catalogue import SLIDING_EXPIRY
from contract_tests.control import Clock
from contract_tests.generation import generated
from contract_tests.server import ServerUnderTest
from contract_tests.wire import Wire

LIFETIME = int(timedelta(hours=2).total_seconds())
GUEST_LIFETIME = int(timedelta(days=1).total_seconds())
UNCHECKED = "unchecked"

waits = st.one_of(
    st.integers(0, LIFETIME - 1),
    st.sampled_from([LIFETIME - 1, LIFETIME, LIFETIME + 1]),
    st.integers(LIFETIME + 1, 3 * LIFETIME),
)


def is_unchecked(clock: Clock, record_property: Callable[[str, object], None]) -> bool:
    """Report what cannot be checked without a clock to move."""
    if not clock.is_offered:
        record_property(UNCHECKED, "sliding expiry: the server has no clock that is ours to move")
    return not clock.is_offered


@given(history=st.lists(waits, min_size=1, max_size=5))
@generated(30)
def test_a_token_lives_two_hours_after_its_last_request(
    server: ServerUnderTest, record_property: Callable[[str, object], None], history: list[int]
) -> None:
    clock = Clock(server)
    if is_unchecked(clock, record_property):
        return
    with Wire(server) as wire, clock.frozen():
        token = newcomer(wire).token
        is_alive = True
        for seconds in history:
            clock.advance(seconds)
            answer = wire.call("GET", "/session", token=token)
            is_alive = is_alive and seconds < LIFETIME
            SLIDING_EXPIRY.require(
                answer.status == (200 if is_alive else 401),
                f"{answer.status} after waits of {history}",
                wire.story,
            )
    clock.close()


def test_a_request_prolongs_its_own_token_alone(
    server: ServerUnderTest, record_property: Callable[[str, object], None]
) -> None:
    clock = Clock(server)
    if is_unchecked(clock, record_property):
        return
    with Wire(server) as wire, clock.frozen():
        first, second = newcomer(wire), newcomer(wire)
        clock.advance(LIFETIME - 10)
        assert wire.call("GET", f"/users/{second.id}", token=first.token).status == 200
        clock.advance(20)
        used = wire.call("GET", "/session", token=first.token)
        unused = wire.call("GET", "/session", token=second.token)
        SLIDING_EXPIRY.require(
            (used.status, unused.status) == (200, 401),
            f"used {used.status}, unused {unused.status}",
            wire.story,
        )
    clock.close()


def test_guests_live_a_day(
    server: ServerUnderTest, record_property: Callable[[str, object], None]
) -> None:
    clock = Clock(server)
    if is_unchecked(clock, record_property):
        return
    with Wire(server) as wire, clock.frozen():
        session = create_session(wire, guest="1", full_name="A Guest")
        token = str(session["token"])
        created = datetime.fromisoformat(str(session["created_at"])).replace(microsecond=0)
        wire.expect_end(token, created + timedelta(seconds=GUEST_LIFETIME))
        waits_of_a_day = [LIFETIME - 60] * (GUEST_LIFETIME // LIFETIME)
        waits_of_a_day.append(GUEST_LIFETIME - sum(waits_of_a_day) - 1)
        for seconds in waits_of_a_day:
            clock.advance(seconds)
            answer = wire.call("GET", "/session", token=token)
            SLIDING_EXPIRY.require(answer.status == 200, f"{answer.status}", wire.story)
        clock.advance(2)
        answer = wire.call("GET", "/session", token=token)
        SLIDING_EXPIRY.require(answer.status == 401, "a guest of more than a day", wire.story)
    clock.close()
