"""What both adapters to httpx2 share: requests out, answers and failures in."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final
from urllib.parse import urlsplit

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

DEFAULT_TIMEOUT: Final = 30.0
"""Seconds for each of connecting, sending a piece, receiving a piece, waiting for a connection."""

LARGEST_ANSWER: Final = 32 * 1024 * 1024
"""Bytes of a decompressed answer that are read into memory; a page of users has at most 3 MB."""

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


@cache
def package_version() -> str:
    """Tell the version of this distribution.

    Returns:
        Such as ``"0.1.0"``, or ``"0"`` when it runs without being installed.
    """
    try:
        return version("connectycube-python")
    except PackageNotFoundError:
        return "0"


@cache
def client_headers() -> tuple[tuple[str, str], ...]:
    """Say who is calling, as the official SDKs do.

    Returns:
        ``User-Agent``, ``CB-SDK`` and ``ConnectyCube-REST-API-Version`` (official SDKs: 0.1.1).
    """
    return (
        ("User-Agent", _user_agent()),
        ("CB-SDK", f"Python/{package_version()}"),
        ("ConnectyCube-REST-API-Version", "0.1.1"),
        ("Accept", "application/json"),
        ("Accept-Encoding", "gzip, deflate"),
    )


@cache
def store_headers() -> tuple[tuple[str, str], ...]:
    """Say who is calling to an object store, and that bytes shall come as they are.

    Returns:
        ``User-Agent``, ``Accept`` and ``Accept-Encoding``.
    """
    return (("User-Agent", _user_agent()), ("Accept", "*/*"), ("Accept-Encoding", "identity"))


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
    where = request.safe_url
    if not (request.is_absolute or request.url.startswith("/")):
        # Appended to the base URL, it could turn into another host's address.
        raise InvalidArgument("a request's URL must start with a slash, or be absolute")
    url = request.url if request.is_absolute else base_url + request.url
    defaults = store_headers() if request.is_absolute else client_headers()
    seconds = httpx2.Timeout(timeout if request.timeout is None else request.timeout)
    given = {name.lower() for name, _ in request.headers}
    headers = [pair for pair in defaults if pair[0].lower() not in given]
    headers.extend(request.headers)
    try:
        urlsplit(url)  # stricter than httpx2, which would look up a host named "%5Bx"
        address = httpx2.URL(url)
        return httpx2.Request(
            request.method,
            address.copy_merge_params(list(request.query)) if request.query else address,
            headers=headers,
            content=request.content,
            extensions={"timeout": seconds.as_dict()},
        )
    except (httpx2.InvalidURL, ValueError, TypeError):
        failure = InvalidArgument(
            f"a request to {where} cannot be written: "
            "its address or a header has characters that HTTP does not allow",
            method=request.method,
            url=where,
        )
    raise failure


def too_large(request: Request, limit: int) -> UnexpectedResponseError:
    """Make the exception for an answer that does not end.

    Args:
        request: The request.
        limit: Bytes allowed.

    Returns:
        The exception to raise.
    """
    where = request.safe_url
    return UnexpectedResponseError(
        f"{request.method} {where}: the answer has more than {limit:,} bytes",
        method=request.method,
        url=where,
    )


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


def _user_agent() -> str:
    return f"connectycube-python/{package_version()} Python/{platform.python_version()}"
