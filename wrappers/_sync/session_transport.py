"""The layer that gives every request a session: made on demand, renewed, replayed once.

It stands between the generated client and an adapter, so calls made straight on the generated
client renew as well.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

from attrs import evolve

from generated_client import (
    RawResponse,
    Request,
    StreamedResponse,
    Transport,
)
from wrappers._back_off import BackOff
from wrappers._concurrency_sync import Event
from wrappers._configuration import Application
from wrappers._errors import ClientClosed, ConnectyCubeError, SessionStoreError
from wrappers._expiry import seconds_left
from wrappers._failures import session_ended, session_missing
from wrappers._identity import Identity
from wrappers._lifetime import Lifetime
from wrappers._logs import logger
from wrappers._models import Session
from wrappers._retrying import Retries, can_be_read_again
from wrappers._session_state import Clocks, Lead, Live, SessionState
from wrappers._stores_sync import AnySessionStore, spoken_to

from .patience import Patience
from .session_maker import SessionMaker
from .shared_sessions import SharedSessions

_TOKEN_HEADER = "CB-Token"  # noqa: S105 (a header's name)
_WANTS_TOKEN = ("sessionToken",)


class SessionTransport:
    """Puts the session's token on requests that take one, and keeps the session alive.

    The token goes to the API alone: on requests whose URL is relative to the API's address and
    whose operation allows a session token by the contract.

    Args:
        adapter: Where requests go.
        application: Whose sessions they are.
        identity: Who the sessions stand for.
        session: A session to begin with.
        clocks: Time; a test's own, or the system's.
        patience: How to send again what creates a session; left out, it is sent once. Other
            requests are sent again by a layer below.
        state: The state of another layer whose session this one shares; left out, a new one.
        store: Where sessions are kept for other clients too; left out, this one keeps its own.
        lifetime: How long anything may be sent; left out, for ever.
    """

    def __init__(
        self,
        adapter: Transport,
        application: Application,
        identity: Identity,
        *,
        session: Session | None = None,
        clocks: Clocks | None = None,
        patience: Patience | None = None,
        state: SessionState[Event] | None = None,
        store: AnySessionStore | None = None,
        lifetime: Lifetime | None = None,
    ) -> None:
        self._adapter = adapter
        self._clocks = clocks or Clocks()
        self._lifetime = lifetime or Lifetime()
        patience = patience or Patience(Retries(times=0))
        self._maker = SessionMaker(adapter, application, self._clocks, patience)
        back_off = BackOff(chance=patience.chance)
        self._store = None
        if store is not None:
            self._store = SharedSessions(
                spoken_to(store),
                application=application,
                maker=self._maker,
                clocks=self._clocks,
                patience=patience,
                back_off=back_off,
            )
        self.state = state or SessionState[Event](
            identity,
            live=None if session is None else Live.of(session, self._clocks),
            clock=self._clocks.monotonic,
            event=Event,
            back_off=back_off,
        )

    def send(self, request: Request) -> RawResponse:
        """Send a request, with a session if it takes one.

        Args:
            request: The request.

        Returns:
            The answer, whatever it is.

        Raises:
            ConnectyCubeError: If no session can be had, or no answer came.
        """
        response, _ = self.exchange(request)
        return response

    def exchange(
        self, request: Request, *, live: Live | None = None
    ) -> tuple[RawResponse, Live | None]:
        """Send a request and tell which session carried it.

        Args:
            request: The request.
            live: The session to use, and no other: then nothing is created and nothing replayed.

        Returns:
            The answer, and the session, or None when the request takes none.

        Raises:
            ConnectyCubeError: If no session can be had, or no answer came.
        """
        self._check_open(request.method)
        if not _takes_token(request):
            return self._adapter.send(request), None
        carrier = live or self.live()
        response = self._send_once(request, carrier)
        if not session_missing(response):
            return response, carrier
        if live is None and self._may_replay(request):
            # The service looked at the token before anything else: nothing has happened yet.
            carrier = self.live()
            response = self._send_once(request, carrier)
        if session_missing(response) and not self.state.identity.renewable:
            raise session_ended(response, self.state.identity.ended())
        return response, carrier

    @contextmanager
    def stream(self, request: Request) -> Generator[StreamedResponse]:
        """Send a request, with a session if it takes one, and leave the body to the caller.

        Args:
            request: The request.

        Yields:
            The answer, whatever it is.

        Raises:
            ConnectyCubeError: If no session can be had, or no answer came.
        """
        self._check_open(request.method)
        with ExitStack() as stack:
            if not _takes_token(request):
                yield stack.enter_context(self._adapter.stream(request))
                return
            replayed = False
            while True:
                live = self.live()
                sent_at = self._clocks.monotonic()
                response = stack.enter_context(self._adapter.stream(_with_token(request, live)))
                if response.status == 401:
                    # Short, and the only way to tell a lost session from another refusal.
                    raw = RawResponse(401, response.headers, response.read())
                    self._note(raw, live, sent_at)
                    if not replayed and session_missing(raw) and self._may_replay(request):
                        replayed = True
                        stack.close()
                        continue
                    if session_missing(raw) and not self.state.identity.renewable:
                        raise session_ended(raw, self.state.identity.ended())
                    yield _ReadResponse(raw)
                    return
                self._note(RawResponse(response.status, response.headers, b""), live, sent_at)
                yield response
                return

    def live(self) -> Live:
        """Have a session, creating it if need be; one creation for everyone who waits.

        Returns:
            A session that has not ended as far as is known.

        Raises:
            SessionExpired: If it has ended and cannot be created again.
            ConnectyCubeError: If creating it failed.
        """
        self._check_open()
        while True:
            claim = self.state.claim()
            if isinstance(claim, Live):
                return claim
            if isinstance(claim, Lead):
                live = self._lead(claim)
            else:
                claim.flight.landed.wait()
                live = claim.flight.outcome()
            if live is not None:
                return live

    def begin(self, identity: Identity) -> Session:
        """Create a session on the server, in place of the present one.

        Args:
            identity: Who it shall stand for.

        Returns:
            The new session. If creating it fails, the present one stays.

        Raises:
            ConnectyCubeError: If the service refuses, or no answer came.
        """
        self._check_open()
        live, identity = self._maker.make(identity)
        self.state.adopt(identity, live)
        self._publish(identity, live)
        return live.session

    @property
    def shared(self) -> bool:
        """Whether the present session is, or will be, that of other clients too."""
        return self._store is not None and self.state.identity.shareable

    def leave(self) -> None:
        """Forget a session that has ended at the service, and who was signed in."""
        live, identity = self.state.current, self.state.identity
        self.state.adopt(Identity(), None)
        if self._store is not None and live is not None and identity.shareable:
            with _not_now("a session that has ended could not be deleted"):
                self._store.discard(identity, live)

    def moved(self, before: Identity) -> None:
        """Keep the session under other credentials of the same user.

        Args:
            before: Who the session stood for before they changed.
        """
        live, identity = self.state.current, self.state.identity
        if self._store is None or live is None or not before.shareable:
            return
        if identity.basis != before.basis:
            with _not_now("a session under former credentials could not be deleted"):
                self._store.discard(before, live)
            self._publish(identity, live)

    def _publish(self, identity: Identity, live: Live) -> None:
        if self._store is not None and identity.shareable:
            with _not_now("a new session could not be stored"):
                self._store.publish(identity, live)

    def present(self) -> Session | None:
        """Tell the present session, and when it ends as far as is known by now.

        Returns:
            The session, or None.
        """
        live = self.state.current
        if live is None or live.deadline is None:
            return None if live is None else live.session
        left = timedelta(seconds=live.deadline - self._clocks.monotonic())
        ends = datetime.fromtimestamp(self._clocks.wall(), UTC) + left
        return evolve(live.session, expires_at=ends)

    def _check_open(self, method: str | None = None) -> None:
        if self._lifetime.over:
            raise ClientClosed("the client is closed", method=method)

    def _lead(self, lead: Lead[Event]) -> Live | None:
        flight = lead.flight
        try:
            live, identity = self._have(lead)
            return self.state.land(flight, live, identity)
        except Exception as error:
            self.state.fail(flight, error)
            if lead.spare is None:
                raise
            # What a caller's own function raised may quote a secret.
            why = error if isinstance(error, ConnectyCubeError) else type(error).__name__
            logger.warning("renewing the session ahead of its end failed: %s", why)
            return lead.spare
        except BaseException:
            # Cancelled or interrupted: whoever waits must not wait for ever.
            self.state.abandon(flight)
            raise

    def _have(self, lead: Lead[Event]) -> tuple[Live, Identity]:
        flight = lead.flight
        if self._store is None or not flight.identity.shareable:
            return self._maker.make(flight.identity)
        return self._store.obtain(flight.identity, refused=flight.refused, former=lead.spare)

    def _send_once(self, request: Request, live: Live) -> RawResponse:
        sent_at = self._clocks.monotonic()
        response = self._adapter.send(_with_token(request, live))
        self._note(response, live, sent_at)
        return response

    def _note(self, response: RawResponse, live: Live, sent_at: float) -> None:
        if session_missing(response):
            logger.debug("the service no longer knows the session: id %s", live.session.id)
            self.state.refuse(live)
            return
        left = seconds_left(
            response.headers.get("CB-Token-ExpirationDate"), response.headers.get("Date")
        )
        if left is not None:
            self.state.saw(live, left, sent_at)
            if self._store is not None:
                self._tell(self._store, live)

    def _tell(self, store: SharedSessions, live: Live) -> None:
        identity = self.state.identity
        deadline = self.state.to_tell(live) if identity.shareable else None
        if deadline is not None:
            with _not_now("a longer life could not be stored"):
                store.prolong(identity, live.token, deadline)

    def _may_replay(self, request: Request) -> bool:
        return can_be_read_again(request) and self.state.identity.renewable


@contextmanager
def _not_now(what: str) -> Generator[None]:
    """Go on without the store, where the present session serves all the same."""
    try:
        yield
    except SessionStoreError as error:
        logger.warning("%s: %s", what, error)


class _ReadResponse:
    """A streamed answer that had to be read already."""

    def __init__(self, raw: RawResponse) -> None:
        self.status = raw.status
        self.headers = raw.headers
        self._left = raw.content

    def iter_bytes(self) -> Iterator[bytes]:
        content = self.read()
        if content:
            yield content

    def read(self) -> bytes:
        content, self._left = self._left, b""
        return content


def _takes_token(request: Request) -> bool:
    return (
        request.url.startswith("/")
        and _WANTS_TOKEN in request.security
        # A caller of the generated client may have put a token of its own there.
        and "cb-token" not in [name.lower() for name, _ in request.headers]
    )


def _with_token(request: Request, live: Live) -> Request:
    return request.with_headers({_TOKEN_HEADER: live.token})
