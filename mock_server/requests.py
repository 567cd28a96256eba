"""Reading what came over the wire, which may be any bytes at all."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request

from mock_server.json_values import JsonValue, parse_json
from mock_server.refusals import by_state, simply

LARGEST_BODY = 1024 * 1024
LARGEST_UNREAD = 32 * LARGEST_BODY
"""Up to here a body that is too large is read and dropped, so that its sender gets the answer."""


async def read_body(request: Request, largest: int = LARGEST_BODY) -> bytes:
    """Read a request's body; what it says is judged later, after its token.

    Args:
        request: The request.
        largest: The size in bytes beyond which it is not kept.

    Returns:
        The body; of one that is too large, just enough to see that.
    """
    body = bytearray()
    size = 0
    async for part in request.stream():
        size += len(part)
        body += part[: largest + 1 - len(body)]
        if size > max(largest, LARGEST_UNREAD):
            break
    return bytes(body)


def json_of(request: Request, body: bytes, largest: int = LARGEST_BODY) -> JsonValue:
    """Decode a request's JSON body.

    Args:
        request: The request.
        body: What `read_body` read.
        largest: The size in bytes beyond which it is refused.

    Returns:
        The value.

    Raises:
        Refusal: It is not declared to be JSON, is none, or is too large.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise simply(400, "Content-Type is not application/json")
    if len(body) > largest:
        raise by_state(422, f"Request body is larger than {largest} bytes")
    return parse_json(body)


def header(request: Request, name: str) -> str | None:
    """Give a header's value; one sent more than once is joined, as HTTP says.

    Args:
        request: The request.
        name: The header's name.

    Returns:
        The value, None if it is missing or empty.
    """
    return ", ".join(request.headers.getlist(name)).strip() or None


def origin(request: Request) -> str:
    """Tell the address that the server really listens on, whatever `Host` says.

    Args:
        request: Any request to it.

    Returns:
        Scheme, host and port of a URL.
    """
    host, port = request.scope["server"]
    return f"{request.scope['scheme']}://{f'[{host}]' if ':' in host else host}:{port}"


def path_of(request: Request) -> str:
    """Give a request's path as it came, percent-encoded."""
    raw: bytes | None = request.scope.get("raw_path")  # an optional part of ASGI
    if raw is None:
        return quote(request.scope["path"])
    return raw.partition(b"?")[0].decode("latin-1")
