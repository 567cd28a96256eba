"""Take the user off the session: `DELETE /login`."""

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
        url="/login",
        security=(("sessionToken",),),
        operation_id="logout",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | None:
    if _response.status == 200:
        _reading.empty(_response)
        return None
    if _response.status in {401, 403, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "logout")


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
    """Take the user off the session.

    The token stays alive and stands for the app alone from now on.

    Args:
        client: What sends the request.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `None`. The session has no user any more. The body is empty.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
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
    """Take the user off the session.

    The token stays alive and stands for the app alone from now on.

    Args:
        client: What sends the request.

    Returns:
        The answer, parsed by its status:

        200: `None`. The session has no user any more. The body is empty.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
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
    """Take the user off the session.

    The token stays alive and stands for the app alone from now on.

    Args:
        client: What sends the request.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `None`. The session has no user any more. The body is empty.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
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
    """Take the user off the session.

    The token stays alive and stands for the app alone from now on.

    Args:
        client: What sends the request.

    Returns:
        The answer, parsed by its status:

        200: `None`. The session has no user any more. The body is empty.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _parse_response(await client.send(_build_request()))
