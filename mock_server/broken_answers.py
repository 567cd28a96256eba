"""Answers that break on their way: reset, cut off in the middle, dripping, late."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

CONNECTION = "mock_server.connection"
"""Under this name the server puts the connection's transport into the scope's state."""
_PIECES = 20


async def reset(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - an ASGI app
    """Answer nothing: the peer's system reports a reset connection."""
    connection = _connection(scope)
    at_once = struct.pack("ii", 1, 0)  # closing drops what is unsent and sends RST
    connection.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    connection.abort()
    await _gone(receive)


def truncated(response: Response) -> ASGIApp:
    """Send the whole head, half of the body, and close the connection.

    Args:
        response: The answer; one without a body has nothing to cut, and is reset instead.

    Returns:
        What sends it.
    """
    body = bytes(response.body)
    if not body:
        return reset

    async def send_half(scope: Scope, receive: Receive, send: Send) -> None:
        connection = _connection(scope)
        await _start(response, send)
        await _piece(send, body[: len(body) // 2], last=False)
        connection.close()
        await _gone(receive)

    return send_half


def slow(response: Response, seconds: float) -> ASGIApp:
    """Send the head at once, and the body in pieces.

    Args:
        response: The answer.
        seconds: How long the body takes.

    Returns:
        What sends it.
    """
    body = bytes(response.body)
    size = max(1, -(-len(body) // _PIECES))
    pieces = [body[start : start + size] for start in range(0, len(body), size)]

    async def drip(_: Scope, receive: Receive, send: Send) -> None:
        await _start(response, send)
        await _piece(send, b"", last=False)
        for piece in pieces:
            await pause(seconds / len(pieces), receive)
            await _piece(send, piece, last=False)
        await _piece(send, b"", last=True)

    return drip


async def pause(seconds: float, receive: Receive) -> None:
    """Wait, though not for a peer that is gone.

    Args:
        seconds: How long.
        receive: The request, read to its end.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await _gone(receive)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _start(response: Response, send: Send) -> None:
    status, headers = response.status_code, response.raw_headers
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _piece(send: Send, piece: bytes, *, last: bool) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": not last})


def _connection(scope: Scope) -> Any:
    connection = scope.get("state", {}).get(CONNECTION)
    if connection is None:
        raise ConnectionResetError("a fault resets the connection; in process there is none")
    return connection
