"""Whom queries find, and how pages cut them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace as changed
from typing import Any

from sqlalchemy import ColumnElement, and_

from contract_tests.faults.fault import Group
from contract_tests.faults.state import around, current, replace, within
from contract_tests.faults.wire import Answered, Asked, on_answer, on_request
from mock_server import user_filters, user_lists
from mock_server.call import Answer, Call, Handler
from mock_server.tables import users
from mock_server.users import user_json

SECOND_VERSION = "/users/v2"


@within(Group.QUERY)
def filter_ignored() -> None:
    """All users are answered whatever the filters say."""

    @around("findUsers")
    def everybody(call: Call, honest: Handler) -> Answer:
        answer = honest(call)
        body = dict(answer.body or {})
        order = [users.c.id.asc()]
        found = call.state.users(call.app_id, [], order, body["limit"], body["skip"])
        body["items"] = [user_json(user) for user in found]
        body["total_entries"] = call.state.count_users(call.app_id, [])
        return changed(answer, body=body)


@on_request(Group.QUERY)
def exclusion_ignored(asked: Asked) -> None:
    """`nin` excludes nobody."""
    asked.query = [(name, value) for name, value in asked.query if "[nin]" not in name]


@on_request(Group.QUERY)
def first_of_in(asked: Asked) -> None:
    """`in` finds the first of its values only."""
    seen: set[str] = set()
    kept: list[tuple[str, str]] = []
    for name, value in asked.query:
        if "[in]" not in name or name not in seen:
            kept.append((name, value))
        seen.add(name)
    asked.query = kept


@on_request(Group.QUERY)
def after_is_from(asked: Asked) -> None:
    """`gt` finds what is equal, too."""
    asked.query = [(name.replace("[gt]", "[gte]"), value) for name, value in asked.query]


@within(Group.QUERY)
def prefix_anywhere() -> None:
    """`start_with` finds a text anywhere in a field, not at its start alone."""
    honest = current(user_filters, "_condition")

    def condition(field: str, operator: str, value: Any) -> Any:
        if operator == "start_with" and field != "email":
            return users.c[field].contains(value, autoescape=True)
        return honest(field, operator, value)

    replace(user_filters, "_condition", condition)


@within(Group.QUERY)
def stand_alone_unneeded() -> None:
    """A query may do without a stand-alone field."""
    replace(user_filters, "PRIMARY", frozenset(["eq", "in", "start_with", "nin", "gte"]))
    everything = user_filters.STAND_ALONE | user_filters.ADDITIONAL
    replace(user_filters, "STAND_ALONE", everything)


@within(Group.QUERY)
def prefix_limit_as_asked() -> None:
    """A query by `start_with` answers as many as were asked for instead of five."""

    @around("findUsers")
    def unlimited(call: Call, honest: Handler) -> Answer:
        before = replace(user_filters, "START_WITH_LIMIT", call.query["limit"])
        try:
            return honest(call)
        finally:
            replace(user_filters, "START_WITH_LIMIT", before)


@on_request(Group.QUERY)
def sort_ignored(asked: Asked) -> None:
    """Users come by their ids whatever was asked for."""
    asked.query = [(name, value) for name, value in asked.query if not name.startswith("sort_")]


@on_request(Group.QUERY)
def always_ascending(asked: Asked) -> None:
    """The first version's order is always ascending."""
    asked.query = [
        (name, value.replace("desc ", "asc ") if name == "order" else value)
        for name, value in asked.query
    ]


@within(Group.QUERY)
def ties_by_chance() -> None:
    """Users who are equal in what is sorted by come by descending id."""
    honest = user_filters.sorted_by

    def sorted_by(field: str, *, descending: bool) -> Any:
        order = honest(field, descending=descending)
        return order if field == "id" else [order[0], users.c.id.desc()]

    replace(user_filters, "sorted_by", sorted_by)


