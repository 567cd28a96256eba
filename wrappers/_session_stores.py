"""What keeps sessions for several clients: in this process, on this machine, or for a fleet.

A store is asked only when a client has no session that serves, and told when one was made, was
prolonged by a good while, or was refused. Requests that have a session never wait for it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from ._stored import Stored


class SessionStore(Protocol):
    """A place for sessions that several clients share; write your own with these six methods.

    Keys are 64 hexadecimal digits that stand for one identity at one application of one service;
    no secret can be read from them. What is kept is opaque: write it with ``stored_to_json``,
    read it with ``stored_from_json``, forget it at ``kept_until``.

    Leadership: of all clients that find no session, one leads and makes it; the others ask again
    from time to time. Each leadership has a number of its own, the fence. A leader that died must
    lose its leadership by itself, and one that merely was slow must not overwrite what a later
    one has saved.

    Whatever goes wrong is raised as ``SessionStoreError``, within a few seconds.
    """

    def load(self, key: str) -> Stored | None:
        """Read what is kept.

        Args:
            key: Whose session.

        Returns:
            The session, or why the last creation failed; None when there is neither, or it is
            damaged.
        """
        ...

    def acquire(self, key: str) -> int | None:
        """Take the lead, if nobody has it. Never waits.

        Args:
            key: Whose session.

        Returns:
            The leadership's number, or None when somebody else leads.
        """
        ...

    def save(self, key: str, stored: Stored, fence: int) -> bool:
        """Keep what the leader brought.

        Args:
            key: Whose session.
            stored: The new session, or why there is none.
            fence: The leadership's number.

        Returns:
            Whether it was kept; False when a later leader has come meanwhile.
        """
        ...

    def release(self, key: str, fence: int) -> None:
        """Give the lead up; nothing happens when it was lost already.

        Args:
            key: Whose session.
            fence: The leadership's number.
        """
        ...

    def prolong(self, key: str, token: str, expires_at: datetime) -> None:
        """Move a session's end, if it is still the one that is kept.

        Args:
            key: Whose session.
            token: The session's token.
            expires_at: Its new end, aware.
        """
        ...

    def discard(self, key: str, token: str) -> None:
        """Drop a session, if it is still the one that is kept.

        Args:
            key: Whose session.
            token: The session's token.
        """
        ...


class AsyncSessionStore(Protocol):
    """A ``SessionStore`` whose methods are awaited; see there for what each one does."""

    async def load(self, key: str) -> Stored | None:
        """Read what is kept."""
        ...

    async def acquire(self, key: str) -> int | None:
        """Take the lead, if nobody has it."""
        ...

    async def save(self, key: str, stored: Stored, fence: int) -> bool:
        """Keep what the leader brought."""
        ...

    async def release(self, key: str, fence: int) -> None:
        """Give the lead up."""
        ...

    async def prolong(self, key: str, token: str, expires_at: datetime) -> None:
        """Move a session's end."""
        ...

    async def discard(self, key: str, token: str) -> None:
        """Drop a session."""
        ...
