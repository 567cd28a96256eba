"""The fast way to the network: pyreqwest, which is written in Rust."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from os import getpid
from typing import TYPE_CHECKING, Final

from pyreqwest.client import SyncClient, SyncClientBuilder
from pyreqwest.exceptions import PyreqwestError
from pyreqwest.request import SyncStreamRequest
from pyreqwest.response import BaseResponse, SyncResponseBodyReader

from generated_client import RawResponse, Request, StreamedResponse
from wrappers._concurrency_sync import on_asyncio
from wrappers._errors import ClientClosed
from wrappers._outgoing import (
    DEFAULT_TIMEOUT,
    LARGEST_ANSWER,
    address_of,
    headers_of,
    says_its_length,
    too_large,
    unwritable,
)
from wrappers._pyreqwest import MOST_CLIENTS, check, configured, headers_from, translated
from wrappers._response import told_length

if TYPE_CHECKING:
    from .httpx2_transport import Httpx2Transport


class PyreqwestTransport:
    """Sends requests with pyreqwest. Redirects are never followed, cookies never sent.

    Where pyreqwest cannot do it, or not the same way, httpx2 does it:

    - On trio: pyreqwest knows asyncio alone.
    - In the child of a fork: its threads stay in the parent, and it can have none again.
    - For bodies that are streamed: its timeouts cover a body as a whole, so a large file over a
      slow line would run into them.

    Args:
        base_url: The API's address, without a slash at its end.
        timeout: Seconds for each of connecting, receiving a piece and waiting for a free
            connection, for requests that name none.
    """

    def __init__(self, base_url: str, *, timeout: float = DEFAULT_TIMEOUT) -> None:
        self._base_url: Final = base_url
        self._timeout: Final = timeout
        self._clients: dict[float, SyncClient] = {}
        self._process: Final = getpid()
        self._other: Httpx2Transport | None = None
        self._closed = False

    def send(self, request: Request) -> RawResponse:
        """Send a request and read the whole answer.

        Args:
            request: The request; a URL that starts with a slash is the API's.

        Returns:
            The answer, whatever it is.

        Raises:
            TransportError: If no complete answer came.
            UnexpectedResponseError: If the answer is too large or cannot be decompressed.
            InvalidArgument: If the request cannot be written down.
            ClientClosed: If the transport is closed.
        """
        client = self._client_for(request)
        if client is None:
            return self._httpx2().send(request)
        response = self._begin(client, request)
        try:
            content = response.read()
        finally:
            response.close()
        return RawResponse(
            response.status, response.headers, content, request.method, request.safe_url
        )

    @contextmanager
    def stream(self, request: Request) -> Generator[StreamedResponse]:
        """Send a request and leave the answer's body to the caller.

        Args:
            request: The request; a URL that starts with a slash is the API's.

        Yields:
            The answer, whatever it is. The end of the context frees the connection.

        Raises:
            TransportError: If no answer came.
            InvalidArgument: If the request cannot be written down.
            ClientClosed: If the transport is closed.
        """
        client = self._client_for(request)
        if client is None:
            with self._httpx2().stream(request) as other:
                yield other
            return
        response = self._begin(client, request)
        try:
            yield response
        finally:
            response.close()

    def close(self) -> None:
        """Close the connections."""
        self._closed = True
        if self._other is not None:
            self._other.close()
        if self._process == getpid():
            for client in self._clients.values():
                client.close()

    def _client_for(self, request: Request) -> SyncClient | None:
        """Find the client of a request's timeout; None if httpx2 has to do it."""
        if self._closed:
            raise ClientClosed("the client is closed", method=request.method)
        if not (request.content is None or isinstance(request.content, bytes)):
            return None
        if self._process != getpid() or not on_asyncio():
            return None
        seconds = self._timeout if request.timeout is None else request.timeout
        return self._clients.get(seconds) or self._new_client(seconds)

    def _new_client(self, seconds: float) -> SyncClient | None:
        try:
            client = configured(SyncClientBuilder(), seconds).build()
        except RuntimeError:
            # Somebody else used pyreqwest before this process was forked.
            return None
        if len(self._clients) >= MOST_CLIENTS:
            # It is closed when the last of its requests is done.
            self._clients.pop(next(iter(self._clients)), None)
        self._clients[seconds] = client
        return client

    def _httpx2(self) -> Httpx2Transport:
        if self._other is None:
            from .httpx2_transport import Httpx2Transport  # noqa: PLC0415 (costs 100 ms)

            self._other = Httpx2Transport(self._base_url, timeout=self._timeout)
        return self._other

    def _begin(self, client: SyncClient, request: Request) -> PyreqwestResponse:
        sending = self._written(client, request)
        try:
            answer = sending.__enter__()
            return PyreqwestResponse(sending, answer, answer.body_reader, request)
        except PyreqwestError as error:
            failure = translated(error, request)
        raise failure

    def _written(self, client: SyncClient, request: Request) -> SyncStreamRequest:
        address = address_of(request, self._base_url)
        try:
            check(request, address)
            builder = client.request(request.method, address).headers(headers_of(request))
            if isinstance(request.content, bytes) and request.content:
                builder = builder.body_bytes(request.content)
            elif says_its_length(request):
                builder = builder.header("Content-Length", "0")
            return builder.build_streamed()
        except (ValueError, TypeError):
            failure = unwritable(request)
        raise failure


class PyreqwestResponse:
    """An answer whose body is read by the caller, and no further than allowed."""

    def __init__(
        self,
        sending: SyncStreamRequest,
        answer: BaseResponse,
        body: SyncResponseBodyReader,
        request: Request,
    ) -> None:
        """Wrap pyreqwest's answer.

        Args:
            sending: What holds the connection.
            answer: The answer.
            body: Its body, still unread.
            request: What it answers, for messages.
        """
        self._sending = sending
        self._body = body
        self._request = request
        self.status: Final = answer.status
        self.headers: Final = headers_from(answer)
        self._left = told_length(self.headers)  # bytes; None where nobody knows

    def iter_bytes(self) -> Generator[bytes]:
        """Read the body piece by piece, decompressed.

        Yields:
            Pieces of the body, none of them empty.

        Raises:
            TransportError: If the connection breaks or falls silent.
            UnexpectedResponseError: If the body cannot be decompressed.
        """
        while (piece := self._piece()) is not None:
            if piece:  # a frame of HTTP/2 can have no data
                yield piece

    def read(self) -> bytes:
        """Read all of the body that has not been read yet.

        Returns:
            The rest of the body.

        Raises:
            TransportError: If the connection breaks or falls silent.
            UnexpectedResponseError: If it is larger than 32 MB or cannot be decompressed.
        """
        pieces: list[bytes] = []
        size = 0
        while (piece := self._piece()) is not None:
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST_ANSWER:
                raise too_large(self._request, LARGEST_ANSWER)
        return b"".join(pieces)

    def close(self) -> None:
        """Give the connection free, whatever was read."""
        if self._left != 0:
            self._sending.__exit__(None, None, None)

    def _piece(self) -> bytes | None:
        # Each wait hands the GIL to pyreqwest's thread and back, so none is for what is known:
        # that a body is at its end, whose connection is free by then.
        if self._left == 0:
            return None
        try:
            piece = self._body.read()
        except PyreqwestError as error:
            failure = translated(error, self._request)
        else:
            if piece is None:
                self._left = 0
                return None
            if self._left is not None:
                self._left -= len(piece)
            return bytes(piece)
        raise failure
