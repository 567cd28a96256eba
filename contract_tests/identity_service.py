"""An identity provider of an app's own, as a server would ask it over HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass
class IdentityService:
    """What the provider answers, and what it was asked.

    Attributes:
        url: Where it listens.
        status: The status of its answers.
        body: Their body.
        asked: What each request sent: the pairs of its query or of its JSON.
    """

    url: str
    status: int = 200
    body: str = "{}"
    asked: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    def tells(self, status: int, **answer: object) -> None:
        """Have it answer something else from now on."""
        self.status, self.body = status, json.dumps(answer)


@contextmanager
def identity_service() -> Generator[IdentityService]:
    """Run an identity provider on this machine for the time of a `with` block."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self, sent: dict[str, str]) -> None:
            service.asked.append(sent)
            content = service.body.encode()
            self.send_response(service.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            self._answer(dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)))

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    service = IdentityService(url=f"http://127.0.0.1:{listening.server_address[1]}/who")
    threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}).start()
    try:
        yield service
    finally:
        listening.shutdown()
        listening.server_close()
