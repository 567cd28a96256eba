"""Update oneself: `PUT /users/{user_id}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import _reading, _writing
from ... import models as _models
from ...client import AsyncClient, Client
from ...transport import RawResponse, Request
from ...types import Response

if TYPE_CHECKING:
    from ...models.error_body import ErrorBody
    from ...models.update_user_request import UpdateUserRequest
    from ...models.user_response import UserResponse


def _build_request(
    user_id: int,
    *,
    body: UpdateUserRequest,
) -> Request:
    return Request(
        method="PUT",
        url="/users/{user_id}".format(
            user_id=_writing.path(user_id),
        ),
        headers=(("Content-Type", "application/json"),),
        content=_writing.json_body(body.to_dict()),
        security=(("sessionToken",),),
        operation_id="updateUser",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | UserResponse:
    if _response.status == 200:
        return _reading.json_model(_response, _models.UserResponse.from_dict)
    if _response.status in {400, 401, 403, 404, 422, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "updateUser")


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
    body: UpdateUserRequest,
) -> Response[ErrorBody | UserResponse]:
    """Update oneself.

    Changes the fields given and keeps the others. Only one's own user. A new password needs
    the old one, and ends all other sessions of the user.

    Args:
        user_id: The user's id.
        client: What sends the request.
        body: Changes to one's own user.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `UserResponse`. The user.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, the token stands for the app alone, or the user
            is another's.
        404: `ErrorBody`. No such user.
        422: `ErrorBody`. A field is refused, or the old password is wrong.
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
                body=body,
            )
        )
    )


def sync(
    user_id: int,
    *,
    client: Client,
    body: UpdateUserRequest,
) -> ErrorBody | UserResponse:
    """Update oneself.

    Changes the fields given and keeps the others. Only one's own user. A new password needs
    the old one, and ends all other sessions of the user.

    Args:
        user_id: The user's id.
        client: What sends the request.
        body: Changes to one's own user.

    Returns:
        The answer, parsed by its status:

        200: `UserResponse`. The user.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, the token stands for the app alone, or the user
            is another's.
        404: `ErrorBody`. No such user.
        422: `ErrorBody`. A field is refused, or the old password is wrong.
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
                body=body,
            )
        )
    )


async def asyncio_detailed(
    user_id: int,
    *,
    client: AsyncClient,
    body: UpdateUserRequest,
) -> Response[ErrorBody | UserResponse]:
    """Update oneself.

    Changes the fields given and keeps the others. Only one's own user. A new password needs
    the old one, and ends all other sessions of the user.

    Args:
        user_id: The user's id.
        client: What sends the request.
        body: Changes to one's own user.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `UserResponse`. The user.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, the token stands for the app alone, or the user
            is another's.
        404: `ErrorBody`. No such user.
        422: `ErrorBody`. A field is refused, or the old password is wrong.
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
                body=body,
            )
        )
    )


async def asyncio(
    user_id: int,
    *,
    client: AsyncClient,
    body: UpdateUserRequest,
) -> ErrorBody | UserResponse:
    """Update oneself.

    Changes the fields given and keeps the others. Only one's own user. A new password needs
    the old one, and ends all other sessions of the user.

    Args:
        user_id: The user's id.
        client: What sends the request.
        body: Changes to one's own user.

    Returns:
        The answer, parsed by its status:

        200: `UserResponse`. The user.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, the token stands for the app alone, or the user
            is another's.
        404: `ErrorBody`. No such user.
        422: `ErrorBody`. A field is refused, or the old password is wrong.
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
                body=body,
            )
        )
    )
