"""One session for several clients, by way of a store: found there, or made by one of them.

Within one client, the session's state has let through one caller at a time already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from attrs import evolve

from wrappers._back_off import BackOff
from wrappers._concurrency_sync import in_thread, shielded
from wrappers._configuration import Application
from wrappers._errors import (
    APIError,
    SessionStoreError,
    TransportError,
    UnexpectedResponseError,
)
from wrappers._identity import Identity
from wrappers._logs import logger
from wrappers._models import Session
from wrappers._session_keys import session_key
from wrappers._session_state import Clocks, Live
from wrappers._session_stores import SessionStore
from wrappers._stored import SessionFailure, Stored

from .patience import Patience
from .session_maker import SessionMaker

_FIRST_LOOK: Final = 0.02
_LAST_LOOK: Final = 0.5
_LOOKING: Final = 60.0
"""Seconds in all that somebody else's creation is waited for."""

_LONGEST_KEPT: Final = 60.0
"""Seconds for which the other processes take a refusal for theirs that is final in this one."""

_RELEASING: Final = 5.0


class SharedSessions:
    """Finds and makes sessions of one application in a store.

    Args:
        store: Where they are kept.
        application: Whose they are.
        maker: Makes them at the service.
        clocks: Time.
        patience: How to wait.
        back_off: How long nobody tries again after a failure.
    """

    def __init__(
        self,
        store: SessionStore,
        *,
        application: Application,
        maker: SessionMaker,
        clocks: Clocks,
        patience: Patience,
        back_off: BackOff,
    ) -> None:
        self._store = store
        self._application = application
        self._maker = maker
        self._clocks = clocks
        self._patience = patience
        self._back_off = back_off

    def obtain(
        self, identity: Identity, *, refused: str | None, former: Live | None
    ) -> tuple[Live, Identity]:
        """Find the session that somebody else has made, or make it.

        Args:
            identity: Who it shall stand for.
            refused: A token that the service knows no more.
            former: A session that serves still and shall be followed by another one.

        Returns:
            The session, and the identity with the credentials that made it.

        Raises:
            SessionStoreError: If the store is out, or somebody else leads for too long.
            ConnectyCubeError: If the creation failed, here or elsewhere.
        """
        key = self._key(identity)
        if refused is not None:
            self._store.discard(key, refused)
        old = {refused, None if former is None else former.token}
        pauses = _pauses(self._patience.chance)
        while True:
            found = self._serving(self._store.load(key), old)
            if found is not None:
                return found, evolve(identity, used=True)
            fence = self._store.acquire(key)
            if fence is None:
                self._patience.pause(next(pauses))
                continue
            made = self._led(key, fence, identity, old)
            if made is not None:
                return made

    def publish(self, identity: Identity, live: Live) -> None:
        """Give the others a session that was made without asking them.

        Args:
            identity: Who it stands for.
            live: The session.

        Raises:
            SessionStoreError: If the store is out, or somebody else leads for too long.
        """
        key = self._key(identity)
        pauses = _pauses(self._patience.chance)
        while (fence := self._store.acquire(key)) is None:
            self._patience.pause(next(pauses))
        try:
            self._store.save(key, self._kept(live), fence)
        finally:
            self._release(key, fence)

    def prolong(self, identity: Identity, token: str, deadline: float) -> None:
        """Tell the store that a session lives longer than it knows.

        Args:
            identity: Who it stands for.
            token: The session's token.
            deadline: Reading of the monotonic clock when it ends.

        Raises:
            SessionStoreError: If the store is out.
        """
        self._store.prolong(self._key(identity), token, self._moment(deadline))

    def discard(self, identity: Identity, live: Live) -> None:
        """Tell the store that a session is over.

        Args:
            identity: Who it stood for.
            live: The session.

        Raises:
            SessionStoreError: If the store is out.
        """
        self._store.discard(self._key(identity), live.token)

    def _led(
        self, key: str, fence: int, identity: Identity, old: set[str | None]
    ) -> tuple[Live, Identity] | None:
        """Make the session for everyone; None when a later leader has come meanwhile."""
        try:
            # Somebody may have been faster between looking and leading.
            stored = self._store.load(key)
            found = self._serving(stored, old)
            if found is not None:
                return found, evolve(identity, used=True)
            try:
                live, made_for = self._maker.make(identity)
            except (APIError, TransportError, UnexpectedResponseError) as error:
                self._store.save(key, self._failure(error, stored, identity), fence)
                raise
            if made_for.basis != identity.basis:
                # Its key is another one: the next renewal will use that.
                return live, made_for
            return (live, made_for) if self._saved(key, live, fence) else None
        finally:
            self._release(key, fence)

    def _saved(self, key: str, live: Live, fence: int) -> bool:
        try:
            return self._store.save(key, self._kept(live), fence)
        except SessionStoreError as error:
            # The session is good all the same; only nobody else has it.
            logger.warning("a new session could not be stored: %s", error)
            return True

    def _release(self, key: str, fence: int) -> None:
        try:
            with shielded(_RELEASING):
                self._store.release(key, fence)
        except SessionStoreError as error:
            logger.warning("leading could not be given up, which ends by itself: %s", error)

    def _key(self, identity: Identity) -> str:
        return in_thread(session_key, self._application, identity.basis)

    def _serving(self, stored: Stored | None, old: set[str | None]) -> Live | None:
        now = self._clocks.wall()
        if isinstance(stored, SessionFailure):
            if now < stored.until.timestamp():
                raise stored.error()
            return None
        if stored is None or stored.token in old:
            return None
        if stored.expires_at is not None and stored.expires_at.timestamp() <= now:
            return None
        return Live.of(stored, self._clocks)

    def _failure(
        self, error: APIError | TransportError | UnexpectedResponseError, stored: Stored | None,
        identity: Identity,
    ) -> SessionFailure:  # fmt: skip
        count = 1 + (stored.count if isinstance(stored, SessionFailure) else 0)
        step = self._back_off.step(count, error, others=identity.renew is not None)
        if step > self._back_off.longest_asked:
            step = _LONGEST_KEPT
        until = datetime.fromtimestamp(self._clocks.wall(), UTC) + timedelta(seconds=step)
        return SessionFailure.of(error, count, until)

    def _kept(self, live: Live) -> Session:
        ends = None if live.deadline is None else self._moment(live.deadline)
        return evolve(live.session, expires_at=ends, user=None, raw=None)

    def _moment(self, deadline: float) -> datetime:
        left = deadline - self._clocks.monotonic()
        return datetime.fromtimestamp(self._clocks.wall(), UTC) + timedelta(seconds=left)


def _pauses(chance: Callable[[], float]) -> Iterator[float]:
    """Tell how long to wait before looking again, longer each time.

    Raises:
        SessionStoreError: When that has taken too long.
    """
    waited, look = 0.0, _FIRST_LOOK
    while waited < _LOOKING:
        pause = look * (1 + chance()) / 2
        yield pause
        waited, look = waited + pause, min(look * 1.5, _LAST_LOOK)
    raise SessionStoreError("another client has been making the session for too long")
