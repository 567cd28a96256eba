"""A real HTTP server to answer the generated functions, and transports of the standard library."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Received:
    """A request as it arrived."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass
class Server:
    """A listening server that answers one thing to everything."""

    base_url: str = ""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    received: list[Received] = field(default_factory=list[Received])

    def answer(self, status: int, *headers: tuple[str, str], body: bytes | str = b"") -> None:
        self.status, self.headers = status, headers
        self.body = body.encode() if isinstance(body, str) else body

    def answer_json(self, status: int, value: object) -> None:
        self.answer(status, ("Content-Type", JSON), body=json.dumps(value))


@contextmanager
def serving() -> Generator[Server]:
    """Listen on a free port of the loopback for as long as the context lasts."""
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = tuple((name, value) for name, value in self.headers.items())
            state.received.append(Received(self.command, self.path, headers, body))
            self.send_response(state.status, "Answered")
            for name, value in state.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(state.body)))
            self.end_headers()
            self.wfile.write(state.body)

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.handle_any)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.base_url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Streamed:
    """An answer whose body is still on the wire."""

    status: int
    headers: Any
    body: http.client.HTTPResponse

    def iter_bytes(self) -> Iterator[bytes]:
        while piece := self.body.read(3):
            yield piece

    def read(self) -> bytes:
        return self.body.read()


@dataclass
class SocketTransport:
    """The Transport protocol over http.client."""

    package: ModuleType
    base_url: str
    sent: list[Any] = field(default_factory=list[Any])

    @contextmanager
    def _opened(self, request: Any) -> Generator[http.client.HTTPResponse]:
        self.sent.append(request)
        connection = http.client.HTTPConnection(urlsplit(self.base_url).netloc, timeout=10)
        try:
            connection.putrequest(request.method, target(request), skip_accept_encoding=True)
            for name, value in request.headers:
                connection.putheader(name, value)
            body = b"" if request.content is None else request.content
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            with connection.getresponse() as response:
                yield response
        finally:
            connection.close()

    def send(self, request: Any) -> Any:
        with self._opened(request) as response:
            return self.package.RawResponse.for_request(
                request,
                status=response.status,
                headers=response.getheaders(),
                content=response.read(),
            )

    @contextmanager
    def stream(self, request: Any) -> Generator[Streamed]:
        with self._opened(request) as response:
            yield Streamed(response.status, self.package.Headers(response.getheaders()), response)


@dataclass
class AsyncStreamed:
    """An answer whose body is still on the wire."""

    status: int
    headers: Any
    body: asyncio.StreamReader

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        while piece := await self.body.read(3):
            yield piece

    async def read(self) -> bytes:
        return await self.body.read()


@dataclass
class AsyncSocketTransport:
    """The AsyncTransport protocol over asyncio's streams."""

    package: ModuleType
    base_url: str
    sent: list[Any] = field(default_factory=list[Any])

    @asynccontextmanager
    async def stream(self, request: Any) -> AsyncGenerator[AsyncStreamed]:
        self.sent.append(request)
        place = urlsplit(self.base_url)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        try:
            body = b"" if request.content is None else request.content
            lines = [f"{request.method} {target(request)} HTTP/1.0", f"Host: {place.netloc}"]
            lines += [f"{name}: {value}" for name, value in request.headers]
            lines += [f"Content-Length: {len(body)}", "", ""]
            writer.write("\r\n".join(lines).encode() + body)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            fields = [line.partition(":") for line in head[1:] if line]
            headers = self.package.Headers([(name, value.strip()) for name, _, value in fields])
            yield AsyncStreamed(int(head[0].split(" ")[1]), headers, reader)
        finally:
            writer.close()
            await writer.wait_closed()

    async def send(self, request: Any) -> Any:
        async with self.stream(request) as response:
            return self.package.RawResponse.for_request(
                request,
                status=response.status,
                headers=response.headers,
                content=await response.read(),
            )


def target(request: Any) -> str:
    """Tell what to ask for: the path as it is, the query encoded."""
    return str(request.url) + (f"?{urlencode(request.query)}" if request.query else "")
