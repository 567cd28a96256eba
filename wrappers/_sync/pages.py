"""Lists that come in pages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Generic, TypeVar

from wrappers._pages import Page
from wrappers._tasks_sync import Ahead, Step

ItemT = TypeVar("ItemT")


class Pages(Generic[ItemT]):
    """A list that comes in pages, of which the first is here already.

    Iterate over it for the items of all pages, over ``pages()`` for the pages themselves. Further
    pages are fetched on the way, and while you look at one, the asynchronous client fetches the
    next, never more than that one. Stop whenever you like: then nothing more is asked for, and
    what is still under way is broken off. Each iteration begins at the first page anew.

    Items that others add or take away meanwhile can move across the border of two pages, and so
    be seen twice or not at all: the service has no snapshots.

    Attributes:
        first: The first page.
    """

    __slots__ = ("_fetch", "first")

    def __init__(self, first: Page[ItemT], fetch: Step[Page[ItemT], Page[ItemT]]) -> None:
        """Begin with a page.

        Args:
            first: The first page.
            fetch: Fetches the page after another.
        """
        self.first = first
        self._fetch = fetch

    @property
    def total(self) -> int:
        """How many items there are on all pages, as the service said with the first."""
        return self.first.total

    def pages(self) -> Iterator[Page[ItemT]]:
        """Go through the list page by page.

        Returns:
            The pages, from the first on.
        """
        return _PageIterator(self.first, self._fetch)

    def __iter__(self) -> Iterator[ItemT]:
        """Go through the items of all pages; unreadable ones are left out."""
        return _ItemIterator(self.first, self._fetch)

    def __repr__(self) -> str:
        """Show the size, no items."""
        return f"<{type(self).__name__}: {self.total} in all, {len(self.first)} here>"


def begin(fetch: Step[Page[ItemT] | None, Page[ItemT]]) -> Pages[ItemT]:
    """Fetch the first page of a list.

    Args:
        fetch: Fetches the page after another, or the first one after None.

    Returns:
        The list.
    """
    return Pages(fetch(None), fetch)


class _Walk(Generic[ItemT]):
    """A way through the pages, one step at a time."""

    def __init__(self, first: Page[ItemT], fetch: Step[Page[ItemT], Page[ItemT]]) -> None:
        self._fetch = fetch
        self._page: Page[ItemT] | None = first
        self._ahead: Ahead[Page[ItemT]] | None = None
        self._begun = False

    def step(self) -> Page[ItemT] | None:
        """Go to the next page, the first one at first; None at the end."""
        if not self._begun:
            self._begun = True
            return self._page
        self.look_ahead()
        ahead, self._ahead, self._page = self._ahead, None, None
        # After a failure the way is over, as it is for a generator.
        if ahead is not None:
            self._page = ahead.result()
        return self._page

    def look_ahead(self) -> None:
        """Begin to fetch the page after this one, unless that was done or this is the last."""
        if self._ahead is None and self._page is not None and self._page.has_next:
            self._ahead = Ahead(partial(self._fetch, self._page))

    def __del__(self) -> None:
        if self._ahead is not None:
            self._ahead.cancel()


class _PageIterator(Generic[ItemT]):
    def __init__(self, first: Page[ItemT], fetch: Step[Page[ItemT], Page[ItemT]]) -> None:
        self._walk = _Walk(first, fetch)

    def __iter__(self) -> Iterator[Page[ItemT]]:
        return self

    def __next__(self) -> Page[ItemT]:
        page = self._walk.step()
        if page is None:
            raise StopIteration
        self._walk.look_ahead()
        return page


class _ItemIterator(Generic[ItemT]):
    def __init__(self, first: Page[ItemT], fetch: Step[Page[ItemT], Page[ItemT]]) -> None:
        self._walk = _Walk(first, fetch)
        self._items: list[ItemT] = []

    def __iter__(self) -> Iterator[ItemT]:
        return self

    def __next__(self) -> ItemT:
        if self._items:
            # Who comes back for a second item is likely to want the next page too.
            self._walk.look_ahead()
        while not self._items:
            page = self._walk.step()
            if page is None:
                raise StopIteration
            self._items = [*reversed(page.items)]
        return self._items.pop()
