"""How the synchronous client asks its caller for fresh credentials.

``_renewal_async`` has the same names for tasks.
"""

from __future__ import annotations

from collections.abc import Callable

from ._credentials import Credentials

__all__ = ["Renew", "answer_of"]

Renew = Callable[[], Credentials]
"""Gives fresh credentials of the same user."""


def answer_of(renew: Callable[[], object]) -> object:
    """Ask.

    Args:
        renew: The caller's function.

    Returns:
        What it gave.
    """
    return renew()
