"""Read a file's information with a signed download URL: `GET /blobs/{uid}/object`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ... import _reading, _writing
from ... import models as _models
from ...client import AsyncClient, Client
from ...transport import RawResponse, Request
from ...types import UNSET, Response, Unset

if TYPE_CHECKING:
    from ...models.blob_object_response import BlobObjectResponse
    from ...models.error_body import ErrorBody


def _build_request(
    uid: str,
    *,
    download_url: Literal["1"] | Unset = UNSET,
) -> Request:
    return Request(
        method="GET",
        url="/blobs/{uid}/object".format(
            uid=_writing.path(uid),
        ),
        query=(*_writing.pairs("download_url", download_url),),
        security=(("sessionToken",),),
        operation_id="getBlobObject",
    )


def _parse_response(_response: RawResponse) -> BlobObjectResponse | ErrorBody:
    if _response.status == 200:
        return _reading.json_model(_response, _models.BlobObjectResponse.from_dict)
    if _response.status in {401, 403, 404, 422, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "getBlobObject")


def _build_response(_response: RawResponse) -> Response[BlobObjectResponse | ErrorBody]:
    return Response(
        status=_response.status,
        headers=_response.headers,
        content=_response.content,
        parsed=_parse_response(_response),
    )


def sync_detailed(
    uid: str,
    *,
    client: Client,
    download_url: Literal["1"] | Unset = UNSET,
) -> Response[BlobObjectResponse | ErrorBody]:
    """Read a file's information with a signed download URL.

    The download URL is signed, expires, and holds no token.

    Args:
        uid: The file's uid.
        client: What sends the request.
        download_url: Ask for the download URL; the documentation always sends it.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `BlobObjectResponse`. The file's information and download access.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
        404: `ErrorBody`. No such file, or it is not complete yet.
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
                uid=uid,
                download_url=download_url,
            )
        )
    )


def sync(
    uid: str,
    *,
    client: Client,
    download_url: Literal["1"] | Unset = UNSET,
) -> BlobObjectResponse | ErrorBody:
    """Read a file's information with a signed download URL.

    The download URL is signed, expires, and holds no token.

    Args:
        uid: The file's uid.
        client: What sends the request.
        download_url: Ask for the download URL; the documentation always sends it.

    Returns:
        The answer, parsed by its status:

        200: `BlobObjectResponse`. The file's information and download access.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
        404: `ErrorBody`. No such file, or it is not complete yet.
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
                uid=uid,
                download_url=download_url,
            )
        )
    )


async def asyncio_detailed(
    uid: str,
    *,
    client: AsyncClient,
    download_url: Literal["1"] | Unset = UNSET,
) -> Response[BlobObjectResponse | ErrorBody]:
    """Read a file's information with a signed download URL.

    The download URL is signed, expires, and holds no token.

    Args:
        uid: The file's uid.
        client: What sends the request.
        download_url: Ask for the download URL; the documentation always sends it.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `BlobObjectResponse`. The file's information and download access.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
        404: `ErrorBody`. No such file, or it is not complete yet.
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
                uid=uid,
                download_url=download_url,
            )
        )
    )


async def asyncio(
    uid: str,
    *,
    client: AsyncClient,
    download_url: Literal["1"] | Unset = UNSET,
) -> BlobObjectResponse | ErrorBody:
    """Read a file's information with a signed download URL.

    The download URL is signed, expires, and holds no token.

    Args:
        uid: The file's uid.
        client: What sends the request.
        download_url: Ask for the download URL; the documentation always sends it.

    Returns:
        The answer, parsed by its status:

        200: `BlobObjectResponse`. The file's information and download access.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
        404: `ErrorBody`. No such file, or it is not complete yet.
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
                uid=uid,
                download_url=download_url,
            )
        )
    )
