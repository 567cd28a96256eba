"""The rules of a shared session, free of any waiting and sending.

One ``SessionState`` belongs to one client and is touched by all of its threads or tasks. It
decides who may go on with the present session, who creates the next one (one leader), and who
waits for that. The asynchronous and the synchronous transport bring the sending and the kind of
event to wait on.

The lock here is a thread's in both worlds: it is held for a few assignments, never while waiting.
"""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from attrs import define, evolve, frozen

from ._credentials import Credentials
from ._errors import ConnectyCubeError, SessionExpired
from ._models import Session, User


class Waitable(Protocol):
    """What state needs of an event, be it a thread's or a task's."""

    def set(self) -> object:
        """Wake everyone who waits, now and later."""
        ...


EventT = TypeVar("EventT", bound=Waitable)


@frozen
class Identity:
    """Who a client's sessions stand for.

    Attributes:
        credentials: What to sign in with; None for the application alone.
        taken_in: Whether the session came as a bare token, so that no second one can be made.
    """

    credentials: Credentials | None = None
    taken_in: bool = False

    @property
    def renewable(self) -> bool:
        """Whether another session of the same identity can be made."""
        return not self.taken_in and (self.credentials is None or self.credentials.renewable)


@frozen(eq=False)
class Live:
    """A session in use. Each creation makes another one; the token tells them apart.

    Attributes:
        session: What is known of it.
        deadline: Reading of the monotonic clock when it ends, or None when unknown.
        known: Whether the service told whose it is; not so for a bare token taken in.
    """

    session: Session
    deadline: float | None = None
    known: bool = True

    @property
    def token(self) -> str:
        """The session's token."""
        return self.session.token


@define(eq=False)
class Flight(Generic[EventT]):
    """One creation under way, which everyone else waits for.

    Attributes:
        landed: Set when the creation ended, one way or the other.
        identity: Whose session is being created.
        live: The session it brought, when it did and was not overtaken.
        error: Why it failed, when it did. Neither: it was abandoned or overtaken.
    """

    landed: EventT
    identity: Identity
    live: Live | None = None
    error: Exception | None = None

    def outcome(self) -> Live | None:
        """Tell a follower how the creation ended.

        Returns:
            The session, or None to claim again.

        Raises:
            ConnectyCubeError: The leader's error. Each follower gets a copy of its own, because
                an exception's traceback belongs to one thread or task.
        """
        if self.error is None:
            return self.live
        raise copy.copy(self.error) if isinstance(self.error, ConnectyCubeError) else self.error


@frozen
class Lead(Generic[EventT]):
    """Create the session: everyone waits for you."""

    flight: Flight[EventT]


@frozen
class Follow(Generic[EventT]):
    """Wait for the one who creates the session."""

    flight: Flight[EventT]


