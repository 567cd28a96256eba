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
from typing import Final, Generic, Protocol, TypeVar

from attrs import define, evolve, field, frozen

from ._back_off import BackOff, refused_for_good, tells_of_the_service
from ._credentials import Credentials
from ._errors import ConnectyCubeError, SessionExpired
from ._forks import after_fork
from ._identity import Identity
from ._models import Session, User


class Waitable(Protocol):
    """What state needs of an event, be it a thread's or a task's."""

    def set(self) -> object:
        """Wake everyone who waits, now and later."""
        ...


EventT = TypeVar("EventT", bound=Waitable)


ADVISORY: Final = 300.0
"""Seconds before its end in which a session that is no longer prolonged is renewed beforehand."""

_PROLONGED_BY: Final = 60.0
"""Seconds by which a prolonged session may fall short of its full life."""


_NOTICED: Final = 1.0
"""Seconds by which a session has to be prolonged to be worth noting; the service counts in them."""

TELLING: Final = 600.0
"""Seconds by which a session is prolonged before a store is told again."""


@define
class Skew:
    """How far the service's clock is from this machine's.

    Attributes:
        seconds: How far it is ahead; 0 until the service has refused a timestamp.
    """

    seconds: float = 0.0


@frozen
class Clocks:
    """Time, as the session layer reads it; tests bring their own.

    Attributes:
        monotonic: Seconds that never jump, for what elapsed.
        wall: Seconds since 1970.
        skew: What is known of the service's clock, by everyone who has these clocks.
    """

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    skew: Skew = field(factory=Skew, eq=False)

    def at_the_service(self) -> float:
        """Tell what the time is at the service, for what it compares with its own clock.

        Returns:
            Seconds since 1970.
        """
        return self.wall() + self.skew.seconds


# Without slots, since they make a frozen class more than twice as slow to fill.
@frozen(eq=False, slots=False)
class Live:
    """A session in use. Each creation makes another one; the token tells them apart.

    Attributes:
        session: What is known of it.
        deadline: Reading of the monotonic clock when it ends, or None when unknown.
        known: Whether the service told whose it is; not so for a bare token taken in.
        lifetime: Seconds that the service has left it at most, or None when it never said.
        capped: Whether requests prolong it no more: it is near an end that nothing moves.
        told: The deadline that a session store was told last.
    """

    session: Session
    deadline: float | None = None
    known: bool = True
    lifetime: float | None = None
    capped: bool = False
    told: float | None = None

    @property
    def token(self) -> str:
        """The session's token."""
        return self.session.token

    @classmethod
    def of(cls, session: Session, clocks: Clocks) -> Live:
        """Take a session up that was made elsewhere.

        Args:
            session: What is known of it.
            clocks: Time.

        Returns:
            The session, with its end by the monotonic clock.
        """
        deadline = None
        if session.expires_at is not None:
            left = session.expires_at.timestamp() - clocks.wall()
            deadline = clocks.monotonic() + left
        return cls(session, deadline, known=session.id is not None, told=deadline)

    def prolonged(self, seconds_left: float, sent_at: float) -> Live:
        """Keep what an answer said about the end.

        Args:
            seconds_left: How long it lives on after the answer, by the server's clock.
            sent_at: Reading of the monotonic clock when the request was sent, so that the time
                under way errs on the safe side.

        Returns:
            The session with the latest end known.
        """
        deadline = sent_at + seconds_left
        if self.deadline is not None:
            steady = seconds_left == self.lifetime and self.told is not None and not self.capped
            if steady and deadline < self.deadline + _NOTICED:
                return self
            # Answers can overtake each other; the session lives as long as the latest says.
            deadline = max(deadline, self.deadline)
        lifetime = max(seconds_left, self.lifetime or 0.0)
        capped = seconds_left < lifetime - _PROLONGED_BY
        told = deadline if self.told is None else self.told
        return Live(self.session, deadline, self.known, lifetime, capped, told)

    def ends_soon(self, now: float) -> bool:
        """Tell whether it should be replaced while it still serves.

        The next request prolongs a session, so that one in use needs no other before its end;
        only one whose end stays where it is does.

        Args:
            now: Reading of the monotonic clock.

        Returns:
            Whether it is in its last five minutes and nothing prolongs it.
        """
        return self.capped and self.deadline is not None and now >= self.deadline - ADVISORY


@define(eq=False)
class Flight(Generic[EventT]):
    """One creation under way, which everyone else waits for.

    Attributes:
        landed: Set when the creation ended, one way or the other.
        identity: Whose session is being created.
        refused: The token that the service knows no more, when that is why.
        live: The session it brought, when it did and was not overtaken.
        error: Why it failed, when it did. Neither: it was abandoned or overtaken.
    """

    landed: EventT
    identity: Identity
    refused: str | None = None
    live: Live | None = None
    error: Exception | None = None

    def outcome(self) -> Live | None:
        """Tell a follower how the creation ended.

        Returns:
            The session, or None to claim again.

        Raises:
            ConnectyCubeError: The leader's error, as a copy of one's own.
        """
        if self.error is None:
            return self.live
        raise _own(self.error)


@frozen
class Lead(Generic[EventT]):
    """Create the session: everyone waits for you.

    Attributes:
        flight: The creation to lead.
        spare: The session that everyone goes on with meanwhile; None when they have to wait.
    """

    flight: Flight[EventT]
    spare: Live | None = None


@frozen
class Follow(Generic[EventT]):
    """Wait for the one who creates the session."""

    flight: Flight[EventT]


