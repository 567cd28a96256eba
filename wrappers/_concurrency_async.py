"""What the asynchronous client waits with, on asyncio and on trio alike.

``_concurrency_sync`` has the same names for threads.
"""

from __future__ import annotations

from contextlib import aclosing as finishing

from anyio import Event
from anyio.to_thread import run_sync as in_thread

__all__ = ["Event", "finishing", "in_thread"]
