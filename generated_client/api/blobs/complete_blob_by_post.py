"""Declare a file complete (the documented example's method): `POST /blobs/{blob_id}/complete`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import _reading, _writing
from ... import models as _models
from ...client import AsyncClient, Client
from ...transport import RawResponse, Request
from ...types import Response

if TYPE_CHECKING:
    from ...models.complete_blob_request import CompleteBlobRequest
    from ...models.error_body import ErrorBody


def _build_request(
    blob_id: int,
    *,
    body: CompleteBlobRequest,
) -> Request:
    return Request(
        method="POST",
        url="/blobs/{blob_id}/complete".format(
            blob_id=_writing.path(blob_id),
        ),
        headers=(("Content-Type", "application/json"),),
        content=_writing.json_body(body.to_dict()),
        security=(("sessionToken",),),
        operation_id="completeBlobByPost",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | None:
    if _response.status == 200:
        _reading.empty(_response)
        return None
    if _response.status in {400, 401, 403, 404, 422, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "completeBlobByPost")


def _build_response(_response: RawResponse) -> Response[ErrorBody | None]:
    return Response(
        status=_response.status,
        headers=_response.headers,
        content=_response.content,
        parsed=_parse_response(_response),
    )


def sync_detailed(
    blob_id: int,
    *,
    client: Client,
    body: CompleteBlobRequest,
) -> Response[ErrorBody | None]:
    """Declare a file complete (the documented example's method).

    The same with POST, as the documentation's example and the Dart SDK do.

    Args:
        blob_id: The file's id.
        client: What sends the request.
        body: The size, within `blob` as documented or flat as the JavaScript SDK sends it.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `None`. The file can be downloaded now. The body is empty.
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
                blob_id=blob_id,
                body=body,
            )
        )
    )


def sync(
    blob_id: int,
    *,
    client: Client,
    body: CompleteBlobRequest,
) -> ErrorBody | None:
    """Declare a file complete (the documented example's method).

    The same with POST, as the documentation's example and the Dart SDK do.

    Args:
        blob_id: The file's id.
        client: What sends the request.
        body: The size, within `blob` as documented or flat as the JavaScript SDK sends it.

    Returns:
        The answer, parsed by its status:

        200: `None`. The file can be downloaded now. The body is empty.
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
                blob_id=blob_id,
                body=body,
            )
        )
    )


async def asyncio_detailed(
    blob_id: int,
    *,
    client: AsyncClient,
    body: CompleteBlobRequest,
) -> Response[ErrorBody | None]:
    """Declare a file complete (the documented example's method).

    The same with POST, as the documentation's example and the Dart SDK do.

    Args:
        blob_id: The file's id.
        client: What sends the request.
        body: The size, within `blob` as documented or flat as the JavaScript SDK sends it.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `None`. The file can be downloaded now. The body is empty.
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
                blob_id=blob_id,
                body=body,
            )
        )
    )


async def asyncio(
    blob_id: int,
    *,
    client: AsyncClient,
    body: CompleteBlobRequest,
) -> ErrorBody | None:
    """Declare a file complete (the documented example's method).

    The same with POST, as the documentation's example and the Dart SDK do.

    Args:
        blob_id: The file's id.
        client: What sends the request.
        body: The size, within `blob` as documented or flat as the JavaScript SDK sends it.

    Returns:
        The answer, parsed by its status:

        200: `None`. The file can be downloaded now. The body is empty.
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
                blob_id=blob_id,
                body=body,
            )
        )
    )
