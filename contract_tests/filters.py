"""An own reading of the filter language of users, second version: what is valid, what it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

STAND_ALONE = (
    "id", "login", "email", "full_name", "phone", "external_id", "facebook_id", "twitter_id",
)  # fmt: skip
TAGS = "user_tags"
DATES = ("created_at", "updated_at", "last_request_at")
COMPARE = ("gt", "lt", "gte", "lte")
START_WITH_LIMIT = 5
START_WITH_LENGTH = 4

User = dict[str, Any]


@dataclass(frozen=True)
class Condition:
    """One filter.

    Attributes:
        field: The field it looks at.
        operator: `eq`, `in`, `nin`, `start_with`, `gt`, `lt`, `gte` or `lte`.
        values: The operands; one, except for `in` and `nin`.
    """

    field: str
    operator: str
    values: tuple[str, ...]

    def pairs(self) -> list[tuple[str, str]]:
        """Write the filter as query pairs."""
        if self.operator == "eq":
            return [(self.field, self.values[0])]
        brackets = f"[{self.operator}]" + ("[]" if self.operator in {"in", "nin"} else "")
        return [(self.field + brackets, value) for value in self.values]

    @property
    def is_primary(self) -> bool:
        """Whether the filter may stand alone."""
        return self.operator in {"eq", "in", "start_with"} and self.field not in DATES

    def holds(self, user: User) -> bool:
        """Whether a user, as the server answered it, satisfies the filter."""
        value = user[self.field]
        if self.field == TAGS:
            tags: set[str] = set() if value is None else set(str(value).split(","))
            found = bool(tags & set(self.values))
            return not found if self.operator == "nin" else found
        if value is None:
            return self.operator == "nin"
        if self.operator in COMPARE:
            return _compare(self.operator, moment(str(value)), moment(self.values[0]))
        text, *wanted = (_known_as(self.field, each) for each in (str(value), *self.values))
        if self.operator == "start_with":
            return text.startswith(wanted[0])
        return (text in wanted) != (self.operator == "nin")


def _known_as(field: str, text: str) -> str:
    """An e-mail is the same in other capitals; nothing else is."""
    return text.lower() if field == "email" else text


def moment(text: str) -> datetime:
    """Read a moment as the wire writes it, or as a unix timestamp."""
    if text.isdigit():
        return datetime.fromtimestamp(int(text), UTC)
    return datetime.fromisoformat(text.upper())


def _compare(operator: str, left: datetime, right: datetime) -> bool:
    match operator:
        case "gt":
            return left > right
        case "lt":
            return left < right
        case "gte":
            return left >= right
        case _:
            return left <= right


def is_valid(conditions: Sequence[Condition]) -> bool:
    """Whether filters together make a query: something must stand alone."""
    return any(condition.is_primary for condition in conditions)


def satisfied(conditions: Sequence[Condition], user: User) -> bool:
    """Whether a user satisfies all filters."""
    return all(condition.holds(user) for condition in conditions)


def effective_limit(conditions: Sequence[Condition], limit: int) -> int:
    """The limit that a page answers."""
    prefixes = any(condition.operator == "start_with" for condition in conditions)
    return START_WITH_LIMIT if prefixes else limit


def known_values(users: Sequence[User], field: str) -> Iterator[str]:
    """What users have in a field, as text; tags one by one."""
    for user in users:
        value = user[field]
        if value is None:
            continue
        if field == TAGS:
            yield from str(value).split(",")
        else:
            yield str(value)
