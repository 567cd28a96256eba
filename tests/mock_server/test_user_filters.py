"""The second version's filters, against a model of their rules that reads nothing of the mock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server import ManualClock, Settings, running
from tests.mock_server.caller import START, Caller, errors

pytestmark = pytest.mark.each_database

LOGINS = [f"user-{number}" for number in range(24)]
NAMES = ["Ann Lee", "Annabel", "Bob Stone", "bob stone", "Anna-Lena", None]
PHONES = ["5550", "5551", None]
TAGS = [["vip"], ["vip", "new"], ["old"], [], ["new", "old", "x y"]]
FIRST = START // 1000
STEP = 10


@pytest.fixture(scope="module")
def population() -> Iterator[tuple[Caller, list[dict[str, Any]]]]:
    """24 users, ten seconds apart, as the service shows them."""
    clock = ManualClock(START, frozen=True)
    quick = Settings(port=0, validate_responses=True)
    with running(quick, clock=clock) as server, httpx2.Client(trust_env=False) as http:
        app = Caller(server, http).app()
        made: list[dict[str, Any]] = []
        for number, login in enumerate(LOGINS):
            email = {} if number % 2 else {"email": f"{login}@X.org"}
            made.append(
                app.sign_up(
                    login=login,
                    full_name=NAMES[number % 6],
                    phone=PHONES[number % 3],
                    **email,
                    external_id=f"ext-{number % 7}",
                    tag_list=TAGS[number % 5],
                )
            )
            clock.advance(seconds=STEP)
        yield app, made


def moments() -> st.SearchStrategy[int]:
    return st.integers(FIRST - STEP, FIRST + STEP * (len(LOGINS) + 1))


def texts(field: str) -> st.SearchStrategy[str]:
    choices = {
        "login": [*LOGINS, "nobody"],
        "full_name": [*(each for each in NAMES if each), "Ann"],
        "phone": [*(each for each in PHONES if each), "1"],
        "email": [f"{LOGINS[0]}@x.ORG", f"{LOGINS[2]}@X.org", "no@x.org"],
        "external_id": [f"ext-{number}" for number in range(8)],
    }
    return st.sampled_from(choices[field])


FIELDS = st.sampled_from(["login", "full_name", "phone", "email", "external_id"])


@st.composite
def primaries(draw: st.DrawFn) -> tuple[str, str, list[str]]:
    operator = draw(st.sampled_from(["eq", "in", "start_with"]))
    if draw(st.booleans()) and operator != "start_with":
        count = 1 if operator == "eq" else 4
        ids = st.integers(1, len(LOGINS) + 3).map(str)
        return "id", operator, draw(st.lists(ids, min_size=1, max_size=count))
    field = draw(FIELDS)
    if operator == "start_with":
        text = draw(texts(field).filter(lambda each: len(each) >= 4))
        return field, operator, [text[: draw(st.integers(4, len(text)))]]
    count = 1 if operator == "eq" else 4
    return field, operator, draw(st.lists(texts(field), min_size=1, max_size=count))


@st.composite
def others(draw: st.DrawFn) -> tuple[str, str, list[str]]:
    kind = draw(st.sampled_from(["nin", "tags", "date"]))
    if kind == "nin":
        field = draw(FIELDS)
        return field, "nin", draw(st.lists(texts(field), min_size=1, max_size=3))
    if kind == "tags":
        operator = draw(st.sampled_from(["eq", "in", "nin"]))
        tags = st.sampled_from(["vip", "new", "old", "x y", "none"])
        count = 1 if operator == "eq" else 3
        return "user_tags", operator, draw(st.lists(tags, min_size=1, max_size=count))
    operator = draw(st.sampled_from(["gt", "lt", "gte", "lte"]))
    return draw(st.sampled_from(["created_at", "updated_at"])), operator, [str(draw(moments()))]


Filter = tuple[str, str, list[str]]


def query_of(filters: list[Filter]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for field, operator, values in filters:
        name = field if operator == "eq" else f"{field}[{operator}]"
        name += "[]" if operator in {"in", "nin"} else ""
        pairs += [(name, value) for value in values]
    return pairs


def holds(user: dict[str, Any], condition: Filter) -> bool:
    field, operator, values = condition
    shown = user[field]
    if field in {"created_at", "updated_at"}:
        index = LOGINS.index(user["login"])
        at, than = FIRST + STEP * index, int(values[0])
        return {"gt": at > than, "lt": at < than, "gte": at >= than, "lte": at <= than}[operator]
    if field == "user_tags":
        mine = set((shown or "").split(","))
        return mine.isdisjoint(values) if operator == "nin" else not mine.isdisjoint(values)
    if field == "email":
        shown, values = shown and shown.lower(), [each.lower() for each in values]
    if field == "id":
        shown = str(shown)
    if operator == "start_with":
        return shown is not None and shown.startswith(values[0])
    return (shown not in values) if operator == "nin" else (shown in values)


@settings(max_examples=150, deadline=None)
@given(
    filters=st.lists(primaries(), min_size=1, max_size=2),
    more=st.lists(others(), max_size=2),
    limit=st.integers(1, 100),
    offset=st.integers(0, 30),
    sort=st.sampled_from([None, "login", "full_name", "phone", "created_at", "id"]),
    descending=st.booleans(),
)
def test_filters_find_what_the_model_finds(
    population: tuple[Caller, list[dict[str, Any]]],
    *,
    filters: list[Filter],
    more: list[Filter],
    limit: int,
    offset: int,
    sort: str | None,
    descending: bool,
) -> None:
    app, made = population
    conditions = list({query: each for each in filters + more for query in [each[:2]]}.values())
    prefixed = any(operator == "start_with" for _, operator, _ in conditions)
    query = [*query_of(conditions), ("limit", str(limit)), ("offset", str(offset))]
    expected = [user for user in made if all(holds(user, each) for each in conditions)]
    if sort is not None:
        query.append(("sort_desc" if descending else "sort_asc", sort))

        def key(user: dict[str, Any]) -> tuple[bool, Any]:
            return user[sort] is not None, user[sort] or 0

        expected = sorted(expected, key=key, reverse=descending)
        if descending:  # equal ones stay in ascending order of id
            expected.sort(key=lambda user: user["id"])
            expected.sort(key=key, reverse=True)
    answer = app.get("/users/v2", query)
    assert answer.status_code == 200, answer.text
    size = 5 if prefixed else limit
    assert answer.json() == {
        "limit": size,
        "skip": offset,
        "total_entries": len(expected),
        "items": expected[offset : offset + size],
    }


@pytest.mark.parametrize(
    "query",
    [
        "",
        "limit=10",
        "login[nin][]=a",
        "user_tags[nin][]=guest",
        "created_at[gte]=2018-12-06T09:21:41Z",
        "login[start_with]=vip",
        "id=1&login[gt]=a",
        "id=1&created_at=1690886495",
        "id=1&created_at[in][]=1690886495",
        "user_tags[start_with]=gues",
        "id[start_with]=1234",
        "id=1&id=2",
        "id=one",
        "id=0",
        "id=1&limit=0",
        "id=1&limit=101",
        "id=1&limit=1000",
        "id=1&offset=-1",
        "id=1&offset=9223372036854775808",
        "id=1&sort_asc=password_hash",
        "id=1&sort_asc=id&sort_desc=id",
        "id=1&created_at[gt]=yesterday",
        "id=1&created_at[gt]=253402300800",
        "id=1&created_at[gt]=0000-01-01T00:00:00Z",
        "login=",
        "login=%00",
        "login=%FF",
        "login=%ED%A0%80",
        "login=" + "x" * 1001,
        "&".join(f"id[in][]={number}" for number in range(1, 102)),
    ],
)
def test_invalid_filters(population: tuple[Caller, list[dict[str, Any]]], query: str) -> None:
    app, _ = population
    assert errors(app.get(f"/users/v2?{query}"), 422)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("id[in]=1&id[in]=2", [1, 2]),
        ("id[in]=1&id[in][]=2", [1, 2]),
        ("id=3&unknown=1&unknown[gt]=2", [3]),
        ("full_name[start_with]=Anna&id[nin][]=2", [5, 8, 11, 14, 17]),
        ("user_tags=vip&created_at[lt]=2023-11-14T22:13:31Z", [1, 2]),
        ("user_tags=vip&created_at[lte]=2023-11-15T00:13:30.000%2B02:00", [1, 2]),
        ("id=1&created_at[gt]=2016-12-31t23:59:60z", [1]),
        ("user_tags=vip&last_request_at[gt]=0", []),
        ("id=1&offset=9223372036854775807", []),
    ],
)
def test_examples(
    population: tuple[Caller, list[dict[str, Any]]], query: str, found: list[int]
) -> None:
    app, _ = population
    answer = app.get(f"/users/v2?{query}")
    assert answer.status_code == 200, answer.text
    assert [user["id"] for user in answer.json()["items"]] == found
