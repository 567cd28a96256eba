"""List users (first version): `GET /users`."""

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
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
    filter_: list[str] | Unset = UNSET,
    order: str | Unset = UNSET,
) -> Request:
    return Request(
        method="GET",
        url="/users",
        query=(
            *_writing.pairs("page", page),
            *_writing.pairs("per_page", per_page),
            *_writing.pairs("filter[]", filter_),
            *_writing.pairs("order", order),
        ),
        security=(("sessionToken",),),
        operation_id="listUsers",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | UserPageV1:
    if _response.status == 200:
        return _reading.json_model(_response, _models.UserPageV1.from_dict)
    if _response.status in {401, 403, 422, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "listUsers")


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
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
    filter_: list[str] | Unset = UNSET,
    order: str | Unset = UNSET,
) -> Response[ErrorBody | UserPageV1]:
    """List users (first version).

    The first version's list with its own little filter language; the app may have it disabled.
    Use the second version's filters instead. A filter whose type does not fit its field
    matches nothing and answers `per_page` 0.

    The contract calls this operation deprecated.

    Args:
        client: What sends the request.
        page: The page, from 1.
        per_page: Items a page.
        filter_: Filters, each `<number|string|date> <field> <operator> <value[,value]>`;
            all must hold. Dates are `yyyy-mm-dd` or `yyyy.mm.dd`.
        order: Order, `<asc|desc> <type> <field>`; the type is ignored, since the official
            SDK always says `string`.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `UserPageV1`. A page of users.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the app has this list disabled.
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
                filter_=filter_,
                order=order,
            )
        )
    )


def sync(
    *,
    client: Client,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
    filter_: list[str] | Unset = UNSET,
    order: str | Unset = UNSET,
) -> ErrorBody | UserPageV1:
    """List users (first version).

    The first version's list with its own little filter language; the app may have it disabled.
    Use the second version's filters instead. A filter whose type does not fit its field
    matches nothing and answers `per_page` 0.

    The contract calls this operation deprecated.

    Args:
        client: What sends the request.
        page: The page, from 1.
        per_page: Items a page.
        filter_: Filters, each `<number|string|date> <field> <operator> <value[,value]>`;
            all must hold. Dates are `yyyy-mm-dd` or `yyyy.mm.dd`.
        order: Order, `<asc|desc> <type> <field>`; the type is ignored, since the official
            SDK always says `string`.

    Returns:
        The answer, parsed by its status:

        200: `UserPageV1`. A page of users.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the app has this list disabled.
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
                filter_=filter_,
                order=order,
            )
        )
    )


async def asyncio_detailed(
    *,
    client: AsyncClient,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
    filter_: list[str] | Unset = UNSET,
    order: str | Unset = UNSET,
) -> Response[ErrorBody | UserPageV1]:
    """List users (first version).

    The first version's list with its own little filter language; the app may have it disabled.
    Use the second version's filters instead. A filter whose type does not fit its field
    matches nothing and answers `per_page` 0.

    The contract calls this operation deprecated.

    Args:
        client: What sends the request.
        page: The page, from 1.
        per_page: Items a page.
        filter_: Filters, each `<number|string|date> <field> <operator> <value[,value]>`;
            all must hold. Dates are `yyyy-mm-dd` or `yyyy.mm.dd`.
        order: Order, `<asc|desc> <type> <field>`; the type is ignored, since the official
            SDK always says `string`.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `UserPageV1`. A page of users.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the app has this list disabled.
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
                filter_=filter_,
                order=order,
            )
        )
    )


async def asyncio(
    *,
    client: AsyncClient,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
    filter_: list[str] | Unset = UNSET,
    order: str | Unset = UNSET,
) -> ErrorBody | UserPageV1:
    """List users (first version).

    The first version's list with its own little filter language; the app may have it disabled.
    Use the second version's filters instead. A filter whose type does not fit its field
    matches nothing and answers `per_page` 0.

    The contract calls this operation deprecated.

    Args:
        client: What sends the request.
        page: The page, from 1.
        per_page: Items a page.
        filter_: Filters, each `<number|string|date> <field> <operator> <value[,value]>`;
            all must hold. Dates are `yyyy-mm-dd` or `yyyy.mm.dd`.
        order: Order, `<asc|desc> <type> <field>`; the type is ignored, since the official
            SDK always says `string`.

    Returns:
        The answer, parsed by its status:

        200: `UserPageV1`. A page of users.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token, or the app has this list disabled.
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
                filter_=filter_,
                order=order,
            )
        )
    )
