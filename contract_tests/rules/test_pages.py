"""Pages tile the whole, in both versions of lists; the first version's filters and orders."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from contract_tests.actors import (
    app_token,
    create_session,
    fresh_name,
    fresh_password,
    newcomer,
    sign_up,
)
from contract_tests.catalogue import (
    FILTER_COMPLETE,
    FILTER_HOLDS,
    FILTER_REFUSED,
    PAGING,
)
from contract_tests.decoded import is_object
from contract_tests.filters import User
from contract_tests.population import CROWD_SIZE, Population
from contract_tests.server import ServerUnderTest
from contract_tests.sorting import sorted_by
from contract_tests.wire import Wire

DEFAULT_LIMIT = 100
DEFAULT_PER_PAGE = 10
FARTHEST = 2**63 - 1


SORTS: list[list[tuple[str, str]]] = [[], [("sort_desc", "id")], [("sort_asc", "full_name")]]


@pytest.mark.parametrize("limit", [None, 1, 99, 100])
def test_offset_and_limit_cut_the_whole(wire: Wire, crowded: Population, limit: int | None) -> None:
    token = app_token(wire)
    size, whole = limit or DEFAULT_LIMIT, len(crowded.ids)
    for offset in (None, 0, 1, 3, 99, 100, whole - 1, whole, whole + 1, FARTHEST):
        for sort in SORTS if limit == 1 else SORTS[:1]:
            query = [("user_tags", crowded.tag), *sort]
            query += [] if limit is None else [("limit", str(limit))]
            query += [] if offset is None else [("offset", str(offset))]
            page = wire.call("GET", "/users/v2", query=query, token=token)
            skipped = offset or 0
            body = page.json
            PAGING.require(
                (body["limit"], body["skip"], body["total_entries"]) == (size, skipped, whole),
                f"{body['limit']}, {body['skip']}, {body['total_entries']}",
                page,
            )
            ids = crowded.ids[::-1] if ("sort_desc", "id") in sort else crowded.ids
            PAGING.require(
                [user["id"] for user in body["items"]] == ids[skipped : skipped + size],
                "another cut than the one asked for",
                page,
            )


@dataclass(frozen=True)
class FirstVersion:
    """A list of the first version, restricted to known users or files."""

    path: str
    query: Callable[[Population], list[tuple[str, str]]]
    item: str = "user"


FIRST_VERSION = {
    "by_tags": FirstVersion("/users/by_tags", lambda known: [("tags", known.tag)]),
    "by_full_name": FirstVersion("/users/by_full_name", lambda known: [("full_name", known.tag)]),
    "users": FirstVersion(
        "/users", lambda known: [("filter[]", f"string full_name eq {known.tag}")]
    ),
    "files": FirstVersion("/blobs", lambda _: [], "blob"),
}


@pytest.fixture(scope="module")
def files(server: ServerUnderTest) -> tuple[list[int], str]:
    """The files of somebody who has more than a page may hold, and the token to list them with."""
    with Wire(server) as wire:
        token = newcomer(wire).token
        body = {"blob": {"name": "a.txt", "content_type": "text/plain"}}
        made = [wire.call("POST", "/blobs", body=body, token=token) for _ in range(CROWD_SIZE)]
        return [answer.json["blob"]["id"] for answer in made], token


@pytest.mark.parametrize("name", sorted(FIRST_VERSION))
def test_pages_cut_the_whole(
    wire: Wire, crowded: Population, files: tuple[list[int], str], name: str
) -> None:
    version = FIRST_VERSION[name]
    ids, token = files if version.item == "blob" else (crowded.ids, app_token(wire))
    for per_page in (None, 1, 99, 100):
        size = per_page or DEFAULT_PER_PAGE
        last = -(-len(ids) // size)
        for number in (None, 2, 10, last, last + 1, FARTHEST):
            query = version.query(crowded)
            query += [] if per_page is None else [("per_page", str(per_page))]
            query += [] if number is None else [("page", str(number))]
            answer = wire.call("GET", version.path, query=query, token=token)
            body, place = answer.json, number or 1
            PAGING.require(
                (body["current_page"], body["per_page"], body["total_entries"])
                == (place, size, len(ids)),
                f"{body['current_page']}, {body['per_page']}, {body['total_entries']}",
                answer,
            )
            PAGING.require(
                [item[version.item]["id"] for item in body["items"]]
                == ids[(place - 1) * size : place * size],
                "another page than the one asked for",
                answer,
            )


def test_everybody_is_in_the_list_once(wire: Wire) -> None:
    guest = create_session(wire, guest="1", full_name="Awesome Guest")["user"]
    on_the_fly = create_session(wire, login=fresh_name(), password=fresh_password())["user"]
    gone = newcomer(wire)
    wire.call("DELETE", f"/users/{gone.id}", token=gone.token)
    token = app_token(wire)
    found: list[int] = []
    for number in itertools.count(1):
        query = [("page", str(number)), ("per_page", "100"), ("order", "desc number id")]
        body = wire.call("GET", "/users", query=query, token=token).json
        found += [item["user"]["id"] for item in body["items"]]
        if len(found) >= body["total_entries"] or not body["items"]:
            PAGING.require(body["total_entries"] == len(found), "not as many as said", wire.story)
            break
    PAGING.require(
        found == sorted(set(found), reverse=True)
        and {guest["id"], on_the_fly["id"]} <= set(found)
        and gone.id not in found,
        "somebody is missing, there twice, or there although deleted",
        wire.story,
    )


@pytest.mark.usefixtures("stopped_clock")
def test_who_is_online(wire: Wire) -> None:
    people = [newcomer(wire) for _ in range(3)]
    for person in people:
        wire.call("GET", "/session", token=person.token)
    token = app_token(wire)
    path = "/users/online"
    count = wire.call("GET", path, query=[("count", "true")], token=token).json["count"]
    found: list[int] = []
    while len(found) < count:
        query = [("limit", "100"), ("offset", str(len(found)))]
        page = wire.call("GET", path, query=query, token=token).json["users"]
        PAGING.require(bool(page), f"{len(found)} of {count}", wire.story)
        found += [user["id"] for user in page]
    PAGING.require(
        len(found) == count and found == sorted(set(found)), "not each once, by id", wire.story
    )
    PAGING.require({each.id for each in people} <= set(found), "somebody is missing", wire.story)
    for limit, offset in ((1, 0), (1, 1), (2, 1), (2, count - 1), (100, count), (5, FARTHEST)):
        query = [("limit", str(limit)), ("offset", str(offset)), ("count", "false")]
        page = wire.call("GET", path, query=query, token=token).json["users"]
        PAGING.require(
            [user["id"] for user in page] == found[offset : offset + limit],
            "another cut than the one asked for",
            wire.story,
        )


NO_PAGES = [
    (name, text)
    for name in ("page", "per_page")
    for text in ("0", "-1", "one", "", "+1", "1.0", "1e1", " 1", str(2**63))
] + [("per_page", "101")]


@pytest.mark.parametrize(
    "path", ["/users", "/users/by_tags?tags=x", "/users/by_full_name?full_name=x", "/blobs"]
)
def test_what_is_no_page_is_refused(wire: Wire, path: str) -> None:
    token = newcomer(wire).token
    for name, text in NO_PAGES:
        before = "&" if "?" in path else "?"
        answer = wire.call("GET", f"{path}{before}{name}={quote(text)}", token=token)
        PAGING.require(
            answer.status == 422 and is_object(answer.errors) and set(answer.errors) == {name},
            f"{answer.status} {answer.errors} for {name}={text}",
            answer,
        )


@dataclass(frozen=True)
class Written:
    """A filter of the first version.

    Attributes:
        kind: The type it names.
        field: The field.
        operator: The operator.
        values: The operands.
    """

    kind: str
    field: str
    operator: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind} {self.field} {self.operator} {','.join(self.values)}"

    def holds(self, user: User) -> bool:
        """Whether a user satisfies it; a day is all that happens on it."""
        if user[self.field] is None:
            return self.operator == "ne"
        value, *wanted = map(self._meant, (str(user[self.field]), *self.values))
        first, last = wanted[0], wanted[-1]
        meanings = {
            "eq": value == first,
            "ne": value != first,
            "in": value in wanted,
            "gt": value > first,
            "ge": value >= first,
            "lt": value < first,
            "le": value <= first,
            "between": first <= value <= last,
        }
        return bool(meanings[self.operator])

    def _meant(self, text: str) -> Any:
        if self.kind == "number":
            return int(text)
        if self.kind == "date":
            return date.fromisoformat(text[:10].replace(".", "-"))
        return text.lower() if self.field == "email" else text


KINDS = {
    "id": "number", "external_user_id": "number",
    "login": "string", "email": "string", "full_name": "string", "phone": "string",
    "website": "string", "external_id": "string", "facebook_id": "string", "twitter_id": "string",
    "created_at": "date", "updated_at": "date", "last_request_at": "date",
}  # fmt: skip
SINGLE = ("eq", "ne", "gt", "ge", "lt", "le")


def written(population: Population, field: str) -> Iterator[Written]:
    """Every operator of a field, at values that users have and just beside them."""
    kind = KINDS[field]
    known = [str(user[field]) for user in population.users if user[field] is not None]
    if not known:
        return  # Without a clock to move nobody may have asked for anything a second later.
    known = sorted(set(known), key=int if kind == "number" else str)
    low, high = known[len(known) // 4], known[-1 - len(known) // 4]
    if kind == "number":
        beside = [str(int(low) - 1), str(int(high) + 1)]
    elif kind == "date":
        days = [date.fromisoformat(text[:10]) for text in (low, high)]
        low, high = str(days[0]), str(days[1])
        beside = [str(days[0] - timedelta(days=1)), f"{days[1] + timedelta(days=1):%Y.%m.%d}"]
    else:
        beside = [low[:-1], f"{high}0"]
    for place, operator in enumerate(SINGLE):
        for value in (low, high, beside[place % 2]):
            yield Written(kind, field, operator, (value,))
    for pair in itertools.product((low, beside[0]), (high, beside[1])):
        yield Written(kind, field, "between", pair)
    yield Written(kind, field, "between", (high, high))
    yield Written(kind, field, "between", (beside[1], beside[0]))
    for values in ((low,), (high, low), (beside[0], high), (*beside, low), tuple(beside)):
        yield Written(kind, field, "in", values)


@pytest.mark.parametrize("field", KINDS)
def test_filters_of_the_first_version(wire: Wire, population: Population, field: str) -> None:
    token = app_token(wire)
    whole = f"number id between {population.ids[0]},{population.ids[-1]}"
    for place, wanted in enumerate(written(population, field)):
        both = [whole, str(wanted)] if place % 2 else [str(wanted), whole]
        query = [*(("filter[]", text) for text in both), ("per_page", "100")]
        answer = wire.call("GET", "/users", query=query, token=token)
        FILTER_REFUSED.require(answer.status == 200, f"{answer.status} for {wanted}", answer)
        found: list[User] = [item["user"] for item in answer.json["items"]]
        FILTER_HOLDS.require(
            all(wanted.holds(user) for user in found), f"somebody without {wanted}", answer
        )
        expected = {user["id"] for user in population.users if wanted.holds(user)}
        FILTER_COMPLETE.require(
            expected <= {user["id"] for user in found}, f"somebody with {wanted} is missing", answer
        )
        PAGING.require(answer.json["total_entries"] == len(found), "the total is another", answer)


def test_filters_of_the_first_version_hold_together(wire: Wire, population: Population) -> None:
    token = app_token(wire)
    ids = population.ids
    chosen = [
        Written("number", "id", "between", (str(ids[3]), str(ids[20]))),
        Written("number", "external_user_id", "gt", ("60",)),
        Written("string", "full_name", "ne", ("diver dan",)),
        Written("string", "phone", "in", ("55501", "55502")),
        Written("string", "login", "ge", (f"{population.prefix}-05",)),
        Written("string", "email", "lt", (f"{population.prefix}.19@example.com",)),
        Written("date", "created_at", "le", (str(population.users[-1]["created_at"])[:10],)),
    ]
    for some in (*itertools.combinations(chosen, 2), chosen):
        texts = [f"number id between {ids[0]},{ids[-1]}", *map(str, some)]
        query = [*(("filter[]", text) for text in texts), ("per_page", "100")]
        answer = wire.call("GET", "/users", query=query, token=token)
        found = [item["user"]["id"] for item in answer.json["items"]]
        expected = [
            user["id"] for user in population.users if all(each.holds(user) for each in some)
        ]
        FILTER_HOLDS.require(
            [number for number in found if number in set(ids)] == expected,
            f"{found}, not {expected}",
            answer,
        )


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("field", [field for field in KINDS if field != "website"])
def test_order_of_the_first_version(
    wire: Wire, population: Population, direction: str, field: str
) -> None:
    token = app_token(wire)
    # The official SDK says `string` whatever the field is.
    for kind in dict.fromkeys(("string", KINDS[field])):
        query = [
            ("filter[]", f"number id between {population.ids[0]},{population.ids[-1]}"),
            ("order", f"{direction} {kind} {field}"),
            ("per_page", "100"),
        ]
        answer = wire.call("GET", "/users", query=query, token=token)
        users = [item["user"] for item in answer.json["items"]]
        PAGING.require(
            set(population.ids) <= {user["id"] for user in users}, "somebody is missing", wire.story
        )
        sorted_by(users, field, wire, descending=direction == "desc")


@pytest.mark.parametrize("number", [2**63, 2**64, 2**70, -(2**63) - 1])
@pytest.mark.parametrize("operator", ["eq", "gt", "in"])
def test_numbers_that_no_user_can_have(wire: Wire, operator: str, number: int) -> None:
    query = [("filter[]", f"number external_user_id {operator} {number}")]
    answer = wire.call("GET", "/users", query=query, token=app_token(wire))
    FILTER_HOLDS.require(
        answer.status == 422 or (number > 0 and answer.json["items"] == []),
        f"{answer.status} for a number beyond 64 bits",
        answer,
    )


def test_full_names_are_looked_up_whole(wire: Wire, population: Population) -> None:
    token = app_token(wire)
    for name in ("hunter green", "hunter", "HUNTER GREEN", "green", "hunter_green", "hunter%"):
        query = [("full_name", name), ("per_page", "100")]
        answer = wire.call("GET", "/users/by_full_name", query=query, token=token)
        found = [item["user"] for item in answer.json["items"]]
        FILTER_HOLDS.require(
            all(user["full_name"] == name for user in found), f"another than {name}", answer
        )
        expected = {user["id"] for user in population.users if user["full_name"] == name}
        FILTER_COMPLETE.require(
            expected <= {user["id"] for user in found}, f"some {name} is missing", answer
        )


def test_tags_are_looked_up_one_by_one(wire: Wire) -> None:
    token = app_token(wire)
    name = fresh_name()
    tags = {
        sign_up(wire, tag_list=mine).id: set(mine)
        for mine in ([], [f"{name}-a"], [f"{name}-a", f"{name}-b"], [f"{name}-b"], [f"{name}-ab"])
    }
    asked = ([f"{name}-a"], [f"{name}-a", f"{name}-b"], [f"{name}-b", "nobody"], [name], ["nobody"])
    for wanted in asked:
        expected = [number for number, mine in tags.items() if mine & set(wanted)]
        for query in (
            [("tags", ",".join(wanted))],
            [("tags", ",".join(reversed(wanted)))],
            [("tags[]", tag) for tag in wanted],
        ):
            answer = wire.call("GET", "/users/by_tags", query=query, token=token)
            found = [item["user"]["id"] for item in answer.json["items"]]
            FILTER_HOLDS.require(found == expected, f"{found}, not {expected}", wire.story)
            PAGING.require(
                answer.json["total_entries"] == len(expected), "the total is another", wire.story
            )


WRONG_TYPES = (
    "number login eq 5",
    "string id eq 5",
    "date id gt 2018-12-06",
    "string created_at gt 2018-12-06",
    "number created_at gt 5",
    "date full_name eq 2018-12-06",
    "string external_user_id eq 5",
)


@pytest.mark.parametrize("text", WRONG_TYPES)
def test_a_filter_of_the_wrong_type_matches_nothing(
    wire: Wire, population: Population, text: str
) -> None:
    for other in ([], [("filter[]", f"number id in {population.ids[0]}"), ("per_page", "5")]):
        query = [*other, ("filter[]", text)]
        answer = wire.call("GET", "/users", query=query, token=app_token(wire))
        PAGING.require(
            answer.status == 200
            and (answer.json["per_page"], answer.json["items"], answer.json["total_entries"])
            == (0, [], 0),
            "something was matched",
            answer,
        )


REFUSED = {
    "filter[]": [
        "nonsense", "", "number id", "number id like 5", "number id eq", "number id between 5",
        "number id between 5,6,7", "number id eq five", "number id gt 5,6", "number id in 5,x",
        "number nothing eq 5", "number avatar eq 5", "string password eq secret",
        "text login eq marvin", "date created_at gt yesterday", "date created_at lt 2018-13-45",
        "string login eq nul\x00nul", f"number id eq {'9' * 30}",
    ],
    "order": [
        "nonsense", "", "asc", "asc id", "up number id", "asc text login", "asc number nothing",
        "asc string avatar", "asc string password", "asc number id, desc number id",
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_filter_of_the_first_version_is_refused(wire: Wire, name: str) -> None:
    token = app_token(wire)
    for text in REFUSED[name]:
        for before in ([], [("filter[]", "number id gt 0")]):
            answer = wire.call("GET", "/users", query=[*before, (name, text)], token=token)
            FILTER_REFUSED.require(
                answer.status == 422 and is_object(answer.errors),
                f"{answer.status} for {text!r}",
                answer,
            )


def test_too_many_filters_of_the_first_version_are_refused(wire: Wire) -> None:
    token = app_token(wire)
    for count, status in ((20, 200), (21, 422)):
        query = [("filter[]", "number id gt 0")] * count
        answer = wire.call("GET", "/users", query=query, token=token)
        FILTER_REFUSED.require(answer.status == status, f"{answer.status} for {count}", answer)
