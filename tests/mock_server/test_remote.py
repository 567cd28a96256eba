"""Who may call from where: the address listened on, and the control API's key."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from starlette.types import Message

from mock_server import MockServer, RunningServer, Settings, create_app, running
from mock_server.__main__ import main
from tests.mock_server.caller import Caller, errors
from tests.mock_server.command import command, first_line

KEY = "a-key-of-the-control-api"
CLOCK = "/__mock__/clock"


@pytest.fixture(scope="module")
def guarded() -> Iterator[RunningServer]:
    with running(Settings(port=0, control_key=KEY, validate_responses=True)) as server:
        yield server


@pytest.fixture
def caller(guarded: RunningServer, http: httpx2.Client) -> Caller:
    return Caller(guarded, http)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--host", "0.0.0.0"], "--allow-remote"),
        (["--host", "192.0.2.1", "--control-key", KEY], "--allow-remote"),
        (["--host", "0.0.0.0", "--allow-remote"], "with a control key only"),
        (["--allow-remote"], "with a control key only"),
        (["--control-key", "short"], "8 to 200"),
        (["--control-key", f"{KEY} "], "8 to 200"),
    ],
)
def test_what_is_refused(
    arguments: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--port", "0", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    [line] = captured.err.splitlines()
    assert line.startswith("connectycube-mock: ")
    assert why in line
    assert KEY not in line


def test_the_key_is_wanted_everywhere(caller: Caller) -> None:
    paths = caller.call("GET", "/__mock__/openapi", headers={"Mock-Control-Key": KEY})
    for path in ("/__mock__/nothing", *(f"/__mock__{each}" for each in paths.json()["paths"])):
        for given in ("", f"{KEY}x", KEY[:-1], KEY.upper()):
            answer = caller.call("GET", path, headers={"Mock-Control-Key": given})
            assert "needs its key" in errors(answer, 401)["base"][0]
    assert caller.call("GET", CLOCK, headers={"Mock-Control-Key": KEY}).status_code == 200
    elsewhere = {"Mock-Control-Key": KEY, "Host": "rebound.example"}
    assert errors(caller.call("GET", CLOCK, headers=elsewhere), 403)
    assert caller.app().session()["user_id"] is None


def test_the_key_is_never_told(caller: Caller) -> None:
    assert KEY not in repr(caller.server)
    told = caller.call("GET", "/__mock__/settings", headers={"Mock-Control-Key": KEY})
    assert KEY not in told.text


def test_the_command_takes_the_key_from_its_environment(
    http: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "CONNECTYCUBE_MOCK_CONTROL_KEY", KEY)
    with command("--port", "0", "--log-level", "debug") as process:
        url = first_line(process)
        assert http.get(f"{url}{CLOCK}").status_code == 401
        assert http.get(f"{url}{CLOCK}", headers={"Mock-Control-Key": KEY}).status_code == 200
        process.send_signal(signal.SIGTERM)
        output, log = process.communicate(timeout=20)
    assert "GET /__mock__/clock 401" in log
    assert KEY not in output + log


def asked_from_elsewhere(app: MockServer, key: str) -> int:
    """The status of a request from another machine, under a name of this one's network."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http", "method": "GET", "path": CLOCK, "raw_path": CLOCK.encode(),
        "headers": [(b"host", b"mock.example"), (b"mock-control-key", key.encode())],
        "query_string": b"", "client": ("192.0.2.1", 1), "server": ("192.0.2.2", 1),
        "scheme": "http",
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    status: int = sent[0]["status"]
    return status


def test_other_machines_need_the_key() -> None:
    remote = create_app(Settings(host="192.0.2.2", allow_remote=True, control_key=KEY))
    assert asked_from_elsewhere(remote, KEY) == 200
    assert asked_from_elsewhere(remote, "another-key") == 401
    remote.close()
    local = create_app(Settings(control_key=KEY))
    assert asked_from_elsewhere(local, KEY) == 403
    local.close()
