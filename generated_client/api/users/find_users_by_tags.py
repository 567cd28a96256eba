"""Find users by tags: `GET /users/by_tags`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import _reading, _writing
from ... import models as _models
from ...client import AsyncClient, Client
from ...transport import RawResponse, Request
from ...types import UNSET, Response, Unset

if TYPE_CHECKING:
    from ...models.error_body import ErrorBody
    from ...models.user_page_v1 import UserPageV1


def _build_request(
    *,
    tags: str,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> Request:
    return Request(
        method="GET",
        url="/users/by_tags",
        query=(
            *_writing.pairs("tags", tags),
            *_writing.pairs("page", page),
            *_writing.pairs("per_page", per_page),
        ),
        security=(("sessionToken",),),
        operation_id="findUsersByTags",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | UserPageV1:
    if _response.status == 200:
        return _reading.json_model(_response, _models.UserPageV1.from_dict)
    if _response.status in {401, 403, 422, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "findUsersByTags")


def _build_response(_response: RawResponse) -> Response[ErrorBody | UserPageV1]:
    return Response(
        status=_response.status,
        headers=_response.headers,
        content=_response.content,
        parsed=_parse_response(_response),
    )


def sync_detailed(
    *,
    client: Client,
    tags: str,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> Response[ErrorBody | UserPageV1]:
    """Find users by tags.

    Answers a page of the users who have at least one of the tags.

    Args:
        client: What sends the request.
        tags: Tags joined by commas. The JavaScript SDK repeats `tags[]=` instead, which
            means the same.
        page: The page, from 1.
        per_page: Items a page.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `UserPageV1`. A page of users; past the end no items, with the true total.
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
                tags=tags,
                page=page,
                per_page=per_page,
            )
        )
    )


def sync(
    *,
    client: Client,
    tags: str,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> ErrorBody | UserPageV1:
    """Find users by tags.

    Answers a page of the users who have at least one of the tags.

    Args:
        client: What sends the request.
        tags: Tags joined by commas. The JavaScript SDK repeats `tags[]=` instead, which
            means the same.
        page: The page, from 1.
        per_page: Items a page.

    Returns:
        The answer, parsed by its status:

        200: `UserPageV1`. A page of users; past the end no items, with the true total.
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
                tags=tags,
                page=page,
                per_page=per_page,
            )
        )
    )


async def asyncio_detailed(
    *,
    client: AsyncClient,
    tags: str,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> Response[ErrorBody | UserPageV1]:
    """Find users by tags.

    Answers a page of the users who have at least one of the tags.

    Args:
        client: What sends the request.
        tags: Tags joined by commas. The JavaScript SDK repeats `tags[]=` instead, which
            means the same.
        page: The page, from 1.
        per_page: Items a page.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `UserPageV1`. A page of users; past the end no items, with the true total.
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
                tags=tags,
                page=page,
                per_page=per_page,
            )
        )
    )


async def asyncio(
    *,
    client: AsyncClient,
    tags: str,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> ErrorBody | UserPageV1:
    """Find users by tags.

    Answers a page of the users who have at least one of the tags.

    Args:
        client: What sends the request.
        tags: Tags joined by commas. The JavaScript SDK repeats `tags[]=` instead, which
            means the same.
        page: The page, from 1.
        per_page: Items a page.

    Returns:
        The answer, parsed by its status:

        200: `UserPageV1`. A page of users; past the end no items, with the true total.
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
                tags=tags,
                page=page,
                per_page=per_page,
            )
        )
    )
