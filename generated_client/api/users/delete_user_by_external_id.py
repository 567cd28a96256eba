"""Delete oneself by external id: `DELETE /users/external/{external_id}`."""

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
    external_id: str,
) -> Request:
    return Request(
        method="DELETE",
        url="/users/external/{external_id}".format(
            external_id=_writing.path(external_id),
        ),
        security=(("sessionToken",),),
        operation_id="deleteUserByExternalId",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | None:
    if _response.status == 200:
        _reading.empty(_response)
        return None
    if _response.status in {401, 403, 404, 422, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "deleteUserByExternalId")


def _build_response(_response: RawResponse) -> Response[ErrorBody | None]:
    return Response(
        status=_response.status,
        headers=_response.headers,
        content=_response.content,
        parsed=_parse_response(_response),
    )


def sync_detailed(
    external_id: str,
    *,
    client: Client,
) -> Response[ErrorBody | None]:
    """Delete oneself by external id.

    Only one's own user. All sessions of the user end; its files stay.

    Args:
        external_id: The external id.
        client: What sends the request.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `None`. The user is gone and with it all its sessions. The body is empty.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, the token stands for the app alone, or the user
            is another's.
        404: `ErrorBody`. No such user.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
        ValueError: A part of the path is empty or made of dots.
    """

    return _build_response(
        client.send(
            _build_request(
                external_id=external_id,
            )
        )
    )


def sync(
    external_id: str,
    *,
    client: Client,
) -> ErrorBody | None:
    """Delete oneself by external id.

    Only one's own user. All sessions of the user end; its files stay.

    Args:
        external_id: The external id.
        client: What sends the request.

    Returns:
        The answer, parsed by its status:

        200: `None`. The user is gone and with it all its sessions. The body is empty.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, the token stands for the app alone, or the user
            is another's.
        404: `ErrorBody`. No such user.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
        ValueError: A part of the path is empty or made of dots.
    """

    return _parse_response(
        client.send(
            _build_request(
                external_id=external_id,
            )
        )
    )


async def asyncio_detailed(
    external_id: str,
    *,
    client: AsyncClient,
) -> Response[ErrorBody | None]:
    """Delete oneself by external id.

    Only one's own user. All sessions of the user end; its files stay.

    Args:
        external_id: The external id.
        client: What sends the request.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `None`. The user is gone and with it all its sessions. The body is empty.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, the token stands for the app alone, or the user
            is another's.
        404: `ErrorBody`. No such user.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
        ValueError: A part of the path is empty or made of dots.
    """

    return _build_response(
        await client.send(
            _build_request(
                external_id=external_id,
            )
        )
    )


async def asyncio(
    external_id: str,
    *,
    client: AsyncClient,
) -> ErrorBody | None:
    """Delete oneself by external id.

    Only one's own user. All sessions of the user end; its files stay.

    Args:
        external_id: The external id.
        client: What sends the request.

    Returns:
        The answer, parsed by its status:

        200: `None`. The user is gone and with it all its sessions. The body is empty.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, the token stands for the app alone, or the user
            is another's.
        404: `ErrorBody`. No such user.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
        ValueError: A part of the path is empty or made of dots.
    """

    return _parse_response(
        await client.send(
            _build_request(
                external_id=external_id,
            )
        )
    )
