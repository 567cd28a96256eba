"""Upgrade the session to a user: `POST /login`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import _reading, _writing
from ... import models as _models
from ...client import AsyncClient, Client
from ...transport import RawResponse, Request
from ...types import Response

if TYPE_CHECKING:
    from ...models.error_body import ErrorBody
    from ...models.login_request import LoginRequest
    from ...models.user_response import UserResponse


def _build_request(
    *,
    body: LoginRequest,
) -> Request:
    return Request(
        method="POST",
        url="/login",
        headers=(("Content-Type", "application/json"),),
        content=_writing.json_body(body.to_dict()),
        security=(("sessionToken",),),
        operation_id="login",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | UserResponse:
    if _response.status in {200, 202}:
        return _reading.json_model(_response, _models.UserResponse.from_dict)
    if _response.status in {400, 401, 403, 404, 422, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "login")


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
    body: LoginRequest,
) -> Response[ErrorBody | UserResponse]:
    """Upgrade the session to a user.

    The token stays the same and stands for the user from now on. Signing in as another user on
    the same token replaces the user. Refusals are those of creating a user session.

    Args:
        client: What sends the request.
        body: Who signs in, flat.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `UserResponse`. The user who is signed in now. Which of 200 and 202 today's
            servers send is not known.
        202: `UserResponse`. The user who is signed in now.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The password is wrong, or the token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        404: `ErrorBody`. No such user, and the app denies creating one on the fly.
        422: `ErrorBody`. A field is missing or refused, or the identity provider refuses.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _build_response(
        client.send(
            _build_request(
                body=body,
            )
        )
    )


def sync(
    *,
    client: Client,
    body: LoginRequest,
) -> ErrorBody | UserResponse:
    """Upgrade the session to a user.

    The token stays the same and stands for the user from now on. Signing in as another user on
    the same token replaces the user. Refusals are those of creating a user session.

    Args:
        client: What sends the request.
        body: Who signs in, flat.

    Returns:
        The answer, parsed by its status:

        200: `UserResponse`. The user who is signed in now. Which of 200 and 202 today's
            servers send is not known.
        202: `UserResponse`. The user who is signed in now.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The password is wrong, or the token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        404: `ErrorBody`. No such user, and the app denies creating one on the fly.
        422: `ErrorBody`. A field is missing or refused, or the identity provider refuses.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _parse_response(
        client.send(
            _build_request(
                body=body,
            )
        )
    )


async def asyncio_detailed(
    *,
    client: AsyncClient,
    body: LoginRequest,
) -> Response[ErrorBody | UserResponse]:
    """Upgrade the session to a user.

    The token stays the same and stands for the user from now on. Signing in as another user on
    the same token replaces the user. Refusals are those of creating a user session.

    Args:
        client: What sends the request.
        body: Who signs in, flat.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `UserResponse`. The user who is signed in now. Which of 200 and 202 today's
            servers send is not known.
        202: `UserResponse`. The user who is signed in now.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The password is wrong, or the token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        404: `ErrorBody`. No such user, and the app denies creating one on the fly.
        422: `ErrorBody`. A field is missing or refused, or the identity provider refuses.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _build_response(
        await client.send(
            _build_request(
                body=body,
            )
        )
    )


async def asyncio(
    *,
    client: AsyncClient,
    body: LoginRequest,
) -> ErrorBody | UserResponse:
    """Upgrade the session to a user.

    The token stays the same and stands for the user from now on. Signing in as another user on
    the same token replaces the user. Refusals are those of creating a user session.

    Args:
        client: What sends the request.
        body: Who signs in, flat.

    Returns:
        The answer, parsed by its status:

        200: `UserResponse`. The user who is signed in now. Which of 200 and 202 today's
            servers send is not known.
        202: `UserResponse`. The user who is signed in now.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The password is wrong, or the token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        404: `ErrorBody`. No such user, and the app denies creating one on the fly.
        422: `ErrorBody`. A field is missing or refused, or the identity provider refuses.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _parse_response(
        await client.send(
            _build_request(
                body=body,
            )
        )
    )
