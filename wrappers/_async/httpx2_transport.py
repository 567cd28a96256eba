"""The default way to the network: httpx2, ours or the caller's."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

import httpx2

from generated_client import Headers, RawResponse, Request
from wrappers._concurrency_async import finishing
from wrappers._errors import ClientClosed
from wrappers._httpx2 import (
    DEFAULT_TIMEOUT,
    LARGEST_ANSWER,
    LIMITS,
    outgoing,
    too_large,
    translated,
)
from wrappers._logs import mask_library_logs


class AsyncHttpx2Transport:
    """Sends requests with httpx2. Redirects are never followed, cookies never sent.

    Args:
        base_url: The API's address, without a slash at its end.
        http_client: A client of your own, for proxies, certificates, tracing and tests. It is
            used for its connections alone and never closed here.
        timeout: Seconds for each of connecting, sending a piece, receiving a piece and waiting
            for a free connection, for requests that name none.
    """

    def __init__(
        self,
        base_url: str,
        *,
        http_client: httpx2.AsyncClient | None = None,
        timeout: float = DEFAULT_TIMEOUT,
    ) -> None:
        mask_library_logs()
        self._base_url: Final = base_url
        self._owned: Final = http_client is None
        self._client: Final = http_client or httpx2.AsyncClient(limits=LIMITS)
        self._timeout: Final = timeout
        self._closed = False

    async def send(self, request: Request) -> RawResponse:
        """Send a request and read the whole answer.

        Args:
            request: The request; a URL that starts with a slash is the API's.

        Returns:
            The answer, whatever it is.

        Raises:
            TransportError: If no complete answer came.
            UnexpectedResponseError: If the answer is too large or cannot be decompressed.
            InvalidArgument: If the request cannot be written down.
            ClientClosed: If the transport or the caller's client is closed.
        """
        async with self.stream(request) as response:
            content = await response.read()
        return RawResponse(
            response.status, response.headers, content, request.method, request.safe_url
        )

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncGenerator[AsyncHttpx2Response]:
        """Send a request and leave the answer's body to the caller.

        Args:
            request: The request; a URL that starts with a slash is the API's.

        Yields:
            The answer, whatever it is. The end of the context frees the connection.

        Raises:
            TransportError: If no answer came.
            InvalidArgument: If the request cannot be written down.
            ClientClosed: If the transport or the caller's client is closed.
        """
        if self._closed or self._client.is_closed:
            raise ClientClosed("the client is closed", method=request.method)
        going_out = outgoing(request, self._base_url, self._timeout)
        failure: Exception
        try:
            answer = await self._client.send(
                going_out, stream=True, auth=None, follow_redirects=False
            )
        except Exception as error:  # noqa: BLE001 (translated looks where it comes from)
            failure = translated(error, request, closed=self._client.is_closed)
        else:
            try:
                yield AsyncHttpx2Response(answer, request)
            finally:
                await answer.aclose()
            return
        raise failure

    async def aclose(self) -> None:
        """Close the connections, unless the client is the caller's own."""
        self._closed = True
        if self._owned:
            await self._client.aclose()


class AsyncHttpx2Response:
    """An answer whose body is read by the caller, and no further than allowed."""

    def __init__(self, answer: httpx2.Response, request: Request) -> None:
        """Wrap httpx2's answer.

        Args:
            answer: The answer, its body unread.
            request: What it answers, for messages.
        """
        self._answer = answer
        self._request = request
        self.status: Final = answer.status_code
        self.headers: Final = Headers(answer.headers.multi_items())

    async def iter_bytes(self) -> AsyncGenerator[bytes]:
        """Read the body piece by piece, decompressed.

        Yields:
            Pieces of the body, none of them empty.

        Raises:
            TransportError: If the connection breaks or falls silent.
            UnexpectedResponseError: If the body cannot be decompressed.
        """
        failure: Exception | None = None
        try:
            async with finishing(self._answer.aiter_bytes()) as pieces:
                async for piece in pieces:
                    yield piece
        except Exception as error:  # noqa: BLE001 (translated looks where it comes from)
            failure = translated(error, self._request, closed=False)
        if failure is not None:
            raise failure

    async def read(self) -> bytes:
        """Read all of the body that has not been read yet.

        Returns:
            The rest of the body.

        Raises:
            TransportError: If the connection breaks or falls silent.
            UnexpectedResponseError: If it is larger than 32 MB or cannot be decompressed.
        """
        body = bytearray()
        async with finishing(self.iter_bytes()) as pieces:
            async for piece in pieces:
                body += piece
                if len(body) > LARGEST_ANSWER:
                    raise too_large(self._request, LARGEST_ANSWER)
        return bytes(body)
