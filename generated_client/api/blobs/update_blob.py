"""Edit a file: `PUT /blobs/{blob_ref}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import _reading, _writing
from ... import models as _models
from ...client import AsyncClient, Client
from ...transport import RawResponse, Request
from ...types import Response

if TYPE_CHECKING:
    from ...models.error_body import ErrorBody
    from ...models.update_blob_request import UpdateBlobRequest
    from ...models.updated_blob_response import UpdatedBlobResponse


def _build_request(
    blob_ref: int | str,
    *,
    body: UpdateBlobRequest,
) -> Request:
    return Request(
        method="PUT",
        url="/blobs/{blob_ref}".format(
            blob_ref=_writing.path(blob_ref),
        ),
        headers=(("Content-Type", "application/json"),),
        content=_writing.json_body(body.to_dict()),
        security=(("sessionToken",),),
        operation_id="updateBlob",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | UpdatedBlobResponse:
    if _response.status == 200:
        return _reading.json_model(_response, _models.UpdatedBlobResponse.from_dict)
    if _response.status in {400, 401, 403, 404, 422, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "updateBlob")


def _build_response(_response: RawResponse) -> Response[ErrorBody | UpdatedBlobResponse]:
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
    body: UpdateBlobRequest,
) -> Response[ErrorBody | UpdatedBlobResponse]:
    """Edit a file.

    Changes name or content type; `new` asks for a fresh upload access. Only one's own file.

    The contract calls this operation deprecated.

    Args:
        blob_ref: The file's id or uid; what is numeric is an id.
        client: What sends the request.
        body: Changes to a file.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `UpdatedBlobResponse`. The file; with `new` also its upload access.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, the token stands for the app alone, or the file
            is another's.
        404: `ErrorBody`. No such file, or it is not complete yet.
        422: `ErrorBody`. A field of the file is refused.
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
                body=body,
            )
        )
    )


def sync(
    blob_ref: int | str,
    *,
    client: Client,
    body: UpdateBlobRequest,
) -> ErrorBody | UpdatedBlobResponse:
    """Edit a file.

    Changes name or content type; `new` asks for a fresh upload access. Only one's own file.

    The contract calls this operation deprecated.

    Args:
        blob_ref: The file's id or uid; what is numeric is an id.
        client: What sends the request.
        body: Changes to a file.

    Returns:
        The answer, parsed by its status:

        200: `UpdatedBlobResponse`. The file; with `new` also its upload access.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, the token stands for the app alone, or the file
            is another's.
        404: `ErrorBody`. No such file, or it is not complete yet.
        422: `ErrorBody`. A field of the file is refused.
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
                body=body,
            )
        )
    )


async def asyncio_detailed(
    blob_ref: int | str,
    *,
    client: AsyncClient,
    body: UpdateBlobRequest,
) -> Response[ErrorBody | UpdatedBlobResponse]:
    """Edit a file.

    Changes name or content type; `new` asks for a fresh upload access. Only one's own file.

    The contract calls this operation deprecated.

    Args:
        blob_ref: The file's id or uid; what is numeric is an id.
        client: What sends the request.
        body: Changes to a file.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `UpdatedBlobResponse`. The file; with `new` also its upload access.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, the token stands for the app alone, or the file
            is another's.
        404: `ErrorBody`. No such file, or it is not complete yet.
        422: `ErrorBody`. A field of the file is refused.
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
                body=body,
            )
        )
    )


async def asyncio(
    blob_ref: int | str,
    *,
    client: AsyncClient,
    body: UpdateBlobRequest,
) -> ErrorBody | UpdatedBlobResponse:
    """Edit a file.

    Changes name or content type; `new` asks for a fresh upload access. Only one's own file.

    The contract calls this operation deprecated.

    Args:
        blob_ref: The file's id or uid; what is numeric is an id.
        client: What sends the request.
        body: Changes to a file.

    Returns:
        The answer, parsed by its status:

        200: `UpdatedBlobResponse`. The file; with `new` also its upload access.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, the token stands for the app alone, or the file
            is another's.
        404: `ErrorBody`. No such file, or it is not complete yet.
        422: `ErrorBody`. A field of the file is refused.
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
                body=body,
            )
        )
    )
