"""What the Redis stores ask the server to do, each as one step that nothing comes between.

The braces in the keys make all keys of one identity live in one slot of a cluster. A fence is the
server's time in microseconds, or one more than the former fence: it grows even when the server
was emptied in between.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, cast

from attrs import evolve

from ._models import Session
from ._stored import Stored, stored_from_json

LOAD: Final = """
return {redis.call('GET', KEYS[1]) or '', redis.call('PTTL', KEYS[1])}
"""

ACQUIRE: Final = """
if redis.call('EXISTS', KEYS[1]) == 1 then return '' end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
local fence = string.format('%.0f', math.max(now, last + 1))
redis.call('SET', KEYS[2], fence, 'PX', 86400000)
redis.call('SET', KEYS[1], fence, 'PX', ARGV[1])
return fence
"""
"""Keys: lead, fence. Argument: the lease in milliseconds."""

SAVE: Final = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""
"""Keys: session, fence. Arguments: the leader's fence, the record, its life in milliseconds."""

RELEASE: Final = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
"""
"""Key: lead. Argument: the leader's fence."""

_IF_STILL_KEPT: Final = """
local record = redis.call('GET', KEYS[1])
if not record then return 0 end
local read, kept = pcall(cjson.decode, record)
if not read or type(kept) ~= 'table' or kept['token'] ~= ARGV[1] then return 0 end
"""

PROLONG: Final = _IF_STILL_KEPT + "return redis.call('PEXPIRE', KEYS[1], ARGV[2])"
"""Key: session. Arguments: its token, its life in milliseconds."""

DISCARD: Final = _IF_STILL_KEPT + "return redis.call('DEL', KEYS[1])"
"""Key: session. Argument: its token."""


def names(prefix: str, key: str) -> tuple[str, str, str]:
    """Name the server's keys of one identity.

    Args:
        prefix: What all keys of the store start with.
        key: The identity's key.

    Returns:
        The keys of the session, the lead and the fence.
    """
    stem = f"{prefix}:{{{key}}}"
    return f"{stem}:session", f"{stem}:lead", f"{stem}:fence"


def loaded(answer: object, now: datetime) -> Stored | None:
    """Read what ``LOAD`` answered.

    The end is told by the server's clock: those of the machines that share it may differ.

    Args:
        answer: The record and its life in milliseconds.
        now: The present moment, aware.

    Returns:
        What is kept, or None.
    """
    record, life = cast("tuple[str | bytes, int]", answer)
    stored = stored_from_json(record) if record else None
    if isinstance(stored, Session) and stored.expires_at is not None:
        return evolve(stored, expires_at=now + timedelta(milliseconds=life))
    return stored


def milliseconds(until: datetime, now: datetime) -> int:
    """Tell how long the server has to keep something.

    Args:
        until: When it may be forgotten, aware.
        now: The present moment, aware.

    Returns:
        At least one millisecond.
    """
    return max(1, int((until - now).total_seconds() * 1000))
