"""Read a file's information, or be sent to its bytes: `GET /blobs/{blob_ref}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import _reading, _writing
from ... import models as _models
from ...client import AsyncClient, Client
from ...transport import RawResponse, Request
from ...types import Redirect, Response

if TYPE_CHECKING:
    from ...models.blob_response import BlobResponse
    from ...models.error_body import ErrorBody


def _build_request(
    blob_ref: int | str,
) -> Request:
    return Request(
        method="GET",
        url="/blobs/{blob_ref}".format(
            blob_ref=_writing.path(blob_ref),
        ),
        security=(("sessionToken",), ("tokenQuery",), ()),
        operation_id="getBlob",
    )


def _parse_response(_response: RawResponse) -> BlobResponse | ErrorBody | Redirect:
    if _response.status == 200:
        return _reading.json_model(_response, _models.BlobResponse.from_dict)
    if _response.status == 301:
        return _reading.redirect(_response)
    if _response.status in {401, 403, 404, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "getBlob")


def _build_response(_response: RawResponse) -> Response[BlobResponse | ErrorBody | Redirect]:
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
) -> Response[BlobResponse | ErrorBody | Redirect]:
    """Read a file's information, or be sent to its bytes.

    With an id: the file's information, to a token with a user. With a uid: a redirect to the
    stored object, for a private file to any token of its app (as header or in the query), for
    a public one to anybody. A file that is not complete does not exist yet here.

    Args:
        blob_ref: The file's id or uid; what is numeric is an id.
        client: What sends the request.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `BlobResponse`. The file's information.
        301: `Redirect`. The bytes are at `Location`, on the object store. Never send the
            token there.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
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
) -> BlobResponse | ErrorBody | Redirect:
    """Read a file's information, or be sent to its bytes.

    With an id: the file's information, to a token with a user. With a uid: a redirect to the
    stored object, for a private file to any token of its app (as header or in the query), for
    a public one to anybody. A file that is not complete does not exist yet here.

    Args:
        blob_ref: The file's id or uid; what is numeric is an id.
        client: What sends the request.

    Returns:
        The answer, parsed by its status:

        200: `BlobResponse`. The file's information.
        301: `Redirect`. The bytes are at `Location`, on the object store. Never send the
            token there.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
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
) -> Response[BlobResponse | ErrorBody | Redirect]:
    """Read a file's information, or be sent to its bytes.

    With an id: the file's information, to a token with a user. With a uid: a redirect to the
    stored object, for a private file to any token of its app (as header or in the query), for
    a public one to anybody. A file that is not complete does not exist yet here.

    Args:
        blob_ref: The file's id or uid; what is numeric is an id.
        client: What sends the request.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `BlobResponse`. The file's information.
        301: `Redirect`. The bytes are at `Location`, on the object store. Never send the
            token there.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
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
) -> BlobResponse | ErrorBody | Redirect:
    """Read a file's information, or be sent to its bytes.

    With an id: the file's information, to a token with a user. With a uid: a redirect to the
    stored object, for a private file to any token of its app (as header or in the query), for
    a public one to anybody. A file that is not complete does not exist yet here.

    Args:
        blob_ref: The file's id or uid; what is numeric is an id.
        client: What sends the request.

    Returns:
        The answer, parsed by its status:

        200: `BlobResponse`. The file's information.
        301: `Redirect`. The bytes are at `Location`, on the object store. Never send the
            token there.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the token stands for the app alone.
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
