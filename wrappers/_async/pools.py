"""The connections that requests travel on with httpx2: pools of ours, or a client's."""

from __future__ import annotations

import sys
from ssl import SSLContext
from threading import Lock
from typing import Final, Protocol

import httpx2

_SIZE: Final = 4
"""Connections of one pool.

httpx2 looks at each connection of a pool several times for every request; with many small pools,
filled one after the other, it looks at four of a hundred. One pool holds connections both to the
API and to an object store.
"""

_POOLS: Final = 25


class AsyncPool(Protocol):
    """Some connections.

    Attributes:
        room: How many requests can be under way at once.
        busy: How many are.
    """

    room: int
    busy: int

    async def send(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; the answer's body is still unread."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class AsyncOwnPool:
    """Connections of our own, straight to the servers.

    A client of httpx2 would look for cookies, redirects, credentials and hooks for each request,
    none of which there are.
    """

    def __init__(self, trusted: SSLContext) -> None:
        limits = httpx2.Limits(max_connections=_SIZE, max_keepalive_connections=_SIZE)
        self._transport: Final = httpx2.AsyncHTTPTransport(verify=trusted, limits=limits)
        self.room = _SIZE
        self.busy = 0

    async def send(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; the answer's body is still unread."""
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()


class AsyncClientPool:
    """The connections of a client of httpx2, without its other habits."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client: Final = client
        self.room = sys.maxsize
        self.busy = 0

    async def send(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; the answer's body is still unread."""
        return await self._client.send(request, stream=True, auth=None, follow_redirects=False)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


class AsyncPools:
    """All connections of one adapter, in one event loop.

    Args:
        client: Whose connections to use; None for our own.
    """

    def __init__(self, client: httpx2.AsyncClient | None = None) -> None:
        self._lock: Final = Lock()
        self._trusted: SSLContext | None = None
        self._pools: Final[list[AsyncPool]] = [] if client is None else [AsyncClientPool(client)]

    def enter(self) -> AsyncPool:
        """Find a pool for a request.

        Returns:
            The first one that has room, a new one, or else the least busy one.
        """
        with self._lock:
            pool = self._roomy()
            pool.busy += 1
            return pool

    def leave(self, pool: AsyncPool) -> None:
        """Give a request's place free.

        Args:
            pool: What ``enter`` answered.
        """
        with self._lock:
            pool.busy -= 1

    async def aclose(self) -> None:
        """Close all of the connections."""
        for pool in self._pools:
            await pool.aclose()

    def _roomy(self) -> AsyncPool:
        for pool in self._pools:
            if pool.busy < pool.room:
                return pool
        if len(self._pools) < _POOLS:
            # Reading the certificates takes longer than many requests: once for all pools.
            self._trusted = self._trusted or httpx2.create_ssl_context()
            self._pools.append(AsyncOwnPool(self._trusted))
            return self._pools[-1]
        return min(self._pools, key=lambda pool: pool.busy)