@within(Group.QUERY)
def one_more_than_the_limit() -> None:
    """A page holds one user more than its limit."""

    @around("findUsers")
    def more(call: Call, honest: Handler) -> Answer:
        answer = honest(changed(call, query={**call.query, "limit": call.query["limit"] + 1}))
        body = dict(answer.body or {})
        return changed(answer, body={**body, "limit": min(body["limit"], call.query["limit"])})


@within(Group.QUERY)
def pages_overlap() -> None:
    """A page that is not the first begins with the last user of the one before."""

    @around("findUsers")
    def overlapping(call: Call, honest: Handler) -> Answer:
        offset: int = call.query["offset"]
        answer = honest(changed(call, query={**call.query, "offset": max(offset - 1, 0)}))
        return changed(answer, body={**(answer.body or {}), "skip": offset})


@on_answer(Group.QUERY)
def total_of_the_page(asked: Asked, answered: Answered) -> None:
    """The total is that of the page."""
    body = answered.json
    if asked.asks("GET", SECOND_VERSION) and answered.status == 200:
        answered.json = {**body, "total_entries": len(body["items"])}


@on_answer(Group.QUERY)
def total_of_the_app(asked: Asked, answered: Answered) -> None:
    """Tags find the right users, and their total is one too high."""
    body = answered.json
    if asked.plain_path == "/users/by_tags" and answered.status == 200:
        answered.json = {**body, "total_entries": body["total_entries"] + 1}


@within(Group.QUERY)
def past_the_end_again() -> None:
    """Past the end, the first page comes again."""

    @around("findUsers")
    def again(call: Call, honest: Handler) -> Answer:
        answer = honest(call)
        body = dict(answer.body or {})
        if body["items"]:
            return answer
        first = honest(changed(call, query={**call.query, "offset": 0}))
        return changed(answer, body={**body, "items": (first.body or {})["items"]})


@within(Group.QUERY)
def second_page_skipped() -> None:
    """In the first version, `page=2` answers the third page."""

    @around("listUsers", "findUsersByTags", "findUsersByFullName")
    def skipping(call: Call, honest: Handler) -> Answer:
        page: int = call.query["page"]
        answer = honest(changed(call, query={**call.query, "page": page + (page > 1)}))
        return changed(answer, body={**(answer.body or {}), "current_page": page})


@on_request(Group.QUERY)
def page_size_fixed(asked: Asked) -> None:
    """Pages of files hold ten, whatever was asked for."""
    if asked.plain_path == "/blobs":
        asked.query = [
            (name, "10" if name == "per_page" and value.isdigit() else value)
            for name, value in asked.query
        ]


@within(Group.QUERY)
def all_tags_needed() -> None:
    """A look-up by several tags finds those who have all of them, not any."""
    honest = current(user_lists, "has_tag")

    def has_all(tags: Iterable[str]) -> ColumnElement[bool]:
        return and_(*(honest([tag]) for tag in tags))

    replace(user_lists, "has_tag", has_all)


@on_request(Group.QUERY)
def between_without_its_end(asked: Asked) -> None:
    """`between` does not find its second value."""

    def without_end(value: str) -> str:
        head, _, last = value.rpartition(",")
        return f"{head},{int(last) - 1}" if " between " in value and last.isdigit() else value

    asked.query = [
        (name, without_end(value) if name == "filter[]" else value) for name, value in asked.query
    ]


@within(Group.QUERY)
def neighbour_answered() -> None:
    """A look-up by phone answers the next user when there is one."""

    @around("getUserByPhone", "getUserByPhoneAlias")
    def neighbour(call: Call, honest: Handler) -> Answer:
        answer = honest(call)
        found: Any = (answer.body or {})["user"]
        other = call.state.user(call.app_id, found["id"] + 1)
        return answer if other is None else changed(answer, body={"user": user_json(other)})


@within(Group.QUERY)
def email_case_matters() -> None:
    """A look-up by e-mail regards the case."""

    @around("getUserByEmail")
    def exactly(call: Call, honest: Handler) -> Answer:
        answer = honest(call)
        text: str = call.query["email"]
        if (answer.body or {})["user"]["email"] != text:
            return honest(changed(call, query={"email": f"{text}.nowhere"}))
        return answer
