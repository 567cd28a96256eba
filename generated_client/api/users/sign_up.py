"""Sign up a user: `POST /users`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import _reading, _writing
from ... import models as _models
from ...client import AsyncClient, Client
from ...transport import RawResponse, Request
from ...types import Response

if TYPE_CHECKING:
    from ...models.error_body import ErrorBody
    from ...models.sign_up_request import SignUpRequest
    from ...models.user_response import UserResponse


def _build_request(
    *,
    body: SignUpRequest,
) -> Request:
    return Request(
        method="POST",
        url="/users",
        headers=(("Content-Type", "application/json"),),
        content=_writing.json_body(body.to_dict()),
        security=(("sessionToken",), ("authKey",)),
        operation_id="signUp",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | UserResponse:
    if _response.status == 201:
        return _reading.json_model(_response, _models.UserResponse.from_dict)
    if _response.status in {400, 401, 403, 422, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "signUp")


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
    body: SignUpRequest,
) -> Response[ErrorBody | UserResponse]:
    """Sign up a user.

    Needs a login or an e-mail and a password. Any token of the app will do, or the app's auth
    key instead of a token; a token wins over a key sent with it.

    Args:
        client: What sends the request.
        body: A user to sign up.

    Returns:
        The answer with its status and headers, parsed by its status:

        201: `UserResponse`. The new user. The expiration header is there when a token was
            used.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired; with the auth key alone, the
            key is wrong.
        403: `ErrorBody`. There is no token.
        422: `ErrorBody`. A field is refused, or the login or e-mail is taken.
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
    body: SignUpRequest,
) -> ErrorBody | UserResponse:
    """Sign up a user.

    Needs a login or an e-mail and a password. Any token of the app will do, or the app's auth
    key instead of a token; a token wins over a key sent with it.

    Args:
        client: What sends the request.
        body: A user to sign up.

    Returns:
        The answer, parsed by its status:

        201: `UserResponse`. The new user. The expiration header is there when a token was
            used.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired; with the auth key alone, the
            key is wrong.
        403: `ErrorBody`. There is no token.
        422: `ErrorBody`. A field is refused, or the login or e-mail is taken.
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
    body: SignUpRequest,
) -> Response[ErrorBody | UserResponse]:
    """Sign up a user.

    Needs a login or an e-mail and a password. Any token of the app will do, or the app's auth
    key instead of a token; a token wins over a key sent with it.

    Args:
        client: What sends the request.
        body: A user to sign up.

    Returns:
        The answer with its status and headers, parsed by its status:

        201: `UserResponse`. The new user. The expiration header is there when a token was
            used.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired; with the auth key alone, the
            key is wrong.
        403: `ErrorBody`. There is no token.
        422: `ErrorBody`. A field is refused, or the login or e-mail is taken.
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
    body: SignUpRequest,
) -> ErrorBody | UserResponse:
    """Sign up a user.

    Needs a login or an e-mail and a password. Any token of the app will do, or the app's auth
    key instead of a token; a token wins over a key sent with it.

    Args:
        client: What sends the request.
        body: A user to sign up.

    Returns:
        The answer, parsed by its status:

        201: `UserResponse`. The new user. The expiration header is there when a token was
            used.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired; with the auth key alone, the
            key is wrong.
        403: `ErrorBody`. There is no token.
        422: `ErrorBody`. A field is refused, or the login or e-mail is taken.
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
