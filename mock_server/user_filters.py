"""The second version's list of users: explicit filters, with rules of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal, not_, nulls_first, nulls_last, or_, select

from mock_server import clock
from mock_server.call import Answer, Call
from mock_server.refusals import by_field, by_state
from mock_server.tables import user_tags, users
from mock_server.users import user_json

STAND_ALONE = frozenset(
    {"id", "login", "email", "full_name", "phone", "external_id", "facebook_id", "twitter_id",
     "user_tags"}
)  # fmt: skip
ADDITIONAL = frozenset({"created_at", "updated_at", "last_request_at"})
PRIMARY = frozenset({"eq", "in", "start_with"})
START_WITH_LIMIT = 5

_NAME = re.compile(r"([a-z_]+)(?:\[([a-z_]*)\])?(?:\[\])?")


def find(call: Call) -> Answer:
    """Answer `findUsers`."""
    query = call.query
    _refuse_unknown_operators(call)
    filters = [(*_split(name), value) for name, value in query.items() if _split(name)[0] in _ALL]
    if not any(field in STAND_ALONE and operator in PRIMARY for field, operator, _ in filters):
        raise by_state(422, "A stand-alone field with eq, in or start_with is required")
    if "sort_asc" in query and "sort_desc" in query:
        raise by_field("sort_desc", "excludes sort_asc")
    conditions = [_condition(field, operator, value) for field, operator, value in filters]
    prefixed = any(operator == "start_with" for _, operator, _ in filters)
    limit = START_WITH_LIMIT if prefixed else query["limit"]
    found = call.state.users(call.app_id, conditions, _order(query), limit, query["offset"])
    return Answer(
        200,
        {
            "limit": limit,
            "skip": query["offset"],
            "total_entries": call.state.count_users(call.app_id, conditions),
            "items": [user_json(user) for user in found],
        },
    )


def sorted_by(field: str, *, descending: bool) -> list[ColumnElement[Any]]:
    """Say in which order users come: unset values lowest, equal ones by id.

    Args:
        field: The field to sort by.
        descending: Whether the greatest comes first.

    Returns:
        The order.
    """
    column = users.c[field]
    first = nulls_last(column.desc()) if descending else nulls_first(column.asc())
    return [first, users.c.id.asc()]


def has_tag(tags: Iterable[str]) -> ColumnElement[bool]:
    """Say which users have at least one of some tags.

    Args:
        tags: The tags.

    Returns:
        The condition.
    """
    return users.c.id.in_(select(user_tags.c.user_id).where(user_tags.c.tag.in_(list(tags))))


_ALL = STAND_ALONE | ADDITIONAL


def _split(name: str) -> tuple[str, str]:
    match = _NAME.fullmatch(name)
    return (match[1], match[2] or "eq") if match else ("", "")


def _refuse_unknown_operators(call: Call) -> None:
    """Refuse operators that a known field does not take; unknown fields are ignored."""
    understood = {_split(name) for name in call.query}
    for name in call.query_names:
        field = name.partition("[")[0]
        if field in _ALL and _split(name) not in understood:
            raise by_field(field, "does not take this operator")


def _condition(field: str, operator: str, value: Any) -> ColumnElement[bool]:
    if field in ADDITIONAL:
        return _compared(users.c[field], operator, _moment(field, value))
    values: list[Any] = [value] if isinstance(value, int | str) else value
    if field == "user_tags":
        return not_(has_tag(values)) if operator == "nin" else has_tag(values)
    column: ColumnElement[Any] = users.c[field]
    if field == "email":
        column, values = users.c.email_key, [text.lower() for text in values]
    if operator == "start_with":
        prefix = str(values[0])
        return literal(prefix) == func.substr(column, 1, len(prefix))
    if operator == "nin":
        return or_(column.is_(None), column.not_in(values))
    return column.in_(values)


def _compared(column: ColumnElement[int], operator: str, value: int) -> ColumnElement[bool]:
    if operator == "gt":
        return column > value
    if operator == "lt":
        return column < value
    return column >= value if operator == "gte" else column <= value


def _moment(field: str, value: int | str) -> int:
    """Read a date-time or unix timestamp as milliseconds since 1970."""
    if isinstance(value, int):
        return value * clock.SECOND
    try:
        # A leap second, which the contract's format allows, is the end of its minute.
        moment = datetime.fromisoformat(re.sub(r":60(?=[.Z+-])", ":59", value.upper()))
        return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * clock.SECOND)
    except (ValueError, OverflowError, TypeError):
        raise by_field(field, "is invalid") from None


def _order(query: Mapping[str, Any]) -> list[ColumnElement[Any]]:
    descending = "sort_desc" in query
    return sorted_by(query.get("sort_desc", query.get("sort_asc", "id")), descending=descending)
