"""When a session ends, by the server's clock alone.

Every answer to a token carries ``CB-Token-ExpirationDate`` (recorded: the answer's ``Date`` plus
exactly two hours). The difference of the two is how long the session still lives, whatever the
local wall clock says; it is counted from the moment the request was sent on a monotonic clock.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

_FORMAT = "%Y-%m-%d %H:%M:%S UTC"
_LONGEST_LIFE = 366 * 24 * 3600.0


# Both moments are whole seconds, so a busy client reads the same two over and over.
@lru_cache(maxsize=64)
def seconds_left(expiration: str | None, date: str | None) -> float | None:
    """Tell how long a session lived on when its answer was written.

    Args:
        expiration: ``CB-Token-ExpirationDate``, such as ``2023-09-15 15:43:31 UTC``.
        date: ``Date`` of the same answer, in HTTP's format.

    Returns:
        Seconds, or None when either is missing or malformed, or the session would have ended
        before the answer, or live for years; then only the service's refusal can tell.
    """
    served = http_date(date)
    if expiration is None or served is None:
        return None
    try:
        ends = datetime.strptime(expiration.strip(), _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
    left = (ends - served).total_seconds()
    return left if 0 < left <= _LONGEST_LIFE else None


def retry_after(value: str | None, date: str | None) -> float | None:
    """Read ``Retry-After``, as seconds or as a date measured from the answer's own.

    Args:
        value: The header, if any.
        date: ``Date`` of the same answer.

    Returns:
        Seconds from the answer, at least 0, or None when unknown.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        # Ten digits are three hundred years; more would only overflow someone's sleep.
        return float(text[:10]) if len(text) <= 10 else None
    until, served = http_date(text), http_date(date)
    if until is None or served is None:
        return None
    return max(0.0, (until - served).total_seconds())


def http_date(value: str | None) -> datetime | None:
    """Read a date in HTTP's format.

    Args:
        value: Such as ``Fri, 15 Sep 2023 13:43:31 GMT``.

    Returns:
        The moment, aware, in UTC, or None when missing or malformed.
    """
    if value is None:
        return None
    try:
        moment = parsedate_to_datetime(value)
        # "-0000" means UTC of unknown zone and parses as naive.
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
