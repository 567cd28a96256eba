"""The default way to the network: httpx2, ours or the caller's."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from os import getpid
from typing import Final

import httpx2

from generated_client import Headers, RawResponse, Request
from wrappers._concurrency_sync import Local, finishing
from wrappers._errors import ClientClosed
from wrappers._httpx2 import LIMITS, outgoing, translated
from wrappers._logs import mask_library_logs
from wrappers._outgoing import DEFAULT_TIMEOUT, LARGEST_ANSWER, too_large
from wrappers._transport_choice import names_proxies

from .pools import Pool, Pools


class Httpx2Transport:
    """Sends requests with httpx2. Redirects are never followed, cookies never sent.

    Proxies come from the environment (``HTTPS_PROXY`` and the like), certificates from
    ``SSL_CERT_FILE`` or else the usual bundle, unless a client of the caller's own decides.

    Connections belong to one event loop of one process. Another loop, and the child of a fork,
    get connections of their own; a client of the caller's own is refused after a fork.

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
        http_client: httpx2.Client | None = None,
        timeout: float = DEFAULT_TIMEOUT,
    ) -> None:
        mask_library_logs()
        self._base_url: Final = base_url
        self._client: Final = http_client
        self._pools: Final = Local(self._open)
        self._timeout: Final = timeout
        self._process: int | None = None
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
            ClientClosed: If the transport or the caller's client is closed.
        """
        response = self._begin(request)
        try:
            content = response.read()
        finally:
            response.close()
        return RawResponse(
            response.status, response.headers, content, request.method, request.safe_url
        )

    @contextmanager
    def stream(self, request: Request) -> Generator[Httpx2Response]:
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
        response = self._begin(request)
        try:
            yield response
        finally:
            response.close()

    def close(self) -> None:
        """Close the connections, unless the client is the caller's own."""
        self._closed = True
        pools = self._pools.drop()
        if pools is not None and self._client is None:
            pools.close()

    @property
    def _is_closed(self) -> bool:
        return self._closed or (self._client is not None and self._client.is_closed)

    def _open(self) -> Pools:
        if self._client is not None:
            self._process = self._process or getpid()
            if self._process != getpid():
                raise ClientClosed(
                    "the http_client belongs to the process that this one forked from"
                )
            return Pools(self._client)
        # Which proxy is whose is a client's knowledge.
        return Pools(httpx2.Client(limits=LIMITS) if names_proxies() else None)

    def _begin(self, request: Request) -> Httpx2Response:
        if self._is_closed:
            raise ClientClosed("the client is closed", method=request.method)
        going_out = outgoing(request, self._base_url, self._timeout)
        pools = self._pools.get()
        pool = pools.enter()
        failure: Exception
        try:
            answer = pool.send(going_out)
            return Httpx2Response(answer, request, pools, pool)
        except Exception as error:  # noqa: BLE001 (translated looks where it comes from)
            pools.leave(pool)
            failure = translated(error, request, closed=self._is_closed)
        except BaseException:
            pools.leave(pool)
            raise
        raise failure


class Httpx2Response:
    """An answer whose body is read by the caller, and no further than allowed."""

    def __init__(self, answer: httpx2.Response, request: Request, pools: Pools, pool: Pool) -> None:
        """Wrap httpx2's answer.

        Args:
            answer: The answer, its body unread.
            request: What it answers, for messages.
            pools: Where its connection belongs.
            pool: The pool that it takes a place of.
        """
        self._answer = answer
        self._request = request
        self._pools = pools
        self._pool = pool
        self.status: Final = answer.status_code
        self.headers: Final = Headers(answer.headers.multi_items())

    def iter_bytes(self) -> Generator[bytes]:
        """Read the body piece by piece, decompressed.

        Yields:
            Pieces of the body, none of them empty.

        Raises:
            TransportError: If the connection breaks or falls silent.
            UnexpectedResponseError: If the body cannot be decompressed.
        """
        failure: Exception | None = None
        try:
            with finishing(self._answer.iter_bytes()) as pieces:
                for piece in pieces:
                    yield piece
        except Exception as error:  # noqa: BLE001 (translated looks where it comes from)
            failure = translated(error, self._request, closed=False)
        if failure is not None:
            raise failure

    def read(self) -> bytes:
        """Read all of the body that has not been read yet.

        Returns:
            The rest of the body.

        Raises:
            TransportError: If the connection breaks or falls silent.
            UnexpectedResponseError: If it is larger than 32 MB or cannot be decompressed.
        """
        body = bytearray()
        with finishing(self.iter_bytes()) as pieces:
            for piece in pieces:
                body += piece
                if len(body) > LARGEST_ANSWER:
                    raise too_large(self._request, LARGEST_ANSWER)
        return bytes(body)

    def close(self) -> None:
        """Give the connection free, whatever was read."""
        try:
            self._answer.close()
        finally:
            self._pools.leave(self._pool)
