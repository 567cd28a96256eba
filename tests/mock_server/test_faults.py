"""Faults ordered by tests: each really happens, over a real socket."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from mock_server import create_app
from mock_server.refusals import Refusal
from tests.mock_server.caller import PASSWORD, Caller, errors

FAULTS = "/__mock__/faults"
SIGN_UP = {"user": {"login": "amigo", "password": PASSWORD}}


def order(caller: Caller, operation: str, **fields: Any) -> None:
    answer = caller.post(FAULTS, {"operation": operation, **fields})
    assert answer.status_code == 200, answer.text


def fired(caller: Caller) -> list[int]:
    return [each["fired"] for each in caller.get(FAULTS).json()["faults"]]


def raw(caller: Caller, path: str, host: str = "x") -> bytes:
    """All that comes over a connection until its end."""
    url = urlsplit(caller.server.base_url)
    with socket.create_connection((url.hostname, url.port), 30) as peer:
        peer.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nCB-Token: {caller.token}\r\n\r\n".encode()
        )
        received = b""
        while piece := peer.recv(65536):
            received += piece
    return received


def test_a_declared_error(caller: Caller) -> None:
    app = caller.app()
    order(caller, "findUsers", status=503, count=2, headers={"Retry-After": "3"})
    for _ in range(2):
        answer = app.get("/users/v2", {"id": 1})
        assert errors(answer, 503) == {"base": ["Ordered by a test"]}
        assert answer.headers["retry-after"] == "3"
        assert answer.headers["date"]
    assert app.get("/users/v2", {"id": 1}).status_code == 200
    assert app.get("/session").status_code == 200
    told = caller.get(FAULTS).json()["faults"]
    assert [(each["operation"], each["fired"]) for each in told] == [("findUsers", 2)]
    assert caller.delete(FAULTS).json() == {"faults": []}


def test_before_it_takes_effect_and_after(caller: Caller) -> None:
    app = caller.app()
    order(caller, "signUp", status=503, count=1)
    order(caller, "signUp", status=503, when="after", count=1)
    assert errors(app.post("/users", SIGN_UP), 503)
    assert errors(app.get("/users/by_login", {"login": "amigo"}), 404)
    assert errors(app.post("/users", SIGN_UP), 503)
    assert app.get("/users/by_login", {"login": "amigo"}).status_code == 200
    assert fired(caller) == [1, 1]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_reset_connection(caller: Caller, when: str) -> None:
    app = caller.app()
    order(caller, "signUp", reset=True, when=when, count=1)
    with pytest.raises(httpx2.TransportError):
        app.post("/users", SIGN_UP)
    found = app.get("/users/by_login", {"login": "amigo"})
    assert found.status_code == (404 if when == "before" else 200)
    order(caller, "getSession", reset=True, count=1)
    with pytest.raises(ConnectionResetError):
        raw(app, "/session")


def test_a_truncated_body(caller: Caller) -> None:
    app = caller.app()
    order(caller, "getSession", truncate=True, count=1)
    head, _, body = raw(app, "/session").partition(b"\r\n\r\n")
    declared = int(head.lower().partition(b"content-length: ")[2].split()[0])
    assert len(body) == declared // 2
    order(caller, "getSession", truncate=True, status=429, count=1)
    with pytest.raises(httpx2.RemoteProtocolError):
        app.get("/session")
    assert app.get("/session").status_code == 200
    order(caller, "destroySession", truncate=True, count=1)
    with pytest.raises(httpx2.TransportError):
        app.delete("/session")
    assert errors(app.get("/session"), 401)


def test_a_slow_body(caller: Caller) -> None:
    app = caller.app()
    order(caller, "getSession", slow_body=0.05, count=1)
    assert app.session()["token"] == app.token
    order(caller, "getSession", slow_body=600, count=1)
    with pytest.raises(httpx2.ReadTimeout):
        app.call("GET", "/session", timeout=0.2)
    order(caller, "destroySession", slow_body=600, count=1)
    assert app.delete("/session").content == b""


def test_a_delay_holds_up_nobody_else(caller: Caller) -> None:
    app = caller.app()
    order(caller, "signUp", delay=600, count=1)
    late: list[str] = []

    def impatient() -> None:
        try:
            app.call("POST", "/users", json=SIGN_UP, timeout=2)
        except httpx2.ReadTimeout:
            late.append("yes")

    waiting = threading.Thread(target=impatient)
    waiting.start()
    while fired(caller) != [1]:
        assert app.get("/session").status_code == 200
    assert app.get("/users/by_login", {"login": "amigo"}).status_code == 404
    waiting.join()
    assert late == ["yes"]
    order(caller, "getSession", delay=0.01, when="after", count=1)
    assert app.get("/session").status_code == 200


def test_the_dice_are_seeded(caller: Caller) -> None:
    app = caller.app()

    def throws(seed: int) -> list[int]:
        caller.delete(FAULTS)
        order(caller, "*", status=503, probability=0.5, seed=seed)
        return [app.get("/session").status_code for _ in range(12)]

    assert throws(1) == throws(1) != throws(2)
    assert set(throws(1)) == {200, 503}


def test_forced_answers(caller: Caller) -> None:
    page = {"Content-Type": "text/html"}
    order(caller, "getSession", status=502, body="<p>no", headers=page, force=True, count=1)
    answer = caller.get("/session")
    assert (answer.status_code, answer.text) == (502, "<p>no")
    assert answer.headers.get_list("content-type") == ["text/html"]
    order(caller, "getSession", status=200, body={"errors": ["no"]}, force=True, count=1)
    assert caller.get("/session").json() == {"errors": ["no"]}
    order(caller, "getSession", status=204, force=True, count=1)
    assert caller.get("/session").content == b""
    order(caller, "getSession", status=500, body="", force=True, count=1)
    assert caller.get("/session").headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"operation": 1},
        {"operation": "dance"},
        {"status": 500},
        {"status": 200},
        {"status": 301, "operation": "getBlob"},
        {"status": 404, "operation": "createSession", "body": {"errors": 1}},
        {"status": 422, "operation": "*"},
        {"status": 99, "force": True},
        {"status": "503"},
        {"status": 503, "body": "text"},
        {"status": 503, "headers": {"a b": "c"}},
        {"status": 503, "headers": {"X": "a\r\nB: c"}},
        {"status": 503, "headers": {"X": 1}},
        {"status": 503, "headers": {"Content-length": "1"}},
        {"status": 503, "when": "never"},
        {"status": 503, "count": 0},
        {"status": 503, "probability": 1.5},
        {"status": 503, "seed": "x"},
        {"status": 200, "operation": "uploadObject"},
        {"status": 503, "surprise": True},
        {"reset": False},
        {"delay": -1},
        {"delay": 1e9},
        {"slow_body": "1"},
        {"delay": 1, "body": {}},
    ],
)
def test_bad_orders(caller: Caller, fields: dict[str, Any]) -> None:
    assert errors(caller.post(FAULTS, {"operation": "getUser", **fields}), 422)
    assert fired(caller) == []


def test_there_is_an_end_to_faults(caller: Caller) -> None:
    for _ in range(1000):
        caller.server.faults.add("getUser", delay=0)
    assert errors(caller.post(FAULTS, {"operation": "getUser", "delay": 0}), 422)
    caller.server.faults.clear()
    with pytest.raises(Refusal, match="slow_body"):
        caller.server.faults.add("getUser")
    assert caller.server.faults.listed() == []


@pytest.fixture
def stored(caller: Caller) -> tuple[Caller, str]:
    """Somebody with a file, and the signed link to it."""
    amigo = caller.signed_in("amigo")
    blob = amigo.stored_blob(bytes(range(250)) * 1000)
    return amigo, amigo.get(f"/blobs/{blob['uid']}").headers["location"]


def test_the_object_store_refuses_by_order(stored: tuple[Caller, str]) -> None:
    amigo, link = stored
    order(amigo, "*", status=503)
    order(amigo, "downloadObject", status=500, count=1)
    order(amigo, "downloadObject", status=200, body="lies", force=True, count=1)
    assert amigo.http.get(link).text.endswith(
        "<Error><Code>InternalError</Code><Message>Ordered by a test</Message></Error>"
    )
    assert amigo.http.get(link).text == "lies"
    assert len(amigo.http.get(link).content) == 250_000
    amigo.server.faults.clear()
    blob = amigo.create_blob()
    order(amigo, "uploadObject", status=503, headers={"Retry-After": "1"}, count=1)
    order(amigo, "uploadObject", status=503, when="after", count=1)
    read = amigo.put(f"/blobs/{blob['id']}/complete", {"blob": {"size": 1}})
    assert read.status_code == 200
    fresh = amigo.get(f"/blobs/{blob['uid']}").headers["location"]
    refused = amigo.upload(blob, b"x")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert "<Code>SlowDown</Code>" in refused.text
    assert amigo.http.get(fresh).status_code == 404
    assert amigo.upload(blob, b"x").status_code == 503
    assert amigo.http.get(fresh).content == b"x"


def test_the_object_store_breaks_by_order(stored: tuple[Caller, str]) -> None:
    amigo, link = stored
    path = link.removeprefix(amigo.server.base_url)
    order(amigo, "downloadObject", truncate=True, count=1)
    url = urlsplit(amigo.server.base_url)
    head, _, body = raw(amigo, path, host=url.netloc).partition(b"\r\n\r\n")
    assert b"content-length: 250000" in head.lower()
    assert len(body) == 125_000
    order(amigo, "downloadObject", truncate=True, count=1)
    with pytest.raises(httpx2.TransportError):
        amigo.http.head(link)
    order(amigo, "downloadObject", reset=True, count=1)
    with pytest.raises(httpx2.TransportError):
        amigo.http.get(link)
    order(amigo, "downloadObject", slow_body=0.05, delay=0.01, count=1)
    part = amigo.http.get(link, headers={"Range": "bytes=0-99999"})
    assert (part.status_code, part.content) == (206, bytes(range(250)) * 400)
    order(amigo, "uploadObject", reset=True, when="after", count=1)
    blob = amigo.create_blob()
    with pytest.raises(httpx2.TransportError):
        amigo.upload(blob, b"x")
    amigo.put(f"/blobs/{blob['id']}/complete", {"blob": {"size": 1}})
    assert amigo.http.get(amigo.get(f"/blobs/{blob['uid']}").headers["location"]).content == b"x"
    told = amigo.server.journal.latest(operation="downloadObject")
    assert [(each["status"], each["fault"]) for each in told] == [
        (200, ["truncate"]), (200, ["truncate"]), (None, ["reset"]),
        (200, ["delay", "slow_body"]), (200, None),
    ]  # fmt: skip


def test_in_process_a_reset_is_an_exception() -> None:
    app = create_app()
    app.faults.add("getSession", reset=True)

    async def call() -> None:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://mock") as client:
            await client.get("/session")

    with pytest.raises(ConnectionResetError):
        asyncio.run(call())
    app.close()
