"""Starting, stopping, keeping state, and the control API."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.types import Message

from mock_server import ManualClock, Settings, create_app, running, sessions
from mock_server.__main__ import main
from mock_server.call import Answer, Call
from mock_server.contract import BrokenContract, Contract, load
from mock_server.operations import HANDLERS
from tests.mock_server.caller import PASSWORD, START, Caller, errors
from tests.mock_server.command import command, first_line


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_starts_and_stops(http: httpx2.Client, number: int) -> None:
    with command("--port", "0", "--store-port", "0", "--app-id", "7", "--auth-key", "k") as process:
        base_url = first_line(process)
        assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+", base_url)
        app = {"application_id": 7, "auth_key": "k"}
        assert http.post(f"{base_url}/session", json=app).status_code == 201
        process.send_signal(number)
        output, log = process.communicate(timeout=20)
        assert (process.returncode, output, log) == (0, "", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--host", "0.0.0.0"],
        ["--host", "example.com"],
        ["--port", "65536"],
        ["--app-id", "0"],
        ["--auth-key", ""],
        ["--database", "/nowhere/at/all.db"],
        ["--database", __file__],
    ],
)
def test_the_command_refuses(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "0", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("connectycube-mock: ")
    assert "Traceback" not in captured.err


def test_a_port_in_use(caller: Caller, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", caller.server.base_url.rpartition(":")[2]]) == 2
    assert "in use" in capsys.readouterr().err
    with (
        pytest.raises(OSError, match="in use"),
        running(Settings(port=int(caller.server.base_url.rpartition(":")[2]))),
    ):
        raise AssertionError("it must not start")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_requests_at_work_are_answered_before_the_end(http: httpx2.Client, number: int) -> None:
    with command("--port", "0") as process, ThreadPoolExecutor(1) as pool:
        url = first_line(process)
        fault = {"operation": "getSession", "status": 403, "delay": 0.5}
        assert http.post(f"{url}/__mock__/faults", json=fault).status_code == 200
        waiting = pool.submit(http.get, f"{url}/session")
        while not http.get(f"{url}/__mock__/faults").json()["faults"][0]["fired"]:
            pass
        process.send_signal(number)
        assert waiting.result().status_code == 403
        output, log = process.communicate(timeout=20)
        assert (process.returncode, output, log) == (0, "", "")


def test_a_stop_does_not_wait_for_ever(
    http: httpx2.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("mock_server.server.GRACE_SECONDS", 0)
    with ThreadPoolExecutor(1) as pool:
        with running(Settings(port=0)) as server:
            server.faults.add("getSession", delay=600)
            waiting = pool.submit(http.get, f"{server.base_url}/session")
            while not server.faults.listed()[0]["fired"]:
                pass
        with pytest.raises(httpx2.TransportError):
            waiting.result()
    assert "Cancel 1 running task" in caplog.text
    assert "Traceback" not in caplog.text
    caplog.clear()


def test_a_peer_that_closed_its_half_is_answered(caller: Caller) -> None:
    app = caller.app()
    url = httpx2.URL(caller.server.base_url)
    body = json.dumps({"user": {"login": "amigo", "password": PASSWORD}}).encode()
    head = (
        f"POST /users HTTP/1.1\r\nHost: x\r\nCB-Token: {app.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    for sent, login, answered in (
        (head + body, "amigo", b"HTTP/1.1 201 "),
        (head + body, "amigo", b"HTTP/1.1 422 "),
        (head + body[:-1], "david", b""),
        (head, "david", b""),
    ):
        with socket.create_connection((url.host, url.port), 30) as peer:
            peer.sendall(sent.replace(b"amigo", login.encode()))
            peer.shutdown(socket.SHUT_WR)
            received = b""
            while piece := peer.recv(65536):
                received += piece
        assert received[: len(answered)] == answered
        assert bool(received) is bool(answered)
    assert app.get("/users/by_login", {"login": "amigo"}).status_code == 200
    assert app.get("/users/by_login", {"login": "david"}).status_code == 404


def test_a_file_survives_a_restart(http: httpx2.Client, tmp_path: Path) -> None:
    kept = Settings(port=0, database=tmp_path / "state.db")
    clock = ManualClock(START, frozen=True)
    with running(kept, clock=clock) as server:
        amigo = Caller(server, http).signed_in("amigo")
        blob, user = amigo.stored_blob(b"bytes"), amigo.user()
    with running(kept, clock=clock) as server:
        again = Caller(server, http, amigo.token)
        assert again.user() == user
        link = again.get(f"/blobs/{blob['uid']}").headers["location"]
        assert http.get(link).content == b"bytes"
        answer = again.post("/users", {"user": {"login": "amigo", "password": PASSWORD}})
        assert errors(answer, 422) == {"login": ["has already been taken"]}


def test_racing_sign_ups_for_one_login(caller: Caller) -> None:
    app = caller.app()
    body = {"user": {"login": "amigo", "password": PASSWORD}}
    with ThreadPoolExecutor(16) as pool:
        racing = [pool.submit(app.post, "/users", body) for _ in range(32)]
    assert sorted(each.result().status_code for each in racing) == [201] + [422] * 31


def test_health_and_clock(caller: Caller) -> None:
    health = caller.get("/__mock__/health")
    told = {"status": "ok", "process": os.getpid()}
    assert (health.status_code, health.json()) == (200, told)
    clock = "/__mock__/clock"
    assert caller.get(clock).json() == {"now": "2023-11-14T22:13:20.000Z", "frozen": True}
    told = caller.post(clock, {"advance": 1.5}).json()
    assert told == {"now": "2023-11-14T22:13:21.500Z", "frozen": True}
    told = caller.post(clock, {"set": "2030-01-01T00:00:00+01:00"}).json()
    assert told == {"now": "2029-12-31T23:00:00.000Z", "frozen": True}
    assert caller.post(clock, {"freeze": False}).json()["frozen"] is False
    caller.post(clock, {"set": "2024-01-01T00:00:00Z"})
    running_on = caller.post(clock, {"freeze": True}).json()
    assert running_on["frozen"] is True
    assert running_on["now"].startswith("2024-01-01T00:0")
    assert caller.app().session()["created_at"] == running_on["now"]


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"freeze": True, "advance": 1},
        {"freeze": "yes"},
        {"freeze": 1},
        {"set": "yesterday"},
        {"set": "2024-01-01T00:00:00"},
        {"set": 1700000000},
        {"set": "1969-12-31T23:59:59Z"},
        {"set": "9999-12-31T23:59:59Z"},
        {"advance": "1"},
        {"advance": True},
        {"advance": 1e300},
        {"advance": 10**400},
        {"advance": -1e11},
        {"stop": True},
    ],
)
def test_the_clock_refuses(caller: Caller, order: dict[str, Any]) -> None:
    before = caller.get("/__mock__/clock").json()
    assert errors(caller.post("/__mock__/clock", order), 422)
    assert caller.get("/__mock__/clock").json() == before


def test_other_calls_of_the_control_api(caller: Caller) -> None:
    assert errors(caller.get("/__mock__/nothing"), 404) == ["Not found"]
    assert errors(caller.delete("/__mock__/clock"), 405) == ["Method is not allowed"]
    assert errors(caller.call("POST", "/__mock__/clock", content=b"x"), 400)
    assert errors(caller.post("/__mock__/clock", [1]), 400)


@pytest.mark.parametrize("peer", [("192.0.2.1", 1), ("testclient", 1), None])
def test_the_control_api_is_for_this_machine(peer: tuple[str, int] | None) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    app = create_app()
    path = "/__mock__/clock"
    scope: dict[str, Any] = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "headers": [],
        "query_string": b"", "client": peer, "server": ("127.0.0.1", 1), "scheme": "http",
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    app.close()
    assert sent[0]["status"] == 403


def test_the_app_runs_in_process() -> None:
    app = create_app(Settings(validate_responses=True), clock=ManualClock(START, frozen=True))
    body = {"application_id": 1, "auth_key": "dev-auth-key"}
    told = iter(["lifespan.startup", "lifespan.shutdown"])
    answered: list[str] = []

    async def receive() -> Message:
        return {"type": next(told)}

    async def send(message: Message) -> None:
        answered.append(message["type"])

    async def call() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://mock") as client:
            return await client.post("/session", json=body)

    assert asyncio.run(call()).status_code == 201
    asyncio.run(app({"type": "lifespan"}, receive, send))
    assert answered == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_operations_and_handlers_must_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(HANDLERS, "login")
    with pytest.raises(RuntimeError, match="login"):
        create_app()
    monkeypatch.setitem(HANDLERS, "login", HANDLERS["logout"])
    monkeypatch.setitem(HANDLERS, "dance", HANDLERS["logout"])
    with pytest.raises(RuntimeError, match="dance"):
        create_app()


def test_an_answer_against_the_contract_is_found() -> None:
    contract: Contract = load()
    read = contract.operations["getSession"]
    with pytest.raises(BrokenContract, match="must not answer 201"):
        read.check_answer(201, {}, {})
    with pytest.raises(BrokenContract, match="without"):
        read.check_answer(200, {}, {"session": {}})
    token = {"cb-token-expirationdate": "2023-09-15 15:43:31 UTC"}
    with pytest.raises(BrokenContract, match="session"):
        read.check_answer(200, token, {"session": {}})
    with pytest.raises(BrokenContract, match="expirationdate"):
        read.check_answer(200, {"cb-token-expirationdate": "soon"}, {"session": {}})
    with pytest.raises(BrokenContract, match="with a body"):
        contract.operations["logout"].check_answer(200, token, {})


def test_a_bug_is_a_loud_500(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_call: object) -> Any:
        raise ZeroDivisionError

    app = caller.app()
    monkeypatch.setitem(HANDLERS, "getUser", broken)
    assert errors(app.get("/users/1"), 500) == {"base": ["The mock server has a bug; see its log"]}
    assert "getUser failed" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert app.token is not None
    assert app.token not in caplog.text
    caplog.clear()
    assert app.get("/session").status_code == 200


@pytest.mark.parametrize("text", ["a\r\nset-cookie: b", "a\nb", "a\x00"])
def test_no_header_of_an_answer_ends_before_its_line(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    def noting(call: Call) -> Answer:
        return replace(sessions.read(call), headers={"X-Note": text})

    app = caller.app()
    monkeypatch.setitem(HANDLERS, "getSession", noting)
    with pytest.raises(httpx2.RemoteProtocolError):
        app.get("/session")
    assert "Invalid HTTP header value" in caplog.text
    caplog.clear()


def test_settings_hide_their_secrets() -> None:
    shown = repr(Settings(auth_key="key!", auth_secret="secret!", store_secret="secret!"))
    assert "!" not in shown
