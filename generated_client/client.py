"""The clients that the generated functions take."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from types import MappingProxyType
from typing import Final, Literal, Self

from attrs import evolve as _evolve
from attrs import field as _field
from attrs import frozen as _frozen

from .transport import (
    AsyncStreamedResponse,
    AsyncTransport,
    Headers,
    RawResponse,
    Request,
    StreamedResponse,
    Transport,
)


@_frozen
class SecurityScheme:
    """Where the contract puts a credential.

    Attributes:
        location: `header` or `query`.
        name: The name of the header or of the query's pair.
    """

    location: Literal["header", "query"]
    name: str

    def put(self, secret: str, request: Request) -> Request:
        """Put a credential on a request.

        Args:
            secret: The token or key.
            request: The request.

        Returns:
            A new request that carries the credential.
        """
        if self.location == "header":
            return request.with_headers({self.name: secret})
        return request.with_query({self.name: secret})


SECURITY_SCHEMES: Final[Mapping[str, SecurityScheme]] = MappingProxyType(
    {
        "sessionToken": SecurityScheme("header", "CB-Token"),
        "authKey": SecurityScheme("header", "CB-AuthKey"),
        "tokenQuery": SecurityScheme("query", "token"),
    }
)
"""The contract's security schemes by name."""


def _credentials(credentials: Mapping[str, str]) -> Mapping[str, str]:
    unknown = sorted(credentials.keys() - SECURITY_SCHEMES.keys())
    if unknown:
        raise ValueError(
            f"the contract has no security scheme {', '.join(unknown)}; "
            f"it has {', '.join(SECURITY_SCHEMES)}"
        )
    return MappingProxyType(dict(credentials))


def _headers(headers: Mapping[str, str]) -> Headers:
    return Headers(headers)


def _type_name(value: object) -> str:
    return f"<{type(value).__name__}>"


@_frozen(kw_only=True)
class _Settings:
    """What both clients put on every request of the API.

    Attributes:
        credentials: Secrets by the name of their security scheme. Those of the first alternative of
            an operation that is there in full are put on; else the request goes on as it is, for a
            layer below to complete.
        headers: Headers for every request; a request's own come first.
        timeout: Seconds that a request without a limit of its own may take.
    """

    credentials: Mapping[str, str] = _field(
        factory=dict[str, str], converter=_credentials, repr=False
    )
    headers: Headers = _field(factory=Headers, converter=_headers)
    timeout: float | None = None

    def with_credentials(self, credentials: Mapping[str, str]) -> Self:
        """Set credentials, keeping those of other security schemes.

        Args:
            credentials: Secrets by the name of their security scheme.

        Returns:
            A new client over the same transport; this one stays as it is.
        """
        return _evolve(self, credentials={**self.credentials, **credentials})

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        """Set headers, in place of those of the same name.

        Args:
            headers: The headers to send with every request.

        Returns:
            A new client over the same transport; this one stays as it is.
        """
        return _evolve(self, headers=self.headers.updated(headers))

    def with_timeout(self, timeout: float | None) -> Self:
        """Set how long a request may take.

        Args:
            timeout: Seconds; None leaves it to the transport.

        Returns:
            A new client over the same transport; this one stays as it is.
        """
        return _evolve(self, timeout=timeout)

    def prepare(self, request: Request) -> Request:
        """Complete a request by this client's timeout, headers and credentials.

        A request to an absolute URL gets the timeout alone: what belongs to the API stays there.

        Args:
            request: The request.

        Returns:
            The request to send.
        """
        if request.timeout is None and self.timeout is not None:
            request = request.with_timeout(self.timeout)
        if request.is_absolute:
            return request
        if self.headers:
            own = {name.lower() for name, _ in request.headers}
            missing = [pair for pair in self.headers.multi_items() if pair[0].lower() not in own]
            request = _evolve(request, headers=(*missing, *request.headers))
        if not self.credentials:
            return request
        for alternative in request.security:
            if alternative and all(scheme in self.credentials for scheme in alternative):
                for scheme in alternative:
                    request = SECURITY_SCHEMES[scheme].put(self.credentials[scheme], request)
                break
        return request


@_frozen
class Client(_Settings):
    """An unchanging client for the functions `sync` and `sync_detailed`.

    Attributes:
        transport: What sends the requests; shared by the clients derived from this one.
        credentials: Secrets by the name of their security scheme; never shown.
        headers: Headers for every request.
        timeout: Seconds that a request without a limit of its own may take.
    """

    transport: Transport = _field(repr=_type_name)

    def send(self, request: Request) -> RawResponse:
        """Complete a request and send it.

        Args:
            request: The request.

        Returns:
            The answer, whatever it is.
        """
        return self.transport.send(self.prepare(request))

    def stream(self, request: Request) -> AbstractContextManager[StreamedResponse]:
        """Complete a request, send it, and leave the body of the answer to the caller.

        Args:
            request: The request.

        Returns:
            A context in which the body can be read.
        """
        return self.transport.stream(self.prepare(request))


@_frozen
class AsyncClient(_Settings):
    """An unchanging client for the functions `asyncio` and `asyncio_detailed`.

    Attributes:
        transport: What sends the requests; shared by the clients derived from this one.
        credentials: Secrets by the name of their security scheme; never shown.
        headers: Headers for every request.
        timeout: Seconds that a request without a limit of its own may take.
    """

    transport: AsyncTransport = _field(repr=_type_name)

    async def send(self, request: Request) -> RawResponse:
        """Complete a request and send it.

        Args:
            request: The request.

        Returns:
            The answer, whatever it is.
        """
        return await self.transport.send(self.prepare(request))

    def stream(self, request: Request) -> AbstractAsyncContextManager[AsyncStreamedResponse]:
        """Complete a request, send it, and leave the body of the answer to the caller.

        Args:
            request: The request.

        Returns:
            A context in which the body can be read.
        """
        return self.transport.stream(self.prepare(request))


__all__ = ["SECURITY_SCHEMES", "AsyncClient", "Client", "SecurityScheme"]
