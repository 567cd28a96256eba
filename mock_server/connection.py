"""One connection of a client: HTTP/1.1, parsed by llhttp."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection
from typing import Any, cast
from urllib.parse import unquote

from httptools import parse_url
from starlette.types import Message
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
_FIELDS = re.compile(rb"(?:[!#-'*+.^_`|~0-9a-z-]+: [\t -~\x80-\xff]*\r\n)*")
_SAID_BY_THE_SERVER = {b"connection", b"transfer-encoding"}


class Exchange(RequestResponseCycle):
    """A request and its answer, whose head goes out together with the first part of its body.

    A system call for each would cost more than making the answer.
    """

    at_work: Collection[object] = ()
    """All exchanges that the server is at work on."""
    _start: Any = None

    async def send(self, message: Any) -> None:  # uvicorn closes the types of ASGI's messages
        """Take a part of the answer."""
        if message["type"] == "http.response.start" and self._start is None:
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            if len(self.at_work) > 1:
                # Answers of one turn of the loop go out together: each system call, and each peer
                # that it wakes, would slow the work on those after it.
                await asyncio.sleep(0)
            if self._is_sent_whole(start, message):
                return
            await super().send(start)
        await super().send(message)

    def _is_sent_whole(self, start: Message, message: Message) -> bool:
        """Send an answer in one go, if there is nothing uncommon about it."""
        if message.get("more_body") or not self.keep_alive or self.scope["method"] == "HEAD":
            return False
        headers: list[tuple[bytes, bytes]] = start["headers"]
        fields = b"".join([b"%b: %b\r\n" % pair for pair in headers])
        named, body = dict(headers), message["body"]
        framed = named.get(b"content-length") == b"%d" % len(body)
        if not framed or not named.keys().isdisjoint(_SAID_BY_THE_SERVER):
            return False
        if fields.count(b"\r\n") != len(headers) or not _FIELDS.fullmatch(fields):
            return False  # for uvicorn to refuse
        if self.disconnected or self.flow.write_paused:
            return False
        self.response_started = self.response_complete = True
        self.transport.write(b"%b%b\r\n%b" % (STATUS_LINE[start["status"]], fields, body))
        self.message_event.set()
        self.on_response()
        return True


class Connection(HttpToolsProtocol):
    """A connection that tells the app its transport (faults break it), and keeps heads short."""

    app: Any  # uvicorn's own types for these are too narrow, or leave out what is there
    parser: Any
    scope: Any

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._head: int | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # asyncio promises no more than the base; what it gives a stream is always a Transport.
        super().connection_made(cast("asyncio.Transport", transport))
        self.app_state = {CONNECTION: transport}

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
        """End a request's head, and have the app answer."""
        self._head = None
        version, url = self.parser.get_http_version(), parse_url(self.url)
        path = url.path.decode("ascii")
        self.scope |= {
            "method": self.parser.get_method().decode("ascii"),
            "http_version": version,
            "path": unquote(path) if "%" in path else path,
            "raw_path": url.path,
            "query_string": url.query or b"",
        }
        before = cast("RequestResponseCycle | None", self.cycle)
        self.cycle = exchange = Exchange(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,  # it would tell every query
            default_headers=[],
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=version != "1.0" and self.parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )
        exchange.at_work = self.tasks
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:  # the client did not wait for an answer
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def send_400_response(self, msg: str) -> None:
        """Answer bytes that are not HTTP as everything else is answered, and hang up."""
        body = as_json({"errors": [msg.removesuffix(".")]})
        head = f"Content-Type: {JSON_TYPE}\r\nContent-Length: {len(body)}\r\nConnection: close"
        self.transport.write(STATUS_LINE[400] + head.encode() + b"\r\n\r\n" + body)
        self.transport.close()
