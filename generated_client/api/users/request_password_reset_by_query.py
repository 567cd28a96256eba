"""Mail a password reset link (documented form): `GET /users/password/reset`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import _reading, _writing
from ... import models as _models
from ...client import AsyncClient, Client
from ...transport import RawResponse, Request
from ...types import Response

if TYPE_CHECKING:
    from ...models.error_body import ErrorBody


def _build_request(
    *,
    email: str,
) -> Request:
    return Request(
        method="GET",
        url="/users/password/reset",
        query=(*_writing.pairs("email", email),),
        security=(("sessionToken",),),
        operation_id="requestPasswordResetByQuery",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | None:
    if _response.status == 200:
        _reading.empty(_response)
        return None
    if _response.status in {401, 403, 404, 422, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "requestPasswordResetByQuery")


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
    email: str,
) -> Response[ErrorBody | None]:
    """Mail a password reset link (documented form).

    The same with the e-mail in the query, as the documentation and older SDKs do.

    Args:
        client: What sends the request.
        email: The e-mail of the user.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `None`. The mail is on its way. The body is empty.
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
                email=email,
            )
        )
    )


def sync(
    *,
    client: Client,
    email: str,
) -> ErrorBody | None:
    """Mail a password reset link (documented form).

    The same with the e-mail in the query, as the documentation and older SDKs do.

    Args:
        client: What sends the request.
        email: The e-mail of the user.

    Returns:
        The answer, parsed by its status:

        200: `None`. The mail is on its way. The body is empty.
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
                email=email,
            )
        )
    )


async def asyncio_detailed(
    *,
    client: AsyncClient,
    email: str,
) -> Response[ErrorBody | None]:
    """Mail a password reset link (documented form).

    The same with the e-mail in the query, as the documentation and older SDKs do.

    Args:
        client: What sends the request.
        email: The e-mail of the user.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `None`. The mail is on its way. The body is empty.
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
                email=email,
            )
        )
    )


async def asyncio(
    *,
    client: AsyncClient,
    email: str,
) -> ErrorBody | None:
    """Mail a password reset link (documented form).

    The same with the e-mail in the query, as the documentation and older SDKs do.

    Args:
        client: What sends the request.
        email: The e-mail of the user.

    Returns:
        The answer, parsed by its status:

        200: `None`. The mail is on its way. The body is empty.
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
                email=email,
            )
        )
    )
