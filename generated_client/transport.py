"""The seam to HTTP: a request and an answer as values, and what a transport has to do with them.

The generated functions know no HTTP library. They make a `Request`, hand it to the `Transport` (or
`AsyncTransport`) of their client and read the `RawResponse` that comes back. Anything with these
methods will do: an adapter of a library, a layer that adds a session to another transport, or a
recording stand-in for a test.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Protocol, Self, cast
from urllib.parse import urlsplit

from attrs import evolve as _evolve
from attrs import frozen as _frozen


class Headers(Mapping[str, str]):
    """Headers: names without regard to case, several values a name, in the order they came.

    As a mapping it gives one text a name, several values joined by a comma as HTTP allows;
    `get_all` gives them one by one (`Set-Cookie` cannot be joined). `repr` shows names alone.

    Args:
        items: The headers, as a mapping or as pairs.
    """

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        if isinstance(items, Headers):
            items = items.multi_items()
        elif isinstance(items, Mapping):
            items = cast("Mapping[str, str]", items).items()
        self._items: dict[str, tuple[tuple[str, str], ...]] = {}
        for name, value in items:
            key = name.lower()
            others = self._items.get(key)
            self._items[key] = (*others, (name, value)) if others else ((name, value),)

    def __getitem__(self, name: str) -> str:
        pairs = self._items[name.lower()]
        return pairs[0][1] if len(pairs) == 1 else ", ".join([value for _, value in pairs])

    def __iter__(self) -> Iterator[str]:
        return (pairs[0][0] for pairs in self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._items

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Headers):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash(frozenset(self._values().items()))

    def __repr__(self) -> str:
        return f"Headers({', '.join(self)})"

    def _values(self) -> dict[str, tuple[str, ...]]:
        return {name: tuple(value for _, value in pairs) for name, pairs in self._items.items()}

    def get_all(self, name: str) -> tuple[str, ...]:
        """Get every value of a header.

        Args:
            name: The name, in any case.

        Returns:
            The values in the order they came; none if the header is not there.
        """
        return tuple(value for _, value in self._items.get(name.lower(), ()))

    def multi_items(self) -> tuple[tuple[str, str], ...]:
        """Get the headers as pairs.

        Returns:
            A pair for every value, headers of one name next to each other.
        """
        return tuple(pair for pairs in self._items.values() for pair in pairs)

    def updated(self, headers: Mapping[str, str]) -> Headers:
        """Set headers, in place of those of the same name.

        Args:
            headers: The headers to set.

        Returns:
            New headers; these stay as they are.
        """
        replaced = {name.lower() for name in headers}
        kept = [pair for pair in self.multi_items() if pair[0].lower() not in replaced]
        return Headers([*kept, *headers.items()])


# Without slots, which make a frozen class more than twice as slow to fill.
@_frozen(repr=False, slots=False)
class Request:
    """A request, ready to be sent.

    `repr` shows neither values of the query and the headers nor the body: tokens, keys and
    passwords travel there.

    Attributes:
        method: The HTTP method, in capitals.
        url: The path, percent-encoded, from the API's base URL on, such as `/users/v2`; or an
            absolute URL (an object store).
        query: The pairs to append as the query, in order, not encoded yet.
        headers: The headers, in order.
        content: The body: bytes, or what yields it piece by piece.
        security: The alternatives that the contract allows, each the names of the security schemes
            it takes together: `(("sessionToken",), ("authKey",))`. An empty alternative means that
            nothing is needed either; no alternatives at all, that nothing is looked at.
        operation_id: The operation of the contract that this is.
        timeout: How many seconds it may take; None leaves that to the transport.
    """

    method: str
    url: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes | Iterable[bytes] | AsyncIterable[bytes] | None = None
    security: tuple[tuple[str, ...], ...] = ()
    operation_id: str | None = None
    timeout: float | None = None

    @property
    def is_absolute(self) -> bool:
        """Whether `url` names a host of its own instead of a path of the API."""
        return not self.url.startswith("/") and "://" in self.url

    @property
    def safe_url(self) -> str:
        """The URL for messages and logs: without user information, query and fragment."""
        if not self.is_absolute:
            return self.url.partition("?")[0].partition("#")[0]
        try:
            parts = urlsplit(self.url)
        except ValueError:
            # Where a password in it would end, nobody can tell.
            return "(malformed URL)"
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    def with_headers(self, headers: Mapping[str, str]) -> Request:
        """Set headers, in place of those of the same name.

        Args:
            headers: The headers to set.

        Returns:
            A new request; this one stays as it is.
        """
        replaced = {name.lower() for name in headers}
        kept = [pair for pair in self.headers if pair[0].lower() not in replaced]
        # Each request of a session comes through here, and `evolve` takes its time.
        return Request(
            self.method,
            self.url,
            self.query,
            (*kept, *headers.items()),
            self.content,
            self.security,
            self.operation_id,
            self.timeout,
        )

    def with_query(self, query: Mapping[str, str]) -> Request:
        """Set pairs of the query, in place of those of the same name.

        Args:
            query: The pairs to set.

        Returns:
            A new request; this one stays as it is.
        """
        kept = tuple(pair for pair in self.query if pair[0] not in query)
        return _evolve(self, query=(*kept, *query.items()))

    def with_timeout(self, timeout: float | None) -> Request:
        """Set how long the request may take.

        Args:
            timeout: Seconds; None leaves it to the transport.

        Returns:
            A new request; this one stays as it is.
        """
        return _evolve(self, timeout=timeout)

    def __repr__(self) -> str:
        shown = [f"{self.method} {self.safe_url}"]
        if self.operation_id is not None:
            shown.append(self.operation_id)
        if self.query:
            shown.append(f"query: {', '.join(name for name, _ in self.query)}")
        if self.headers:
            shown.append(f"headers: {', '.join(name for name, _ in self.headers)}")
        if isinstance(self.content, bytes):
            shown.append(f"{len(self.content)} bytes")
        elif self.content is not None:
            shown.append("streamed body")
        return f"<Request {'; '.join(shown)}>"


@_frozen(repr=False, slots=False)
class RawResponse:
    """An answer as it came, whatever it is.

    `repr` shows neither values of headers nor the body.

    Attributes:
        status: The HTTP status, also one that no standard knows.
        headers: The headers.
        content: The body, decompressed.
        method: The method of the request, for messages.
        url: The URL of the request for messages, so without query (see `Request.safe_url`).
    """

    status: int
    headers: Headers
    content: bytes
    method: str = ""
    url: str = ""

    @classmethod
    def for_request(
        cls,
        request: Request,
        *,
        status: int,
        headers: Mapping[str, str] | Iterable[tuple[str, str]],
        content: bytes,
    ) -> Self:
        """Make the answer to a request.

        Args:
            request: What was asked; only its method and safe URL are kept.
            status: The HTTP status.
            headers: The headers.
            content: The body, decompressed.

        Returns:
            The answer.
        """
        return cls(status, Headers(headers), content, request.method, request.safe_url)

    def __repr__(self) -> str:
        asked = f"{self.method} {self.url}".strip()
        about = f"; headers: {', '.join(self.headers)}" if self.headers else ""
        return f"<RawResponse {self.status} to {asked or '?'}; {len(self.content)} bytes{about}>"


class StreamedResponse(Protocol):
    """An answer whose body has not been read yet."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Headers:
        """The headers."""
        ...

    def iter_bytes(self) -> Iterator[bytes]:
        """Read the body piece by piece, decompressed.

        Yields:
            Pieces of the body, none of them empty.
        """
        ...

    def read(self) -> bytes:
        """Read all of the body that has not been read yet.

        Returns:
            The rest of the body.
        """
        ...


