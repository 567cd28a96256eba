"""One connection of a client: HTTP/1.1, parsed by llhttp."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from mock_server.broken_answers import CONNECTION
from mock_server.json_values import as_json
from mock_server.responses import JSON_TYPE

LONGEST_HEAD = 64 * 1024
"""In bytes: a head that comes in more than one piece may have as many."""


class Connection(HttpToolsProtocol):
    """A connection that tells the app its transport (faults break it), and keeps heads short."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._head: int | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # asyncio promises no more than the base; what it gives a stream is always a Transport.
        super().connection_made(cast("asyncio.Transport", transport))
        self.app_state = {CONNECTION: transport}
        self.access_log = False  # uvicorn's own would tell every query

    def eof_received(self) -> bool:  # type: ignore[override] # asyncio asks for it; uvicorn has None
        """Answer a peer that has closed its half of the connection: it may still listen.

        Whoever waits for it to go is told, since most peers that say nothing more are gone.
        """
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if cycle is None or cycle.more_body or cycle.response_complete or self.scheme == "https":
            return False  # nothing to answer, or TLS, which has no halves in asyncio
        cycle.keep_alive = False
        cycle.message_event.set()
        return True

    def data_received(self, data: bytes) -> None:
        """Take some bytes."""
        before = self._head
        super().data_received(data)
        if before is None or self._head is None or self.transport.is_closing():
            return
        self._head = before + len(data)
        if self._head > LONGEST_HEAD:
            self.send_400_response("Request head is too long")

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._head = 0

    def on_headers_complete(self) -> None:
        """End a request's head."""
        self._head = None
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer bytes that are not HTTP as everything else is answered, and hang up."""
        body = as_json({"errors": [msg.removesuffix(".")]})
        head = f"Content-Type: {JSON_TYPE}\r\nContent-Length: {len(body)}\r\nConnection: close"
        self.transport.write(STATUS_LINE[400] + head.encode() + b"\r\n\r\n" + body)
        self.transport.close()
