"""Destroy the session of the token: `DELETE /session`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import _reading
from ... import models as _models
from ...client import AsyncClient, Client
from ...transport import RawResponse, Request
from ...types import Response

if TYPE_CHECKING:
    from ...models.error_body import ErrorBody


def _build_request() -> Request:
    return Request(
        method="DELETE",
        url="/session",
        security=(("sessionToken",),),
        operation_id="destroySession",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | None:
    if _response.status == 200:
        _reading.empty(_response)
        return None
    if _response.status in {401, 403, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "destroySession")


def _build_response(_response: RawResponse) -> Response[ErrorBody | None]:
    return Response(
        status=_response.status,
        headers=_response.headers,
        content=_response.content,
        parsed=_parse_response(_response),
    )


def sync_detailed(
    *,
    client: Client,
) -> Response[ErrorBody | None]:
    """Destroy the session of the token.

    The token is dead at once; other sessions of the same user live on.

    Args:
        client: What sends the request.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `None`. The session is gone. The body is empty and there is no expiration
            header.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _build_response(client.send(_build_request()))


def sync(
    *,
    client: Client,
) -> ErrorBody | None:
    """Destroy the session of the token.

    The token is dead at once; other sessions of the same user live on.

    Args:
        client: What sends the request.

    Returns:
        The answer, parsed by its status:

        200: `None`. The session is gone. The body is empty and there is no expiration
            header.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _parse_response(client.send(_build_request()))


async def asyncio_detailed(
    *,
    client: AsyncClient,
) -> Response[ErrorBody | None]:
    """Destroy the session of the token.

    The token is dead at once; other sessions of the same user live on.

    Args:
        client: What sends the request.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `None`. The session is gone. The body is empty and there is no expiration
            header.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _build_response(await client.send(_build_request()))


async def asyncio(
    *,
    client: AsyncClient,
) -> ErrorBody | None:
    """Destroy the session of the token.

    The token is dead at once; other sessions of the same user live on.

    Args:
        client: What sends the request.

    Returns:
        The answer, parsed by its status:

        200: `None`. The session is gone. The body is empty and there is no expiration
            header.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _parse_response(await client.send(_build_request()))
