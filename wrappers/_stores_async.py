"""How the asynchronous client speaks to a session store of either kind.

``_stores_sync`` has the same names for threads.
"""

from __future__ import annotations

from datetime import datetime
from inspect import iscoroutinefunction
from typing import cast

from anyio.to_thread import run_sync

from ._session_stores import AsyncSessionStore, SessionStore
from ._stored import Stored

__all__ = ["AnySessionStore", "spoken_to"]

AnySessionStore = AsyncSessionStore | SessionStore
"""A store whose methods are awaited, or one that blocks and is asked in a worker thread."""


def spoken_to(store: AnySessionStore) -> AsyncSessionStore:
    """Make any store one whose methods are awaited.

    Args:
        store: The store.

    Returns:
        The same, or one that asks it in worker threads.
    """
    if iscoroutinefunction(store.load):
        return cast("AsyncSessionStore", store)
    return _InThreads(cast("SessionStore", store))


class _InThreads:
    """Asks a blocking store in worker threads."""

    def __init__(self, store: SessionStore) -> None:
        self._store = store

    async def load(self, key: str) -> Stored | None:
        return await run_sync(self._store.load, key)

    async def acquire(self, key: str) -> int | None:
        return await run_sync(self._store.acquire, key)

    async def save(self, key: str, stored: Stored, fence: int) -> bool:
        return await run_sync(self._store.save, key, stored, fence)

    async def release(self, key: str, fence: int) -> None:
        await run_sync(self._store.release, key, fence)

    async def prolong(self, key: str, token: str, expires_at: datetime) -> None:
        await run_sync(self._store.prolong, key, token, expires_at)

    async def discard(self, key: str, token: str) -> None:
        await run_sync(self._store.discard, key, token)
