"""The filters of `GET /users/v2`: what they answer satisfies them, and nothing else does.

The population is known, the meaning of every filter is read independently (`filters`), and every
page of every generated query is fetched.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests import filters
from contract_tests.actors import app_token
from contract_tests.catalogue import (
    FILTER_COMPLETE,
    FILTER_HOLDS,
    FILTER_REFUSED,
    PAGING,
    SORTED,
)
from contract_tests.exchange import Exchange
from contract_tests.filters import COMPARE, DATES, STAND_ALONE, TAGS, Condition, User
from contract_tests.generation import generated
from contract_tests.population import Population
from contract_tests.wire import Wire

GENERATED = generated(60)
SORTABLE = (*STAND_ALONE, *DATES)
NOWHERE = "nobody-has-this"
UNKNOWN_ID = "9007199254740993"


@st.composite
def conditions(draw: st.DrawFn, population: Population) -> list[Condition]:
    """Valid filters whose operands mostly occur in the population."""
    chosen = [_stand_alone(draw, population)]
    chosen += [_additional(draw, population) for _ in range(draw(st.integers(0, 2)))]
    # A field and an operator name one parameter: two of them would be another question.
    unique = {(condition.field, condition.operator): condition for condition in chosen}
    return draw(st.permutations(list(unique.values())))


def _operands(draw: st.DrawFn, population: Population, field: str) -> str:
    known = sorted(set(filters.known_values(population.users, field)))
    unknown = UNKNOWN_ID if field == "id" else NOWHERE
    return draw(st.sampled_from([*known, unknown]))


def _stand_alone(draw: st.DrawFn, population: Population) -> Condition:
    field = draw(st.sampled_from([*STAND_ALONE, TAGS]))
    prefixed = field not in {"id", TAGS}
    how = draw(st.sampled_from(["eq", "in", "start_with"] if prefixed else ["eq", "in"]))
    if how == "eq":
        return Condition(field, "eq", (_operands(draw, population, field),))
    if how == "in":
        size = draw(st.integers(1, 6))
        values = tuple(dict.fromkeys(_operands(draw, population, field) for _ in range(size)))
        return Condition(field, "in", values)
    value = _operands(draw, population, field)
    length = draw(st.integers(filters.START_WITH_LENGTH, max(len(value), 4)))
    return Condition(field, "start_with", (value[:length].ljust(4, "x"),))


def _additional(draw: st.DrawFn, population: Population) -> Condition:
    if draw(st.booleans()):
        field = draw(st.sampled_from(DATES))
        known = sorted(set(filters.known_values(population.users, field)))
        text = draw(st.sampled_from(known or ["2018-12-06T09:21:41Z"]))
        if draw(st.booleans()):
            text = str(int(filters.moment(text).timestamp()))
        return Condition(field, draw(st.sampled_from(COMPARE)), (text,))
    field = draw(st.sampled_from([*STAND_ALONE, TAGS]))
    size = draw(st.integers(1, 4))
    values = tuple(dict.fromkeys(_operands(draw, population, field) for _ in range(size)))
    return Condition(field, "nin", values)


def ask(wire: Wire, token: str, query: list[tuple[str, str]], *, encoded: bool = True) -> Exchange:
    """Ask for users; brackets go out encoded or plain, as clients differ in it."""
    text = urlencode(query) if encoded else "&".join(f"{name}={value}" for name, value in query)
    return wire.call("GET", "/users/v2", query=text.replace("+", "%20"), token=token)


def all_pages(
    wire: Wire, token: str, wanted: list[Condition], sort: list[tuple[str, str]], limit: int
) -> list[User]:
    """Fetch every page of a query, each held to the laws of paging, and answer all users."""
    pairs = [pair for condition in wanted for pair in condition.pairs()]
    size = filters.effective_limit(wanted, limit)
    users: list[User] = []
    while True:
        query = [*pairs, *sort, ("limit", str(limit)), ("offset", str(len(users)))]
        page = ask(wire, token, query)
        FILTER_REFUSED.require(page.status == 200, f"a valid query got {page.status}", page)
        body: dict[str, Any] = page.json
        total = int(body["total_entries"])
        PAGING.require(
            (body["limit"], body["skip"]) == (size, len(users)),
            f"limit {body['limit']} and skip {body['skip']}, not {size} and {len(users)}",
            page,
        )
        PAGING.require(
            len(body["items"]) == min(size, max(total - len(users), 0)),
            f"{len(body['items'])} of {total} from {len(users)} by {size}",
            page,
        )
        users += body["items"]
        if len(users) >= total:
            break
    ids = [user["id"] for user in users]
    PAGING.require(len(set(ids)) == len(ids), "somebody is on two pages", wire.story)
    return users


@given(data=st.data())
@GENERATED
def test_filters_filter(shared_wire: Wire, population: Population, data: st.DataObject) -> None:
    shared_wire.forget()
    wanted = data.draw(conditions(population))
    limit = data.draw(st.sampled_from([1, 3, 7, 100]))
    users = all_pages(shared_wire, app_token(shared_wire), wanted, [], limit)
    for user in users:
        FILTER_HOLDS.require(
            filters.satisfied(wanted, user), f"user {user['id']} does not", shared_wire.story
        )
    expected = [user["id"] for user in population.users if filters.satisfied(wanted, user)]
    found = {user["id"] for user in users}
    FILTER_COMPLETE.require(
        set(expected) <= found, f"missing {sorted(set(expected) - found)}", shared_wire.story
    )
    SORTED.require(
        [user["id"] for user in users] == sorted(found), "not by ascending id", shared_wire.story
    )


@pytest.mark.parametrize("field", ["created_at", "updated_at"])
@pytest.mark.parametrize("operator", COMPARE)
def test_comparisons_at_their_limit(
    wire: Wire, population: Population, field: str, operator: str
) -> None:
    token = app_token(wire)
    for user in population.users[4:20:5]:
        text = str(user[field])
        for value in (text, str(int(filters.moment(text).timestamp()))):
            wanted = [
                Condition(TAGS, "eq", (population.tag,)),
                Condition(field, operator, (value,)),
            ]
            exactly(wire, token, population, wanted)


@pytest.mark.parametrize("field", ["login", "email", "full_name", "phone", "external_id"])
def test_a_prefix_is_at_the_start(wire: Wire, population: Population, field: str) -> None:
    token = app_token(wire)
    value = max(filters.known_values(population.users, field), key=len)
    for start in range(len(value) - filters.START_WITH_LENGTH + 1):
        part = value[start : start + filters.START_WITH_LENGTH]
        wanted = [Condition(TAGS, "eq", (population.tag,)), Condition(field, "start_with", (part,))]
        exactly(wire, token, population, wanted)


def exactly(wire: Wire, token: str, population: Population, wanted: list[Condition]) -> None:
    """Demand those of the population who satisfy filters, and nobody else."""
    found = [user["id"] for user in all_pages(wire, token, wanted, [], 100)]
    expected = [user["id"] for user in population.users if filters.satisfied(wanted, user)]
    FILTER_HOLDS.require(set(found) <= set(expected), f"{found}, not {expected}", wire.story)
    FILTER_COMPLETE.require(set(expected) <= set(found), f"{found}, not {expected}", wire.story)


@given(data=st.data())
@GENERATED
def test_sorting_sorts(shared_wire: Wire, population: Population, data: st.DataObject) -> None:
    shared_wire.forget()
    wanted = [Condition(TAGS, "eq", (population.tag,))]
    field = data.draw(st.sampled_from(SORTABLE))
    direction = data.draw(st.sampled_from(["sort_asc", "sort_desc"]))
    limit = data.draw(st.sampled_from([5, 11, 100]))
    users = all_pages(shared_wire, app_token(shared_wire), wanted, [(direction, field)], limit)
    FILTER_COMPLETE.require(
        {user["id"] for user in users} == set(population.ids),
        "somebody is missing",
        shared_wire.story,
    )
    sorted_by(users, field, shared_wire, descending=direction == "sort_desc")


def sorted_by(users: list[User], field: str, wire: Wire, *, descending: bool) -> None:
    """Demand an order; users without the field stand together at one end."""
    have = [user[field] is not None for user in users]
    SORTED.require(
        have in (sorted(have), sorted(have, reverse=True)),
        f"without {field} in between",
        wire.story,
    )
    values = [user[field] for user in users if user[field] is not None]
    SORTED.require(
        values == sorted(values, reverse=descending), f"not by {field}: {values}", wire.story
    )
    for first, second in itertools.pairwise(users):
        SORTED.require(
            first[field] != second[field] or field == "id" or first["id"] < second["id"],
            "ids do not break the tie",
            wire.story,
        )


@pytest.mark.parametrize(
    "query",
    [
        [],
        [("limit", "10")],
        [("login[nin][]", "a")],
        [("user_tags[nin][]", "guest")],
        [("created_at[gte]", "1690886495")],
        [("created_at[gte]", "2018-12-06T09:21:41Z"), ("user_tags[nin][]", "guest")],
        [("login[start_with]", "vip")],
        [("full_name[start_with]", "")],
        [("id[gt]", "5")],
        [("login[lt]", "zzzz")],
        [("id", "5"), ("sort_asc", "id"), ("sort_desc", "id")],
        [("id", "5"), ("sort_asc", "password")],
        [("id", "5"), ("sort_asc", "nothing")],
        [("id", "5"), ("limit", "0")],
        [("id", "5"), ("limit", "101")],
        [("id", "5"), ("limit", "-1")],
        [("id", "5"), ("limit", "ten")],
        [("id", "5"), ("offset", "-1")],
        [("id", "5"), ("offset", "1.5")],
        [("id", "five")],
        [("id[in][]", "five")],
        [("id", "9" * 30)],
        [("login", "nul\x00")],
        [("id", "5"), ("created_at[gt]", "yesterday")],
        [("id", "5"), ("last_request_at[lte]", "2018-13-45T00:00:00Z")],
    ],
    ids=lambda query: "&".join(f"{name}={value!r}" for name, value in query)[:60] or "nothing",
)
def test_what_is_no_filter_is_refused(wire: Wire, query: list[tuple[str, str]]) -> None:
    answer = ask(wire, app_token(wire), query)
    FILTER_REFUSED.require(answer.status == 422, f"{answer.status}", wire.story)


def _repeated(field: str, values: list[str]) -> list[tuple[str, str]]:
    return [(f"{field}[in]", value) for value in values]


def _bracketed(field: str, values: list[str]) -> list[tuple[str, str]]:
    return [(f"{field}[in][]", value) for value in values]


@pytest.mark.parametrize("spelling", [_repeated, _bracketed])
@pytest.mark.parametrize("encoded", [True, False])
def test_spellings_of_in_mean_the_same(
    wire: Wire,
    population: Population,
    spelling: Callable[[str, list[str]], list[tuple[str, str]]],
    encoded: bool,
) -> None:
    chosen = population.ids[2:9]
    query = spelling("id", [str(number) for number in chosen])
    answer = ask(wire, app_token(wire), query, encoded=encoded)
    FILTER_COMPLETE.require(
        answer.status == 200 and [user["id"] for user in answer.json["items"]] == chosen,
        "not those asked for",
        wire.story,
    )
