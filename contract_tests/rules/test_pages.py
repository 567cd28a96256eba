"""Pages tile the whole, in both versions of lists."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.actors import app_token, newcomer
from contract_tests.catalogue import (
    FILTER_COMPLETE,
    FILTER_HOLDS,
    FILTER_REFUSED,
    PAGING,
    SORTED,
)
from contract_tests.generation import generated
from contract_tests.population import Population
from contract_tests.wire import Query, Wire

GENERATED = generated(40)
DEFAULT_LIMIT = 100
DEFAULT_PER_PAGE = 10


@given(limit=st.none() | st.integers(1, 100), offset=st.none() | st.integers(0, 60))
@GENERATED
def test_offset_and_limit_cut_the_whole(
    shared_wire: Wire, population: Population, limit: int | None, offset: int | None
) -> None:
    shared_wire.forget()
    query = [("user_tags", population.tag)]
    query += [] if limit is None else [("limit", str(limit))]
    query += [] if offset is None else [("offset", str(offset))]
    page = shared_wire.call("GET", "/users/v2", query=query, token=app_token(shared_wire))
    size, skipped = limit or DEFAULT_LIMIT, offset or 0
    body = page.json
    PAGING.require(
        (body["limit"], body["skip"], body["total_entries"])
        == (size, skipped, len(population.users)),
        f"{body['limit']}, {body['skip']}, {body['total_entries']}",
        shared_wire.story,
    )
    PAGING.require(
        [user["id"] for user in body["items"]] == population.ids[skipped : skipped + size],
        "another cut than the one asked for",
        shared_wire.story,
    )


@dataclass(frozen=True)
class FirstVersion:
    """A list of the first version, restricted to the population."""

    path: str
    query: Callable[[Population], list[tuple[str, str]]]


FIRST_VERSION = {
    "by_tags": FirstVersion("/users/by_tags", lambda known: [("tags", known.tag)]),
    "users": FirstVersion(
        "/users",
        lambda known: [("filter[]", f"number id between {known.ids[0]},{known.ids[-1]}")],
    ),
}


@pytest.mark.parametrize("name", sorted(FIRST_VERSION))
@given(per_page=st.none() | st.integers(1, 100), page=st.none() | st.integers(1, 30))
@GENERATED
def test_pages_cut_the_whole(
    shared_wire: Wire, population: Population, name: str, per_page: int | None, page: int | None
) -> None:
    shared_wire.forget()
    version = FIRST_VERSION[name]
    # `between` finds whoever else got an id in between: only by_tags is the population's alone.
    whole = _whole(shared_wire, version.path, version.query(population))
    query = version.query(population)
    query += [] if per_page is None else [("per_page", str(per_page))]
    query += [] if page is None else [("page", str(page))]
    answer = shared_wire.call("GET", version.path, query=query, token=app_token(shared_wire))
    size, number = per_page or DEFAULT_PER_PAGE, page or 1
    body = answer.json
    PAGING.require(
        (body["current_page"], body["per_page"], body["total_entries"])
        == (number, size, len(whole)),
        f"{body['current_page']}, {body['per_page']}, {body['total_entries']}",
        shared_wire.story,
    )
    PAGING.require(
        [item["user"]["id"] for item in body["items"]]
        == whole[(number - 1) * size : number * size],
        "another page than the one asked for",
        shared_wire.story,
    )


def _whole(wire: Wire, path: str, query: Query) -> list[int]:
    body = wire.call("GET", path, query=[*query, ("per_page", "100")], token=app_token(wire)).json
    ids = [int(item["user"]["id"]) for item in body["items"]]
    PAGING.require(body["total_entries"] == len(ids), "the total is not the whole", wire.story)
    SORTED.require(ids == sorted(set(ids)), "not by ascending id", wire.story)
    return ids


@pytest.mark.parametrize(
    "path", ["/users", "/users/by_tags?tags=x", "/users/by_full_name?full_name=x"]
)
@pytest.mark.parametrize("pair", ["page=0", "page=-1", "page=one", "per_page=0", "per_page=101"])
def test_what_is_no_page_is_refused(wire: Wire, path: str, pair: str) -> None:
    target = f"{path}&{pair}" if "?" in path else f"{path}?{pair}"
    answer = wire.call("GET", target, token=app_token(wire))
    PAGING.require(answer.status == 422, f"{answer.status}", wire.story)


@pytest.mark.parametrize("pair", ["page=0", "per_page=0", "per_page=101"])
def test_what_is_no_page_of_files_is_refused(wire: Wire, pair: str) -> None:
    answer = wire.call("GET", f"/blobs?{pair}", token=newcomer(wire).token)
    PAGING.require(answer.status == 422, f"{answer.status}", wire.story)


User = dict[str, Any]
Meaning = Callable[[User, list[int]], bool]

FILTERS: dict[str, Meaning] = {
    "number id gt {5}": lambda user, ids: user["id"] > ids[5],
    "number id ge {5}": lambda user, ids: user["id"] >= ids[5],
    "number id lt {5}": lambda user, ids: user["id"] < ids[5],
    "number id le {5}": lambda user, ids: user["id"] <= ids[5],
    "number id eq {5}": lambda user, ids: user["id"] == ids[5],
    "number id ne {5}": lambda user, ids: user["id"] != ids[5],
    "number id between {3},{9}": lambda user, ids: ids[3] <= user["id"] <= ids[9],
    "number id in {3},{9}": lambda user, ids: user["id"] in {ids[3], ids[9]},
    "string phone in 55501,55502": lambda user, _: user["phone"] in {"55501", "55502"},
    "string full_name eq diver dan": lambda user, _: user["full_name"] == "diver dan",
    "date created_at gt 2018-12-06": lambda _user, _ids: True,
    "date created_at lt 2018.12.06": lambda _user, _ids: False,
}


@pytest.mark.parametrize("text", FILTERS)
def test_filters_of_the_first_version(wire: Wire, population: Population, text: str) -> None:
    meaning, ids = FILTERS[text], population.ids
    wanted = re.sub(r"\{(\d+)\}", lambda place: str(ids[int(place[1])]), text)
    whole = f"number id between {ids[0]},{ids[-1]}"
    query = [("filter[]", whole), ("filter[]", wanted), ("per_page", "100")]
    answer = wire.call("GET", "/users", query=query, token=app_token(wire))
    FILTER_REFUSED.require(answer.status == 200, f"{answer.status} for {wanted}", wire.story)
    found: list[User] = [item["user"] for item in answer.json["items"]]
    FILTER_HOLDS.require(
        all(meaning(user, ids) for user in found), f"somebody without {wanted}", wire.story
    )
    expected = {user["id"] for user in population.users if meaning(user, ids)}
    FILTER_COMPLETE.require(
        expected <= {user["id"] for user in found}, f"somebody with {wanted} is missing", wire.story
    )


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("field", ["id", "login", "email", "created_at"])
def test_order_of_the_first_version(
    wire: Wire, population: Population, direction: str, field: str
) -> None:
    query = [
        ("filter[]", f"number id between {population.ids[0]},{population.ids[-1]}"),
        # The official SDK says `string` whatever the field is.
        ("order", f"{direction} string {field}"),
        ("per_page", "100"),
    ]
    answer = wire.call("GET", "/users", query=query, token=app_token(wire))
    values = [item["user"][field] for item in answer.json["items"]]
    have = [value for value in values if value is not None]
    SORTED.require(have == sorted(have, reverse=direction == "desc"), f"not by {field}", wire.story)


def test_a_filter_of_the_wrong_type_matches_nothing(wire: Wire) -> None:
    query = [("filter[]", "number login eq 5")]
    answer = wire.call("GET", "/users", query=query, token=app_token(wire))
    PAGING.require(
        answer.status == 200
        and (answer.json["per_page"], answer.json["items"], answer.json["total_entries"])
        == (0, [], 0),
        "something was matched",
        wire.story,
    )


@pytest.mark.parametrize(
    "filter_text", ["nonsense", "number id", "number id like 5", "number id eq"]
)
def test_what_is_no_filter_of_the_first_version_is_refused(wire: Wire, filter_text: str) -> None:
    query = [("filter[]", filter_text)]
    answer = wire.call("GET", "/users", query=query, token=app_token(wire))
    FILTER_REFUSED.require(answer.status == 422, f"{answer.status}", wire.story)
