"""A server that answers with whatever bytes a test wrote for it, and what to write."""

from __future__ import annotations

import gzip
import json
import re
import socket
import socketserver
import struct
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from attrs import define, field, frozen
from hypothesis import strategies as st

JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
        st.sampled_from([
            -1, 0, 2**63, 10**400, "2023-13-45", "9999-12-31T23:59:59-14:00",
            "0001-01-01T00:00:00+14:00", "\ud800", "x" * 70_000, "<b>",
        ]),
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)  # fmt: skip
DEEP = "[" * 100_000 + "]" * 100_000
STATUSES = (100, 101, 103, 199, 200, 201, 202, 204, 206, 226, 299, 300, 301, 302, 304, 307, 399,
            400, 401, 403, 404, 408, 409, 417, 418, 422, 429, 499, 500, 502, 503, 504, 511, 599,
            600, 999)  # fmt: skip
HEADERS = (
    ("Content-Length", ("0", "1", "5", "-1", "+3", "99999999", "9" * 5000, "abc", "", "3, 3")),
    ("Content-Encoding", ("gzip", "deflate", "br", "zstd", "nonsense", "gzip, gzip", "identity")),
    ("Transfer-Encoding", ("chunked", "gzip, chunked", "nonsense")),
    ("Content-Type", ("text/html", "application/json; charset=utf-16", "", "a" * 5000, ";;=")),
    ("Date", ("yesterday", "", "Fri, 99 Sep 9999 99:99:99 GMT", "Fri, 31 Dec 9999 23:59:59 -0500",
              "Mon, 01 Jan 0001 00:00:00 +1400")),
    ("CB-Token-ExpirationDate", ("never", "", "9999-12-31 23:59:59 UTC", "0001-01-01 0:0:0 UTC")),
    ("Retry-After", ("soon", "", "-1", "1e309", "9" * 4000, "Fri, 15 Sep 2023 13:43:31 GMT")),
    ("Location", ("", "//", "http://[", "http://127.0.0.1:1/x", "ftp://host/", "\xff", "/relative",
                  "http://a b/", "http://x:99999/", "javascript:alert(1)", "http://\x01/")),
    ("Set-Cookie", ("a=b; path=/", "=;;", "x" * 9000)),
    ("Connection", ("close", "upgrade", "keep-alive")),
    ("X" * 70_000, ("a",)),
    ("bad name", ("a",)),
    ("", ("a",)),
)  # fmt: skip


