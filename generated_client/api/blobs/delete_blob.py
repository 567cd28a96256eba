"""Delete a file: `DELETE /blobs/{blob_ref}`."""

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
    blob_ref: int | str,
) -> Request:
    return Request(
        method="DELETE",
        url="/blobs/{blob_ref}".format(
            blob_ref=_writing.path(blob_ref),
        ),
        security=(("sessionToken",),),
        operation_id="deleteBlob",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | None:
    if _response.status == 200:
        _reading.empty(_response)
        return None
    if _response.status in {401, 403, 404, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "deleteBlob")


def _build_response(_response: RawResponse) -> Response[ErrorBody | None]:
    return Response(
        status=_response.status,
        headers=_response.headers,
        content=_response.content,
        parsed=_parse_response(_response),
    )


def sync_detailed(
    blob_ref: int | str,
    *,
    client: Client,
) -> Response[ErrorBody | None]:
    """Delete a file.

    The file and its stored object are gone. Only one's own file.

    Args:
        blob_ref: The file's id or uid; what is numeric is an id.
        client: What sends the request.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `None`. The file is gone. The body is empty.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, the token stands for the app alone, or the file
            is another's.
        404: `ErrorBody`. No such file, or it is not complete yet.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
        ValueError: A part of the path is empty or made of dots.
    """

    return _build_response(
        client.send(
            _build_request(
                blob_ref=blob_ref,
            )
        )
    )


def sync(
    blob_ref: int | str,
    *,
    client: Client,
) -> ErrorBody | None:
    """Delete a file.

    The file and its stored object are gone. Only one's own file.

    Args:
        blob_ref: The file's id or uid; what is numeric is an id.
        client: What sends the request.

    Returns:
        The answer, parsed by its status:

        200: `None`. The file is gone. The body is empty.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, the token stands for the app alone, or the file
            is another's.
        404: `ErrorBody`. No such file, or it is not complete yet.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
        ValueError: A part of the path is empty or made of dots.
    """

    return _parse_response(
        client.send(
            _build_request(
                blob_ref=blob_ref,
            )
        )
    )


async def asyncio_detailed(
    blob_ref: int | str,
    *,
    client: AsyncClient,
) -> Response[ErrorBody | None]:
    """Delete a file.

    The file and its stored object are gone. Only one's own file.

    Args:
        blob_ref: The file's id or uid; what is numeric is an id.
        client: What sends the request.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `None`. The file is gone. The body is empty.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, the token stands for the app alone, or the file
            is another's.
        404: `ErrorBody`. No such file, or it is not complete yet.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
        ValueError: A part of the path is empty or made of dots.
    """

    return _build_response(
        await client.send(
            _build_request(
                blob_ref=blob_ref,
            )
        )
    )


async def asyncio(
    blob_ref: int | str,
    *,
    client: AsyncClient,
) -> ErrorBody | None:
    """Delete a file.

    The file and its stored object are gone. Only one's own file.

    Args:
        blob_ref: The file's id or uid; what is numeric is an id.
        client: What sends the request.

    Returns:
        The answer, parsed by its status:

        200: `None`. The file is gone. The body is empty.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, the token stands for the app alone, or the file
            is another's.
        404: `ErrorBody`. No such file, or it is not complete yet.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
        ValueError: A part of the path is empty or made of dots.
    """

    return _parse_response(
        await client.send(
            _build_request(
                blob_ref=blob_ref,
            )
        )
    )
