"""Read the session of the token: `GET /session`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import _reading
from ... import models as _models
from ...client import AsyncClient, Client
from ...transport import RawResponse, Request
from ...types import Response

if TYPE_CHECKING:
    from ...models.error_body import ErrorBody
    from ...models.session_response import SessionResponse


def _build_request() -> Request:
    return Request(
        method="GET",
        url="/session",
        security=(("sessionToken",),),
        operation_id="getSession",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | SessionResponse:
    if _response.status == 200:
        return _reading.json_model(_response, _models.SessionResponse.from_dict)
    if _response.status in {401, 403, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "getSession")


def _build_response(_response: RawResponse) -> Response[ErrorBody | SessionResponse]:
    return Response(
        status=_response.status,
        headers=_response.headers,
        content=_response.content,
        parsed=_parse_response(_response),
    )


def sync_detailed(
    *,
    client: Client,
) -> Response[ErrorBody | SessionResponse]:
    """Read the session of the token.

    Answers the session that the token stands for, and prolongs it.

    Args:
        client: What sends the request.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `SessionResponse`. The session.
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
) -> ErrorBody | SessionResponse:
    """Read the session of the token.

    Answers the session that the token stands for, and prolongs it.

    Args:
        client: What sends the request.

    Returns:
        The answer, parsed by its status:

        200: `SessionResponse`. The session.
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
) -> Response[ErrorBody | SessionResponse]:
    """Read the session of the token.

    Answers the session that the token stands for, and prolongs it.

    Args:
        client: What sends the request.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `SessionResponse`. The session.
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
) -> ErrorBody | SessionResponse:
    """Read the session of the token.

    Answers the session that the token stands for, and prolongs it.

    Args:
        client: What sends the request.

    Returns:
        The answer, parsed by its status:

        200: `SessionResponse`. The session.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _parse_response(await client.send(_build_request()))
