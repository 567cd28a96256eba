"""Twenty thousand bad requests: the envelope, never a 500, no state changed, the server alive."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import httpx2
import pytest

from mock_server import ManualClock, Settings, running
from tests.mock_server.bad_requests import OPERATIONS, BadRequest, Operation, Place
from tests.mock_server.caller import START, Caller

SEED = 20261122
REQUESTS = 20_000
EACH = -(-REQUESTS // len(OPERATIONS))


@dataclass(frozen=True)
class Answer:
    """An answer as it came over the socket."""

    status: int
    headers: dict[str, str]
    body: bytes


class Line:
    """A connection to the server that is kept as long as the server keeps it."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._socket: socket.socket | None = None

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def ask(self, request: BadRequest) -> Answer | None:
        """Send a request and read the answer; None if there is none."""
        if not request.is_whole:
            return self._say_and_listen(request.sent)
        if self._socket is None:
            self._socket = socket.create_connection(self._address, timeout=20)
        with suppress(ConnectionError):  # the answer may come before everything is sent
            self._socket.sendall(request.sent)
        answer = self._read(self._socket, request.sent.startswith(b"HEAD "))
        if answer is None or answer.headers.get("connection") == "close":
            self.close()
        return answer

    def _say_and_listen(self, sent: bytes) -> Answer | None:
        """Say something on a connection of its own, and nothing more."""
        with socket.create_connection(self._address, timeout=20) as connection:
            with suppress(ConnectionError):
                connection.sendall(sent)
                connection.shutdown(socket.SHUT_WR)
            return self._read(connection)

    @staticmethod
    def _read(connection: socket.socket, has_no_body: bool = False) -> Answer | None:
        received = bytearray()
        with suppress(ConnectionError):
            while piece := connection.recv(65536):
                received += piece
                head, end, rest = bytes(received).partition(b"\r\n\r\n")
                if head.startswith(b"HTTP/1.1 100"):
                    received = bytearray(rest)
                    head, end, rest = rest.partition(b"\r\n\r\n")
                if not end:
                    continue
                first, *lines = head.decode("latin-1").split("\r\n")
                pairs = (line.split(": ", 1) for line in lines)
                headers = {name.lower(): value for name, value in pairs}
                length = 0 if has_no_body else int(headers.get("content-length", 0))
                if len(rest) >= length:
                    return Answer(int(first.split(" ")[1]), headers, rest[:length])
        return None


@dataclass
class Scene:
    """A server with users and files in it, the way to it, and how it was before."""

    caller: Caller
    place: Place
    line: Line
    before: dict[str, Any]

    def is_unchanged(self) -> bool:
        return self.caller.server.snapshot() == self.before


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    """The clock stands: no live token's session is prolonged, so that nothing at all may change."""
    strict = Settings(port=0, validate_responses=True)
    clock = ManualClock(START, frozen=True)
    with running(strict, clock=clock) as server, httpx2.Client(trust_env=False) as http:
        caller = Caller(server, http)
        mine, others, app = caller.signed_in("amigo"), caller.signed_in("other"), caller.app()
        assert mine.token is not None
        assert app.token is not None
        place = Place(mine.token.encode(), app.token.encode(), _names(mine), _names(others))
        url = httpx2.URL(server.base_url)
        line = Line((url.host, url.port or 0))
        yield Scene(caller, place, line, server.snapshot())
        line.close()


def _names(user: Caller) -> dict[str, str]:
    """What a user's own things are called in paths."""
    blob, user_id = user.stored_blob(b"bytes"), user.user()["id"]
    external = f"external-{user_id}"
    assert user.put(f"/users/{user_id}", {"user": {"external_id": external}}).status_code == 200
    return {
        "user_id": str(user_id),
        "external_id": external,
        "blob_ref": str(blob["id"]),
        "blob_id": str(blob["id"]),
        "uid": blob["uid"],
    }


def check(operation: Operation, request: BadRequest, answer: Answer | None) -> None:
    """Hold an answer to what every answer to a bad request has to be."""
    if answer is None:
        assert not request.is_whole, f"no answer to {request}"
        return
    assert answer.status < 500, (answer, request)
    if answer.status < 400:
        assert operation.is_read, f"{answer} to {request}"
        return
    assert "cb-token-expirationdate" not in answer.headers, request
    if answer.headers["content-type"] == "text/plain; charset=utf-8":
        assert answer.status == 404, request
        assert answer.body.startswith(b"HttpException: E_ROUTE_NOT_FOUND: Route not found "), (
            request
        )
        return
    assert answer.headers["content-type"] == "application/json; charset=utf-8", request
    told = json.loads(answer.body)
    assert list(told) == ["errors"], request
    errors: object = told["errors"]
    groups = cast("dict[str, object]", errors).values() if isinstance(errors, dict) else [errors]
    for texts in groups:
        assert isinstance(texts, list), (answer, request)
        assert all(isinstance(text, str) for text in cast("list[object]", texts)), (answer, request)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_bad_requests(scene: Scene, operation: Operation) -> None:
    for request in operation.requests(scene.place, EACH, SEED):
        check(operation, request, scene.line.ask(request))
    assert scene.is_unchanged()
    assert scene.caller.get("/__mock__/health").status_code == 200


def test_they_are_as_many_as_promised_and_the_same_each_time() -> None:
    names: dict[str, str] = dict.fromkeys(
        ("user_id", "external_id", "blob_ref", "blob_id", "uid"), "1"
    )
    place = Place(b"A" * 36, b"B" * 36, names, names)
    for operation in OPERATIONS:
        once = list(operation.requests(place, EACH, SEED))
        assert once == list(operation.requests(place, EACH, SEED))
        assert once != list(operation.requests(place, EACH, SEED + 1))
    assert EACH * len(OPERATIONS) >= REQUESTS
