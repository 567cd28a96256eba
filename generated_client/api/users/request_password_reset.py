"""Mail a password reset link: `POST /users/password/reset`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import _reading, _writing
from ... import models as _models
from ...client import AsyncClient, Client
from ...transport import RawResponse, Request
from ...types import Response

if TYPE_CHECKING:
    from ...models.error_body import ErrorBody
    from ...models.password_reset_request import PasswordResetRequest


def _build_request(
    *,
    body: PasswordResetRequest,
) -> Request:
    return Request(
        method="POST",
        url="/users/password/reset",
        headers=(("Content-Type", "application/json"),),
        content=_writing.json_body(body.to_dict()),
        security=(("sessionToken",),),
        operation_id="requestPasswordReset",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | None:
    if _response.status == 200:
        _reading.empty(_response)
        return None
    if _response.status in {400, 401, 403, 404, 422, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "requestPasswordReset")


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
    body: PasswordResetRequest,
) -> Response[ErrorBody | None]:
    """Mail a password reset link.

    Sends a mail with a reset link to the user with this e-mail.

    Args:
        client: What sends the request.
        body: Whose password to reset.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `None`. The mail is on its way. The body is empty.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        404: `ErrorBody`. No such user.
        422: `ErrorBody`. The app has reset by e-mail switched off, or the e-mail is missing
            or malformed.
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
    body: PasswordResetRequest,
) -> ErrorBody | None:
    """Mail a password reset link.

    Sends a mail with a reset link to the user with this e-mail.

    Args:
        client: What sends the request.
        body: Whose password to reset.

    Returns:
        The answer, parsed by its status:

        200: `None`. The mail is on its way. The body is empty.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        404: `ErrorBody`. No such user.
        422: `ErrorBody`. The app has reset by e-mail switched off, or the e-mail is missing
            or malformed.
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
    body: PasswordResetRequest,
) -> Response[ErrorBody | None]:
    """Mail a password reset link.

    Sends a mail with a reset link to the user with this e-mail.

    Args:
        client: What sends the request.
        body: Whose password to reset.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `None`. The mail is on its way. The body is empty.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        404: `ErrorBody`. No such user.
        422: `ErrorBody`. The app has reset by e-mail switched off, or the e-mail is missing
            or malformed.
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
    body: PasswordResetRequest,
) -> ErrorBody | None:
    """Mail a password reset link.

    Sends a mail with a reset link to the user with this e-mail.

    Args:
        client: What sends the request.
        body: Whose password to reset.

    Returns:
        The answer, parsed by its status:

        200: `None`. The mail is on its way. The body is empty.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        404: `ErrorBody`. No such user.
        422: `ErrorBody`. The app has reset by e-mail switched off, or the e-mail is missing
            or malformed.
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
