"""How the synchronous client speaks to a session store.

``_stores_async`` has the same names for tasks.
"""

from __future__ import annotations

from ._session_stores import SessionStore

__all__ = ["AnySessionStore", "spoken_to"]

AnySessionStore = SessionStore
"""A store that may block."""


def spoken_to(store: SessionStore) -> SessionStore:
    """Take a store as it is.

    Args:
        store: The store.

    Returns:
        The same.
    """
    return store
