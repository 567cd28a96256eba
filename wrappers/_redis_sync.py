"""The synchronous clients of the ``redis`` package.

``_redis_async`` has the same names for tasks.
"""

from __future__ import annotations

from redis import Redis
from redis.retry import Retry

__all__ = ["Redis", "Retry"]
