"""Look-ups, filters, orders and pages that find something else than was asked for."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, func

from contract_tests.decoded import is_array
from contract_tests.faults.fault import Group
from contract_tests.faults.state import around, current, replace, within
from contract_tests.faults.wire import Answered, Asked, on_answer, on_request
from mock_server import user_filters
from mock_server.call import Answer, Call, Handler
from mock_server.refusals import Refusal, user_not_found
from mock_server.repository import LARGEST
from mock_server.tables import users
from mock_server.users import user_json

Condition = ColumnElement[bool]
Meaning = Callable[[ColumnElement[Any], list[str]], Condition]
_OFFSET = re.compile(r"[+-][0-9]{2}:[0-9]{2}$")
_MOST_IDS = 10


def _items(answered: Answered) -> list[Any]:
    items = answered.json.get("items")
    return items if is_array(items) else []


def _edit_filters(asked: Asked, change: Callable[[str], str]) -> None:
    """Change every filter of the first version's list."""
    if asked.plain_path == "/users":
        asked.query = [
            (name, change(value) if name.startswith("filter") else value)
            for name, value in asked.query
        ]


def _mean(operator: str, meaning: Meaning) -> None:
    """Give one of the second version's operators on texts another meaning."""
    honest = current(user_filters, "_condition")

    def condition(field: str, given: str, value: Any) -> Condition:
        is_text = field not in {"id", "user_tags", "email"} | user_filters.ADDITIONAL
        if given == operator and is_text:
            return meaning(users.c[field], value if is_array(value) else [value])
        found: Condition = honest(field, given, value)
        return found

    replace(user_filters, "_condition", condition)


@within(Group.QUERY)
def offsets_in_whole_pages() -> None:
    """An offset within a page begins at that page's start."""

    @around("findUsers")
    def rounding(call: Call, honest: Handler) -> Answer:
        offset, limit = call.query["offset"], call.query["limit"]
        start = {**call.query, "offset": offset // limit * limit}
        answer = honest(dataclasses.replace(call, query=start))
        return dataclasses.replace(answer, body={**(answer.body or {}), "skip": offset})


@on_answer(Group.QUERY)
def no_totals_past_the_end(asked: Asked, answered: Answered) -> None:
    """Past the end of the second version's list there are no users in all."""
    page = answered.json
    if asked.plain_path == "/users/v2" and page.get("items") == []:
        answered.json = page | {"total_entries": 0}


@on_answer(Group.QUERY)
def ids_sorted_as_texts(asked: Asked, answered: Answered) -> None:
    """The first version's order believes the type that the SDK sends, and puts 10 before 9."""
    order = dict(asked.query).get("order", "").split(" ")
    items = _items(answered)
    if asked.plain_path == "/users" and order[1:] == ["string", "id"] and items:
        down = order[0] == "desc"
        items = sorted(items, key=lambda item: str(item["user"]["id"]), reverse=down)
        answered.json = answered.json | {"items": items}


@on_request(Group.QUERY)
def days_end_as_they_begin(asked: Asked) -> None:
    """Whatever happened on the day that le names is not found."""
    _edit_filters(asked, lambda text: re.sub(r"^(date \w+) le ", r"\1 lt ", text))


@on_request(Group.QUERY)
def greater_means_from(asked: Asked) -> None:
    """Greater than a moment finds what happened at that very moment."""
    asked.query = [(name.replace("[gt]", "[gte]"), value) for name, value in asked.query]


@within(Group.QUERY)
def prefixes_with_wildcards() -> None:
    """An underscore or per cent sign in a prefix stands for any character."""
    _mean("start_with", lambda column, values: column.like(f"{values[0]}%"))


@within(Group.QUERY)
def nin_loses_the_unset() -> None:
    """Taking away by nin takes users away whose field is not set."""
    _mean("nin", lambda column, values: column.not_in(values))


@within(Group.QUERY)
def namesakes_on_the_first_page() -> None:
    """Every page of the users with a full name holds the first page's users."""

    @around("findUsersByFullName")
    def repeating(call: Call, honest: Handler) -> Answer:
        answer = honest(dataclasses.replace(call, query={**call.query, "page": 1}))
        shown = {**(answer.body or {}), "current_page": call.query["page"]}
        return dataclasses.replace(answer, body=shown)


@on_request(Group.QUERY)
def last_filter_wins(asked: Asked) -> None:
    """Of several filters of the first version only the last one counts."""
    filters = [pair for pair in asked.query if pair[0].startswith("filter")]
    if asked.plain_path == "/users" and len(filters) > 1:
        asked.query = [pair for pair in asked.query if pair not in filters[:-1]]


@on_request(Group.QUERY)
def ten_ids_at_most(asked: Asked) -> None:
    """Of a list of ids only the first ten are looked for."""
    wanted = [pair for pair in asked.query if pair[0] == "id[in][]"]
    asked.query = [pair for pair in asked.query if pair not in wanted[_MOST_IDS:]]


@on_answer(Group.QUERY)
def unfinished_files_not_listed(asked: Asked, answered: Answered) -> None:
    """A file that is not complete is counted in its owner's list, but not shown."""
    items = _items(answered)
    if asked.plain_path == "/blobs" and items:
        shown = [item for item in items if item["blob"]["size"] is not None]
        answered.json = answered.json | {"items": shown}


@within(Group.QUERY)
def email_look_up_with_case() -> None:
    """The look-up by e-mail finds nobody whose e-mail has other capitals."""

    @around("getUserByEmail")
    def comparing(call: Call, honest: Handler) -> Answer:
        answer = honest(call)
        if (answer.body or {})["user"]["email"] != call.query["email"]:
            raise user_not_found()
        return answer


@within(Group.QUERY)
def login_look_up_without_case() -> None:
    """The look-up by login finds a user whose login has other capitals."""

    @around("getUserByLogin")
    def comparing(call: Call, honest: Handler) -> Answer:
        try:
            return honest(call)
        except Refusal:
            lower = func.lower(users.c.login) == call.query["login"].lower()
            found = call.state.first_user(call.app_id, lower)
            if found is None:
                raise
            return Answer(200, {"user": user_json(found)})


@within(Group.QUERY)
def numbers_before_external_ids() -> None:
    """An external id of digits finds the user with that deprecated number first."""

    @around("getUserByExternalId")
    def number_first(call: Call, honest: Handler) -> Answer:
        text: str = call.path["external_id"]
        if not (text.isascii() and text.isdecimal() and int(text) <= LARGEST):
            return honest(call)
        same = users.c.external_user_id == int(text)
        found = call.state.first_user(call.app_id, same)
        return honest(call) if found is None else Answer(200, {"user": user_json(found)})


@on_request(Group.QUERY)
def twins_do_not_sort(asked: Asked) -> None:
    """The second version's list under its path with .json comes in ascending ids always."""
    if asked.path == "/users/v2.json":
        asked.query = [pair for pair in asked.query if not pair[0].startswith("sort_")]


@on_request(Group.QUERY)
def moments_without_their_offset(asked: Asked) -> None:
    """A moment's offset from UTC is cut off, so that it means another moment."""
    asked.query = [
        (name, _OFFSET.sub("Z", value) if "_at[" in name else value) for name, value in asked.query
    ]
