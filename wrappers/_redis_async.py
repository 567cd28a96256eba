"""How the asynchronous client gets at a Redis server; loaded with the store alone.

``_redis_sync`` has the same names for threads.
"""

from __future__ import annotations

from typing import Any

from ._errors import ConfigurationError, SessionStoreError

try:
    from redis.asyncio import Redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff
    from redis.exceptions import RedisError
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(
        "sessions in Redis need an extra: install connectycube-python[redis]", name=missing.name
    ) from None

__all__ = ["Redis", "RedisError", "connected", "out_of_order"]


def connected(url: str, timeout: float) -> Redis:
    """Make a client that never waits for long; nothing is sent yet.

    Args:
        url: The server's address.
        timeout: Seconds for connecting, and for each answer.

    Returns:
        The client.

    Raises:
        ConfigurationError: If the address is none.
    """
    options: dict[str, Any] = {
        "socket_timeout": timeout,
        "socket_connect_timeout": timeout,
        # A connection that has grown stale is made anew once; waiting is up to the caller.
        "retry": Retry(NoBackoff(), 1),
    }
    library: Any = Redis
    try:
        client: Redis = library.from_url(url, **options)
    except ValueError:
        problem = "the address of a Redis server starts with redis://, rediss:// or unix://"
    else:
        return client
    raise ConfigurationError(problem)


def out_of_order(error: Exception) -> SessionStoreError:
    """Make our exception of the library's, without its words, which can quote an address.

    Args:
        error: What was caught.

    Returns:
        The exception to raise.
    """
    return SessionStoreError(f"the Redis server that keeps sessions failed: {type(error).__name__}")
