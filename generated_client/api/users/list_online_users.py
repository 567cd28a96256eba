"""List or count the users who are online: `GET /users/online`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import _reading, _writing
from ... import models as _models
from ..._reading import read_model as _read_model
from ..._reading import read_union as _read_union
from ...client import AsyncClient, Client
from ...transport import RawResponse, Request
from ...types import UNSET, Response, Unset

if TYPE_CHECKING:
    from ...models.error_body import ErrorBody
    from ...models.online_count import OnlineCount
    from ...models.online_users import OnlineUsers


def _build_request(
    *,
    limit: int | Unset = UNSET,
    offset: int | Unset = UNSET,
    count: bool | Unset = UNSET,
) -> Request:
    return Request(
        method="GET",
        url="/users/online",
        query=(
            *_writing.pairs("limit", limit),
            *_writing.pairs("offset", offset),
            *_writing.pairs("count", count),
        ),
        security=(("sessionToken",),),
        operation_id="listOnlineUsers",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | OnlineCount | OnlineUsers:
    if _response.status == 200:
        return _reading.json_value(
            _response,
            lambda _value: _read_union(
                _value,
                "",
                lambda _value: _read_model(_value, "", _models.OnlineUsers.from_dict),
                lambda _value: _read_model(_value, "", _models.OnlineCount.from_dict),
            ),
        )
    if _response.status in {401, 403, 422, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "listOnlineUsers")


def _build_response(_response: RawResponse) -> Response[ErrorBody | OnlineCount | OnlineUsers]:
    return Response(
        status=_response.status,
        headers=_response.headers,
        content=_response.content,
        parsed=_parse_response(_response),
    )


def sync_detailed(
    *,
    client: Client,
    limit: int | Unset = UNSET,
    offset: int | Unset = UNSET,
    count: bool | Unset = UNSET,
) -> Response[ErrorBody | OnlineCount | OnlineUsers]:
    """List or count the users who are online.

    Answers the users online now, or their number alone with `count=true`.

    Args:
        client: What sends the request.
        limit: How many users to answer at most.
        offset: How many users to skip.
        count: Answer the number alone.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `OnlineCount | OnlineUsers`. The users, or their number.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _build_response(
        client.send(
            _build_request(
                limit=limit,
                offset=offset,
                count=count,
            )
        )
    )


def sync(
    *,
    client: Client,
    limit: int | Unset = UNSET,
    offset: int | Unset = UNSET,
    count: bool | Unset = UNSET,
) -> ErrorBody | OnlineCount | OnlineUsers:
    """List or count the users who are online.

    Answers the users online now, or their number alone with `count=true`.

    Args:
        client: What sends the request.
        limit: How many users to answer at most.
        offset: How many users to skip.
        count: Answer the number alone.

    Returns:
        The answer, parsed by its status:

        200: `OnlineCount | OnlineUsers`. The users, or their number.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _parse_response(
        client.send(
            _build_request(
                limit=limit,
                offset=offset,
                count=count,
            )
        )
    )


async def asyncio_detailed(
    *,
    client: AsyncClient,
    limit: int | Unset = UNSET,
    offset: int | Unset = UNSET,
    count: bool | Unset = UNSET,
) -> Response[ErrorBody | OnlineCount | OnlineUsers]:
    """List or count the users who are online.

    Answers the users online now, or their number alone with `count=true`.

    Args:
        client: What sends the request.
        limit: How many users to answer at most.
        offset: How many users to skip.
        count: Answer the number alone.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `OnlineCount | OnlineUsers`. The users, or their number.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _build_response(
        await client.send(
            _build_request(
                limit=limit,
                offset=offset,
                count=count,
            )
        )
    )


async def asyncio(
    *,
    client: AsyncClient,
    limit: int | Unset = UNSET,
    offset: int | Unset = UNSET,
    count: bool | Unset = UNSET,
) -> ErrorBody | OnlineCount | OnlineUsers:
    """List or count the users who are online.

    Answers the users online now, or their number alone with `count=true`.

    Args:
        client: What sends the request.
        limit: How many users to answer at most.
        offset: How many users to skip.
        count: Answer the number alone.

    Returns:
        The answer, parsed by its status:

        200: `OnlineCount | OnlineUsers`. The users, or their number.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
    """

    return _parse_response(
        await client.send(
            _build_request(
                limit=limit,
                offset=offset,
                count=count,
            )
        )
    )
