"""Be sent to a file's bytes: `GET /blobs/{uid}/download`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import _reading, _writing
from ... import models as _models
from ...client import AsyncClient, Client
from ...transport import RawResponse, Request
from ...types import Redirect, Response

if TYPE_CHECKING:
    from ...models.error_body import ErrorBody


def _build_request(
    uid: str,
) -> Request:
    return Request(
        method="GET",
        url="/blobs/{uid}/download".format(
            uid=_writing.path(uid),
        ),
        security=(("sessionToken",), ("tokenQuery",), ()),
        operation_id="downloadBlob",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | Redirect:
    if _response.status == 301:
        return _reading.redirect(_response)
    if _response.status in {401, 403, 404, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "downloadBlob")


def _build_response(_response: RawResponse) -> Response[ErrorBody | Redirect]:
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
) -> Response[ErrorBody | Redirect]:
    """Be sent to a file's bytes.

    The same redirect as `/blobs/{uid}`, under the documented longer path.

    Args:
        uid: The file's uid.
        client: What sends the request.

    Returns:
        The answer with its status and headers, parsed by its status:

        301: `Redirect`. The bytes are at `Location`, on the object store. Never send the
            token there.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
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
                uid=uid,
            )
        )
    )


def sync(
    uid: str,
    *,
    client: Client,
) -> ErrorBody | Redirect:
    """Be sent to a file's bytes.

    The same redirect as `/blobs/{uid}`, under the documented longer path.

    Args:
        uid: The file's uid.
        client: What sends the request.

    Returns:
        The answer, parsed by its status:

        301: `Redirect`. The bytes are at `Location`, on the object store. Never send the
            token there.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
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
                uid=uid,
            )
        )
    )


async def asyncio_detailed(
    uid: str,
    *,
    client: AsyncClient,
) -> Response[ErrorBody | Redirect]:
    """Be sent to a file's bytes.

    The same redirect as `/blobs/{uid}`, under the documented longer path.

    Args:
        uid: The file's uid.
        client: What sends the request.

    Returns:
        The answer with its status and headers, parsed by its status:

        301: `Redirect`. The bytes are at `Location`, on the object store. Never send the
            token there.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
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
                uid=uid,
            )
        )
    )


async def asyncio(
    uid: str,
    *,
    client: AsyncClient,
) -> ErrorBody | Redirect:
    """Be sent to a file's bytes.

    The same redirect as `/blobs/{uid}`, under the documented longer path.

    Args:
        uid: The file's uid.
        client: What sends the request.

    Returns:
        The answer, parsed by its status:

        301: `Redirect`. The bytes are at `Location`, on the object store. Never send the
            token there.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
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
                uid=uid,
            )
        )
    )
