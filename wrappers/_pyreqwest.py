"""What both adapters to pyreqwest share: how a client is built, answers and failures in."""

from __future__ import annotations

import atexit
import time
from datetime import timedelta
from typing import Final, TypeVar

from pyreqwest.client import BaseClientBuilder
from pyreqwest.exceptions import (
    BodyDecodeError,
    ClientClosedError,
    DetailedPyreqwestError,
    PoolTimeoutError,
    PyreqwestError,
    RequestTimeoutError,
)
from pyreqwest.response import BaseResponse

from generated_client import Headers, Request

from ._errors import (
    ClientClosed,
    ConnectionFailed,
    ConnectyCubeError,
    TransportError,
    TransportTimeout,
    UnexpectedResponseError,
)

MOST_CLIENTS: Final = 8
"""Clients of one adapter: pyreqwest's timeouts belong to a client, so each timeout has its own."""

_CONNECTIONS: Final = 100
_IDLE_SECONDS: Final = 5
"""As long as httpx2 keeps a connection that nobody uses."""

BuilderT = TypeVar("BuilderT", bound=BaseClientBuilder)

# A thread of pyreqwest's that still waits for its turn when Python ends aborts the process (0.15.1:
# about every fifth program that ended right after many answers). Sleeping lets it have its turn.
atexit.register(time.sleep, 0.02)


def configured(builder: BuilderT, seconds: float) -> BuilderT:
    """Give a client our manners.

    Args:
        builder: A new builder.
        seconds: For each of connecting, receiving a piece, waiting for a connection.

    Returns:
        The builder.
    """
    limit = timedelta(seconds=seconds)
    # It counts from the start of a request, so that it must not end before connecting does.
    patient = timedelta(seconds=seconds + min(1.0, seconds / 10))
    return (
        builder.follow_redirects(enable=False)
        .referer(enable=False)
        .default_cookie_store(enable=False)
        .brotli(enable=False)
        .zstd(enable=False)
        .no_proxy()
        .connect_timeout(limit)
        .read_timeout(patient)
        .pool_timeout(limit)
        .pool_idle_timeout(timedelta(seconds=_IDLE_SECONDS))
        .max_connections(_CONNECTIONS)
    )


def check(request: Request, address: str) -> None:
    """Refuse what pyreqwest would mend or send, though HTTP does not allow it.

    Args:
        request: The request.
        address: Its absolute address.

    Raises:
        ValueError: If a control character is in the address, a header's value is no ASCII, or
            the body is not as long as the request says.
    """
    if not address.isprintable() and any(letter < " " or letter == "\x7f" for letter in address):
        raise ValueError("a control character")
    for name, value in request.headers:
        if not value.isascii():
            raise ValueError("a header that is no ASCII")
        if name.lower() == "content-length" and value != str(_length(request)):
            raise ValueError("another length than the body's")


def headers_from(answer: BaseResponse) -> Headers:
    """Read an answer's headers.

    Args:
        answer: The answer.

    Returns:
        Its headers, without those that are no text.
    """
    try:
        # One call into Rust; going through its items is one for each.
        values = answer.headers.dict_multi_value().items()
    except ValueError:
        return _textual_headers(answer)
    return Headers(
        [
            (name, value)
            for name, each in values
            for value in ((each,) if isinstance(each, str) else each)
        ]
    )


def _textual_headers(answer: BaseResponse) -> Headers:
    found: list[tuple[str, str]] = []
    for name in dict.fromkeys(answer.headers):  # each once, also those that came twice
        try:
            found += [(name, value) for value in answer.get_header_all(name)]
        except ValueError:
            continue
    return Headers(found)


def translated(error: PyreqwestError, request: Request) -> ConnectyCubeError:
    """Make our exception of pyreqwest's, in the words that the other adapter has for it.

    The text of pyreqwest's is left out: it quotes the URL. The caller raises the result outside of
    its ``except`` block, so that the original is not dragged along as context.

    Args:
        error: What was caught.
        request: The request.

    Returns:
        The exception to raise.
    """
    where = request.safe_url
    if isinstance(error, ClientClosedError):
        return ClientClosed("the client is closed", method=request.method, url=where)
    causes = _causes(error)
    # The kinds of exceptions do not tell: waiting for an answer is a ConnectTimeoutError as well.
    unsent = (
        "client error (Connect)" in causes
        or "builder error" in causes
        or isinstance(error, PoolTimeoutError)
    )
    kind, text = _judged(error, causes, unsent=unsent)
    failure = kind(f"{request.method} {where}: {text}", method=request.method, url=where)
    if isinstance(failure, TransportError):
        failure.maybe_sent = not unsent
    return failure


def _length(request: Request) -> int:
    return len(request.content) if isinstance(request.content, bytes) else 0


def _judged(
    error: PyreqwestError, causes: str, *, unsent: bool
) -> tuple[type[ConnectyCubeError], str]:
    if isinstance(error, PoolTimeoutError):
        return TransportTimeout, "waiting for a free connection took too long"
    if isinstance(error, RequestTimeoutError):
        return TransportTimeout, f"{'connecting' if unsent else 'the answer'} took too long"
    if isinstance(error, BodyDecodeError) and "a body from connection" not in causes:
        return UnexpectedResponseError, "the answer cannot be decompressed"
    if unsent:
        return ConnectionFailed, "the connection could not be made"
    return ConnectionFailed, "the connection broke before the answer was complete"


def _causes(error: PyreqwestError) -> str:
    causes = error.details["causes"] if isinstance(error, DetailedPyreqwestError) else None
    return "\n".join((error.message, *(cause["message"] for cause in causes or ())))
