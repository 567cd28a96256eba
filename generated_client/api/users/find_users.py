"""Find users by filters: `GET /users/v2`."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from ... import _reading, _writing
from ... import models as _models
from ...client import AsyncClient, Client
from ...transport import RawResponse, Request
from ...types import UNSET, Response, Unset

if TYPE_CHECKING:
    from ...models.error_body import ErrorBody
    from ...models.user_page import UserPage
    from ...models.user_sort_field import UserSortField


def _build_request(
    *,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort_asc: UserSortField | Unset = UNSET,
    sort_desc: UserSortField | Unset = UNSET,
    id: int | Unset = UNSET,
    id_in: list[int] | Unset = UNSET,
    id_nin: list[int] | Unset = UNSET,
    login: str | Unset = UNSET,
    login_in: list[str] | Unset = UNSET,
    login_nin: list[str] | Unset = UNSET,
    login_start_with: str | Unset = UNSET,
    email: str | Unset = UNSET,
    email_in: list[str] | Unset = UNSET,
    email_nin: list[str] | Unset = UNSET,
    email_start_with: str | Unset = UNSET,
    full_name: str | Unset = UNSET,
    full_name_in: list[str] | Unset = UNSET,
    full_name_nin: list[str] | Unset = UNSET,
    full_name_start_with: str | Unset = UNSET,
    phone: str | Unset = UNSET,
    phone_in: list[str] | Unset = UNSET,
    phone_nin: list[str] | Unset = UNSET,
    phone_start_with: str | Unset = UNSET,
    external_id: str | Unset = UNSET,
    external_id_in: list[str] | Unset = UNSET,
    external_id_nin: list[str] | Unset = UNSET,
    external_id_start_with: str | Unset = UNSET,
    facebook_id: str | Unset = UNSET,
    facebook_id_in: list[str] | Unset = UNSET,
    facebook_id_nin: list[str] | Unset = UNSET,
    facebook_id_start_with: str | Unset = UNSET,
    twitter_id: str | Unset = UNSET,
    twitter_id_in: list[str] | Unset = UNSET,
    twitter_id_nin: list[str] | Unset = UNSET,
    twitter_id_start_with: str | Unset = UNSET,
    user_tags: str | Unset = UNSET,
    user_tags_in: list[str] | Unset = UNSET,
    user_tags_nin: list[str] | Unset = UNSET,
    created_at_gt: datetime.datetime | int | Unset = UNSET,
    created_at_lt: datetime.datetime | int | Unset = UNSET,
    created_at_gte: datetime.datetime | int | Unset = UNSET,
    created_at_lte: datetime.datetime | int | Unset = UNSET,
    updated_at_gt: datetime.datetime | int | Unset = UNSET,
    updated_at_lt: datetime.datetime | int | Unset = UNSET,
    updated_at_gte: datetime.datetime | int | Unset = UNSET,
    updated_at_lte: datetime.datetime | int | Unset = UNSET,
    last_request_at_gt: datetime.datetime | int | Unset = UNSET,
    last_request_at_lt: datetime.datetime | int | Unset = UNSET,
    last_request_at_gte: datetime.datetime | int | Unset = UNSET,
    last_request_at_lte: datetime.datetime | int | Unset = UNSET,
) -> Request:
    return Request(
        method="GET",
        url="/users/v2",
        query=(
            *_writing.pairs("offset", offset),
            *_writing.pairs("limit", limit),
            *_writing.pairs("sort_asc", sort_asc),
            *_writing.pairs("sort_desc", sort_desc),
            *_writing.pairs("id", id),
            *_writing.pairs("id[in][]", id_in),
            *_writing.pairs("id[nin][]", id_nin),
            *_writing.pairs("login", login),
            *_writing.pairs("login[in][]", login_in),
            *_writing.pairs("login[nin][]", login_nin),
            *_writing.pairs("login[start_with]", login_start_with),
            *_writing.pairs("email", email),
            *_writing.pairs("email[in][]", email_in),
            *_writing.pairs("email[nin][]", email_nin),
            *_writing.pairs("email[start_with]", email_start_with),
            *_writing.pairs("full_name", full_name),
            *_writing.pairs("full_name[in][]", full_name_in),
            *_writing.pairs("full_name[nin][]", full_name_nin),
            *_writing.pairs("full_name[start_with]", full_name_start_with),
            *_writing.pairs("phone", phone),
            *_writing.pairs("phone[in][]", phone_in),
            *_writing.pairs("phone[nin][]", phone_nin),
            *_writing.pairs("phone[start_with]", phone_start_with),
            *_writing.pairs("external_id", external_id),
            *_writing.pairs("external_id[in][]", external_id_in),
            *_writing.pairs("external_id[nin][]", external_id_nin),
            *_writing.pairs("external_id[start_with]", external_id_start_with),
            *_writing.pairs("facebook_id", facebook_id),
            *_writing.pairs("facebook_id[in][]", facebook_id_in),
            *_writing.pairs("facebook_id[nin][]", facebook_id_nin),
            *_writing.pairs("facebook_id[start_with]", facebook_id_start_with),
            *_writing.pairs("twitter_id", twitter_id),
            *_writing.pairs("twitter_id[in][]", twitter_id_in),
            *_writing.pairs("twitter_id[nin][]", twitter_id_nin),
            *_writing.pairs("twitter_id[start_with]", twitter_id_start_with),
            *_writing.pairs("user_tags", user_tags),
            *_writing.pairs("user_tags[in][]", user_tags_in),
            *_writing.pairs("user_tags[nin][]", user_tags_nin),
            *_writing.pairs("created_at[gt]", created_at_gt),
            *_writing.pairs("created_at[lt]", created_at_lt),
            *_writing.pairs("created_at[gte]", created_at_gte),
            *_writing.pairs("created_at[lte]", created_at_lte),
            *_writing.pairs("updated_at[gt]", updated_at_gt),
            *_writing.pairs("updated_at[lt]", updated_at_lt),
            *_writing.pairs("updated_at[gte]", updated_at_gte),
            *_writing.pairs("updated_at[lte]", updated_at_lte),
            *_writing.pairs("last_request_at[gt]", last_request_at_gt),
            *_writing.pairs("last_request_at[lt]", last_request_at_lt),
            *_writing.pairs("last_request_at[gte]", last_request_at_gte),
            *_writing.pairs("last_request_at[lte]", last_request_at_lte),
        ),
        security=(("sessionToken",),),
        operation_id="findUsers",
    )


def _parse_response(_response: RawResponse) -> ErrorBody | UserPage:
    if _response.status == 200:
        return _reading.json_model(_response, _models.UserPage.from_dict)
    if _response.status in {401, 403, 422, 429, 503}:
        return _reading.json_model(_response, _models.ErrorBody.from_dict)
    _reading.undocumented(_response, "findUsers")


def _build_response(_response: RawResponse) -> Response[ErrorBody | UserPage]:
    return Response(
        status=_response.status,
        headers=_response.headers,
        content=_response.content,
        parsed=_parse_response(_response),
    )


def sync_detailed(
    *,
    client: Client,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort_asc: UserSortField | Unset = UNSET,
    sort_desc: UserSortField | Unset = UNSET,
    id: int | Unset = UNSET,
    id_in: list[int] | Unset = UNSET,
    id_nin: list[int] | Unset = UNSET,
    login: str | Unset = UNSET,
    login_in: list[str] | Unset = UNSET,
    login_nin: list[str] | Unset = UNSET,
    login_start_with: str | Unset = UNSET,
    email: str | Unset = UNSET,
    email_in: list[str] | Unset = UNSET,
    email_nin: list[str] | Unset = UNSET,
    email_start_with: str | Unset = UNSET,
    full_name: str | Unset = UNSET,
    full_name_in: list[str] | Unset = UNSET,
    full_name_nin: list[str] | Unset = UNSET,
    full_name_start_with: str | Unset = UNSET,
    phone: str | Unset = UNSET,
    phone_in: list[str] | Unset = UNSET,
    phone_nin: list[str] | Unset = UNSET,
    phone_start_with: str | Unset = UNSET,
    external_id: str | Unset = UNSET,
    external_id_in: list[str] | Unset = UNSET,
    external_id_nin: list[str] | Unset = UNSET,
    external_id_start_with: str | Unset = UNSET,
    facebook_id: str | Unset = UNSET,
    facebook_id_in: list[str] | Unset = UNSET,
    facebook_id_nin: list[str] | Unset = UNSET,
    facebook_id_start_with: str | Unset = UNSET,
    twitter_id: str | Unset = UNSET,
    twitter_id_in: list[str] | Unset = UNSET,
    twitter_id_nin: list[str] | Unset = UNSET,
    twitter_id_start_with: str | Unset = UNSET,
    user_tags: str | Unset = UNSET,
    user_tags_in: list[str] | Unset = UNSET,
    user_tags_nin: list[str] | Unset = UNSET,
    created_at_gt: datetime.datetime | int | Unset = UNSET,
    created_at_lt: datetime.datetime | int | Unset = UNSET,
    created_at_gte: datetime.datetime | int | Unset = UNSET,
    created_at_lte: datetime.datetime | int | Unset = UNSET,
    updated_at_gt: datetime.datetime | int | Unset = UNSET,
    updated_at_lt: datetime.datetime | int | Unset = UNSET,
    updated_at_gte: datetime.datetime | int | Unset = UNSET,
    updated_at_lte: datetime.datetime | int | Unset = UNSET,
    last_request_at_gt: datetime.datetime | int | Unset = UNSET,
    last_request_at_lt: datetime.datetime | int | Unset = UNSET,
    last_request_at_gte: datetime.datetime | int | Unset = UNSET,
    last_request_at_lte: datetime.datetime | int | Unset = UNSET,
) -> Response[ErrorBody | UserPage]:
    """Find users by filters.

    All filters must hold. A query needs at least one stand-alone field (`id`, `login`,
    `email`, `full_name`, `phone`, `external_id`, `facebook_id`, `twitter_id`, `user_tags`)
    with a primary operator (equality, `in`, `start_with`). `nin` only takes away from what a
    primary operator found; dates only narrow it down. With `start_with` the limit becomes 5.
    Without a sort the order is by ascending id; id always breaks ties.

    Args:
        client: What sends the request.
        offset: How many users to skip; answered as `skip`.
        limit: How many users to answer at most; becomes 5 with `start_with`.
        sort_asc: Sort by this field, ascending. Not together with `sort_desc`.
        sort_desc: Sort by this field, descending. Not together with `sort_asc`.
        id: The user with this id.
        id_in: Users with one of these ids.
        id_nin: Without the users with these ids.
        login: The user with this login.
        login_in: Users with one of these logins.
        login_nin: Without the users with these logins.
        login_start_with: Users whose login starts with this text.
        email: The user with this e-mail.
        email_in: Users with one of these e-mails.
        email_nin: Without the users with these e-mails.
        email_start_with: Users whose e-mail starts with this text.
        full_name: Users with exactly this full name.
        full_name_in: Users with one of these full names.
        full_name_nin: Without the users with these full names.
        full_name_start_with: Users whose full name starts with this text.
        phone: Users with this phone number.
        phone_in: Users with one of these phone numbers.
        phone_nin: Without the users with these phone numbers.
        phone_start_with: Users whose phone number starts with this text.
        external_id: Users with this external id.
        external_id_in: Users with one of these external ids.
        external_id_nin: Without the users with these external ids.
        external_id_start_with: Users whose external id starts with this text.
        facebook_id: Users with this Facebook id.
        facebook_id_in: Users with one of these Facebook ids.
        facebook_id_nin: Without the users with these Facebook ids.
        facebook_id_start_with: Users whose Facebook id starts with this text.
        twitter_id: Users with this Twitter id.
        twitter_id_in: Users with one of these Twitter ids.
        twitter_id_nin: Without the users with these Twitter ids.
        twitter_id_start_with: Users whose Twitter id starts with this text.
        user_tags: Users with this tag.
        user_tags_in: Users with at least one of these tags.
        user_tags_nin: Without the users with any of these tags.
        created_at_gt: Created after this moment.
        created_at_lt: Created before this moment.
        created_at_gte: Created at or after this moment.
        created_at_lte: Created at or before this moment.
        updated_at_gt: Updated after this moment.
        updated_at_lt: Updated before this moment.
        updated_at_gte: Updated at or after this moment.
        updated_at_lte: Updated at or before this moment.
        last_request_at_gt: Last active after this moment.
        last_request_at_lt: Last active before this moment.
        last_request_at_gte: Last active at or after this moment.
        last_request_at_lte: Last active at or before this moment.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `UserPage`. A page of users; past the end no items, with the true total.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
        ValueError: A moment has no time zone.
    """

    return _build_response(
        client.send(
            _build_request(
                offset=offset,
                limit=limit,
                sort_asc=sort_asc,
                sort_desc=sort_desc,
                id=id,
                id_in=id_in,
                id_nin=id_nin,
                login=login,
                login_in=login_in,
                login_nin=login_nin,
                login_start_with=login_start_with,
                email=email,
                email_in=email_in,
                email_nin=email_nin,
                email_start_with=email_start_with,
                full_name=full_name,
                full_name_in=full_name_in,
                full_name_nin=full_name_nin,
                full_name_start_with=full_name_start_with,
                phone=phone,
                phone_in=phone_in,
                phone_nin=phone_nin,
                phone_start_with=phone_start_with,
                external_id=external_id,
                external_id_in=external_id_in,
                external_id_nin=external_id_nin,
                external_id_start_with=external_id_start_with,
                facebook_id=facebook_id,
                facebook_id_in=facebook_id_in,
                facebook_id_nin=facebook_id_nin,
                facebook_id_start_with=facebook_id_start_with,
                twitter_id=twitter_id,
                twitter_id_in=twitter_id_in,
                twitter_id_nin=twitter_id_nin,
                twitter_id_start_with=twitter_id_start_with,
                user_tags=user_tags,
                user_tags_in=user_tags_in,
                user_tags_nin=user_tags_nin,
                created_at_gt=created_at_gt,
                created_at_lt=created_at_lt,
                created_at_gte=created_at_gte,
                created_at_lte=created_at_lte,
                updated_at_gt=updated_at_gt,
                updated_at_lt=updated_at_lt,
                updated_at_gte=updated_at_gte,
                updated_at_lte=updated_at_lte,
                last_request_at_gt=last_request_at_gt,
                last_request_at_lt=last_request_at_lt,
                last_request_at_gte=last_request_at_gte,
                last_request_at_lte=last_request_at_lte,
            )
        )
    )


def sync(
    *,
    client: Client,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort_asc: UserSortField | Unset = UNSET,
    sort_desc: UserSortField | Unset = UNSET,
    id: int | Unset = UNSET,
    id_in: list[int] | Unset = UNSET,
    id_nin: list[int] | Unset = UNSET,
    login: str | Unset = UNSET,
    login_in: list[str] | Unset = UNSET,
    login_nin: list[str] | Unset = UNSET,
    login_start_with: str | Unset = UNSET,
    email: str | Unset = UNSET,
    email_in: list[str] | Unset = UNSET,
    email_nin: list[str] | Unset = UNSET,
    email_start_with: str | Unset = UNSET,
    full_name: str | Unset = UNSET,
    full_name_in: list[str] | Unset = UNSET,
    full_name_nin: list[str] | Unset = UNSET,
    full_name_start_with: str | Unset = UNSET,
    phone: str | Unset = UNSET,
    phone_in: list[str] | Unset = UNSET,
    phone_nin: list[str] | Unset = UNSET,
    phone_start_with: str | Unset = UNSET,
    external_id: str | Unset = UNSET,
    external_id_in: list[str] | Unset = UNSET,
    external_id_nin: list[str] | Unset = UNSET,
    external_id_start_with: str | Unset = UNSET,
    facebook_id: str | Unset = UNSET,
    facebook_id_in: list[str] | Unset = UNSET,
    facebook_id_nin: list[str] | Unset = UNSET,
    facebook_id_start_with: str | Unset = UNSET,
    twitter_id: str | Unset = UNSET,
    twitter_id_in: list[str] | Unset = UNSET,
    twitter_id_nin: list[str] | Unset = UNSET,
    twitter_id_start_with: str | Unset = UNSET,
    user_tags: str | Unset = UNSET,
    user_tags_in: list[str] | Unset = UNSET,
    user_tags_nin: list[str] | Unset = UNSET,
    created_at_gt: datetime.datetime | int | Unset = UNSET,
    created_at_lt: datetime.datetime | int | Unset = UNSET,
    created_at_gte: datetime.datetime | int | Unset = UNSET,
    created_at_lte: datetime.datetime | int | Unset = UNSET,
    updated_at_gt: datetime.datetime | int | Unset = UNSET,
    updated_at_lt: datetime.datetime | int | Unset = UNSET,
    updated_at_gte: datetime.datetime | int | Unset = UNSET,
    updated_at_lte: datetime.datetime | int | Unset = UNSET,
    last_request_at_gt: datetime.datetime | int | Unset = UNSET,
    last_request_at_lt: datetime.datetime | int | Unset = UNSET,
    last_request_at_gte: datetime.datetime | int | Unset = UNSET,
    last_request_at_lte: datetime.datetime | int | Unset = UNSET,
) -> ErrorBody | UserPage:
    """Find users by filters.

    All filters must hold. A query needs at least one stand-alone field (`id`, `login`,
    `email`, `full_name`, `phone`, `external_id`, `facebook_id`, `twitter_id`, `user_tags`)
    with a primary operator (equality, `in`, `start_with`). `nin` only takes away from what a
    primary operator found; dates only narrow it down. With `start_with` the limit becomes 5.
    Without a sort the order is by ascending id; id always breaks ties.

    Args:
        client: What sends the request.
        offset: How many users to skip; answered as `skip`.
        limit: How many users to answer at most; becomes 5 with `start_with`.
        sort_asc: Sort by this field, ascending. Not together with `sort_desc`.
        sort_desc: Sort by this field, descending. Not together with `sort_asc`.
        id: The user with this id.
        id_in: Users with one of these ids.
        id_nin: Without the users with these ids.
        login: The user with this login.
        login_in: Users with one of these logins.
        login_nin: Without the users with these logins.
        login_start_with: Users whose login starts with this text.
        email: The user with this e-mail.
        email_in: Users with one of these e-mails.
        email_nin: Without the users with these e-mails.
        email_start_with: Users whose e-mail starts with this text.
        full_name: Users with exactly this full name.
        full_name_in: Users with one of these full names.
        full_name_nin: Without the users with these full names.
        full_name_start_with: Users whose full name starts with this text.
        phone: Users with this phone number.
        phone_in: Users with one of these phone numbers.
        phone_nin: Without the users with these phone numbers.
        phone_start_with: Users whose phone number starts with this text.
        external_id: Users with this external id.
        external_id_in: Users with one of these external ids.
        external_id_nin: Without the users with these external ids.
        external_id_start_with: Users whose external id starts with this text.
        facebook_id: Users with this Facebook id.
        facebook_id_in: Users with one of these Facebook ids.
        facebook_id_nin: Without the users with these Facebook ids.
        facebook_id_start_with: Users whose Facebook id starts with this text.
        twitter_id: Users with this Twitter id.
        twitter_id_in: Users with one of these Twitter ids.
        twitter_id_nin: Without the users with these Twitter ids.
        twitter_id_start_with: Users whose Twitter id starts with this text.
        user_tags: Users with this tag.
        user_tags_in: Users with at least one of these tags.
        user_tags_nin: Without the users with any of these tags.
        created_at_gt: Created after this moment.
        created_at_lt: Created before this moment.
        created_at_gte: Created at or after this moment.
        created_at_lte: Created at or before this moment.
        updated_at_gt: Updated after this moment.
        updated_at_lt: Updated before this moment.
        updated_at_gte: Updated at or after this moment.
        updated_at_lte: Updated at or before this moment.
        last_request_at_gt: Last active after this moment.
        last_request_at_lt: Last active before this moment.
        last_request_at_gte: Last active at or after this moment.
        last_request_at_lte: Last active at or before this moment.

    Returns:
        The answer, parsed by its status:

        200: `UserPage`. A page of users; past the end no items, with the true total.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
        ValueError: A moment has no time zone.
    """

    return _parse_response(
        client.send(
            _build_request(
                offset=offset,
                limit=limit,
                sort_asc=sort_asc,
                sort_desc=sort_desc,
                id=id,
                id_in=id_in,
                id_nin=id_nin,
                login=login,
                login_in=login_in,
                login_nin=login_nin,
                login_start_with=login_start_with,
                email=email,
                email_in=email_in,
                email_nin=email_nin,
                email_start_with=email_start_with,
                full_name=full_name,
                full_name_in=full_name_in,
                full_name_nin=full_name_nin,
                full_name_start_with=full_name_start_with,
                phone=phone,
                phone_in=phone_in,
                phone_nin=phone_nin,
                phone_start_with=phone_start_with,
                external_id=external_id,
                external_id_in=external_id_in,
                external_id_nin=external_id_nin,
                external_id_start_with=external_id_start_with,
                facebook_id=facebook_id,
                facebook_id_in=facebook_id_in,
                facebook_id_nin=facebook_id_nin,
                facebook_id_start_with=facebook_id_start_with,
                twitter_id=twitter_id,
                twitter_id_in=twitter_id_in,
                twitter_id_nin=twitter_id_nin,
                twitter_id_start_with=twitter_id_start_with,
                user_tags=user_tags,
                user_tags_in=user_tags_in,
                user_tags_nin=user_tags_nin,
                created_at_gt=created_at_gt,
                created_at_lt=created_at_lt,
                created_at_gte=created_at_gte,
                created_at_lte=created_at_lte,
                updated_at_gt=updated_at_gt,
                updated_at_lt=updated_at_lt,
                updated_at_gte=updated_at_gte,
                updated_at_lte=updated_at_lte,
                last_request_at_gt=last_request_at_gt,
                last_request_at_lt=last_request_at_lt,
                last_request_at_gte=last_request_at_gte,
                last_request_at_lte=last_request_at_lte,
            )
        )
    )


async def asyncio_detailed(
    *,
    client: AsyncClient,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort_asc: UserSortField | Unset = UNSET,
    sort_desc: UserSortField | Unset = UNSET,
    id: int | Unset = UNSET,
    id_in: list[int] | Unset = UNSET,
    id_nin: list[int] | Unset = UNSET,
    login: str | Unset = UNSET,
    login_in: list[str] | Unset = UNSET,
    login_nin: list[str] | Unset = UNSET,
    login_start_with: str | Unset = UNSET,
    email: str | Unset = UNSET,
    email_in: list[str] | Unset = UNSET,
    email_nin: list[str] | Unset = UNSET,
    email_start_with: str | Unset = UNSET,
    full_name: str | Unset = UNSET,
    full_name_in: list[str] | Unset = UNSET,
    full_name_nin: list[str] | Unset = UNSET,
    full_name_start_with: str | Unset = UNSET,
    phone: str | Unset = UNSET,
    phone_in: list[str] | Unset = UNSET,
    phone_nin: list[str] | Unset = UNSET,
    phone_start_with: str | Unset = UNSET,
    external_id: str | Unset = UNSET,
    external_id_in: list[str] | Unset = UNSET,
    external_id_nin: list[str] | Unset = UNSET,
    external_id_start_with: str | Unset = UNSET,
    facebook_id: str | Unset = UNSET,
    facebook_id_in: list[str] | Unset = UNSET,
    facebook_id_nin: list[str] | Unset = UNSET,
    facebook_id_start_with: str | Unset = UNSET,
    twitter_id: str | Unset = UNSET,
    twitter_id_in: list[str] | Unset = UNSET,
    twitter_id_nin: list[str] | Unset = UNSET,
    twitter_id_start_with: str | Unset = UNSET,
    user_tags: str | Unset = UNSET,
    user_tags_in: list[str] | Unset = UNSET,
    user_tags_nin: list[str] | Unset = UNSET,
    created_at_gt: datetime.datetime | int | Unset = UNSET,
    created_at_lt: datetime.datetime | int | Unset = UNSET,
    created_at_gte: datetime.datetime | int | Unset = UNSET,
    created_at_lte: datetime.datetime | int | Unset = UNSET,
    updated_at_gt: datetime.datetime | int | Unset = UNSET,
    updated_at_lt: datetime.datetime | int | Unset = UNSET,
    updated_at_gte: datetime.datetime | int | Unset = UNSET,
    updated_at_lte: datetime.datetime | int | Unset = UNSET,
    last_request_at_gt: datetime.datetime | int | Unset = UNSET,
    last_request_at_lt: datetime.datetime | int | Unset = UNSET,
    last_request_at_gte: datetime.datetime | int | Unset = UNSET,
    last_request_at_lte: datetime.datetime | int | Unset = UNSET,
) -> Response[ErrorBody | UserPage]:
    """Find users by filters.

    All filters must hold. A query needs at least one stand-alone field (`id`, `login`,
    `email`, `full_name`, `phone`, `external_id`, `facebook_id`, `twitter_id`, `user_tags`)
    with a primary operator (equality, `in`, `start_with`). `nin` only takes away from what a
    primary operator found; dates only narrow it down. With `start_with` the limit becomes 5.
    Without a sort the order is by ascending id; id always breaks ties.

    Args:
        client: What sends the request.
        offset: How many users to skip; answered as `skip`.
        limit: How many users to answer at most; becomes 5 with `start_with`.
        sort_asc: Sort by this field, ascending. Not together with `sort_desc`.
        sort_desc: Sort by this field, descending. Not together with `sort_asc`.
        id: The user with this id.
        id_in: Users with one of these ids.
        id_nin: Without the users with these ids.
        login: The user with this login.
        login_in: Users with one of these logins.
        login_nin: Without the users with these logins.
        login_start_with: Users whose login starts with this text.
        email: The user with this e-mail.
        email_in: Users with one of these e-mails.
        email_nin: Without the users with these e-mails.
        email_start_with: Users whose e-mail starts with this text.
        full_name: Users with exactly this full name.
        full_name_in: Users with one of these full names.
        full_name_nin: Without the users with these full names.
        full_name_start_with: Users whose full name starts with this text.
        phone: Users with this phone number.
        phone_in: Users with one of these phone numbers.
        phone_nin: Without the users with these phone numbers.
        phone_start_with: Users whose phone number starts with this text.
        external_id: Users with this external id.
        external_id_in: Users with one of these external ids.
        external_id_nin: Without the users with these external ids.
        external_id_start_with: Users whose external id starts with this text.
        facebook_id: Users with this Facebook id.
        facebook_id_in: Users with one of these Facebook ids.
        facebook_id_nin: Without the users with these Facebook ids.
        facebook_id_start_with: Users whose Facebook id starts with this text.
        twitter_id: Users with this Twitter id.
        twitter_id_in: Users with one of these Twitter ids.
        twitter_id_nin: Without the users with these Twitter ids.
        twitter_id_start_with: Users whose Twitter id starts with this text.
        user_tags: Users with this tag.
        user_tags_in: Users with at least one of these tags.
        user_tags_nin: Without the users with any of these tags.
        created_at_gt: Created after this moment.
        created_at_lt: Created before this moment.
        created_at_gte: Created at or after this moment.
        created_at_lte: Created at or before this moment.
        updated_at_gt: Updated after this moment.
        updated_at_lt: Updated before this moment.
        updated_at_gte: Updated at or after this moment.
        updated_at_lte: Updated at or before this moment.
        last_request_at_gt: Last active after this moment.
        last_request_at_lt: Last active before this moment.
        last_request_at_gte: Last active at or after this moment.
        last_request_at_lte: Last active at or before this moment.

    Returns:
        The answer with its status and headers, parsed by its status:

        200: `UserPage`. A page of users; past the end no items, with the true total.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
        ValueError: A moment has no time zone.
    """

    return _build_response(
        await client.send(
            _build_request(
                offset=offset,
                limit=limit,
                sort_asc=sort_asc,
                sort_desc=sort_desc,
                id=id,
                id_in=id_in,
                id_nin=id_nin,
                login=login,
                login_in=login_in,
                login_nin=login_nin,
                login_start_with=login_start_with,
                email=email,
                email_in=email_in,
                email_nin=email_nin,
                email_start_with=email_start_with,
                full_name=full_name,
                full_name_in=full_name_in,
                full_name_nin=full_name_nin,
                full_name_start_with=full_name_start_with,
                phone=phone,
                phone_in=phone_in,
                phone_nin=phone_nin,
                phone_start_with=phone_start_with,
                external_id=external_id,
                external_id_in=external_id_in,
                external_id_nin=external_id_nin,
                external_id_start_with=external_id_start_with,
                facebook_id=facebook_id,
                facebook_id_in=facebook_id_in,
                facebook_id_nin=facebook_id_nin,
                facebook_id_start_with=facebook_id_start_with,
                twitter_id=twitter_id,
                twitter_id_in=twitter_id_in,
                twitter_id_nin=twitter_id_nin,
                twitter_id_start_with=twitter_id_start_with,
                user_tags=user_tags,
                user_tags_in=user_tags_in,
                user_tags_nin=user_tags_nin,
                created_at_gt=created_at_gt,
                created_at_lt=created_at_lt,
                created_at_gte=created_at_gte,
                created_at_lte=created_at_lte,
                updated_at_gt=updated_at_gt,
                updated_at_lt=updated_at_lt,
                updated_at_gte=updated_at_gte,
                updated_at_lte=updated_at_lte,
                last_request_at_gt=last_request_at_gt,
                last_request_at_lt=last_request_at_lt,
                last_request_at_gte=last_request_at_gte,
                last_request_at_lte=last_request_at_lte,
            )
        )
    )


async def asyncio(
    *,
    client: AsyncClient,
    offset: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    sort_asc: UserSortField | Unset = UNSET,
    sort_desc: UserSortField | Unset = UNSET,
    id: int | Unset = UNSET,
    id_in: list[int] | Unset = UNSET,
    id_nin: list[int] | Unset = UNSET,
    login: str | Unset = UNSET,
    login_in: list[str] | Unset = UNSET,
    login_nin: list[str] | Unset = UNSET,
    login_start_with: str | Unset = UNSET,
    email: str | Unset = UNSET,
    email_in: list[str] | Unset = UNSET,
    email_nin: list[str] | Unset = UNSET,
    email_start_with: str | Unset = UNSET,
    full_name: str | Unset = UNSET,
    full_name_in: list[str] | Unset = UNSET,
    full_name_nin: list[str] | Unset = UNSET,
    full_name_start_with: str | Unset = UNSET,
    phone: str | Unset = UNSET,
    phone_in: list[str] | Unset = UNSET,
    phone_nin: list[str] | Unset = UNSET,
    phone_start_with: str | Unset = UNSET,
    external_id: str | Unset = UNSET,
    external_id_in: list[str] | Unset = UNSET,
    external_id_nin: list[str] | Unset = UNSET,
    external_id_start_with: str | Unset = UNSET,
    facebook_id: str | Unset = UNSET,
    facebook_id_in: list[str] | Unset = UNSET,
    facebook_id_nin: list[str] | Unset = UNSET,
    facebook_id_start_with: str | Unset = UNSET,
    twitter_id: str | Unset = UNSET,
    twitter_id_in: list[str] | Unset = UNSET,
    twitter_id_nin: list[str] | Unset = UNSET,
    twitter_id_start_with: str | Unset = UNSET,
    user_tags: str | Unset = UNSET,
    user_tags_in: list[str] | Unset = UNSET,
    user_tags_nin: list[str] | Unset = UNSET,
    created_at_gt: datetime.datetime | int | Unset = UNSET,
    created_at_lt: datetime.datetime | int | Unset = UNSET,
    created_at_gte: datetime.datetime | int | Unset = UNSET,
    created_at_lte: datetime.datetime | int | Unset = UNSET,
    updated_at_gt: datetime.datetime | int | Unset = UNSET,
    updated_at_lt: datetime.datetime | int | Unset = UNSET,
    updated_at_gte: datetime.datetime | int | Unset = UNSET,
    updated_at_lte: datetime.datetime | int | Unset = UNSET,
    last_request_at_gt: datetime.datetime | int | Unset = UNSET,
    last_request_at_lt: datetime.datetime | int | Unset = UNSET,
    last_request_at_gte: datetime.datetime | int | Unset = UNSET,
    last_request_at_lte: datetime.datetime | int | Unset = UNSET,
) -> ErrorBody | UserPage:
    """Find users by filters.

    All filters must hold. A query needs at least one stand-alone field (`id`, `login`,
    `email`, `full_name`, `phone`, `external_id`, `facebook_id`, `twitter_id`, `user_tags`)
    with a primary operator (equality, `in`, `start_with`). `nin` only takes away from what a
    primary operator found; dates only narrow it down. With `start_with` the limit becomes 5.
    Without a sort the order is by ascending id; id always breaks ties.

    Args:
        client: What sends the request.
        offset: How many users to skip; answered as `skip`.
        limit: How many users to answer at most; becomes 5 with `start_with`.
        sort_asc: Sort by this field, ascending. Not together with `sort_desc`.
        sort_desc: Sort by this field, descending. Not together with `sort_asc`.
        id: The user with this id.
        id_in: Users with one of these ids.
        id_nin: Without the users with these ids.
        login: The user with this login.
        login_in: Users with one of these logins.
        login_nin: Without the users with these logins.
        login_start_with: Users whose login starts with this text.
        email: The user with this e-mail.
        email_in: Users with one of these e-mails.
        email_nin: Without the users with these e-mails.
        email_start_with: Users whose e-mail starts with this text.
        full_name: Users with exactly this full name.
        full_name_in: Users with one of these full names.
        full_name_nin: Without the users with these full names.
        full_name_start_with: Users whose full name starts with this text.
        phone: Users with this phone number.
        phone_in: Users with one of these phone numbers.
        phone_nin: Without the users with these phone numbers.
        phone_start_with: Users whose phone number starts with this text.
        external_id: Users with this external id.
        external_id_in: Users with one of these external ids.
        external_id_nin: Without the users with these external ids.
        external_id_start_with: Users whose external id starts with this text.
        facebook_id: Users with this Facebook id.
        facebook_id_in: Users with one of these Facebook ids.
        facebook_id_nin: Without the users with these Facebook ids.
        facebook_id_start_with: Users whose Facebook id starts with this text.
        twitter_id: Users with this Twitter id.
        twitter_id_in: Users with one of these Twitter ids.
        twitter_id_nin: Without the users with these Twitter ids.
        twitter_id_start_with: Users whose Twitter id starts with this text.
        user_tags: Users with this tag.
        user_tags_in: Users with at least one of these tags.
        user_tags_nin: Without the users with any of these tags.
        created_at_gt: Created after this moment.
        created_at_lt: Created before this moment.
        created_at_gte: Created at or after this moment.
        created_at_lte: Created at or before this moment.
        updated_at_gt: Updated after this moment.
        updated_at_lt: Updated before this moment.
        updated_at_gte: Updated at or after this moment.
        updated_at_lte: Updated at or before this moment.
        last_request_at_gt: Last active after this moment.
        last_request_at_lt: Last active before this moment.
        last_request_at_gte: Last active at or after this moment.
        last_request_at_lte: Last active at or before this moment.

    Returns:
        The answer, parsed by its status:

        200: `UserPage`. A page of users; past the end no items, with the true total.
        401: `ErrorBody`. The token is unknown or has expired.
        403: `ErrorBody`. There is no token.
        422: `ErrorBody`. A parameter is refused.
        429: `ErrorBody`. The app's rate limit is reached.
        503: `ErrorBody`. The service cannot answer for the moment.

    Raises:
        UnexpectedResponse: The server answered what the contract does not allow.
        ValueError: A moment has no time zone.
    """

    return _parse_response(
        await client.send(
            _build_request(
                offset=offset,
                limit=limit,
                sort_asc=sort_asc,
                sort_desc=sort_desc,
                id=id,
                id_in=id_in,
                id_nin=id_nin,
                login=login,
                login_in=login_in,
                login_nin=login_nin,
                login_start_with=login_start_with,
                email=email,
                email_in=email_in,
                email_nin=email_nin,
                email_start_with=email_start_with,
                full_name=full_name,
                full_name_in=full_name_in,
                full_name_nin=full_name_nin,
                full_name_start_with=full_name_start_with,
                phone=phone,
                phone_in=phone_in,
                phone_nin=phone_nin,
                phone_start_with=phone_start_with,
                external_id=external_id,
                external_id_in=external_id_in,
                external_id_nin=external_id_nin,
                external_id_start_with=external_id_start_with,
                facebook_id=facebook_id,
                facebook_id_in=facebook_id_in,
                facebook_id_nin=facebook_id_nin,
                facebook_id_start_with=facebook_id_start_with,
                twitter_id=twitter_id,
                twitter_id_in=twitter_id_in,
                twitter_id_nin=twitter_id_nin,
                twitter_id_start_with=twitter_id_start_with,
                user_tags=user_tags,
                user_tags_in=user_tags_in,
                user_tags_nin=user_tags_nin,
                created_at_gt=created_at_gt,
                created_at_lt=created_at_lt,
                created_at_gte=created_at_gte,
                created_at_lte=created_at_lte,
                updated_at_gt=updated_at_gt,
                updated_at_lt=updated_at_lt,
                updated_at_gte=updated_at_gte,
                updated_at_lte=updated_at_lte,
                last_request_at_gt=last_request_at_gt,
                last_request_at_lt=last_request_at_lt,
                last_request_at_gte=last_request_at_gte,
                last_request_at_lte=last_request_at_lte,
            )
        )
    )