@frozen
class Recorded:
    """An honest answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    content: bytes

    def on_the_wire(self) -> bytes:
        """The bytes of an answer, its length told as it is."""
        kept = [pair for pair in self.headers if pair[0].lower() not in _FRAMING]
        return _wire(self.status, [*kept, ("Content-Length", str(len(self.content)))], self.content)


_SIGNATURE = re.compile(rb'"signature": ?"([0-9a-f]+)"')
_FRAMING = {"content-length", "transfer-encoding", "connection"}


def _wire(status: int, headers: list[tuple[str, str]], content: bytes) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode("latin-1", "replace") + content


@frozen
class Script:
    """What one request is answered with.

    Attributes:
        data: The bytes.
        stall: Whether nothing follows, not even the end; else the connection is closed.
        reset: Whether it is reset rather than closed.
    """

    data: bytes
    stall: bool = False
    reset: bool = False


@st.composite
def broken(draw: st.DrawFn, honest: Recorded) -> Script:
    """Break an honest answer in one of many ways."""
    way = draw(st.sampled_from(["noise", "status", "header", "json", "bytes", "cut", "stall"]))
    wire = honest.on_the_wire()
    if way == "noise":
        return Script(draw(st.binary(max_size=200)), reset=draw(st.booleans()))
    if way == "status":
        return Script(evolved(honest, status=draw(st.sampled_from(STATUSES))).on_the_wire())
    if way == "header":
        name, values = draw(st.sampled_from(HEADERS))
        extra = (name, draw(st.sampled_from(values)))
        kept = [pair for pair in honest.headers if pair[0].lower() != name.lower()]
        twice = [extra] * draw(st.integers(1, 2))
        return Script(_wire(honest.status, [*kept, *twice], honest.content))
    if way == "json":
        return Script(evolved(honest, content=draw(_mangled(honest.content))).on_the_wire())
    if way == "bytes":
        kinds = [
            b"", b"\xff\xfe", b"null", b"\xef\xbb\xbf{}", DEEP.encode(), b'{"user": ' * 3000,
            honest.content[:-3], honest.content.decode("latin-1").encode("utf-16"),
        ]  # fmt: skip
        content = draw(st.sampled_from(kinds) | st.binary(max_size=50))
        headers = honest.headers
        if draw(st.booleans()):
            headers, content = (*headers, ("Content-Encoding", "gzip")), gzip.compress(content)
        return Script(Recorded(honest.status, headers, content).on_the_wire())
    at = draw(st.integers(0, len(wire)))
    return Script(wire[:at], stall=way == "stall", reset=draw(st.booleans()))


def evolved(honest: Recorded, *, status: int = 0, content: bytes | None = None) -> Recorded:
    """The same answer with another status or body."""
    body = honest.content if content is None else content
    return Recorded(status or honest.status, honest.headers, body)


@st.composite
def _mangled(draw: st.DrawFn, content: bytes) -> bytes:
    """JSON with one value replaced or taken out, anywhere."""
    try:
        document: object = json.loads(content)
    except ValueError:
        document = {}
    places: list[tuple[Any, Any]] = []
    _walk(document, places)
    if not places:
        return json.dumps(draw(JSON)).encode()
    holder, key = places[draw(st.integers(0, len(places) - 1))]
    if draw(st.booleans()) or isinstance(holder, list):
        holder[key] = draw(JSON)
    else:
        del holder[key]
    return json.dumps(document).encode()


def _walk(value: object, places: list[tuple[Any, Any]]) -> None:
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, object]", value)
        for name, inner in fields.items():
            places.append((fields, name))
            _walk(inner, places)
    elif isinstance(value, list):
        for index, inner in enumerate(cast("list[object]", value)):
            places.append((cast("object", value), index))
            _walk(inner, places)


@define(eq=False)
class HostileServer:
    """Answers each request with the next script, and further ones with the last.

    Attributes:
        base_url: Where it listens.
        scripts: The scripts.
        asked: How many requests came.
        signatures: What session requests were signed with.
    """

    base_url: str = ""
    scripts: list[Script] = field(factory=list[Script])
    asked: int = 0
    signatures: set[str] = field(factory=set[str])
    _lock: threading.Lock = field(factory=threading.Lock)

    def play(self, scripts: list[Script]) -> None:
        with self._lock:
            self.scripts, self.asked = scripts, 0

    def answer(self, request: bytes) -> Script:
        with self._lock:
            self.asked += 1
            self.signatures.update(each.decode() for each in _SIGNATURE.findall(request))
            return self.scripts[min(self.asked, len(self.scripts)) - 1]


@contextmanager
def hostile_server() -> Generator[HostileServer]:
    """Serve from threads while a block runs."""
    hostile = HostileServer()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            peer = cast("socket.socket", self.request)
            try:
                request = _read_request(peer)
                if request is not None:
                    _answer(peer, hostile.answer(request))
            except OSError:
                pass  # the client went away, as it may

    class Listener(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 128

    with Listener(("127.0.0.1", 0), Handler) as listener:
        hostile.base_url = f"http://127.0.0.1:{listener.server_address[1]}"
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield hostile
        finally:
            listener.shutdown()
            thread.join()


def _read_request(peer: socket.socket) -> bytes | None:
    received = b""
    while b"\r\n\r\n" not in received:
        piece = peer.recv(65536)
        if not piece:
            return None
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    _, told, rest = head.lower().partition(b"\r\ncontent-length:")
    length = int(rest.split(b"\r\n")[0]) if told else 0
    while len(body) < length:
        piece = peer.recv(65536)
        if not piece:
            return None
        body += piece
    return head + body


def _answer(peer: socket.socket, script: Script) -> None:
    peer.sendall(script.data)
    if script.stall:
        peer.recv(1)  # until the client has enough
    elif script.reset:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
