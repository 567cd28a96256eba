"""List one's own files: `GET /blobs`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import _reading, _writing
from ... import models as _models
from ...client import AsyncClient, Client
from ...transport import RawResponse, Request
from ...types import UNSET, Response, Unset

if TYPE_CHECKING:
    from ...models.blob_page_v1 import BlobPageV1
    from ...models.error_body import ErrorBody


def _build_request(
    *,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> Request:
    return Request(
        method="GET",
        url="/blobs",
        query=(
            *_writing.pairs("page", page),
            *_writing.pairs("per_page", per_page),
        ),
        security=(("sessionToken",),),
        operation_id="listBlobs",
    )


def _parse_response(_response: RawResponse) -> BlobPageV1 | ErrorBody:
    if _response.status == 200:
        return _reading.json_model(_response, _models.BlobPageV1.from_dict)
    if _response.status in {401, 403, 422, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "listBlobs")


def _build_response(_response: RawResponse) -> Response[BlobPageV1 | ErrorBody]:
    return Response(
        status=_response.status,
        headers=_response.headers,
        content=_response.content,
        parsed=_parse_response(_response),
    )


def sync_detailed(
    *,
    client: Client,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> Response[BlobPageV1 | ErrorBody]:
    """List one's own files.

    Answers a page of the files of the token's user, by ascending id.

    The contract calls this operation deprecated.

    Args:
        client: What sends the request.
        page: The page, from 1.
        per_page: Items a page.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `BlobPageV1`. A page of files.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _build_response(
        client.send(
            _build_request(
                page=page,
                per_page=per_page,
            )
        )
    )


def sync(
    *,
    client: Client,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> BlobPageV1 | ErrorBody:
    """List one's own files.

    Answers a page of the files of the token's user, by ascending id.

    The contract calls this operation deprecated.

    Args:
        client: What sends the request.
        page: The page, from 1.
        per_page: Items a page.

    Returns:
        The answer, parsed by its status:

        200: `BlobPageV1`. A page of files.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _parse_response(
        client.send(
            _build_request(
                page=page,
                per_page=per_page,
            )
        )
    )


async def asyncio_detailed(
    *,
    client: AsyncClient,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> Response[BlobPageV1 | ErrorBody]:
    """List one's own files.

    Answers a page of the files of the token's user, by ascending id.

    The contract calls this operation deprecated.

    Args:
        client: What sends the request.
        page: The page, from 1.
        per_page: Items a page.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `BlobPageV1`. A page of files.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _build_response(
        await client.send(
            _build_request(
                page=page,
                per_page=per_page,
            )
        )
    )


async def asyncio(
    *,
    client: AsyncClient,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> BlobPageV1 | ErrorBody:
    """List one's own files.

    Answers a page of the files of the token's user, by ascending id.

    The contract calls this operation deprecated.

    Args:
        client: What sends the request.
        page: The page, from 1.
        per_page: Items a page.

    Returns:
        The answer, parsed by its status:

        200: `BlobPageV1`. A page of files.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _parse_response(
        await client.send(
            _build_request(
                page=page,
                per_page=per_page,
            )
        )
    )
