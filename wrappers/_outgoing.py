"""How a request is written down, whatever library sends it."""

from __future__ import annotations

import sys
from functools import cache
from typing import Final
from urllib.parse import urlencode, urlsplit

from generated_client import Request

from ._errors import ConnectionFailed, InvalidArgument, UnexpectedResponseError

DEFAULT_TIMEOUT: Final = 30.0
"""Seconds for each of connecting, sending a piece, receiving a piece, waiting for a connection."""

LARGEST_ANSWER: Final = 32 * 1024 * 1024
"""Bytes of a decompressed answer that are read into memory; a page of users has at most 3 MB."""


_OURS: Final = frozenset(
    {"accept", "accept-encoding", "cb-sdk", "connectycube-rest-api-version", "user-agent"}
)
"""The headers that a request may name itself, in place of ours."""

_USUALLY_WITH_BODY: Final = frozenset({"PATCH", "POST", "PUT"})

_FRAMING: Final = frozenset({"content-length", "transfer-encoding"})


@cache
def package_version() -> str:
    """Tell the version of this distribution.

    Returns:
        Such as ``"0.1.0"``, or ``"0"`` when it runs without being installed.
    """
    # Loading it would take a fifth of this package's import.
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

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


def address_of(request: Request, base_url: str) -> str:
    """Write a request's address down, with its query.

    Args:
        request: The request; a URL that starts with a slash is the API's.
        base_url: The API's address, without a slash at its end.

    Returns:
        The absolute address.

    Raises:
        InvalidArgument: If it could turn into another host's, or cannot be written down.
    """
    url = request.url
    if url.startswith("/"):
        url = base_url + url
    elif not request.is_absolute:
        # Appended to the base URL, it could turn into another host's address.
        raise InvalidArgument("a request's URL must start with a slash, or be absolute")
    try:
        if request.is_absolute:
            urlsplit(url)  # stricter than the libraries, which would look up a host named "%5Bx"
        return _with_query(url, urlencode(request.query)) if request.query else url
    except ValueError:
        failure = unwritable(request)
    raise failure


def headers_of(request: Request) -> list[tuple[str, str]]:
    """Put together what a request says about itself.

    Args:
        request: The request.

    Returns:
        Its own headers, after those of ours that it does not name.
    """
    defaults = store_headers() if request.is_absolute else client_headers()
    own = {name.lower() for name, _ in request.headers}
    if not own.isdisjoint(_OURS):
        defaults = tuple(pair for pair in defaults if pair[0].lower() not in own)
    return [*defaults, *request.headers]


def says_its_length(request: Request) -> bool:
    """Tell whether a request that is sent in one piece needs a ``Content-Length`` of ours.

    Args:
        request: The request.

    Returns:
        True if it has a body, or a method that usually has one, and does not say it itself.
    """
    return bool(request.content or request.method in _USUALLY_WITH_BODY) and not any(
        name.lower() in _FRAMING for name, _ in request.headers
    )


def unwritable(request: Request) -> InvalidArgument:
    """Make the exception for a request that HTTP has no characters for.

    Args:
        request: The request.

    Returns:
        The exception to raise; it quotes neither headers nor the query.
    """
    where = request.safe_url
    return InvalidArgument(
        f"a request to {where} cannot be written: "
        "its address or a header has characters that HTTP does not allow",
        method=request.method,
        url=where,
    )


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


def cut_short(request: Request, size: int, expected: int) -> ConnectionFailed:
    """Make the exception for an answer that ended too early.

    Args:
        request: The request.
        size: Bytes that came.
        expected: Bytes that should have come.

    Returns:
        The exception to raise.
    """
    where = request.safe_url
    return ConnectionFailed(
        f"{request.method} {where}: the connection ended after {size:,} of {expected:,} bytes",
        method=request.method,
        url=where,
    )


def _with_query(url: str, query: str) -> str:
    url, mark, fragment = url.partition("#")
    return f"{url}{'&' if '?' in url else '?'}{query}{mark}{fragment}"


def _user_agent() -> str:
    return (
        f"connectycube-python/{package_version()} Python/{'.'.join(map(str, sys.version_info[:3]))}"
    )
