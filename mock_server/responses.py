"""Writing answers to the wire."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from starlette.types import Receive, Scope, Send

from mock_server import clock
from mock_server.json_values import as_json
from mock_server.refusals import Refusal

JSON_TYPE = "application/json; charset=utf-8"
_WITHOUT_LENGTH = {204, 304}


class Reply:
    """A whole answer, as an ASGI app.

    Args:
        status: The HTTP status.
        headers: The headers, without the body's length.
        body: The body.
    """

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = {**headers}
        self.body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it."""
        headers = [_header(*each) for each in self.headers.items()]
        if self.status not in _WITHOUT_LENGTH:
            headers.append((b"content-length", b"%d" % len(self.body)))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


@lru_cache(256)
def _header(name: str, value: str) -> tuple[bytes, bytes]:
    """Write a header; most are those of the answer before."""
    return name.lower().encode("latin-1"), value.encode("latin-1")


def refused(refusal: Refusal, now: int) -> Reply:
    """Write a refusal as the service's envelope.

    Args:
        refusal: The refusal.
        now: The moment of the answer, in milliseconds since 1970.

    Returns:
        The answer.
    """
    headers = {"Date": clock.to_http_date(now), "Content-Type": JSON_TYPE} | refusal.headers
    return Reply(refusal.status, headers, as_json({"errors": refusal.errors}))
