"""Making a session at the service, from whatever the identity allows.

It asks for no session itself: what it sends goes straight to the adapter.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from attrs import evolve

from generated_client import AsyncClient, AsyncTransport, models
from generated_client.api.session import create_session
from wrappers._back_off import refused
from wrappers._configuration import Application
from wrappers._credentials import Credentials
from wrappers._errors import (
    InvalidArgument,
    RateLimited,
    ServerError,
    SessionExpired,
    TransportError,
    ValidationError,
)
from wrappers._expiry import http_date, seconds_left
from wrappers._identity import Identity
from wrappers._logs import logger
from wrappers._models import session_from
from wrappers._parsing import expect, request_model, translated
from wrappers._renewal_async import answer_of
from wrappers._retrying import Replay, Trouble
from wrappers._session_state import Clocks, Live
from wrappers._signing import session_request

from .checked_transport import AsyncCheckedTransport
from .patience import AsyncPatience

_WRONG: Final = 60.0
"""Seconds by which a clock is not merely imprecise; the service tolerates an hour (documented)."""


class AsyncSessionMaker:
    """Makes sessions of one application.

    Args:
        adapter: Where requests go.
        application: Whose sessions they are.
        clocks: Time.
        patience: How to send again what creates a session.
    """

    def __init__(
        self,
        adapter: AsyncTransport,
        application: Application,
        clocks: Clocks,
        patience: AsyncPatience,
    ) -> None:
        self._application = application
        self._clocks = clocks
        self._patience = patience
        self._client = AsyncClient(transport=AsyncCheckedTransport(adapter))

    async def make(self, identity: Identity) -> tuple[Live, Identity]:
        """Make a session, asking the caller for fresh credentials when the old ones will not do.

        Args:
            identity: Who it shall stand for.

        Returns:
            The new session, and the identity with the credentials that made it.

        Raises:
            SessionExpired: If a provider's token is not accepted a second time, and nobody can be
                asked for another one.
            ConnectyCubeError: If the service refuses, or no answer came.
        """
        if identity.renew is not None and identity.asks_first:
            return await self._make_asking(identity, identity.renew)
        try:
            return await self._make_once(identity)
        except Exception as error:
            if not refused(error):
                raise
            refusal = error
        if identity.renew is not None:
            return await self._make_asking(identity, identity.renew)
        if identity.used and identity.credentials and not identity.credentials.replayable:
            raise SessionExpired(identity.ended()) from refusal
        raise refusal

    async def _make_asking(
        self, identity: Identity, renew: Callable[[], object]
    ) -> tuple[Live, Identity]:
        logger.debug("asking for fresh credentials")
        fresh = await answer_of(renew)
        if not isinstance(fresh, Credentials):
            raise InvalidArgument(f"renew= gave no credentials but a {type(fresh).__name__}")
        return await self._make_once(identity.refreshed(fresh))

    async def _make_once(self, identity: Identity) -> tuple[Live, Identity]:
        """Make a session from the credentials at hand.

        It is sent again when that is safe, each time with a nonce and a timestamp of its own: the
        service takes a pair once. For a guest, a second session would be a second user, so it is
        sent again only when the first one surely was not made.
        """
        replay = Replay.ALWAYS if identity.shareable else Replay.IF_REFUSED
        attempt = 0
        while True:
            attempt += 1
            try:
                live = await self._signed_in_time(identity.credentials)
            except (TransportError, RateLimited, ServerError) as error:
                failure = error
            else:
                return live, evolve(identity, used=True)
            delay = self._patience.delay(replay, Trouble.of_error(failure), attempt)
            if delay is None:
                raise failure
            await self._patience.wait(delay, attempt, "POST /session")

    async def _signed_in_time(self, credentials: Credentials | None) -> Live:
        """Send a request; if this machine's clock is wrong, another one with the service's time.

        The service looks at the timestamp before anything else: nothing has happened yet.
        """
        signed_at = self._clocks.at_the_service()
        try:
            return await self._send(credentials, signed_at)
        except ValidationError as error:
            served = _time_of_refusal(error)
            signed = self._application.auth_secret is not None
            if not signed or served is None or abs(served - signed_at) < _WRONG:
                raise
        self._clocks.skew.seconds = served - self._clocks.wall()
        logger.warning(
            "this machine's clock is %.0f s from the service's, whose time is signed from now on",
            self._clocks.skew.seconds,
        )
        return await self._send(credentials, served)

    async def _send(self, credentials: Credentials | None, signed_at: float) -> Live:
        sent_at, wall = self._clocks.monotonic(), self._clocks.wall()
        fields = session_request(self._application, credentials, signed_at)
        body = request_model(models.CreateSessionRequest, fields)
        with translated():
            response = await create_session.asyncio_detailed(client=self._client, body=body)
        session = session_from(expect(models.SessionResponse, response).session)
        left = seconds_left(
            response.headers.get("CB-Token-ExpirationDate"), response.headers.get("Date")
        )
        logger.debug("created a session: id %s, user %s", session.id, session.user_id)
        if left is None:
            return Live(session)
        ends = datetime.fromtimestamp(wall, UTC) + timedelta(seconds=left)
        return Live(evolve(session, expires_at=ends), sent_at + left, lifetime=left)


def _time_of_refusal(refusal: ValidationError) -> float | None:
    """Tell the time at the service, in seconds since 1970, if it refused another one."""
    if "timestamp" not in refusal.fields or refusal.response is None:
        return None
    date = http_date(refusal.response.header("Date"))
    return None if date is None else date.timestamp()
