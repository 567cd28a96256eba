"""The control API: its document, and who may call it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from mock_server import ManualClock, RunningServer, Settings, create_app, running
from mock_server.control import Control
from tests.mock_server.caller import START, Caller, errors


@pytest.fixture(scope="module")
def shared() -> Iterator[RunningServer]:
    """Nothing here changes a server's state."""
    settings = Settings(port=0, validate_responses=True)
    with running(settings, clock=ManualClock(START, frozen=True)) as server:
        yield server


@pytest.fixture
def caller(shared: RunningServer, http: httpx2.Client) -> Caller:
    return Caller(shared, http)


def test_the_document_names_every_call(caller: Caller) -> None:
    document = caller.get("/__mock__/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {"/health", "/clock"} <= document["paths"].keys()
    assert caller.get("/__mock__/openapi").json() == document
    for path, item in document["paths"].items():
        if "get" in item:
            named = path.replace("{app_id}", "1")
            assert caller.get(f"/__mock__{named}").status_code == 200, path


def test_every_call_has_a_handler() -> None:
    clock = ManualClock()

    async def alone(function: Any) -> Any:
        return function()

    with pytest.raises(RuntimeError, match="setClock"):
        Control({}, clock, alone)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example:80"},
        {"Host": "127.0.0.1.example"},
        {"Host": "["},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_other_sites_are_refused(caller: Caller, headers: dict[str, str], method: str) -> None:
    body = None if method == "GET" else {"advance": 1}
    answer = caller.call(method, "/__mock__/clock", json=body, headers=headers)
    assert "control API" in errors(answer, 403)["base"][0]
    assert caller.clock.now() == START


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "localhost:1"},
        {"Host": "[::1]:8080"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "http://127.0.0.1:5173", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_local_pages_are_answered(caller: Caller, headers: dict[str, str]) -> None:
    assert caller.call("GET", "/__mock__/clock", headers=headers).status_code == 200


def test_a_bug_is_a_loud_500(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app()
    monkeypatch.setattr(app.clock, "now", lambda: START)

    def broken(_frozen: bool) -> None:
        raise ZeroDivisionError

    async def call() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.post("/__mock__/clock", json={"freeze": True})

    monkeypatch.setattr(app.clock, "freeze", broken)
    answer = asyncio.run(call())
    app.close()
    assert errors(answer, 500) == {"base": ["The mock server has a bug; see its log"]}
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()
