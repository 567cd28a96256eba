"""The filters of `GET /users/v2`: what they answer satisfies them, and nothing else does.

The population is known, the meaning of every filter is read independently (`filters`), and every
page of every generated query is fetched.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests import filters
from contract_tests.actors import app_token, fresh_name, sign_up
from contract_tests.catalogue import (
    FILTER_COMPLETE,
    FILTER_HOLDS,
    FILTER_REFUSED,
    PAGING,
    SORTED,
)
from contract_tests.decoded import is_object
from contract_tests.exchange import Exchange
from contract_tests.filters import COMPARE, DATES, STAND_ALONE, TAGS, Condition, User
from contract_tests.generation import generated
from contract_tests.population import Population
from contract_tests.sorting import sorted_by
from contract_tests.wire import Wire

GENERATED = generated(15)
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


def operands(population: Population, field: str) -> Iterator[Condition]:
    """Every operator of a field, with one value, with many, and with values that nobody has."""
    known = list(dict.fromkeys(filters.known_values(population.users, field)))
    nobody = UNKNOWN_ID if field == "id" else NOWHERE
    for value in (known[0], known[-1], nobody, known[0].swapcase()):
        yield Condition(field, "eq", (value,))
    for operator in ("in", "nin"):
        for values in (known[:1], known[-2:], known[1:], known, [nobody], [nobody, known[1]]):
            yield Condition(field, operator, tuple(values))
    if field not in {"id", TAGS}:
        whole = max(known, key=len)
        for start in range(0, len(whole) - filters.START_WITH_LENGTH + 1, 3):
            part = whole[start : start + filters.START_WITH_LENGTH]
            yield Condition(field, "start_with", (part,))
        for prefix in (whole, f"{whole}x", whole.swapcase(), f"%{whole[1:]}", f"____{whole[4:]}"):
            yield Condition(field, "start_with", (prefix,))


@pytest.mark.parametrize("field", [*STAND_ALONE, TAGS])
def test_every_operator_of_a_field(wire: Wire, population: Population, field: str) -> None:
    token = app_token(wire)
    whole = Condition(TAGS, "eq", (population.tag,))
    if field == TAGS:
        whole = Condition("id", "in", tuple(map(str, population.ids)))
    for condition in operands(population, field):
        exactly(wire, token, population, [whole, condition])
        if condition.is_primary and len(condition.values) == 1:
            found = all_pages(wire, token, [condition], [], 100)
            FILTER_HOLDS.require(
                all(condition.holds(user) for user in found), "somebody does not", wire.story
            )


def spellings(moment: datetime) -> list[str]:
    """One moment as clients write it."""
    return [
        f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        str(int(moment.timestamp())),
        moment.astimezone(timezone(timedelta(hours=2))).isoformat(),
        moment.astimezone(timezone(-timedelta(hours=5, minutes=30))).isoformat(),
        f"{moment:%Y-%m-%dT%H:%M:%S.000Z}",
    ]


@pytest.mark.parametrize("field", DATES)
@pytest.mark.parametrize("operator", COMPARE)
def test_comparisons_at_their_limit(
    wire: Wire, population: Population, field: str, operator: str
) -> None:
    token = app_token(wire)
    whole = Condition(TAGS, "eq", (population.tag,))
    users = [user for user in population.users if user[field] is not None]
    for user in users[1 :: max(len(users) // 2, 1)]:
        own = filters.moment(str(user[field]))
        second = timedelta(seconds=1)
        for text in (*spellings(own), *spellings(own - second)[:2], *spellings(own + second)[:2]):
            exactly(wire, token, population, [whole, Condition(field, operator, (text,))])


def test_all_filters_hold_together(wire: Wire, population: Population) -> None:
    token = app_token(wire)
    users = population.users
    between = (str(users[4]["created_at"]), str(users[19]["created_at"]))
    chosen = [
        Condition("id", "in", tuple(map(str, population.ids[:18]))),
        Condition("id", "nin", tuple(map(str, population.ids[6:9]))),
        Condition("login", "start_with", (population.prefix,)),
        Condition("full_name", "in", ("hunter thompson", "diver dan", "dive master")),
        Condition("phone", "eq", ("55501",)),
        Condition(TAGS, "in", ("guest", "vip")),
        Condition(TAGS, "nin", ("iphone",)),
        Condition("created_at", "gte", (between[0],)),
        Condition("created_at", "lt", (between[1],)),
        Condition("updated_at", "gt", (between[0],)),
        Condition("last_request_at", "lte", (between[1],)),
    ]
    whole = Condition(TAGS, "eq", (population.tag,))
    for pair in itertools.combinations(chosen, 2):
        exactly(wire, token, population, [*pair, whole])


def exactly(wire: Wire, token: str, population: Population, wanted: list[Condition]) -> None:
    """Demand those of the population who satisfy filters, and nobody else."""
    found = [user["id"] for user in all_pages(wire, token, wanted, [], 100)]
    expected = [user["id"] for user in population.users if filters.satisfied(wanted, user)]
    FILTER_HOLDS.require(set(found) <= set(expected), f"{found}, not {expected}", wire.story)
    FILTER_COMPLETE.require(set(expected) <= set(found), f"{found}, not {expected}", wire.story)
    SORTED.require(found == expected, "not by ascending id", wire.story)


SPECIAL = (
    "50%_off",
    "50%xoff",
    "50xyoff",
    "50\\_off",
    "50\\%off",
    "50'_off",
    "éclair",
    "Éclair",
    "ecla",
)


def test_a_prefix_is_taken_at_its_word(wire: Wire) -> None:
    token = app_token(wire)
    tag = fresh_name()
    for name in SPECIAL:
        sign_up(wire, full_name=f"{name} everything", tag_list=[tag])
    for prefix in (*SPECIAL, "50%_", "____", "%%%%", "50\\_", "50\\%", "50'_", "\\\\__", "*****"):
        query = [("user_tags", tag), ("full_name[start_with]", prefix)]
        names = [str(user["full_name"]) for user in ask(wire, token, query).json["items"]]
        expected = [f"{name} everything" for name in SPECIAL if name.startswith(prefix)]
        FILTER_HOLDS.require(names == expected, f"{names}, not {expected}", wire.story)


@pytest.mark.parametrize("direction", ["sort_asc", "sort_desc"])
@pytest.mark.parametrize("field", SORTABLE)
def test_sorting_sorts(wire: Wire, population: Population, direction: str, field: str) -> None:
    token = app_token(wire)
    wanted = [Condition(TAGS, "eq", (population.tag,))]
    in_one, in_several = (
        all_pages(wire, token, wanted, [(direction, field)], limit) for limit in (100, 7)
    )
    PAGING.require(in_one == in_several, "another order in several pages", wire.story)
    FILTER_COMPLETE.require(
        {user["id"] for user in in_one} == set(population.ids), "somebody is missing", wire.story
    )
    sorted_by(in_one, field, wire, descending=direction == "sort_desc")


@pytest.mark.parametrize("descending", [False, True])
def test_ids_are_sorted_as_numbers(wire: Wire, population: Population, descending: bool) -> None:
    token = app_token(wire)
    word = "desc" if descending else "asc"
    first = wire.call("GET", "/users", query=[("per_page", "60")], token=token).json["items"]
    # The first ids of an app and later ones differ in how many digits they have.
    ids = sorted({*(int(item["user"]["id"]) for item in first), *population.ids})
    query = [*(("id[in][]", str(number)) for number in ids), (f"sort_{word}", "id")]
    found = [user["id"] for user in ask(wire, token, query).json["items"]]
    SORTED.require(found == sorted(ids, reverse=descending), f"by {word} id: {found}", wire.story)
    for kind in ("string", "number"):
        older = [("order", f"{word} {kind} id"), ("per_page", "100")]
        older.append(("filter[]", f"number id in {','.join(map(str, ids))}"))
        answer = wire.call("GET", "/users", query=older, token=token)
        found = [item["user"]["id"] for item in answer.json["items"]]
        SORTED.require(
            found == sorted(ids, reverse=descending), f"by {word} id: {found}", wire.story
        )


GOOD = ("id", "5")
MOMENT = "2018-12-06T09:21:41Z"
REFUSED: dict[str, list[list[tuple[str, str]]]] = {
    "nothing that stands alone": [
        [],
        [("limit", "10")],
        [("sort_asc", "id")],
        [("website", "https://example.com")],
        [("external_user_id", "5")],
        *([(f"{field}[nin][]", "55")] for field in (*STAND_ALONE, TAGS)),
        *([(f"{field}[{operator}]", MOMENT)] for field in DATES for operator in COMPARE),
        [("created_at[gte]", MOMENT), ("user_tags[nin][]", "guest"), ("login[nin][]", "marvin")],
    ],
    "operators of other fields": [
        [GOOD, pair]
        for pair in (
            *((f"{field}[{each}]", "55") for field in (*STAND_ALONE, TAGS) for each in COMPARE),
            *((f"{field}[{each}]", MOMENT) for field in DATES for each in ("start_with", "like")),
            *((f"{field}[{each}][]", MOMENT) for field in DATES for each in ("in", "nin")),
            *((field, MOMENT) for field in DATES),
            *((f"{field}[start_with]", "12345") for field in ("id", TAGS)),
            *((f"{field}[like]", "12345") for field in (*STAND_ALONE, TAGS)),
        )
    ],
    "short prefixes": [
        [*before, (f"{field}[start_with]", prefix)]
        for field in STAND_ALONE
        if field != "id"
        for before in ([], [GOOD])
        for prefix in ("", "abc", "äöü")
    ],
    "numbers that are none": [
        [("login", "marvin"), (name, text)]
        for name in ("id", "id[in][]", "id[nin][]", "limit", "offset")
        for text in ("", "five", "1.5", "+5", " 5", "-1", "0x5", "9" * 30)
    ],
    "limits": [
        [GOOD, *pairs]
        for pairs in (
            [("limit", "0")],
            [("limit", "101")],
            [("limit", "1000")],
            [("limit", "101"), ("full_name[start_with]", "hunter")],
            [("offset", "-1")],
            [("offset", str(2**63))],
        )
    ],
    "sorts": [
        [GOOD, *pairs]
        for pairs in (
            [("sort_asc", "id"), ("sort_desc", "id")],
            [("sort_asc", "id"), ("sort_desc", "login")],
            *(
                [(sort, field)]
                for sort in ("sort_asc", "sort_desc")
                for field in ("password", "nothing", "website", "user_tags", "_id", "ID", "")
            ),
        )
    ],
    "moments that are none": [
        [GOOD, (f"{field}[gt]", text)]
        for field in DATES
        for text in (
            "", "yesterday", "2018-12-06", "2018-13-45T00:00:00Z", "2018-12-06T25:00:00Z", "1.5",
            "2018-12-06T09:21:41", "2018-12-06 09:21", "-1", "253402300800",
        )
    ],
    "texts that are none": [
        [(f"{field}{operator}", text)]
        for field in (*STAND_ALONE[1:], TAGS)
        for operator in ("", "[in][]")
        for text in ("", "nul\x00nul", "line\nend", "\x7fdelete", "x" * 1001)
    ],
    "too many": [
        [(f"{field}[{operator}][]", str(number)) for number in range(1, 102)] + [GOOD]
        for field, operator in (("id", "in"), ("login", "nin"), (TAGS, "in"))
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_filter_is_refused(wire: Wire, kind: str) -> None:
    token = app_token(wire)
    for query in REFUSED[kind]:
        answer = ask(wire, token, query)
        FILTER_REFUSED.require(
            answer.status == 422 and is_object(answer.errors),
            f"{answer.status} {answer.errors} for {query[:3]}",
            answer,
        )


def test_what_nobody_knows_is_ignored(wire: Wire, population: Population) -> None:
    token = app_token(wire)
    chosen = [("id[in][]", str(number)) for number in population.ids[2:9]]
    others = ("nothing", "nothing[gt]", "avatar", "website[nin][]", "page", "per_page", "order")
    for name in others:
        answer = ask(wire, token, [*chosen, (name, "5")])
        FILTER_COMPLETE.require(
            answer.status == 200
            and [user["id"] for user in answer.json["items"]] == population.ids[2:9],
            f"not those asked for, because of {name}",
            answer,
        )


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
