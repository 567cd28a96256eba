"""Reading what came over the wire, which may be any bytes at all."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from mock_server.json_values import JsonValue, parse_json
from mock_server.refusals import by_state, simply

LARGEST_BODY = 1024 * 1024
LARGEST_UNREAD = 32 * LARGEST_BODY
"""Up to here a body that is too large is read and dropped, so that its sender gets the answer."""


async def read_body(receive: Receive, largest: int = LARGEST_BODY) -> bytes:
    """Read a request's body; what it says is judged later, after its token.

    Args:
        receive: The request.
        largest: The size in bytes beyond which it is not kept.

    Returns:
        The body; of one that is too large, just enough to see that.

    Raises:
        ClientDisconnect: The peer was gone before its end.
    """
    body, size, more = bytearray(), 0, True
    while more and size <= max(largest, LARGEST_UNREAD):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        part: bytes = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(part)
        body += part[: largest + 1 - len(body)]
    return bytes(body)


def json_of(scope: Scope, body: bytes, largest: int = LARGEST_BODY) -> JsonValue:
    """Decode a request's JSON body.

    Args:
        scope: The request.
        body: What `read_body` read.
        largest: The size in bytes beyond which it is refused.

    Returns:
        The value.

    Raises:
        Refusal: It is not declared to be JSON, is none, or is too large.
    """
    declared = next(iter(header_values(scope, b"content-type")), "")
    if declared.partition(";")[0].strip().lower() != "application/json":
        raise simply(400, "Content-Type is not application/json")
    if len(body) > largest:
        raise by_state(422, f"Request body is larger than {largest} bytes")
    return parse_json(body)


def header_values(scope: Scope, name: bytes) -> list[str]:
    """Give all values of a header.

    Args:
        scope: The request.
        name: The header's name, in lower case.

    Returns:
        The values in their order.
    """
    return [value.decode("latin-1") for each, value in scope["headers"] if each == name]


def header(scope: Scope, name: bytes) -> str | None:
    """Give a header's value; one sent more than once is joined, as HTTP says.

    Args:
        scope: The request.
        name: The header's name, in lower case.

    Returns:
        The value, None if it is missing or empty.
    """
    return ", ".join(header_values(scope, name)).strip() or None


def origin(scope: Scope) -> str:
    """Tell the address that the server really listens on, whatever `Host` says.

    Args:
        scope: Any request to it.

    Returns:
        Scheme, host and port of a URL.
    """
    host, port = scope["server"]
    return f"{scope['scheme']}://{f'[{host}]' if ':' in host else host}:{port}"


def path_of(scope: Scope) -> str:
    """Give a request's path as it came, percent-encoded."""
    raw: bytes | None = scope.get("raw_path")  # an optional part of ASGI
    if raw is None:
        return quote(scope["path"])
    return raw.partition(b"?")[0].decode("latin-1")
