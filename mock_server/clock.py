"""The time of the mock server, which tests may set."""

from __future__ import annotations

import ctypes
import threading
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from typing import Protocol

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
EARLIEST = 0
LATEST = 250_000_000_000 * SECOND
"""The clock's last moment, in the year 9892: later ones would leave the calendar."""


class Clock(Protocol):
    """Where the server reads the time."""

    def now(self) -> int:
        """Tell the milliseconds since 1970."""
        ...


class Cell(Protocol):
    """A number that all processes of one server see."""

    value: int


@dataclass(frozen=True)
class Hands:
    """What a clock keeps, which several processes may share.

    Attributes:
        ahead: How far it is ahead of the machine's, in milliseconds.
        frozen_at: The moment that it stands at; negative while it runs.
        lock: Held by whoever moves it.
    """

    ahead: Cell = field(default_factory=lambda: ctypes.c_longlong(0))
    frozen_at: Cell = field(default_factory=lambda: ctypes.c_longlong(-1))
    lock: AbstractContextManager[object] = field(default_factory=threading.Lock)


class ManualClock:
    """The machine's clock until it is told otherwise.

    Args:
        start: The moment to start at, in milliseconds since 1970; None takes the machine's.
        frozen: Whether the time stands still from the start.
        hands: What it shares with others; None for a clock of its own.
    """

    def __init__(
        self, start: int | None = None, *, frozen: bool = False, hands: Hands | None = None
    ) -> None:
        self._hands = hands or Hands()
        if frozen:
            self.freeze()
        if start is not None:
            self.set(start)  # last: a clock that stands cannot have moved on since

    @property
    def frozen(self) -> bool:
        """Whether the time stands still."""
        return self._hands.frozen_at.value >= 0

    @property
    def position(self) -> tuple[int | None, int]:
        """The moment it is frozen at, None while it runs, and how far it is ahead if it runs."""
        with self._hands.lock:
            frozen_at = self._hands.frozen_at.value
            return (None, self._hands.ahead.value) if frozen_at < 0 else (frozen_at, 0)

    @position.setter
    def position(self, position: tuple[int | None, int]) -> None:
        frozen_at, ahead = position
        with self._hands.lock:
            self._hands.ahead.value = ahead
            self._hands.frozen_at.value = -1 if frozen_at is None else frozen_at

    def now(self) -> int:
        """Tell the milliseconds since 1970."""
        frozen_at = self._hands.frozen_at.value
        if frozen_at >= 0:
            return frozen_at
        return time.time_ns() // 1_000_000 + self._hands.ahead.value

    def freeze(self, frozen: bool = True) -> None:
        """Stop the time, or let it run on from where it stands.

        Args:
            frozen: Whether the time stands still from now on.
        """
        with self._hands.lock:
            now = self.now()
            self._hands.ahead.value = now - time.time_ns() // 1_000_000
            self._hands.frozen_at.value = now if frozen else -1

    def set(self, moment: int) -> None:
        """Go to a moment, running or standing as before.

        Args:
            moment: Milliseconds since 1970.

        Raises:
            ValueError: The moment is before 1970 or leaves the calendar.
        """
        with self._hands.lock:
            self._put(moment)

    def advance(self, *, seconds: float) -> None:
        """Go forward, or back with a negative number.

        Args:
            seconds: How far.

        Raises:
            ValueError: The new moment is before 1970 or leaves the calendar.
        """
        with self._hands.lock:
            self._put(self.now() + round(seconds * SECOND))

    def _put(self, moment: int) -> None:
        if not EARLIEST <= moment <= LATEST:
            raise ValueError("the clock runs from 1970 to 9892")
        self._hands.ahead.value += moment - self.now()
        if self.frozen:
            self._hands.frozen_at.value = moment


def calendar(moment: int) -> datetime:
    """Turn milliseconds since 1970 into a date and time in UTC.

    Args:
        moment: Milliseconds since 1970.

    Returns:
        The same moment.
    """
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=moment)


def whole_seconds(moment: int) -> int:
    """Cut a moment down to its second.

    Args:
        moment: Milliseconds since 1970.

    Returns:
        The start of that second, in milliseconds since 1970.
    """
    return moment // SECOND * SECOND


def to_seconds(moment: int) -> str:
    """Write a moment as users and blobs show it, `2023-09-15T13:43:31Z`.

    Args:
        moment: Milliseconds since 1970.

    Returns:
        The text.
    """
    return f"{_date_and_time(moment // SECOND)}Z"


def to_milliseconds(moment: int) -> str:
    """Write a moment as sessions show it, `2023-09-15T13:43:31.535Z`.

    Args:
        moment: Milliseconds since 1970.

    Returns:
        The text.
    """
    return f"{_date_and_time(moment // SECOND)}.{moment % SECOND:03}Z"


def to_http_date(moment: int) -> str:
    """Write a moment as the `Date` header does, `Fri, 15 Sep 2023 13:43:31 GMT`.

    Args:
        moment: Milliseconds since 1970.

    Returns:
        The text.
    """
    return _http_date(moment // SECOND)


def to_expiration(moment: int) -> str:
    """Write a moment as the expiration header does, `2023-09-15 15:43:31 UTC`.

    Args:
        moment: Milliseconds since 1970.

    Returns:
        The text.
    """
    return f"{_date_and_time(moment // SECOND).replace('T', ' ')} UTC"


# Every answer tells moments, mostly of the seconds that those before it told.
@lru_cache(1024)
def _date_and_time(second: int) -> str:
    return f"{calendar(second * SECOND):%Y-%m-%dT%H:%M:%S}"


@lru_cache
def _http_date(second: int) -> str:
    return format_datetime(calendar(second * SECOND), usegmt=True)
