"""The first version's lists of users: pages, and a little filter language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, not_, or_

from mock_server import clock
from mock_server.call import Answer, Call
from mock_server.refusals import by_field, by_state
from mock_server.tables import users
from mock_server.user_filters import has_tag, sorted_by
from mock_server.users import user_json

_TYPES = {
    **dict.fromkeys(("id", "external_user_id"), "number"),
    **dict.fromkeys(
        ("login", "email", "full_name", "phone", "website", "external_id", "facebook_id",
         "twitter_id"), "string"),
    **dict.fromkeys(("created_at", "updated_at", "last_request_at"), "date"),
}  # fmt: skip

Span = tuple[int | str, int | str]
"""The first value meant and the first one after it; a number or a text is its own end."""


def find(call: Call) -> Answer:
    """Answer `listUsers`."""
    if not call.app.list_users_v1:
        raise by_state(
            403,
            "Users retrieving forbidden in admin panel, application settings. "
            "Setup it here https://admin.connectycube.com",
        )
    conditions: list[ColumnElement[bool]] = []
    fitting = True
    for text in call.query.get("filter[]", ()):
        kind, field, operator, value = text.split(" ", 3)
        if field not in _TYPES:
            raise by_field("filter", f"does not know the field {field}")
        fitting = fitting and _TYPES[field] == kind
        if fitting:
            conditions.append(_condition(kind, field, operator, value))
    order: list[str] = call.query.get("order", "asc number id").split(" ")
    if not fitting:
        return _page(call, [false()], order, per_page=0)
    return _page(call, conditions, order)


def find_by_full_name(call: Call) -> Answer:
    """Answer `findUsersByFullName`."""
    return _page(call, [users.c.full_name == call.query["full_name"]])


def find_by_tags(call: Call) -> Answer:
    """Answer `findUsersByTags`."""
    return _page(call, [has_tag(tag.strip() for tag in call.query["tags"].split(","))])


def _page(
    call: Call,
    conditions: Sequence[ColumnElement[bool]],
    order: Sequence[str] = ("asc", "number", "id"),
    per_page: int | None = None,
) -> Answer:
    page: int = call.query["page"]
    size: int = call.query["per_page"] if per_page is None else per_page
    ordered = sorted_by(order[2], descending=order[0] == "desc")
    found = call.state.users(call.app_id, conditions, ordered, size, (page - 1) * size)
    return Answer(
        200,
        {
            "current_page": page,
            "per_page": size,
            "total_entries": call.state.count_users(call.app_id, conditions),
            "items": [{"user": user_json(user)} for user in found],
        },
    )


def _condition(kind: str, field: str, operator: str, text: str) -> ColumnElement[bool]:
    column: ColumnElement[Any] = users.c.email_key if field == "email" else users.c[field]
    text = text.lower() if field == "email" else text
    texts = text.split(",") if operator in {"in", "between"} else [text]
    spans = [_span(kind, each) for each in texts]
    if operator == "between" and len(spans) != 2:
        raise by_field("filter", "between takes two values")
    first, last = spans[0], spans[-1]

    def within(span: Span) -> ColumnElement[bool]:
        start, end = span
        return column == start if start == end else and_(column >= start, column < end)

    def until(span: Span) -> ColumnElement[bool]:
        start, end = span
        return column <= end if start == end else column < end

    def after(span: Span) -> ColumnElement[bool]:
        start, end = span
        return column > end if start == end else column >= end

    meanings: dict[str, Callable[[], ColumnElement[bool]]] = {
        "eq": lambda: within(first),
        "ne": lambda: or_(column.is_(None), not_(within(first))),
        "in": lambda: or_(*map(within, spans)),
        "gt": lambda: after(first),
        "ge": lambda: column >= first[0],
        "lt": lambda: column < first[0],
        "le": lambda: until(first),
        "between": lambda: and_(column >= first[0], until(last)),
    }
    return meanings[operator]()


def _span(kind: str, text: str) -> Span:
    try:
        if kind == "date":
            day = date.fromisoformat(text.strip().replace(".", "-"))
            start = (day - date(1970, 1, 1)) // timedelta(milliseconds=1)
            return start, start + clock.DAY
        if kind == "number":
            number = int(text)
            number.to_bytes(8, signed=True)  # beyond 64 bits there is nothing to find
            return number, number
    except (ValueError, OverflowError):
        raise by_field("filter", f"holds no {kind}") from None
    return text, text
