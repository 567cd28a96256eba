"""What the asynchronous client waits with, on asyncio and on trio alike.

``_concurrency_sync`` has the same names for threads.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing as finishing

from anyio import Event, Lock
from anyio import sleep as pause
from anyio.to_thread import run_sync as in_thread

__all__ = ["Event", "Lock", "Pause", "finishing", "in_thread", "pause"]

Pause = Callable[[float], Awaitable[None]]
"""Waits for some seconds."""
