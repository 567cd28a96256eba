"""Sessions shared by the clients of one process."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from itertools import count

from attrs import evolve

from ._forks import after_fork
from ._models import Session
from ._stored import Stored, kept_until


class MemorySessionStore:
    """Keeps sessions in memory, for several clients of one process.

    A client without a store keeps its session to itself; with this one, clients and children of
    the same user have one session together, such as a web server's ``as_user`` of each request.

    Example:
        cube = ConnectyCube(store=MemorySessionStore())
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, Stored] = {}
        self._leading: dict[str, int] = {}
        self._fences = count(1)
        after_fork(self._start_anew)

    def load(self, key: str) -> Stored | None:
        """Read what is kept."""
        with self._lock:
            return self._kept.get(key)

    def acquire(self, key: str) -> int | None:
        """Take the lead, if nobody has it."""
        with self._lock:
            if key in self._leading:
                return None
            self._leading[key] = next(self._fences)
            return self._leading[key]

    def save(self, key: str, stored: Stored, fence: int) -> bool:
        """Keep what the leader brought, and forget what is over."""
        now = datetime.now(UTC)
        with self._lock:
            if self._leading.get(key) != fence:
                return False
            self._kept = {
                name: each for name, each in self._kept.items() if kept_until(each, now) > now
            }
            self._kept[key] = stored
            return True

    def release(self, key: str, fence: int) -> None:
        """Give the lead up."""
        with self._lock:
            if self._leading.get(key) == fence:
                del self._leading[key]

    def prolong(self, key: str, token: str, expires_at: datetime) -> None:
        """Move a session's end."""
        with self._lock:
            kept = self._kept.get(key)
            if isinstance(kept, Session) and kept.token == token:
                self._kept[key] = evolve(kept, expires_at=expires_at)

    def discard(self, key: str, token: str) -> None:
        """Drop a session."""
        with self._lock:
            kept = self._kept.get(key)
            if isinstance(kept, Session) and kept.token == token:
                del self._kept[key]

    def _start_anew(self) -> None:
        # The threads that led are the parent's. What it had made serves the child as well.
        self._lock = threading.Lock()
        self._leading = {}
