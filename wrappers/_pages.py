"""What lists and look-ups of many answer with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar, cast, overload

from attrs import field, frozen

from generated_client import Unreadable
from generated_client import models as generated

from ._filters import MOST_VALUES
from ._logs import logger
from ._models import Blob, User, blob_from, user_from

ItemT = TypeVar("ItemT")


@frozen
class UnreadableItem:
    """An item of a list that breaks the service's contract, kept as it came.

    Attributes:
        raw: The decoded JSON value; hidden in ``repr``.
        reason: What is wrong with it.
    """

    raw: object = field(repr=False)
    reason: str


@frozen(kw_only=True)
class Page(Generic[ItemT]):
    """One page of a list.

    Attributes:
        items: What is on it.
        total: How many items the list has on all pages, as the service said with this page.
        offset: How many items come before this page.
        number: The page's number, from 1.
        unreadable: Items of this page that break the contract; they are not among ``items``.
    """

    items: tuple[ItemT, ...]
    total: int
    offset: int = 0
    number: int = 1
    unreadable: tuple[UnreadableItem, ...] = ()

    @property
    def end(self) -> int:
        """How many items come before the next page."""
        return self.offset + len(self.items) + len(self.unreadable)

    @property
    def has_next(self) -> bool:
        """Whether another page follows."""
        return self.offset < self.end < self.total

    def __iter__(self) -> Iterator[ItemT]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@frozen(kw_only=True)
class FoundUsers(Sequence[User]):
    """The users that some ids belong to, in the order of the ids; a sequence of users.

    An id that was asked for twice stands here twice, so with nothing missing the users fit the
    ids one by one.

    Attributes:
        users: The users.
        missing: The ids that belong to nobody, each once, in the order they were given.
        unreadable: Users that break the contract; their ids are not ``missing``.
    """

    users: tuple[User, ...]
    missing: tuple[int, ...] = ()
    unreadable: tuple[UnreadableItem, ...] = ()

    @overload
    def __getitem__(self, index: int) -> User: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[User, ...]: ...

    def __getitem__(self, index: int | slice) -> User | tuple[User, ...]:
        return self.users[index]

    def __len__(self) -> int:
        return len(self.users)


@frozen(kw_only=True)
class ChunkPage(Page[ItemT]):
    """A page of a list that was asked for in several parts, because it is too long for one request.

    Attributes:
        own: The page within its part.
        part: Which part it is of, from 0.
        parts: How many parts there are.
    """

    own: Page[ItemT]
    part: int
    parts: int

    @property
    def has_next(self) -> bool:
        """Whether another page follows, of this part or the next."""
        return self.own.has_next or self.part + 1 < self.parts


def chunk_page(
    own: Page[ItemT], after: ChunkPage[ItemT] | None, *, part: int, parts: int, total: int
) -> ChunkPage[ItemT]:
    """Put a page of one part of a list behind another page of the list.

    Args:
        own: The page within its part.
        after: The page before it, or None for the first.
        part: Which part it is of, from 0.
        parts: How many parts there are.
        total: How many items all parts have.

    Returns:
        The page within the whole list.
    """
    return ChunkPage(
        items=own.items,
        total=total,
        offset=0 if after is None else after.end,
        number=1 if after is None else after.number + 1,
        unreadable=own.unreadable,
        own=own,
        part=part,
        parts=parts,
    )


def user_page(
    items: Iterable[generated.User | generated.UserResponse | Unreadable],
    total: int,
    after: Page[User] | None,
    *,
    offset: int = 0,
) -> Page[User]:
    """Read a page of users.

    Args:
        items: What the service sent, flat or each under ``user``.
        total: How many users it says there are.
        after: The page before this one, or None for the first.
        offset: How many users come before the first page.

    Returns:
        Ours. Unreadable items lose nobody else: they are set apart, and a warning is logged.
    """
    return _page(
        (
            item
            if isinstance(item, Unreadable)
            else user_from(item.user if isinstance(item, generated.UserResponse) else item)
            for item in items
        ),
        total,
        after,
        offset=offset,
    )


def file_page(
    items: Iterable[generated.ListedBlobResponse | Unreadable],
    total: int,
    after: Page[Blob] | None,
) -> Page[Blob]:
    """Read a page of files.

    Args:
        items: What the service sent, each under ``blob``.
        total: How many files it says there are.
        after: The page before this one, or None for the first.

    Returns:
        Ours. Unreadable items lose no other: they are set apart, and a warning is logged.
    """
    return _page(
        (item if isinstance(item, Unreadable) else blob_from(item.blob) for item in items),
        total,
        after,
    )


def chunks(values: Iterable[ItemT]) -> Iterator[list[ItemT]]:
    """Cut ids or phone numbers into as many as one request can ask for.

    Args:
        values: The values, also repeated.

    Yields:
        Up to 100 different values.
    """
    unique = [*dict.fromkeys(values)]
    for start in range(0, len(unique), MOST_VALUES):
        yield unique[start : start + MOST_VALUES]


def found_users(wanted: Sequence[int], pages: Iterable[Page[User]]) -> FoundUsers:
    """Put users into the order of their ids.

    Args:
        wanted: The ids that were asked for.
        pages: What the service answered.

    Returns:
        The users, and which ids belong to nobody.
    """
    users: dict[int, User] = {}
    unreadable: list[UnreadableItem] = []
    for page in pages:
        users.update((user.id, user) for user in page)
        unreadable.extend(page.unreadable)
    there = users.keys() | {_id_in(item.raw) for item in unreadable}
    return FoundUsers(
        users=tuple(users[user_id] for user_id in wanted if user_id in users),
        missing=tuple(user_id for user_id in dict.fromkeys(wanted) if user_id not in there),
        unreadable=tuple(unreadable),
    )


def _page(
    read: Iterable[ItemT | Unreadable], total: int, after: Page[ItemT] | None, *, offset: int = 0
) -> Page[ItemT]:
    items: list[ItemT] = []
    unreadable: list[UnreadableItem] = []
    for item in read:
        if isinstance(item, Unreadable):
            unreadable.append(UnreadableItem(item.raw, item.reason))
        else:
            items.append(item)
    if unreadable:
        logger.warning("left out %d unreadable items of a page", len(unreadable))
    return Page(
        items=tuple(items),
        total=total,
        offset=offset if after is None else after.end,
        number=1 if after is None else after.number + 1,
        unreadable=tuple(unreadable),
    )


def _id_in(raw: object) -> object:
    """Look for the id in what is no readable user, flat or under ``user``."""
    if not isinstance(raw, Mapping):
        return None
    fields = cast("Mapping[str, object]", raw)
    user_id = fields.get("id")
    if user_id is None:
        return _id_in(fields.get("user"))
    return user_id if isinstance(user_id, int) else None