class SessionState(Generic[EventT]):
    """The present session of one client, and the rules of replacing it."""

    def __init__(
        self,
        identity: Identity,
        *,
        session: Session | None = None,
        clock: Callable[[], float],
        event: Callable[[], EventT],
    ) -> None:
        """Start with an identity and perhaps a session.

        Args:
            identity: Who the sessions stand for.
            session: A session to begin with, such as one taken in.
            clock: A monotonic clock, in seconds.
            event: Makes what followers wait on.
        """
        self._lock = threading.Lock()
        self._clock = clock
        self._event = event
        self._identity = identity
        self._live = None if session is None else Live(session, known=False)
        self._flight: Flight[EventT] | None = None
        self._had_session = session is not None
        self._user_id: int | None = None

    @property
    def current(self) -> Live | None:
        """The present session, expired or not."""
        with self._lock:
            return self._live

    @property
    def identity(self) -> Identity:
        """Who the sessions stand for."""
        with self._lock:
            return self._identity

    def claim(self) -> Live | Lead[EventT] | Follow[EventT]:
        """Ask for a session to send a request with.

        Returns:
            The present session, or the order to create one, or to wait for who does.

        Raises:
            SessionExpired: If there is none and this identity can have no second one.
        """
        with self._lock:
            live = self._live
            if live is not None and (
                live.deadline is None
                or self._clock() < live.deadline
                # Only the service can end a session that nothing could replace.
                or not self._identity.renewable
            ):
                return live
            if self._flight is not None:
                return Follow(self._flight)
            if self._had_session and not self._identity.renewable:
                raise SessionExpired(
                    "the session has ended and cannot be created again; sign in anew"
                )
            self._live = None
            self._flight = Flight(self._event(), self._identity)
            return Lead(self._flight)

    def land(self, flight: Flight[EventT], live: Live) -> Live | None:
        """End a flight with the session it brought.

        Args:
            flight: The flight led.
            live: The new session.

        Returns:
            The session to go on with, or None when the identity changed meanwhile, which makes
            the new session somebody else's: claim again.

        Raises:
            SessionExpired: If the credentials now belong to another user than before.
        """
        with self._lock:
            overtaken = self._flight is not flight
            if not overtaken:
                self._flight = None
                swapped = self._user_id not in (None, live.session.user_id)
                if swapped:
                    # The user was deleted and made again on the fly, or an account changed hands.
                    flight.error = SessionExpired(
                        "the credentials belong to another user now; sign in anew"
                    )
                else:
                    self._settle(live)
                    flight.live = live
        flight.landed.set()
        if flight.error is not None:
            raise flight.error
        return flight.live

    def fail(self, flight: Flight[EventT], error: Exception) -> None:
        """End a flight that failed: everyone waiting gets the error, the next caller tries anew.

        Args:
            flight: The flight led.
            error: Why it failed.
        """
        with self._lock:
            if self._flight is flight:
                self._flight = None
                flight.error = error
        flight.landed.set()

    def abandon(self, flight: Flight[EventT]) -> None:
        """End a flight whose leader was cancelled: someone who waits takes the lead.

        Args:
            flight: The flight led.
        """
        with self._lock:
            if self._flight is flight:
                self._flight = None
        flight.landed.set()

    def refuse(self, live: Live) -> None:
        """Drop a session that the service no longer knows, unless it was replaced already.

        Args:
            live: The session that was refused.
        """
        with self._lock:
            if self._live is not None and self._live.token == live.token:
                self._live = None

    def saw(self, live: Live, seconds_left: float, sent_at: float) -> None:
        """Prolong a session, as each request does.

        Args:
            live: The session that the request carried.
            seconds_left: How long it lives on after the answer, by the server's clock.
            sent_at: Reading of the monotonic clock when the request was sent, so that the time
                under way errs on the safe side.
        """
        deadline = sent_at + seconds_left
        with self._lock:
            now = self._live
            if now is not None and now.token == live.token:
                # Answers can overtake each other; the session lives as long as the latest says.
                later = deadline if now.deadline is None else max(deadline, now.deadline)
                self._live = evolve(now, deadline=later)

    def adopt(self, identity: Identity, live: Live | None) -> None:
        """Become another identity, with its session or without one yet.

        A creation under way for the former identity is overtaken: its followers claim again.

        Args:
            identity: Who the sessions stand for from now on.
            live: Its session, if it has one already; one that the service told about.
        """
        with self._lock:
            self._identity = identity
            self._flight = None
            self._user_id = None
            self._had_session = False
            self._live = None
            if live is not None:
                self._settle(live)

    def upgrade(self, identity: Identity, live: Live | None, user: User | None) -> None:
        """Give a session another user, or none, as ``login`` and ``logout`` do on the server.

        Args:
            identity: Who the sessions stand for from now on.
            live: The session that carried the login or logout.
            user: Who it stands for now; None for the application alone.
        """
        if live is None:
            self.adopt(identity, None)
            return
        now = self.current
        deadline = now.deadline if now is not None and now.token == live.token else None
        user_id = None if user is None else user.id
        session = evolve(live.session, user=user, user_id=user_id)
        self.adopt(identity, Live(session, deadline))

    def learn(self, session: Session) -> None:
        """Keep what the service told about the present session.

        Args:
            session: The answer; ignored when it is about another session.
        """
        with self._lock:
            now = self._live
            if now is not None and now.token == session.token:
                self._settle(evolve(now, session=session, known=True))

    def user_changed(self, user: User) -> None:
        """Keep what the service told about the session's user.

        Args:
            user: The answer; ignored when it is about another user.
        """
        with self._lock:
            now = self._live
            if now is not None and now.session.user_id == user.id:
                self._live = evolve(now, session=evolve(now.session, user=user))

    def replace_credentials(self, old: Credentials, new: Credentials | None) -> None:
        """Remember changed credentials of the same user, after a change of password or login.

        Args:
            old: What was in use when the change was asked for; else nothing is replaced.
            new: What signs the user in from now on.
        """
        with self._lock:
            if self._identity.credentials is old:
                self._identity = Identity(new)

    def _settle(self, live: Live) -> None:
        self._live = live
        self._had_session = True
        self._user_id = live.session.user_id


@frozen
class Clocks:
    """Time, as the session layer reads it; tests bring their own.

    Attributes:
        monotonic: Seconds that never jump, for what elapsed.
        wall: Seconds since 1970, for the timestamp that a signed session request needs.
    """

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
