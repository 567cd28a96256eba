"""The layer that gives every request a session: made on demand, renewed, replayed once.

It stands between the generated client and an adapter, so calls made straight on the generated
client renew as well.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from generated_client import (
    AsyncClient,
    AsyncStreamedResponse,
    AsyncTransport,
    RawResponse,
    Request,
)
from generated_client.api.session import create_session
from generated_client.models import CreateSessionRequest, SessionResponse
from wrappers._concurrency_async import Event
from wrappers._configuration import Application
from wrappers._errors import ClientClosed, RateLimited, ServerError, TransportError
from wrappers._expiry import seconds_left
from wrappers._failures import session_missing
from wrappers._logs import logger
from wrappers._models import Session, session_from
from wrappers._parsing import expect, request_model, translated
from wrappers._retrying import Replay, Retries, Trouble, can_be_read_again
from wrappers._session_state import Clocks, Flight, Identity, Lead, Live, SessionState
from wrappers._signing import session_request

from .checked_transport import AsyncCheckedTransport
from .patience import AsyncPatience

_TOKEN_HEADER = "CB-Token"  # noqa: S105 (a header's name)
_WANTS_TOKEN = ("sessionToken",)


class AsyncSessionTransport:
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
    """

    def __init__(
        self,
        adapter: AsyncTransport,
        application: Application,
        identity: Identity,
        *,
        session: Session | None = None,
        clocks: Clocks | None = None,
        patience: AsyncPatience | None = None,
        state: SessionState[Event] | None = None,
    ) -> None:
        self._adapter = adapter
        self._application = application
        self._clocks = clocks or Clocks()
        self._closed = False
        # Creating a session must not ask for a session: it goes straight to the adapter.
        self._creator = AsyncClient(transport=AsyncCheckedTransport(adapter))
        self._patience = patience or AsyncPatience(Retries(times=0))
        self.state = state or SessionState[Event](
            identity, session=session, clock=self._clocks.monotonic, event=Event
        )

    async def send(self, request: Request) -> RawResponse:
        """Send a request, with a session if it takes one.

        Args:
            request: The request.

        Returns:
            The answer, whatever it is.

        Raises:
            ConnectyCubeError: If no session can be had, or no answer came.
        """
        response, _ = await self.exchange(request)
        return response

    async def exchange(
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
        self._check_open(request)
        if not _takes_token(request):
            return await self._adapter.send(request), None
        carrier = live or await self.live()
        response = await self._send_once(request, carrier)
        if live is None and session_missing(response) and self._may_replay(request):
            # The service looked at the token before anything else: nothing has happened yet.
            carrier = await self.live()
            response = await self._send_once(request, carrier)
        return response, carrier

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncGenerator[AsyncStreamedResponse]:
        """Send a request, with a session if it takes one, and leave the body to the caller.

        Args:
            request: The request.

        Yields:
            The answer, whatever it is.

        Raises:
            ConnectyCubeError: If no session can be had, or no answer came.
        """
        self._check_open(request)
        async with AsyncExitStack() as stack:
            if not _takes_token(request):
                yield await stack.enter_async_context(self._adapter.stream(request))
                return
            replayed = False
            while True:
                live = await self.live()
                sent_at = self._clocks.monotonic()
                response = await stack.enter_async_context(
                    self._adapter.stream(_with_token(request, live))
                )
                if response.status == 401:
                    # Short, and the only way to tell a lost session from another refusal.
                    raw = RawResponse(401, response.headers, await response.read())
                    self._note(raw, live, sent_at)
                    if not replayed and session_missing(raw) and self._may_replay(request):
                        replayed = True
                        await stack.aclose()
                        continue
                    yield _ReadResponse(raw)
                    return
                self._note(RawResponse(response.status, response.headers, b""), live, sent_at)
                yield response
                return

    async def live(self) -> Live:
        """Have a session, creating it if need be; one creation for everyone who waits.

        Returns:
            A session that has not ended as far as is known.

        Raises:
            SessionExpired: If it has ended and cannot be created again.
            ConnectyCubeError: If creating it failed.
        """
        while True:
            claim = self.state.claim()
            if isinstance(claim, Live):
                return claim
            if isinstance(claim, Lead):
                live = await self._lead(claim.flight)
            else:
                await claim.flight.landed.wait()
                live = claim.flight.outcome()
            if live is not None:
                return live

    async def create(self, identity: Identity) -> Live:
        """Create a session on the server, without making it the present one.

        It is sent again when that is safe, each time with a nonce and a timestamp of its own: the
        service takes a pair once. For a guest, a second session would be a second user, so it is
        sent again only when the first one surely was not made.

        Args:
            identity: Who it shall stand for.

        Returns:
            The new session.

        Raises:
            ConnectyCubeError: If the service refuses, or no answer came.
        """
        replay = Replay.ALWAYS if identity.renewable else Replay.IF_REFUSED
        attempt = 0
        while True:
            attempt += 1
            try:
                return await self._create_once(identity)
            except (TransportError, RateLimited, ServerError) as error:
                failure = error
            delay = self._patience.delay(replay, Trouble.of_error(failure), attempt)
            if delay is None:
                raise failure
            await self._patience.wait(delay, attempt, "POST /session")

    async def _create_once(self, identity: Identity) -> Live:
        fields = session_request(self._application, identity.credentials, self._clocks.wall())
        body = request_model(CreateSessionRequest, fields)
        sent_at = self._clocks.monotonic()
        with translated():
            response = await create_session.asyncio_detailed(client=self._creator, body=body)
        session = session_from(expect(SessionResponse, response).session)
        left = seconds_left(
            response.headers.get("CB-Token-ExpirationDate"), response.headers.get("Date")
        )
        logger.debug("created a session: id %s, user %s", session.id, session.user_id)
        return Live(session, None if left is None else sent_at + left)

    def close(self) -> None:
        """Send nothing any more; the adapter stays open for others."""
        self._closed = True

    def _check_open(self, request: Request) -> None:
        if self._closed:
            raise ClientClosed("the client is closed", method=request.method)

    async def _lead(self, flight: Flight[Event]) -> Live | None:
        try:
            live = await self.create(flight.identity)
        except Exception as error:
            self.state.fail(flight, error)
            raise
        except BaseException:
            # Cancelled or interrupted: whoever waits must not wait for ever.
            self.state.abandon(flight)
            raise
        return self.state.land(flight, live)

    async def _send_once(self, request: Request, live: Live) -> RawResponse:
        sent_at = self._clocks.monotonic()
        response = await self._adapter.send(_with_token(request, live))
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

    def _may_replay(self, request: Request) -> bool:
        return can_be_read_again(request) and self.state.identity.renewable


class _ReadResponse:
    """A streamed answer that had to be read already."""

    def __init__(self, raw: RawResponse) -> None:
        self.status = raw.status
        self.headers = raw.headers
        self._left = raw.content

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        content = await self.read()
        if content:
            yield content

    async def read(self) -> bytes:
        content, self._left = self._left, b""
        return content


def _takes_token(request: Request) -> bool:
    return (
        request.url.startswith("/")
        and _WANTS_TOKEN in request.security
        # A caller of the generated client may have put a token of its own there.
        and not any(name.lower() == "cb-token" for name, _ in request.headers)
    )


def _with_token(request: Request, live: Live) -> Request:
    return request.with_headers({_TOKEN_HEADER: live.token})
