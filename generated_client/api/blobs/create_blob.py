"""Create a file: `POST /blobs`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import _reading, _writing
from ... import models as _models
from ...client import AsyncClient, Client
from ...transport import RawResponse, Request
from ...types import Response

if TYPE_CHECKING:
    from ...models.create_blob_request import CreateBlobRequest
    from ...models.created_blob_response import CreatedBlobResponse
    from ...models.error_body import ErrorBody


def _build_request(
    *,
    body: CreateBlobRequest,
) -> Request:
    return Request(
        method="POST",
        url="/blobs",
        headers=(("Content-Type", "application/json"),),
        content=_writing.json_body(body.to_dict()),
        security=(("sessionToken",),),
        operation_id="createBlob",
    )


def _parse_response(_response: RawResponse) -> CreatedBlobResponse | ErrorBody:
    if _response.status == 201:
        return _reading.json_model(_response, _models.CreatedBlobResponse.from_dict)
    if _response.status in {400, 401, 403, 422, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "createBlob")


def _build_response(_response: RawResponse) -> Response[CreatedBlobResponse | ErrorBody]:
    return Response(
        status=_response.status,
        headers=_response.headers,
        content=_response.content,
        parsed=_parse_response(_response),
    )


def sync_detailed(
    *,
    client: Client,
    body: CreateBlobRequest,
) -> Response[CreatedBlobResponse | ErrorBody]:
    """Create a file.

    First of three steps. Answers an upload access: its `params` is a URL whose query holds the
    fields of a multipart form; post them in order, `file` last, to the URL before the `?`
    within the hour, then declare the file complete.

    Args:
        client: What sends the request.
        body: A file to create.

    Returns:
        The answer with its status and headers, parsed by its status:

        201: `CreatedBlobResponse`. The file and its upload access. It cannot be downloaded
            before it is declared complete.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
        422: `ErrorBody`. A field of the file is refused.
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
    body: CreateBlobRequest,
) -> CreatedBlobResponse | ErrorBody:
    """Create a file.

    First of three steps. Answers an upload access: its `params` is a URL whose query holds the
    fields of a multipart form; post them in order, `file` last, to the URL before the `?`
    within the hour, then declare the file complete.

    Args:
        client: What sends the request.
        body: A file to create.

    Returns:
        The answer, parsed by its status:

        201: `CreatedBlobResponse`. The file and its upload access. It cannot be downloaded
            before it is declared complete.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
        422: `ErrorBody`. A field of the file is refused.
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
    body: CreateBlobRequest,
) -> Response[CreatedBlobResponse | ErrorBody]:
    """Create a file.

    First of three steps. Answers an upload access: its `params` is a URL whose query holds the
    fields of a multipart form; post them in order, `file` last, to the URL before the `?`
    within the hour, then declare the file complete.

    Args:
        client: What sends the request.
        body: A file to create.

    Returns:
        The answer with its status and headers, parsed by its status:

        201: `CreatedBlobResponse`. The file and its upload access. It cannot be downloaded
            before it is declared complete.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
        422: `ErrorBody`. A field of the file is refused.
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
    body: CreateBlobRequest,
) -> CreatedBlobResponse | ErrorBody:
    """Create a file.

    First of three steps. Answers an upload access: its `params` is a URL whose query holds the
    fields of a multipart form; post them in order, `file` last, to the URL before the `?`
    within the hour, then declare the file complete.

    Args:
        client: What sends the request.
        body: A file to create.

    Returns:
        The answer, parsed by its status:

        201: `CreatedBlobResponse`. The file and its upload access. It cannot be downloaded
            before it is declared complete.
        400: `ErrorBody`. The body is not JSON, is cut off or is not an object.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
        422: `ErrorBody`. A field of the file is refused.
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
