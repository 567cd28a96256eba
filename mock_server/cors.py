"""Cross-origin requests of browsers: the API and the object store answer pages of any site."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

_METHODS = "GET, POST, PUT, DELETE"
_HEADERS = "CB-Token, CB-AuthKey, CB-SDK, ConnectyCube-REST-API-Version, Content-Type"
_DAY = "86400"
READABLE = (b"access-control-allow-origin", b"*")
"""The header that lets pages of any site read an answer."""


def is_preflight(scope: Scope) -> bool:
    """Tell whether a browser asks what it may send, before it sends it.

    Args:
        scope: The request.

    Returns:
        Whether it does.
    """
    if scope["method"] != "OPTIONS":
        return False
    headers = Headers(scope=scope)
    return "origin" in headers and "access-control-request-method" in headers


async def allow(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a browser that it may send whatever the API knows."""
    allowed = {
        "Access-Control-Allow-Methods": _METHODS,
        "Access-Control-Allow-Headers": _HEADERS,
        "Access-Control-Max-Age": _DAY,
    }
    await Response(status_code=204, headers=allowed)(scope, receive, readable(send))


def readable(send: Send) -> Send:
    """Let pages of any site read an answer.

    Args:
        send: Sends the answer.

    Returns:
        What sends it with the header that says so.
    """

    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], READABLE]}
        await send(message)

    return marked
