"""A server that stands between a client and the server under test, and writes down what passes."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2

from contract_tests.server import ServerUnderTest

Pairs = tuple[tuple[str, str], ...]

_OF_THE_HOP = {"connection", "keep-alive", "transfer-encoding", "host", "content-length", "te"}


@dataclass(frozen=True)
class Recorded:
    """A request with its answer, as they passed.

    Attributes:
        method: The request's method.
        target: Its path and query, percent-encoded.
        headers: Its headers, under lower-case names.
        body: Its body.
        status: The answer's status.
        answer_headers: The answer's headers, under lower-case names.
        answer: The answer's body.
    """

    method: str
    target: str
    headers: Pairs = field(repr=False)
    body: bytes = field(repr=False)
    status: int
    answer_headers: Pairs = field(repr=False)
    answer: bytes = field(repr=False)

    def header(self, name: str) -> str | None:
        """Give a header of the request, None if it is not there."""
        return dict(self.headers).get(name)


@contextmanager
def recording(server: ServerUnderTest) -> Generator[tuple[ServerUnderTest, list[Recorded]]]:
    """Stand in front of a server for the time of a `with` block.

    Args:
        server: The server.

    Yields:
        The same server at the address where it is recorded, and what was recorded so far.
    """
    passed: list[Recorded] = []
    with httpx2.Client(base_url=server.base_url, trust_env=False, timeout=30) as http:

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body at once: each answer would wait for an acknowledgement

            def _pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                kept = [
                    (name.lower(), value)
                    for name, value in self.headers.items()
                    if name.lower() not in _OF_THE_HOP
                ]
                sent = http.build_request(self.command, self.path, content=body or None)
                sent.headers = httpx2.Headers([("host", sent.url.netloc.decode()), *kept])
                if body:
                    sent.headers["content-length"] = str(len(body))
                answer = http.send(sent)
                headers = tuple(
                    (name.lower(), value)
                    for name, value in answer.headers.multi_items()
                    if name.lower() not in _OF_THE_HOP
                )
                asked = (self.command, self.path, tuple(kept), body)
                passed.append(Recorded(*asked, answer.status_code, headers, answer.content))
                self.send_response_only(answer.status_code)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            # The base class looks for these names.
            do_GET = do_POST = do_PUT = do_DELETE = _pass_on  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """Say nothing."""

        listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        listening.daemon_threads = True
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield replace(server, base_url=f"http://127.0.0.1:{listening.server_port}"), passed
        finally:
            listening.shutdown()
            thread.join()
            listening.server_close()