@frozen(eq=False)
class Failure:
    """Creations that failed one after the other.

    Attributes:
        error: Why the last one did.
        count: How many there were.
        until: Reading of the monotonic clock before which nobody tries again.
    """

    error: Exception
    count: int
    until: float


class SessionState(Generic[EventT]):
    """The present session of one client, and the rules of replacing it."""

    def __init__(
        self,
        identity: Identity,
        *,
        live: Live | None = None,
        clock: Callable[[], float],
        event: Callable[[], EventT],
        back_off: BackOff | None = None,
    ) -> None:
        """Start with an identity and perhaps a session.

        Args:
            identity: Who the sessions stand for.
            live: A session to begin with, such as one taken in.
            clock: A monotonic clock, in seconds.
            event: Makes what followers wait on.
            back_off: How long nobody tries again after a failure.
        """
        self._lock = threading.Lock()
        self._clock = clock
        self._event = event
        self._identity = identity
        self._back_off = back_off or BackOff()
        self._live = live
        self._flight: Flight[EventT] | None = None
        self._failure: Failure | None = None
        self._refused: str | None = None
        self._had_session = live is not None
        after_fork(self._start_anew)
        self._user_id = None if live is None else live.session.user_id

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
            Exception: If the last creation failed, a copy of its error until the back-off is over.
        """
        with self._lock:
            now = self._clock()
            live = self._live
            if live is not None and self._serves(live, now):
                return self._lead(live) if self._renews_ahead(live, now) else live
            if self._flight is not None:
                return Follow(self._flight)
            if self._had_session and not self._identity.renewable:
                raise SessionExpired(self._identity.ended())
            if self._failure is not None and now < self._failure.until:
                raise _own(self._failure.error)
            self._live = None
            return self._lead(None)

    def land(self, flight: Flight[EventT], live: Live, identity: Identity) -> Live | None:
        """End a flight with the session it brought.

        Args:
            flight: The flight led.
            live: The new session.
            identity: Who it stands for, with the credentials that made it.

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
                    self._count(flight.error)
                else:
                    if self._identity is flight.identity:
                        self._identity = identity
                    self._settle(live)
                    flight.live = live
        flight.landed.set()
        if flight.error is not None:
            raise flight.error
        return flight.live

    def fail(self, flight: Flight[EventT], error: Exception) -> None:
        """End a flight that failed: everyone waiting gets the error, as does who comes too soon.

        Args:
            flight: The flight led.
            error: Why it failed.
        """
        with self._lock:
            if self._flight is flight:
                self._flight = None
                flight.error = error
                if tells_of_the_service(error):
                    self._count(error)
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
                self._refused = live.token

    def saw(self, live: Live, seconds_left: float, sent_at: float) -> None:
        """Prolong a session, as each request does.

        Args:
            live: The session that the request carried.
            seconds_left: How long it lives on after the answer, by the server's clock.
            sent_at: Reading of the monotonic clock when the request was sent, so that the time
                under way errs on the safe side.
        """
        with self._lock:
            now = self._live
            if now is not None and now.token == live.token:
                self._live = now.prolonged(seconds_left, sent_at)

    def to_tell(self, live: Live) -> float | None:
        """Tell whether a session lives by now so much longer that a store has to know.

        Args:
            live: The session that a request carried.

        Returns:
            Its deadline, once; None when there is nothing to tell.
        """
        with self._lock:
            now = self._live
            if now is None or now.token != live.token or now.deadline is None:
                return None
            if now.told is not None and now.deadline - now.told < TELLING:
                return None
            self._live = evolve(now, told=now.deadline)
            return now.deadline

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
            self._failure = None
            self._refused = None
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
        user_id = None if user is None else user.id
        session = evolve(live.session, user=user, user_id=user_id)
        if now is not None and now.token == live.token:
            self.adopt(identity, evolve(now, session=session, known=True))
        else:
            self.adopt(identity, Live(session))

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
                self._identity = evolve(self._identity, credentials=new, refused=False)
                self._failure = None

    def _start_anew(self) -> None:
        # Who held the lock or led a creation is a thread of the parent. The session is a value
        # and serves here as well.
        self._lock = threading.Lock()
        self._flight = None

    def _serves(self, live: Live, now: float) -> bool:
        return (
            live.deadline is None
            or now < live.deadline
            # Only the service can end a session that nothing could replace.
            or not self._identity.renewable
        )

    def _renews_ahead(self, live: Live, now: float) -> bool:
        return (
            live.ends_soon(now)
            and self._flight is None
            and self._identity.renewable
            and (self._failure is None or now >= self._failure.until)
        )

    def _lead(self, spare: Live | None) -> Lead[EventT]:
        self._flight = Flight(self._event(), self._identity, self._refused)
        return Lead(self._flight, spare)

    def _count(self, error: Exception) -> None:
        count = 1 if self._failure is None else self._failure.count + 1
        if refused_for_good(error):
            self._identity = evolve(self._identity, refused=True)
        askable = self._identity.renew is not None
        step = self._back_off.step(count, error, others=askable)
        self._failure = Failure(error, count, self._clock() + step)

    def _settle(self, live: Live) -> None:
        self._live = live
        self._failure = None
        self._refused = None
        self._had_session = True
        self._user_id = live.session.user_id


def _own(error: Exception) -> Exception:
    """Give everyone a copy: an exception's traceback belongs to one thread or task."""
    return copy.copy(error) if isinstance(error, ConnectyCubeError) else error
