"""What both Redis stores need of the ``redis`` package, which is an extra.

It is imported before the package's clients are, so that who lacks it learns what to install.
"""

from __future__ import annotations

from typing import Any

from ._errors import ConfigurationError, SessionStoreError

try:
    from redis.backoff import NoBackoff
    from redis.exceptions import RedisError
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(
        "sessions in Redis need an extra: install connectycube-python[redis]", name=missing.name
    ) from None

__all__ = ["RedisError", "opened", "out_of_order"]


def opened(client: Any, retry: Any, url: str, timeout: float) -> Any:
    """Make a client that never waits for long; nothing is sent yet.

    Args:
        client: The package's class of clients.
        retry: The class that tells such a client when to try again.
        url: The server's address.
        timeout: Seconds for connecting, and for each answer.

    Returns:
        The client.

    Raises:
        ConfigurationError: If the address is none.
    """
    # A connection that has grown stale is made anew once; waiting is up to the caller.
    once = retry(NoBackoff(), 1)
    try:
        return client.from_url(
            url, socket_timeout=timeout, socket_connect_timeout=timeout, retry=once
        )
    except ValueError:
        problem = "the address of a Redis server starts with redis://, rediss:// or unix://"
    raise ConfigurationError(problem)


def out_of_order(error: Exception) -> SessionStoreError:
    """Make our exception of the package's, without its words, which can quote an address.

    Args:
        error: What was caught.

    Returns:
        The exception to raise.
    """
    return SessionStoreError(f"the Redis server that keeps sessions failed: {type(error).__name__}")
