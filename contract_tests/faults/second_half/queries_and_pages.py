"""Faults of queries, lists and pages."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_

from contract_tests.faults.fault import Group
from contract_tests.faults.state import around, current, replace, within
from mock_server import tables, user_filters, user_lists
from mock_server.call import Answer, Call, Handler
from mock_server.refusals import user_not_found
from mock_server.repository import Repository, online
from mock_server.tables import Blob
from mock_server.users import user_json


@within(Group.QUERY)
def excluding_alone_is_enough() -> None:
    """A query of the second version needs nothing but an exclusion."""
    replace(user_filters, "PRIMARY", user_filters.PRIMARY | {"nin"})


@within(Group.QUERY)
def the_newest_facebook_user_is_found() -> None:
    """Of several users with a Facebook id, the look-up gives the highest id."""

    @around("getUserByFacebookId")
    def newest(call: Call, _: Handler) -> Answer:
        columns = tables.users.c
        condition = columns.facebook_id == call.query["facebook_id"]
        found = call.state.users(call.app_id, [condition], [columns.id.desc()], 1, 0)
        if not found:
            raise user_not_found()
        return Answer(200, {"user": user_json(found[0])})


@within(Group.QUERY)
def the_limit_is_told_as_asked() -> None:
    """A list by `start_with` tells the limit asked for in place of 5."""

    @around("findUsers")
    def as_asked(call: Call, honest: Handler) -> Answer:
        answer = honest(call)
        return dataclasses.replace(
            answer, body={**(answer.body or {}), "limit": call.query["limit"]}
        )


@within(Group.QUERY)
def the_total_of_files_is_the_pages() -> None:
    """The list of files tells the number of files on its page as their total."""
    honest = current(Repository, "blobs_of")

    def counted(self: Repository, owner_id: int, limit: int, offset: int) -> tuple[list[Blob], int]:
        page, _ = honest(self, owner_id, limit, offset)
        return page, len(page)

    replace(Repository, "blobs_of", counted)


@within(Group.QUERY)
def up_to_a_day_leaves_the_day_out() -> None:
    """The first version's filter `le` with a date ends before that day."""

    @around("listUsers")
    def before(call: Call, honest: Handler) -> Answer:
        filters = [
            each.replace(" le ", " lt ", 1) if each.startswith("date ") else each
            for each in call.query.get("filter[]", ())
        ]
        return honest(_asking(call, {"filter[]": filters}))


@within(Group.QUERY)
def the_last_filter_counts_alone() -> None:
    """Of several filters of the first version, only the last one holds."""

    @around("listUsers")
    def last(call: Call, honest: Handler) -> Answer:
        return honest(_asking(call, {"filter[]": call.query.get("filter[]", ())[-1:]}))


@within(Group.QUERY)
def all_tags_must_match() -> None:
    """The list by tags finds only users who have all of the tags."""
    has_one = user_filters.has_tag

    def has_all(tags: Iterable[str]) -> ColumnElement[bool]:
        return and_(*[has_one([tag]) for tag in tags])

    replace(user_lists, "has_tag", has_all)


@within(Group.QUERY)
def full_names_have_one_page() -> None:
    """Every page of the list by full name holds the users of the first one."""

    @around("findUsersByFullName")
    def first_page(call: Call, honest: Handler) -> Answer:
        answer = honest(_asking(call, {"page": 1}))
        body = {**(answer.body or {}), "current_page": call.query["page"]}
        return dataclasses.replace(answer, body=body)


@within(Group.QUERY)
def online_offsets_count_pages() -> None:
    """The offset of the users online skips whole pages."""

    @around("listOnlineUsers")
    def pages(call: Call, honest: Handler) -> Answer:
        offset = call.query["offset"] * call.query["limit"]
        return honest(_asking(call, {"offset": offset}))


@within(Group.QUERY)
def users_online_are_counted_in_all_apps() -> None:
    """The number of users online is that of all apps together."""

    @around("listOnlineUsers")
    def of_all_apps(call: Call, honest: Handler) -> Answer:
        if not call.query["count"]:
            return honest(call)
        conditions = [online(call.now)]
        counts = [call.state.count_users(app.id, conditions) for app in call.state.apps()]
        return Answer(200, {"count": sum(counts)})


@within(Group.QUERY)
def offsets_from_utc_are_cut_off() -> None:
    """A filter's date-time with an offset from UTC is taken for UTC."""

    @around("findUsers")
    def cut_off(call: Call, honest: Handler) -> Answer:
        moments = {
            name: re.sub(r"[+-]\d\d:\d\d$", "Z", value)
            for name, value in call.query.items()
            if name.partition("[")[0] in user_filters.ADDITIONAL and isinstance(value, str)
        }
        return honest(_asking(call, moments))


@within(Group.QUERY)
def lists_of_emails_mind_their_case() -> None:
    """Filtering by several e-mails finds none that is written with a capital letter."""

    @around("findUsers")
    def exactly(call: Call, honest: Handler) -> Answer:
        if "email[in][]" not in call.query:
            return honest(call)
        given = call.query["email[in][]"]
        findable = [each if each == each.lower() else f"{each}?" for each in given]
        return honest(_asking(call, {"email[in][]": findable}))


def _asking(call: Call, changes: dict[str, Any]) -> Call:
    return dataclasses.replace(call, query={**call.query, **changes})
