"""The layer that gives requests a timeout of its own choice."""

from __future__ import annotations

from contextlib import AbstractContextManager

from generated_client import RawResponse, Request, StreamedResponse, Transport


class TimeoutTransport:
    """Gives every request that names no timeout this one.

    Args:
        inner: Where requests go.
        timeout: Seconds.
    """

    def __init__(self, inner: Transport, timeout: float) -> None:
        self._inner = inner
        self._timeout = timeout

    def send(self, request: Request) -> RawResponse:
        """Send a request.

        Args:
            request: The request.

        Returns:
            The answer, whatever it is.

        Raises:
            TransportError: If no complete answer came.
        """
        return self._inner.send(self._timed(request))

    def stream(self, request: Request) -> AbstractContextManager[StreamedResponse]:
        """Send a request and leave the answer's body to the caller.

        Args:
            request: The request.

        Returns:
            A context in which the body can be read.
        """
        return self._inner.stream(self._timed(request))

    def _timed(self, request: Request) -> Request:
        return request if request.timeout is not None else request.with_timeout(self._timeout)
