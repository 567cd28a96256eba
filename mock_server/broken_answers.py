"""Answers that break on their way: reset, cut off in the middle, dripping, late."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONNECTION = "mock_server.connection"
"""Under this name the server puts the connection's transport into the scope's state."""
_PIECES = 20
_START = "http.response.start"


class _Cut(Exception):  # noqa: N818 - it ends an answer, and is nobody's error
    """Half of the body was sent."""


class _NothingToCut(Exception):  # noqa: N818 - as above
    """The answer has no body."""


async def reset(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - an ASGI app
    """Answer nothing: the peer's system reports a reset connection."""
    connection = _connection(scope)
    at_once = struct.pack("ii", 1, 0)  # closing drops what is unsent and sends RST
    connection.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    connection.abort()
    await _gone(receive)


def truncated(response: ASGIApp) -> ASGIApp:
    """Send the whole head, half of the body, and close the connection.

    Args:
        response: The answer; one without a body has nothing to cut, and is reset instead.

    Returns:
        What sends it.
    """

    async def send_half(scope: Scope, receive: Receive, send: Send) -> None:
        connection = _connection(scope)
        left = 0

        async def cut(message: Message) -> None:
            nonlocal left
            if message["type"] == _START:
                size = _size(message)
                if not size or scope["method"] == "HEAD":
                    raise _NothingToCut
                left = size // 2
                await send(message)
            else:
                piece = message["body"][:left]
                left -= len(piece)
                await _piece(send, piece, last=False)
            if not left:
                raise _Cut

        try:
            await response(scope, receive, cut)
        except _NothingToCut:
            await reset(scope, receive, send)
        except _Cut:
            connection.close()
            await _gone(receive)

    return send_half


def slow(response: ASGIApp, seconds: float) -> ASGIApp:
    """Send the head at once, and the body in pieces.

    Args:
        response: The answer.
        seconds: How long the body takes.

    Returns:
        What sends it.
    """

    async def drip(scope: Scope, receive: Receive, send: Send) -> None:
        size = 0

        async def slowly(message: Message) -> None:
            nonlocal size
            if message["type"] == _START:
                size = _size(message)
                await send(message)
                await _piece(send, b"", last=False)
                return
            body: bytes = message["body"]
            step = max(1, -(-size // _PIECES))
            for start in range(0, len(body), step):
                piece = body[start : start + step]
                await pause(seconds * len(piece) / size, receive)
                await _piece(send, piece, last=False)
            if not message.get("more_body"):
                await _piece(send, b"", last=True)

        await response(scope, receive, slowly)

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
    """Wait for anything that comes after the end of a request: it says that the peer is gone."""
    await receive()


def _size(start: Message) -> int:
    return int(Headers(raw=start["headers"]).get("content-length", "0"))


async def _piece(send: Send, piece: bytes, *, last: bool) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": not last})


def _connection(scope: Scope) -> Any:
    connection = scope.get("state", {}).get(CONNECTION)
    if connection is None:
        raise ConnectionResetError("a fault resets the connection; in process there is none")
    return connection
