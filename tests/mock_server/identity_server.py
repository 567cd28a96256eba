"""An identity provider that really listens, and answers what a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, dict[str, str], bytes]


@dataclass
class IdentityServer:
    """What it was asked, and what it answers."""

    url: str
    reply: Callable[[], Reply]
    asked: list[tuple[str, str, Any]] = field(default_factory=list[tuple[str, str, Any]])
    released: threading.Event = field(default_factory=threading.Event)

    def answers(self, body: Any, status: int = 200, **headers: str) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.reply = lambda: (status, headers, content)


@contextmanager
def identity_server() -> Generator[IdentityServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length", 0)))
            server.asked.append((self.command, self.path, json.loads(content or b"null")))
            status, headers, body = server.reply()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the base class looks for these names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{listening.server_port}/verify"
    server = IdentityServer(url, lambda: (500, {}, b""))
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        listening.shutdown()
        thread.join()
        listening.server_close()
