"""Every way to see a user: by each of its names, alone or in a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from contract_tests.catalogue import PAGING
from contract_tests.wire import Wire


@dataclass(frozen=True)
class Way:
    """One way to see users by a value of one of their fields.

    Attributes:
        path: The path; `{}` stands for the value.
        field: The field.
        parameter: The query's parameter; empty when the value stands in the path.
        before: What comes before the value in the parameter.
    """

    path: str
    field: str
    parameter: str = ""
    before: str = ""

    def ask(self, wire: Wire, value: object, token: str) -> list[dict[str, Any]]:
        """Ask for the users who have a value.

        Args:
            wire: A client.
            value: The value.
            token: A token.

        Returns:
            The users: none when a look-up says that there is nobody.
        """
        text = str(value)
        path = self.path.format(quote(text, safe=""))
        query = [(self.parameter, self.before + text)] if self.parameter else []
        answer = wire.call("GET", path, query=query, token=token)
        if answer.status == 404:
            return []
        body = answer.json
        items: list[dict[str, Any]] = [body] if "user" in body else body.get("items", [body])
        # Nobody asks here for more than a page of those who share a value.
        PAGING.require(
            body.get("total_entries", len(items)) == len(items), "another total", wire.story
        )
        return [item.get("user", item) for item in items]


LOOK_UPS = (
    Way("/users/{}", "id"),
    Way("/users/external/{}", "external_id"),
    Way("/users/external/{}", "external_user_id"),
    Way("/users/by_login", "login", "login"),
    Way("/users/by_email", "email", "email"),
    Way("/users/by_phone", "phone", "phone"),
    Way("/users/phone", "phone", "phone"),
    Way("/users/by_facebook_id", "facebook_id", "facebook_id"),
    Way("/users/by_twitter_id", "twitter_id", "twitter_id"),
)
"""Ways that answer one user."""

_TEXTS = ("login", "email", "full_name", "phone", "external_id", "facebook_id", "twitter_id")
PAGES = (
    Way("/users/by_full_name", "full_name", "full_name"),
    Way("/users/by_tags", "user_tags", "tags"),
    *(Way("/users/v2", field, field) for field in ("id", *_TEXTS, "user_tags")),
    *(
        Way("/users", field, "filter[]", f"number {field} eq ")
        for field in ("id", "external_user_id")
    ),
    *(Way("/users", field, "filter[]", f"string {field} in ") for field in (*_TEXTS, "website")),
)
"""Ways that answer a page."""

WAYS = LOOK_UPS + PAGES


def names(user: Mapping[str, Any]) -> Iterator[tuple[Way, object]]:
    """Give each way to see a user, with the value to ask for.

    Args:
        user: The user, as a server answered it.

    Yields:
        Ways whose field the user has set; for tags once for each of them.
    """
    for way in WAYS:
        value = user[way.field]
        if way.field == "user_tags":
            yield from ((way, tag) for tag in str(value or "").split(",") if tag)
        elif value is not None:
            yield way, value
