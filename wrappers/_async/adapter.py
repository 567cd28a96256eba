"""The way to the network: which adapter a client stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generated_client import AsyncTransport
from wrappers._transport_choice import Library, chosen

if TYPE_CHECKING:
    import httpx2


class AsyncAdapter(AsyncTransport, Protocol):
    """A transport that ends at a network."""

    async def aclose(self) -> None:
        """Close the connections that are its own."""
        ...


def adapter_for(
    base_url: str,
    *,
    timeout: float,
    http_client: httpx2.AsyncClient | None = None,
    transport: Library | None = None,
) -> AsyncAdapter:
    """Make the adapter that a client shall stand on; only its library is loaded.

    Args:
        base_url: The API's address, without a slash at its end.
        timeout: Seconds, for requests that name none.
        http_client: The caller's own client of httpx2.
        transport: The library; None for the fastest that will do.

    Returns:
        The adapter.

    Raises:
        ConfigurationError: If the caller's wishes do not go together.
    """
    if chosen(transport, has_client=http_client is not None) == "pyreqwest":
        from .pyreqwest_transport import AsyncPyreqwestTransport  # noqa: PLC0415 (an extra)

        return AsyncPyreqwestTransport(base_url, timeout=timeout)
    from .httpx2_transport import AsyncHttpx2Transport  # noqa: PLC0415 (costs 100 ms)

    return AsyncHttpx2Transport(base_url, http_client=http_client, timeout=timeout)
