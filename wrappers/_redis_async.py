"""The asynchronous clients of the ``redis`` package.

``_redis_sync`` has the same names for threads.
"""

from __future__ import annotations

from redis.asyncio import Redis
from redis.asyncio.retry import Retry

__all__ = ["Redis", "Retry"]
