"""Read a user by login: `GET /users/by_login`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import _reading, _writing
from ... import models as _models
from ...client import AsyncClient, Client
from ...transport import RawResponse, Request
from ...types import Response

if TYPE_CHECKING:
    from ...models.error_body import ErrorBody
    from ...models.user_response import UserResponse


def _build_request(
    *,
    login: str,
) -> Request:
    return Request(
        method="GET",
        url="/users/by_login",
        query=(*_writing.pairs("login", login),),
        security=(("sessionToken",),),
        operation_id="getUserByLogin",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | UserResponse:
    if _response.status == 200:
        return _reading.json_model(_response, _models.UserResponse.from_dict)
    if _response.status in {401, 403, 404, 422, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "getUserByLogin")


def _build_response(_response: RawResponse) -> Response[ErrorBody | UserResponse]:
    return Response(
        status=_response.status,
        headers=_response.headers,
        content=_response.content,
        parsed=_parse_response(_response),
    )


def sync_detailed(
    *,
    client: Client,
    login: str,
) -> Response[ErrorBody | UserResponse]:
    """Read a user by login.

    Answers the user with exactly this login.

    Args:
        client: What sends the request.
        login: The login.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `UserResponse`. The user.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        404: `ErrorBody`. No such user.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _build_response(
        client.send(
            _build_request(
                login=login,
            )
        )
    )


def sync(
    *,
    client: Client,
    login: str,
) -> ErrorBody | UserResponse:
    """Read a user by login.

    Answers the user with exactly this login.

    Args:
        client: What sends the request.
        login: The login.

    Returns:
        The answer, parsed by its status:

        200: `UserResponse`. The user.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        404: `ErrorBody`. No such user.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _parse_response(
        client.send(
            _build_request(
                login=login,
            )
        )
    )


async def asyncio_detailed(
    *,
    client: AsyncClient,
    login: str,
) -> Response[ErrorBody | UserResponse]:
    """Read a user by login.

    Answers the user with exactly this login.

    Args:
        client: What sends the request.
        login: The login.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `UserResponse`. The user.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        404: `ErrorBody`. No such user.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _build_response(
        await client.send(
            _build_request(
                login=login,
            )
        )
    )


async def asyncio(
    *,
    client: AsyncClient,
    login: str,
) -> ErrorBody | UserResponse:
    """Read a user by login.

    Answers the user with exactly this login.

    Args:
        client: What sends the request.
        login: The login.

    Returns:
        The answer, parsed by its status:

        200: `UserResponse`. The user.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        404: `ErrorBody`. No such user.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _parse_response(
        await client.send(
            _build_request(
                login=login,
            )
        )
    )
