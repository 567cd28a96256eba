"""The layer that shows every answer to who asked for it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from generated_client import AsyncStreamedResponse, AsyncTransport, RawResponse, Request
from wrappers._response import Response, response_from


class AsyncObservedTransport:
    """Tells a callback of every answer, as it came.

    Args:
        inner: Where requests go.
        on_response: Told of each answer, before anything is made of it.
    """

    def __init__(self, inner: AsyncTransport, on_response: Callable[[Response], object]) -> None:
        self._inner = inner
        self._on_response = on_response

    async def send(self, request: Request) -> RawResponse:
        """Send a request.

        Args:
            request: The request.

        Returns:
            The answer, whatever it is.

        Raises:
            TransportError: If no complete answer came.
        """
        answer = await self._inner.send(request)
        self._on_response(response_from(answer))
        return answer

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncGenerator[AsyncStreamedResponse]:
        """Send a request and leave the answer's body to the caller; the callback hears none of it.

        Args:
            request: The request.

        Yields:
            The answer.
        """
        async with self._inner.stream(request) as answer:
            head = RawResponse.for_request(
                request, status=answer.status, headers=answer.headers, content=b""
            )
            self._on_response(response_from(head))
            yield answer
