"""The layer that turns an answer that says no into an exception.

The generated client would hand such answers out as values; the public calls raise.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from generated_client import AsyncStreamedResponse, AsyncTransport, RawResponse, Request
from wrappers._failures import failure

if TYPE_CHECKING:
    from wrappers._session_state import Live

    from .session_transport import AsyncSessionTransport


class AsyncCheckedTransport:
    """Raises for refusals; hands on everything else."""

    def __init__(self, inner: AsyncTransport) -> None:
        """Stand above another transport.

        Args:
            inner: Where requests go.
        """
        self._inner = inner

    async def send(self, request: Request) -> RawResponse:
        """Send a request.

        Args:
            request: The request.

        Returns:
            An answer that is no refusal.

        Raises:
            APIError: If the service refuses.
            ConnectyCubeError: If no answer came.
        """
        return _checked(await self._inner.send(request), request)

    def stream(self, request: Request) -> AbstractAsyncContextManager[AsyncStreamedResponse]:
        """Send a request and leave the body, and what to think of it, to the caller.

        Args:
            request: The request.

        Returns:
            A context in which the body can be read.
        """
        return self._inner.stream(request)


class AsyncOneCallTransport:
    """Sends one call's requests, raises for refusals, and remembers the session that carried it.

    For the calls that change the session itself, which have to know which one they changed.

    Attributes:
        carrier: The session that carried the last request.
    """

    def __init__(self, sessions: AsyncSessionTransport, live: Live | None = None) -> None:
        """Stand above a client's sessions.

        Args:
            sessions: The client's sessions.
            live: The session to use and no other; otherwise the present one, renewed if need be.
        """
        self._sessions = sessions
        self._live = live
        self.carrier = live

    async def send(self, request: Request) -> RawResponse:
        """Send a request.

        Args:
            request: The request.

        Returns:
            An answer that is no refusal.

        Raises:
            APIError: If the service refuses.
            ConnectyCubeError: If no answer came.
        """
        response, self.carrier = await self._sessions.exchange(request, live=self._live)
        return _checked(response, request)

    def stream(self, request: Request) -> AbstractAsyncContextManager[AsyncStreamedResponse]:
        """Send a request and leave the body to the caller.

        Args:
            request: The request.

        Returns:
            A context in which the body can be read.
        """
        return self._sessions.stream(request)


def _checked(response: RawResponse, request: Request) -> RawResponse:
    error = failure(response, request.operation_id)
    if error is not None:
        raise error
    return response
