"""How the asynchronous client asks its caller for fresh credentials.

``_renewal_sync`` has the same names for threads.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import isawaitable

from ._credentials import Credentials

__all__ = ["Renew", "answer_of"]

Renew = Callable[[], Credentials | Awaitable[Credentials]]
"""Gives fresh credentials of the same user; an ordinary function must not block for long."""


async def answer_of(renew: Callable[[], object]) -> object:
    """Ask, and wait if that takes waiting.

    Args:
        renew: The caller's function.

    Returns:
        What it gave.
    """
    answer = renew()
    return await answer if isawaitable(answer) else answer
