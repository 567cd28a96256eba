"""Sessions shared by a fleet, in Redis or Valkey."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from wrappers import _redis_scripts as scripts
from wrappers._errors import ConfigurationError
from wrappers._redis import RedisError, opened, out_of_order
from wrappers._redis_sync import Redis, Retry
from wrappers._stored import Stored, kept_until, stored_to_json

DEFAULT_LEASE: Final = 15.0
DEFAULT_TIMEOUT: Final = 2.0


class RedisSessionStore:
    """Keeps sessions in Redis or Valkey, so that a whole fleet shares one for each identity.

    One process leads and makes the session; its lead is a key that it deletes only while it is
    its own, and that ends by itself with the lease. A leader that was slower than its lease can
    no longer save: its fence is an old one. Records end with the sessions. A client belongs to
    one event loop, on asyncio; on trio, give the asynchronous client a ``RedisSessionStore``.

    Args:
        server: The server's address, such as ``redis://:password@localhost:6379/0``, or a client
            of the ``redis`` package that is yours to configure and close; give it timeouts.
        prefix: What all keys start with.
        timeout: Seconds for connecting and for each answer.
        lease: Seconds after which followers take over from a leader that died, at most. Making a
            session should not take longer, or two are made.

    Raises:
        ConfigurationError: If the address is none, or the extra ``redis`` is not installed.
        SessionStoreError: From every method, if the server does not do what it is asked for.

    Example:
        store = RedisSessionStore("redis://localhost:6379/0")
        cube = ConnectyCube(store=store)
    """

    def __init__(
        self,
        server: str | Redis,
        *,
        prefix: str = "connectycube:1",
        timeout: float = DEFAULT_TIMEOUT,
        lease: float = DEFAULT_LEASE,
    ) -> None:
        if not (0 < timeout < lease <= 3600):
            raise ConfigurationError("0 < timeout < lease <= 3600 seconds must hold")
        self._owned: Final = isinstance(server, str)
        self._redis: Final[Any] = (
            opened(Redis, Retry, server, timeout) if isinstance(server, str) else server
        )
        self._prefix: Final = prefix
        self._lease: Final = int(lease * 1000)

    def load(self, key: str) -> Stored | None:
        """Read what is kept."""
        session, _, _ = scripts.names(self._prefix, key)
        answer = self._run(scripts.LOAD, [session])
        return scripts.loaded(answer, datetime.now(UTC))

    def acquire(self, key: str) -> int | None:
        """Take the lead, if nobody has it."""
        _, lead, fence = scripts.names(self._prefix, key)
        return int(self._run(scripts.ACQUIRE, [lead, fence], self._lease) or 0) or None

    def save(self, key: str, stored: Stored, fence: int) -> bool:
        """Keep what the leader brought."""
        session, _, fences = scripts.names(self._prefix, key)
        now = datetime.now(UTC)
        life = scripts.milliseconds(kept_until(stored, now), now)
        record = stored_to_json(stored)
        return bool(self._run(scripts.SAVE, [session, fences], fence, record, life))

    def release(self, key: str, fence: int) -> None:
        """Give the lead up."""
        _, lead, _ = scripts.names(self._prefix, key)
        self._run(scripts.RELEASE, [lead], fence)

    def prolong(self, key: str, token: str, expires_at: datetime) -> None:
        """Move a session's end."""
        session, _, _ = scripts.names(self._prefix, key)
        life = scripts.milliseconds(expires_at, datetime.now(UTC))
        self._run(scripts.PROLONG, [session], token, life)

    def discard(self, key: str, token: str) -> None:
        """Drop a session."""
        session, _, _ = scripts.names(self._prefix, key)
        self._run(scripts.DISCARD, [session], token)

    def close(self) -> None:
        """Close the connections, unless the client is the caller's own."""
        if self._owned:
            self._redis.close()

    def _run(self, script: str, keys: list[str], *arguments: str | int) -> Any:
        try:
            return self._redis.eval(script, len(keys), *keys, *arguments)
        except (RedisError, OSError) as error:
            failure = out_of_order(error)
        raise failure
