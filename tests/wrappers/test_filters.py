"""The filters of users: what is refused before it is sent is what the service refuses."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generated_client import Client
from generated_client.api.users import find_users
from generated_client.models import ErrorBody, UserPage
from tests.wrappers.worlds import MockWorld
from wrappers import ConnectyCube, FilterRule, InvalidFilter, SortField, UserFilters
from wrappers._filters import user_query

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
BROKEN: list[tuple[dict[str, Any], str]] = [
    ({}, "primary_required"),
    ({"sort": "id"}, "primary_required"),
    ({"login__nin": ["a"]}, "nin_alone"),
    ({"user_tags__nin": ["guest"]}, "nin_alone"),
    ({"id__nin": []}, "nin_alone"),
    ({"id__nin": [1], "created_at__gt": 0}, "nin_alone"),
    ({"created_at__gte": 1690886495}, "compare_alone"),
    ({"login__start_with": "vip"}, "prefix_too_short"),
    ({"full_name__start_with": ""}, "prefix_too_short"),
    ({"id__gt": 5}, "operator"),
    ({"login__lte": "a"}, "operator"),
    ({"created_at": MOMENT}, "operator"),
    ({"created_at__in": [MOMENT]}, "operator"),
    ({"user_tags__start_with": "guest"}, "operator"),
    ({"login__like": "a"}, "operator"),
    ({"logn": "a"}, "unknown_filter"),
    ({"xyz": "a"}, "unknown_filter"),
    ({"tags": ["a"]}, "unknown_filter"),
    ({"id__in": []}, "no_values"),
    ({"id__in": range(1, 102)}, "too_many_values"),
    ({"login": "a", "login__nin": ["a"] * 101}, "too_many_values"),
    ({"id": 0}, "value_range"),
    ({"id": 2**63}, "value_range"),
    ({"id": -1}, "value_range"),
    ({"id": "1"}, "value_type"),
    ({"id": True}, "value_type"),
    ({"id__in": 1}, "value_type"),
    ({"login": None}, "value_type"),
    ({"login": 1}, "value_type"),
    ({"login__in": "abc"}, "value_type"),
    ({"login__in": b"abc"}, "value_type"),
    ({"login": ""}, "text_length"),
    ({"login": "x" * 1001}, "text_length"),
    ({"login": "a\nb"}, "text_characters"),
    ({"login": "\ud800"}, "text_characters"),
    ({"id": 1, "created_at__gt": datetime(2026, 1, 1)}, "naive_datetime"),  # noqa: DTZ001
    ({"id": 1, "created_at__gt": date(2026, 1, 1)}, "value_type"),
    ({"id": 1, "created_at__gt": "2026-01-01T00:00:00Z"}, "value_type"),
    ({"id": 1, "created_at__gt": True}, "value_type"),
    ({"id": 1, "created_at__gt": -1}, "value_range"),
    ({"id": 1, "created_at__gt": 253_402_300_800}, "value_range"),
    (
        {"id": 1, "created_at__gt": datetime.min.replace(tzinfo=timezone(timedelta(hours=1)))},
        "value_range",
    ),
    ({"id": 1, "sort": "user_tags"}, "sort"),
    ({"id": 1, "sort": "+id"}, "sort"),
    ({"id": 1, "sort": None}, "sort"),
    ({"id": 1, "limit": 0}, "value_range"),
    ({"id": 1, "limit": 101}, "value_range"),
    ({"id": 1, "limit": 2.0}, "value_type"),
    ({"id": 1, "offset": -1}, "value_range"),
]


@pytest.mark.parametrize(("filters", "rule"), BROKEN)
def test_every_rule_has_a_name(filters: dict[str, Any], rule: str) -> None:
    with pytest.raises(InvalidFilter) as caught:
        user_query(filters)
    assert caught.value.rule == rule
    assert caught.value.argument in {None, *filters}
    again: InvalidFilter = pickle.loads(pickle.dumps(caught.value))
    assert (again.rule, again.argument, str(again)) == (
        rule,
        caught.value.argument,
        str(caught.value),
    )


def test_every_named_rule_can_be_broken() -> None:
    assert {rule for _, rule in BROKEN} == set(get_args(FilterRule))


def test_a_misspelt_filter_gets_a_hint() -> None:
    with pytest.raises(InvalidFilter, match="is full_name__start_with meant"):
        user_query({"full_name__starts_with": "dive"})


def test_values_are_not_shown() -> None:
    with pytest.raises(InvalidFilter) as caught:
        user_query({"phone__start_with": "+44"})
    assert "+44" not in str(caught.value)


def test_how_filters_are_written() -> None:
    query = user_query(
        {
            "full_name__start_with": "dive",
            "created_at__gt": datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))),
            "id__nin": iter([6]),
            "user_tags__nin": [],
            "sort": "-created_at",
        }
    )
    assert query == {
        "limit": 100,
        "offset": 0,
        "sort_desc": "created_at",
        "full_name_start_with": "dive",
        "created_at_gt": MOMENT,
        "id_nin": [6],
    }
    assert user_query({"id": 1, "sort": "login", "limit": 5, "offset": 7}) == {
        "limit": 5,
        "offset": 7,
        "sort_asc": "login",
        "id": 1,
    }


def test_every_declared_filter_is_one_of_the_contracts() -> None:
    known = set(find_users.sync_detailed.__annotations__) - {"client", "return"}
    ours = {name.replace("__", "_") for name in UserFilters.__annotations__}
    assert ours - {"sort"} == known - {"sort_asc", "sort_desc"}


TEXTS = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x2FF, exclude_categories=["Cc"]),
    min_size=0,
    max_size=6,
)
IDS = st.integers(-1, 3) | st.sampled_from([2**63 - 1, 2**63])
MOMENTS = st.datetimes(timezones=st.just(UTC)) | st.sampled_from([-1, 0, 253_402_300_800])
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "id": IDS,
    **dict.fromkeys(
        ("login", "email", "full_name", "phone", "external_id", "facebook_id", "twitter_id"),
        TEXTS,
    ),
    "user_tags": TEXTS,
    **dict.fromkeys(("created_at", "updated_at", "last_request_at"), MOMENTS),
}
# An empty list cannot be written down in a query at all: its rule is ours alone.
LISTS = (1, 1, 1, 2, 100, 101)


@st.composite
def queries(draw: st.DrawFn) -> dict[str, Any]:
    """Filters of known names, whether they keep the rules or not."""
    names = st.sampled_from(sorted(set(UserFilters.__annotations__) - {"sort", "limit", "offset"}))
    query: dict[str, Any] = {}
    for name in draw(st.lists(names, min_size=0, max_size=3, unique=True)):
        field, _, operator = name.partition("__")
        value = draw(VALUES[field])
        if operator in {"in", "nin"}:
            value = [value] * draw(st.sampled_from(LISTS))
        query[name] = value
    if draw(st.booleans()):
        query["sort"] = draw(st.sampled_from([*get_args(SortField), "user_tags", "-"]))
    if draw(st.booleans()):
        query["limit"] = draw(st.sampled_from([0, 1, 100, 101]))
        query["offset"] = draw(st.sampled_from([-1, 0, 2**63 - 1, 2**63]))
    return query


def unchecked(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Write filters as the generated operation's arguments, without any judgement."""
    arguments = {name.replace("__", "_"): value for name, value in filters.items()}
    sort = arguments.pop("sort", None)
    if sort is not None:
        arguments["sort_desc" if sort.startswith("-") else "sort_asc"] = sort.removeprefix("-")
    return arguments


def test_what_is_refused_here_is_what_the_service_refuses(mock: MockWorld) -> None:
    with ConnectyCube(**mock.options) as cube:
        session = cube.create_session()
        # The session's own layer, below the one that turns refusals into exceptions.
        api = Client(transport=cube._core.sessions)

        @settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(queries())
        def judged_alike(filters: dict[str, Any]) -> None:
            answer = find_users.sync_detailed(client=api, **unchecked(filters))
            try:
                checked = user_query(filters)
            except InvalidFilter:
                assert answer.status == 422
                assert isinstance(answer.parsed, ErrorBody)
            else:
                assert answer.status == 200, answer.content
                again = find_users.sync_detailed(client=api, **checked)
                assert isinstance(again.parsed, UserPage)
                assert again.parsed == answer.parsed

        judged_alike()
        assert cube.session is not None
        assert cube.session.token == session.token
