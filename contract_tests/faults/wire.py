"""Faults made on the way: requests and answers are changed in front of an honest server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from starlette.types import Message, Receive, Scope, Send

from contract_tests.decoded import is_array, is_object
from contract_tests.faults.fault import Commit, Group, Place, register
from contract_tests.faults.state import current, replace
from mock_server import server
from mock_server.app import MockServer

CONTROL = "/__mock__/"
STORE = "/__store__/"

Pairs = list[tuple[str, str]]
Json = dict[str, Any]


@dataclass
class Asked:
    """A request on its way in; what a fault changes is what the server sees.

    Attributes:
        method: Its method.
        path: Its path, decoded.
        query: Its query, decoded, in order.
        headers: Its headers by lower-case name.
        body: Its body.
    """

    method: str
    path: str
    query: Pairs
    headers: dict[str, str]
    body: bytes

    @property
    def plain_path(self) -> str:
        """The path without `.json`."""
        return self.path.removesuffix(".json")

    @property
    def json(self) -> Json:
        """The body, decoded; empty when it is no JSON object."""
        return _decoded(self.body)

    @json.setter
    def json(self, value: Json) -> None:
        self.body = _encoded(value)

    def part(self, name: str) -> Json:
        """An object within the body, such as `user`; empty when there is none."""
        value = self.json.get(name)
        return value if is_object(value) else {}

    def asks(self, method: str, start: str) -> bool:
        """Whether this is a request of a method whose path starts so."""
        return self.method == method and self.path.startswith(start)


@dataclass
class Answered:
    """An answer on its way out; what a fault changes is what the client sees.

    Attributes:
        status: Its status.
        headers: Its headers by lower-case name.
        body: Its body; the content length follows it.
    """

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def json(self) -> Json:
        """The body, decoded; empty when it is no JSON object."""
        return _decoded(self.body)

    @json.setter
    def json(self, value: Json) -> None:
        self.body = _encoded(value)

    def edit(self, change: Callable[[Json], object]) -> None:
        """Change every user object in the body."""
        value = self.json
        for user in _users(value):
            change(user)
        if value:
            self.json = value


OnRequest = Callable[[Asked], None]
OnAnswer = Callable[[Asked, Answered], None]


def on_answer(
    group: Group, source: str = "", *, store: bool = False
) -> Callable[[OnAnswer], Commit]:
    """Make a fault of a function that changes answers.

    Args:
        group: What the fault is about.
        source: Whose catalogue it is from, see `Fault`.
        store: Whether it changes the object store's answers instead of the API's.

    Returns:
        The decorator.
    """

    def making(change: OnAnswer) -> Commit:
        return _registered(change, group, source, lambda: stand_between(None, change, store=store))

    return making


def on_request(group: Group, source: str = "") -> Callable[[OnRequest], Commit]:
    """Make a fault of a function that changes requests before the server sees them.

    Args:
        group: What the fault is about.
        source: Whose catalogue it is from, see `Fault`.

    Returns:
        The decorator.
    """

    def making(change: OnRequest) -> Commit:
        return _registered(change, group, source, lambda: stand_between(change, None))

    return making


def hide_control_api() -> None:
    """Have the server look as a live one does: nothing under the control API's prefix."""

    def answer(asked: Asked, answered: Answered) -> None:
        answered.status = 404
        answered.headers = {"content-type": "text/plain; charset=utf-8"}
        answered.body = f"HttpException: E_ROUTE_NOT_FOUND: Route not found {asked.path}".encode()

    stand_between(None, answer, prefix=CONTROL)


def _registered(named: Callable[..., None], group: Group, source: str, commit: Commit) -> Commit:
    commit.__name__, commit.__doc__ = named.__name__, named.__doc__
    commit.__module__ = named.__module__
    return register(group, Place.WIRE, source)(commit)


def stand_between(
    request: OnRequest | None,
    answer: OnAnswer | None,
    *,
    store: bool = False,
    prefix: str = "",
) -> None:
    """Put something between the clients and the server that is served from now on.

    Args:
        request: Changes requests, if anything does.
        answer: Changes answers, if anything does.
        store: Whether the object store is concerned, instead of the API.
        prefix: What the paths concerned start with, instead of those two.
    """
    honest: type[MockServer] = current(server, "MockServer")

    def concerns(path: str) -> bool:
        if prefix:
            return path.startswith(prefix)
        return path.startswith(STORE) == store and not path.startswith(CONTROL)

    class Between(honest):  # type: ignore[misc, valid-type]  # the class to extend is a value here
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or not concerns(scope["path"]):
                await super().__call__(scope, receive, send)
                return
            asked = await _asked(scope, receive)
            if request is not None:
                request(asked)
            answered = await _answered(super().__call__, _scope(scope, asked), asked)
            if answer is not None:
                answer(asked, answered)
            await _send(answered, send)

    replace(server, "MockServer", Between)


async def _asked(scope: Scope, receive: Receive) -> Asked:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return Asked(
        method=scope["method"],
        path=scope["path"],
        query=parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True),
        headers=_headers(scope["headers"]),
        body=body,
    )


def _scope(scope: Scope, asked: Asked) -> Scope:
    """The request as it goes on; what no fault touched stays byte for byte."""
    if asked.path != scope["path"]:
        scope = {**scope, "path": asked.path, "raw_path": quote(asked.path).encode()}
    original = scope["query_string"].decode("latin-1")
    if asked.query != parse_qsl(original, keep_blank_values=True):
        scope = {**scope, "query_string": urlencode(asked.query).encode()}
    headers = dict(asked.headers)
    if "content-length" in headers or asked.body:
        headers["content-length"] = str(len(asked.body))
    return {**scope, "method": asked.method, "headers": _raw(headers)}


async def _answered(app: Any, scope: Scope, asked: Asked) -> Answered:
    answered = Answered(500, {}, b"")
    sent = iter([{"type": "http.request", "body": asked.body, "more_body": False}])
    over = asyncio.Event()

    async def receive() -> Message:
        for message in sent:
            return message
        # Whoever streams watches for the other side's going, which must not come before the end.
        await over.wait()
        return {"type": "http.disconnect"}

    async def gather(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered.status = message["status"]
            answered.headers = _headers(message["headers"])
        elif message["type"] == "http.response.body":
            answered.body += message.get("body", b"")
            if not message.get("more_body", False):
                over.set()

    await app(scope, receive, gather)
    return answered


async def _send(answered: Answered, send: Send) -> None:
    headers = {**answered.headers, "content-length": str(len(answered.body))}
    await send(
        {
            "type": "http.response.start",
            "status": answered.status,
            "headers": [
                (name.encode(), value.encode("latin-1")) for name, value in headers.items()
            ],
        }
    )
    await send({"type": "http.response.body", "body": answered.body})


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode().lower(): value.decode("latin-1") for name, value in raw}


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


def _users(value: object) -> list[Json]:
    if is_object(value):
        if "_id" in value and "is_guest" in value:
            return [value]
        return [user for member in value.values() for user in _users(member)]
    if is_array(value):
        return [user for member in value for user in _users(member)]
    return []


def _decoded(body: bytes) -> Json:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if is_object(value) else {}


def _encoded(value: Json) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