class AsyncStreamedResponse(Protocol):
    """An answer whose body has not been read yet."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Headers:
        """The headers."""
        ...

    def iter_bytes(self) -> AsyncIterator[bytes]:
        """Read the body piece by piece, decompressed.

        Yields:
            Pieces of the body, none of them empty.
        """
        ...

    async def read(self) -> bytes:
        """Read all of the body that has not been read yet.

        Returns:
            The rest of the body.
        """
        ...


class Transport(Protocol):
    """What sends requests."""

    def send(self, request: Request) -> RawResponse:
        """Send a request and read the whole answer.

        Redirects are answers like others, they are not followed. A status is never a reason to
        raise.

        Args:
            request: What to send.

        Returns:
            The answer, whatever it is.
        """
        ...

    def stream(self, request: Request) -> AbstractContextManager[StreamedResponse]:
        """Send a request and leave the body of the answer to the caller.

        Args:
            request: What to send.

        Returns:
            A context in which the body can be read; its end frees the connection.
        """
        ...


class AsyncTransport(Protocol):
    """What sends requests, for asyncio and its like."""

    async def send(self, request: Request) -> RawResponse:
        """Send a request and read the whole answer.

        Redirects are answers like others, they are not followed. A status is never a reason to
        raise.

        Args:
            request: What to send.

        Returns:
            The answer, whatever it is.
        """
        ...

    def stream(self, request: Request) -> AbstractAsyncContextManager[AsyncStreamedResponse]:
        """Send a request and leave the body of the answer to the caller.

        Args:
            request: What to send.

        Returns:
            A context in which the body can be read; its end frees the connection.
        """
        ...


__all__ = [
    "AsyncStreamedResponse",
    "AsyncTransport",
    "Headers",
    "RawResponse",
    "Request",
    "StreamedResponse",
    "Transport",
]
