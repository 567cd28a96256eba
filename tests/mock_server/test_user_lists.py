from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from mock_server import ManualClock, Settings, running
from tests.mock_server.caller import START, Caller, errors

pytestmark = pytest.mark.each_database

DAY = 86_400


@pytest.fixture(scope="module")
def app() -> Iterator[Caller]:
    """Users 1 to 4, signed up a day apart from 2023-11-14 on, and the app's token."""
    clock = ManualClock(START, frozen=True)
    quick = Settings(port=0, validate_responses=True)
    with running(quick, clock=clock) as server, httpx2.Client(trust_env=False) as http:
        caller = Caller(server, http)
        for number, tags in enumerate(["iphone", "apple,iphone", None, "pear"], start=1):
            caller.app().sign_up(
                login=f"user{number}",
                email=f"User{number}@x.org",
                full_name="Same Name" if number != 3 else None,
                phone=f"555{number % 2}",
                tag_list=tags,
                external_user_id=number * 10,
            )
            clock.advance(seconds=DAY)
        yield caller.app()


def found(answer: httpx2.Response) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [each["user"]["id"] for each in answer.json()["items"]]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ([], [1, 2, 3, 4]),
        (["number id in 1,3,9"], [1, 3]),
        (["number id gt 2"], [3, 4]),
        (["number id ge 2", "number id lt 4"], [2, 3]),
        (["number id le 2"], [1, 2]),
        (["number id between 2,3"], [2, 3]),
        (["number id ne 2"], [1, 3, 4]),
        (["number external_user_id eq 30"], [3]),
        (["string phone in 5550"], [2, 4]),
        (["string full_name eq Same Name"], [1, 2, 4]),
        (["string full_name ne Same Name"], [3]),
        (["string email eq USER2@X.org"], [2]),
        (["string login ge user3"], [3, 4]),
        (["string login between user2,user3"], [2, 3]),
        (["date created_at eq 2023-11-15"], [2]),
        (["date created_at in 2023-11-14,2023.11.17"], [1, 4]),
        (["date created_at ne 2023-11-15"], [1, 3, 4]),
        (["date created_at gt 2023.11.15"], [3, 4]),
        (["date created_at ge 2023-11-15"], [2, 3, 4]),
        (["date created_at lt 2023-11-15"], [1]),
        (["date created_at le 2023-11-15"], [1, 2]),
        (["date created_at between 2023-11-15,2023-11-16"], [2, 3]),
    ],
)
def test_filters(app: Caller, filters: list[str], ids: list[int]) -> None:
    answer = app.get("/users", [("filter[]", each) for each in filters])
    assert found(answer) == ids
    assert answer.json()["total_entries"] == len(ids)


@pytest.mark.parametrize(
    "wrong",
    ["string id in 1", "number login eq 1", "date id eq 2020-01-01", "string updated_at eq 1"],
)
def test_a_filter_of_the_wrong_type_matches_nothing(app: Caller, wrong: str) -> None:
    answer = app.get("/users", [("filter[]", "number id gt 0"), ("filter[]", wrong)])
    nothing = {"current_page": 1, "per_page": 0, "total_entries": 0, "items": list[Any]()}
    assert answer.json() == nothing


@pytest.mark.parametrize(
    "query",
    [
        {"page": 0},
        {"per_page": 0},
        {"per_page": 101},
        {"page": "x"},
        {"page": 2**63},
        {"order": "up number id"},
        {"order": "asc string password_hash"},
        {"filter[]": "number id"},
        {"filter[]": "number id like 1"},
        {"filter[]": "number id eq one"},
        {"filter[]": "number id eq 9223372036854775808"},
        {"filter[]": "number id between 1"},
        {"filter[]": "string password_hash eq x"},
        {"filter[]": "date created_at eq 2023-13-01"},
    ],
)
def test_invalid_queries(app: Caller, query: dict[str, str | int]) -> None:
    assert errors(app.get("/users", query), 422)


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        ("desc string created_at", [4, 3, 2, 1]),
        ("asc string full_name", [3, 1, 2, 4]),
        ("desc number phone", [1, 3, 2, 4]),
    ],
)
def test_order_ignores_the_type(app: Caller, order: str, ids: list[int]) -> None:
    assert found(app.get("/users", {"order": order})) == ids


def test_pages(app: Caller) -> None:
    cases: list[tuple[str, dict[str, str | int], int, list[int]]] = [
        ("/users", {"page": 2, "per_page": 3}, 4, [4]),
        ("/users", {"page": 9, "per_page": 3}, 4, []),
        ("/users", {"page": 2**63 - 1, "per_page": 100}, 4, []),
        ("/users/by_full_name", {"full_name": "Same Name", "page": 2, "per_page": 2}, 3, [4]),
        ("/users/by_full_name", {"full_name": "same name"}, 0, []),
        ("/users/by_tags", {"tags": "apple,pear", "per_page": 1}, 2, [2]),
        ("/users/by_tags", {"tags[]": "iphone"}, 2, [1, 2]),
    ]
    for path, query, total, ids in cases:
        answer = app.get(path, query)
        assert found(answer) == ids
        body = answer.json()
        shown = (body["current_page"], body["per_page"], body["total_entries"])
        assert shown == (query.get("page", 1), query.get("per_page", 10), total)
    assert found(app.get("/users/by_tags", [("tags[]", "pear"), ("tags[]", "apple")])) == [2, 4]
    assert errors(app.get("/users/by_tags"), 422) == {"tags": ["cannot be blank"]}


def test_the_app_may_have_the_list_disabled(http: httpx2.Client) -> None:
    with running(Settings(port=0, list_users_v1=False)) as server:
        refused = errors(Caller(server, http).app().get("/users"), 403)
    assert refused["base"][0].startswith("Users retrieving forbidden in admin panel")
