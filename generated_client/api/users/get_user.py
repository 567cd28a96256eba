"""Read a user: `GET /users/{user_id}`."""

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
    user_id: int,
) -> Request:
    return Request(
        method="GET",
        url="/users/{user_id}".format(
            user_id=_writing.path(user_id),
        ),
        security=(("sessionToken",),),
        operation_id="getUser",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | UserResponse:
    if _response.status == 200:
        return _reading.json_model(_response, _models.UserResponse.from_dict)
    if _response.status in {401, 403, 404, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "getUser")


def _build_response(_response: RawResponse) -> Response[ErrorBody | UserResponse]:
    return Response(
        status=_response.status,
        headers=_response.headers,
        content=_response.content,
        parsed=_parse_response(_response),
    )


def sync_detailed(
    user_id: int,
    *,
    client: Client,
) -> Response[ErrorBody | UserResponse]:
    """Read a user.

    Answers the user with this id, to any token of the app.

    Args:
        user_id: The user's id.
        client: What sends the request.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `UserResponse`. The user.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        404: `ErrorBody`. No such user.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
        ValueError: A part of the path is empty or made of dots.
    """

    return _build_response(
        client.send(
            _build_request(
                user_id=user_id,
            )
        )
    )


def sync(
    user_id: int,
    *,
    client: Client,
) -> ErrorBody | UserResponse:
    """Read a user.

    Answers the user with this id, to any token of the app.

    Args:
        user_id: The user's id.
        client: What sends the request.

    Returns:
        The answer, parsed by its status:

        200: `UserResponse`. The user.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        404: `ErrorBody`. No such user.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
        ValueError: A part of the path is empty or made of dots.
    """

    return _parse_response(
        client.send(
            _build_request(
                user_id=user_id,
            )
        )
    )


async def asyncio_detailed(
    user_id: int,
    *,
    client: AsyncClient,
) -> Response[ErrorBody | UserResponse]:
    """Read a user.

    Answers the user with this id, to any token of the app.

    Args:
        user_id: The user's id.
        client: What sends the request.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `UserResponse`. The user.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        404: `ErrorBody`. No such user.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
        ValueError: A part of the path is empty or made of dots.
    """

    return _build_response(
        await client.send(
            _build_request(
                user_id=user_id,
            )
        )
    )


async def asyncio(
    user_id: int,
    *,
    client: AsyncClient,
) -> ErrorBody | UserResponse:
    """Read a user.

    Answers the user with this id, to any token of the app.

    Args:
        user_id: The user's id.
        client: What sends the request.

    Returns:
        The answer, parsed by its status:

        200: `UserResponse`. The user.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        404: `ErrorBody`. No such user.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
        ValueError: A part of the path is empty or made of dots.
    """

    return _parse_response(
        await client.send(
            _build_request(
                user_id=user_id,
            )
        )
    )
