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
from wrappers._errors import ClientClosed
from wrappers._expiry import seconds_left
from wrappers._failures import session_missing
from wrappers._logs import logger
from wrappers._models import Session, session_from
from wrappers._parsing import expect, request_model, translated
from wrappers._session_state import Clocks, Flight, Identity, Lead, Live, SessionState
from wrappers._signing import session_request

from .checked_transport import AsyncCheckedTransport

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
    """

    def __init__(
        self,
        adapter: AsyncTransport,
        application: Application,
        identity: Identity,
        *,
        session: Session | None = None,
        clocks: Clocks | None = None,
    ) -> None:
        self._adapter = adapter
        self._application = application
        self._clocks = clocks or Clocks()
        self._closed = False
        # Creating a session must not ask for a session: it goes straight to the adapter.
        self._creator = AsyncClient(transport=AsyncCheckedTransport(adapter))
        self.state = SessionState[Event](
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

        Args:
            identity: Who it shall stand for.

        Returns:
            The new session.

        Raises:
            ConnectyCubeError: If the service refuses, or no answer came.
        """
        # Every attempt has a nonce and a timestamp of its own: the service takes a pair once.
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
        # A body that was streamed is used up; the generated client's own bodies never are.
        whole = request.content is None or isinstance(request.content, bytes)
        return whole and self.state.identity.renewable


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
