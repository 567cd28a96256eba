"""The mock server behind a recorder: what reached the API and what reached its object store."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from attrs import define, field, frozen
from starlette.types import Message, Receive, Scope, Send

from mock_server import MockServer, Settings


@frozen
class Arrived:
    """A request as it arrived, to its last byte."""

    method: str
    path: str
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @property
    def for_the_store(self) -> bool:
        return self.path.startswith("/__store__")

    @property
    def names(self) -> set[bytes]:
        return {name.lower() for name, _ in self.headers}

    def everything(self) -> bytes:
        headers = b"\n".join(name + b": " + value for name, value in self.headers)
        return b"\n".join((self.path.encode(), self.query, headers, self.body))


@define(eq=False)
class Recorder:
    """An ASGI layer that keeps every request.

    Attributes:
        base_url: Where it listens.
        arrived: The requests.
    """

    app: MockServer
    base_url: str = ""
    arrived: list[Arrived] = field(factory=list[Arrived])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytearray()

        async def listen() -> Message:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        async def answer(message: Message) -> None:
            # Before the answer goes out, so that who has it finds its request recorded.
            if message["type"] == "http.response.start":
                self.arrived.append(
                    Arrived(
                        scope["method"],
                        scope["path"],
                        scope["query_string"],
                        tuple(scope["headers"]),
                        bytes(body),
                    )
                )
            await send(message)

        await self.app(scope, listen, answer)


@contextmanager
def recorded_mock() -> Generator[Recorder]:
    """Serve a recorded mock server, its store on the API's own origin, while a block runs."""
    recorder = Recorder(MockServer(Settings(port=0)))
    config = uvicorn.Config(
        recorder, lifespan="off", ws="none", log_config=None, access_log=False, date_header=False
    )
    server = uvicorn.Server(config)
    # It listens from here on: whoever connects before the thread accepts waits for a moment.
    listener = socket.create_server(("127.0.0.1", 0))
    recorder.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield recorder
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
        recorder.app.close()
