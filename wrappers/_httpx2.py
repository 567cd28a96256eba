"""What both adapters to httpx2 share: requests out, answers and failures in."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import httpx2

from generated_client import Request

from ._errors import (
    ClientClosed,
    ConnectionFailed,
    ConnectyCubeError,
    InvalidArgument,
    TransportError,
    TransportTimeout,
    UnexpectedResponseError,
)
from ._outgoing import address_of, headers_of, says_its_length, unwritable

LIMITS: Final = httpx2.Limits(max_connections=100, max_keepalive_connections=100)

_BELOW: Final = frozenset({"anyio", "h11", "h2", "httpcore2", "httpx2", "ssl", "trio"})
"""The packages that sending runs through; httpx2 does not translate all of their errors."""

_NOTHING_SENT: Final = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)
"""What ends a request before any of it was sent."""


def outgoing(request: Request, base_url: str, timeout: float) -> httpx2.Request:
    """Write a request for httpx2.

    It is built here and not by the caller's client, so that the client's own default headers,
    parameters, cookies and credentials go nowhere.

    Args:
        request: The request; a URL that starts with a slash is the API's.
        base_url: The API's address, without a slash at its end.
        timeout: Seconds, for requests that name none.

    Returns:
        The request, ready to send.

    Raises:
        InvalidArgument: If the URL or a header cannot be written down.
    """
    address = address_of(request, base_url)
    extensions = {"timeout": _phases(timeout if request.timeout is None else request.timeout)}
    try:
        return _written(request, httpx2.URL(address), headers_of(request), extensions)
    except (httpx2.InvalidURL, ValueError, TypeError):
        failure = unwritable(request)
    raise failure


def _written(
    request: Request,
    address: httpx2.URL,
    headers: list[tuple[str, str]],
    extensions: dict[str, Any],
) -> httpx2.Request:
    content = request.content
    if content is not None and not isinstance(content, bytes):
        return httpx2.Request(
            request.method, address, headers=headers, content=content, extensions=extensions
        )
    # Given a stream, httpx2 adds no headers of its own; looking for which are missing costs it
    # as much as all the rest.
    if not any(name.lower() == "host" for name, _ in request.headers):
        headers.insert(0, ("Host", address.netloc.decode()))
    body = content or b""
    if says_its_length(request):
        headers.append(("Content-Length", str(len(body))))
    written = httpx2.Request(
        request.method,
        address,
        headers=headers,
        stream=httpx2.ByteStream(body),
        extensions=extensions,
    )
    written.read()  # so that an event hook of the caller's own client can look at the body
    return written


@lru_cache(maxsize=32)
def _phases(seconds: float) -> dict[str, float | None]:
    return httpx2.Timeout(seconds).as_dict()


def translated(error: Exception, request: Request, *, closed: bool) -> Exception:
    """Make our exception of httpx2's.

    The text of httpx2's is left out: it can quote a header or a URL. The caller raises the result
    outside of its ``except`` block, so that the original is not dragged along as context.

    Args:
        error: What was caught.
        request: The request.
        closed: Whether the client is closed.

    Returns:
        The exception to raise. It is the original one when that comes from elsewhere: from the
        body's source, or from an event hook of the caller's own client.
    """
    where = request.safe_url
    what = f"{request.method} {where}"
    below = type(error).__module__.partition(".")[0] in _BELOW
    network = isinstance(error, (OSError, UnicodeError)) and not isinstance(
        error, ConnectyCubeError
    )
    if not (below or network or closed):
        return error
    if closed:
        return ClientClosed("the client is closed", method=request.method, url=where)
    kind: type[ConnectyCubeError]
    match error:
        case httpx2.TimeoutException():
            kind, text = TransportTimeout, f"{what}: {_phase(error)} took too long"
        case httpx2.DecodingError():
            kind, text = UnexpectedResponseError, f"{what}: the answer cannot be decompressed"
        case _ if isinstance(error, UnicodeError) or type(error).__name__ == "LocalProtocolError":
            # httpx2's of that name, or h11's, which reaches us as it is when a body is too long.
            kind = InvalidArgument
            text = f"{what}: the request has characters or a length that HTTP does not allow"
        case _:
            kind, text = ConnectionFailed, f"{what}: {_cause(error)}"
    failure = kind(text, method=request.method, url=where)
    if isinstance(failure, TransportError):
        failure.maybe_sent = not isinstance(error, _NOTHING_SENT)
    return failure


def _phase(error: Exception) -> str:
    match error:
        case httpx2.ConnectTimeout():
            return "connecting"
        case httpx2.PoolTimeout():
            return "waiting for a free connection"
        case httpx2.WriteTimeout():
            return "sending"
        case _:
            return "the answer"


def _cause(error: Exception) -> str:
    match error:
        case httpx2.ConnectError() | httpx2.ProxyError() | httpx2.UnsupportedProtocol():
            return "the connection could not be made"
        case _:
            return "the connection broke before the answer was complete"
