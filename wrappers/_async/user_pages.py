"""Pages of users, asked for one after another: what every way to find them shares."""

from __future__ import annotations

from typing import Any, cast

from generated_client import models
from generated_client.api.users import (
    find_users,
    find_users_by_full_name,
    find_users_by_tags,
    list_online_users,
)
from wrappers._filters import user_query
from wrappers._models import User
from wrappers._pages import ChunkPage, Page, chunk_page, user_page
from wrappers._parsing import expect, translated

from .core import AsyncCore


async def filtered(core: AsyncCore, query: dict[str, Any], after: Page[User] | None) -> Page[User]:
    """Ask for users by filters.

    Args:
        core: The client.
        query: Arguments of the operation, from ``user_query``.
        after: The page before the one wanted, or None for the first.

    Returns:
        The page.
    """
    offset = query["offset"] if after is None else after.end
    arguments: dict[str, Any] = {**query, "offset": offset}
    with translated():
        response = await find_users.asyncio_detailed(client=core.api, **arguments)
    page = expect(models.UserPage, response)
    return user_page(page.items, page.total_entries, after, offset=offset)


async def chunked(
    core: AsyncCore,
    queries: list[dict[str, Any]],
    firsts: list[Page[User]],
    after: Page[User] | None,
) -> Page[User]:
    """Ask for users by filters with more values than one request takes.

    Args:
        core: The client.
        queries: Arguments of the operation, a part of the values in each.
        firsts: The first page of each.
        after: The page before the one wanted, or None for the first.

    Returns:
        The page; those of the first part come first.
    """
    before = cast("ChunkPage[User] | None", after)
    if before is not None and before.own.has_next:
        part = before.part
        own = await filtered(core, queries[part], before.own)
    else:
        part = 0 if before is None else before.part + 1
        own = firsts[part]
    total = sum(first.total for first in firsts)
    return chunk_page(own, before, part=part, parts=len(firsts), total=total)


async def all_of(core: AsyncCore, ids: list[int]) -> list[Page[User]]:
    """Ask for all users with some ids.

    Args:
        core: The client.
        ids: 1 to 100 ids.

    Returns:
        The pages.
    """
    query = user_query({"id__in": ids})
    pages = [await filtered(core, query, None)]
    # No more users than ids, whatever a page says.
    while pages[-1].has_next and pages[-1].end < len(ids):
        pages.append(await filtered(core, query, pages[-1]))
    return pages


async def named(core: AsyncCore, name: str, size: int, after: Page[User] | None) -> Page[User]:
    """Ask for users by full name.

    Args:
        core: The client.
        name: The full name.
        size: Users a page.
        after: The page before the one wanted, or None for the first.

    Returns:
        The page.
    """
    number = 1 if after is None else after.number + 1
    with translated():
        response = await find_users_by_full_name.asyncio_detailed(
            client=core.api, full_name=name, page=number, per_page=size
        )
    page = expect(models.UserPageV1, response)
    return user_page(page.items, page.total_entries, after)


async def tagged(core: AsyncCore, tags: str, size: int, after: Page[User] | None) -> Page[User]:
    """Ask for users by tags.

    Args:
        core: The client.
        tags: The tags, joined by commas.
        size: Users a page.
        after: The page before the one wanted, or None for the first.

    Returns:
        The page.
    """
    number = 1 if after is None else after.number + 1
    with translated():
        response = await find_users_by_tags.asyncio_detailed(
            client=core.api, tags=tags, page=number, per_page=size
        )
    page = expect(models.UserPageV1, response)
    return user_page(page.items, page.total_entries, after)


async def online(core: AsyncCore, size: int, after: Page[User] | None) -> Page[User]:
    """Ask for users who are online.

    Args:
        core: The client.
        size: Users a page.
        after: The page before the one wanted, or None for the first.

    Returns:
        The page; the service does not say with it how many there are, so this does.
    """
    offset = 0 if after is None else after.end
    with translated():
        response = await list_online_users.asyncio_detailed(
            client=core.api, limit=size, offset=offset
        )
    users = expect(models.OnlineUsers, response).users
    seen = offset + len(users)
    if len(users) < size:
        total = seen  # the last page says how many there are
    elif after is None:
        total = max(seen, await online_count(core))
    else:
        # People come and go: as long as pages are full, there may be more.
        total = max(seen + 1, after.total)
    return user_page(users, total, after)


async def online_count(core: AsyncCore) -> int:
    """Ask how many users are online.

    Args:
        core: The client.

    Returns:
        Their number.
    """
    with translated():
        response = await list_online_users.asyncio_detailed(client=core.api, count=True)
    return expect(models.OnlineCount, response).count
