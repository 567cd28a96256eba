"""A small scripted API over real sockets, which counts and records what reaches it.

The mock server is the judge of behaviour; this one is for what no honest server does, and for
counting. By default it creates sessions, and answers 401 to every token it does not know.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from attrs import define, field, frozen

LOST = {"errors": {"base": ["Required session does not exist"]}}


@frozen
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def token(self) -> str | None:
        return self.headers.get("cb-token")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@frozen
class Reply:
    """What to answer; a status of 0 cuts the connection instead."""

    status: int = 200
    json: object = None
    body: bytes = b""
    headers: Mapping[str, str] = field(factory=dict[str, str])

    def content(self) -> bytes:
        return self.body if self.json is None else json.dumps(self.json).encode()


Answer = Callable[[Seen], Reply]


def user_json(user_id: int = 7, **changes: object) -> dict[str, object]:
    """A user as today's servers write one."""
    empty = (
        "last_request_at login full_name email phone website timezone twitter_id facebook_id "
        "external_user_id external_id custom_data user_tags avatar is_guest"
    )
    return {
        "_id": "0" * 24,
        "id": user_id,
        "created_at": "2023-09-15T13:43:31Z",
        "updated_at": "2023-09-15T13:43:31Z",
        **dict.fromkeys(empty.split()),
        **changes,
    }


def session_json(token: str, user: dict[str, object] | None = None) -> dict[str, object]:
    """A session as today's servers write one."""
    about: dict[str, object] = {
        "id": 812345678 if user is None else user["id"],
        "user_id": None if user is None else user["id"],
        "application_id": 1,
        "token": token,
        "nonce": 1,
        "ts": 1694785411,
        "created_at": "2023-09-15T13:43:31.535Z",
        "updated_at": "2023-09-15T13:43:31.535Z",
    }
    return about if user is None else about | {"user": user}


@define(eq=False)
class StubServer:
    """The scripted API.

    Attributes:
        seen: Every request, in the order of arrival.
        tokens: The tokens that are alive.
        user: Whom sessions stand for.
        lifetime: Seconds from `Date` to `CB-Token-ExpirationDate`; None leaves both out.
        created: Sessions created so far.
    """

    base_url: str = ""
    seen: list[Seen] = field(factory=list[Seen])
    tokens: set[str] = field(factory=set[str])
    user: dict[str, object] | None = None
    lifetime: int | None = 7200
    created: int = 0
    _once: dict[tuple[str, str], deque[Answer]] = field(
        factory=dict[tuple[str, str], deque[Answer]]
    )
    _always: dict[tuple[str, str], Answer] = field(factory=dict[tuple[str, str], Answer])
    _lock: threading.Lock = field(factory=threading.Lock)

    def always(self, method: str, path: str, answer: Answer | Reply) -> Self:
        """Script an operation for good."""
        self._always[method, path] = _answer(answer)
        return self

    def once(self, method: str, path: str, *answers: Answer | Reply) -> Self:
        """Script the next answers of an operation."""
        self._once.setdefault((method, path), deque()).extend(map(_answer, answers))
        return self

    def count(self, method: str, path: str) -> int:
        """How often an operation was called."""
        return sum((each.method, each.path) == (method, path) for each in self.seen)

    def forget_sessions(self) -> None:
        """Let every session have ended."""
        with self._lock:
            self.tokens.clear()

    def new_session(self) -> dict[str, object]:
        """Create a session."""
        with self._lock:
            self.created += 1
            token = f"{self.created:036X}"
            self.tokens.add(token)
        return session_json(token, self.user)

    def respond(self, seen: Seen) -> Reply:
        with self._lock:
            self.seen.append(seen)
            waiting = self._once.get((seen.method, seen.path))
            answer = waiting.popleft() if waiting else None
        if answer is None:
            if (seen.method, seen.path) == ("POST", "/session"):
                answer = self._always.get(("POST", "/session"), self._create)
            elif seen.token is not None and seen.token not in self.tokens:
                return Reply(401, LOST)
            else:
                answer = self._always.get((seen.method, seen.path), _unknown)
        reply = answer(seen)
        if self.lifetime is not None and 200 <= reply.status < 400:
            return Reply(reply.status, reply.json, reply.body, self.times() | dict(reply.headers))
        return reply

    def times(self) -> dict[str, str]:
        """A server's clock years behind, so that nobody compares it with the local one."""
        lifetime = self.lifetime or 0
        ends = f"2019-09-15 {13 + lifetime // 3600:02}:{lifetime // 60 % 60:02}:{lifetime % 60:02}"
        return {
            "Date": "Sun, 15 Sep 2019 13:00:00 GMT",
            "CB-Token-ExpirationDate": f"{ends} UTC",
        }

    def _create(self, _: Seen) -> Reply:
        return Reply(201, {"session": self.new_session()})


def _answer(answer: Answer | Reply) -> Answer:
    return (lambda _: answer) if isinstance(answer, Reply) else answer


def _unknown(_: Seen) -> Reply:
    return Reply(404, {"errors": ["Not scripted"]})


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        # Clients may go away at any time; that is no news.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def stub_server() -> Generator[StubServer]:
    """Serve from threads while a block runs."""
    stub = StubServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # An answer goes out in one piece: no waiting for the other side's acknowledgement.
        wbufsize = -1
        disable_nagle_algorithm = True

        def _handle(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            seen = Seen(
                self.command,
                parts.path,
                dict(parse_qsl(parts.query)),
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(length),
            )
            reply = stub.respond(seen)
            if reply.status == 0:
                self.close_connection = True
                return
            content = reply.content()
            self.send_response_only(reply.status)
            headers = {"Content-Type": "application/json; charset=utf-8"} | dict(reply.headers)
            if "Connection" not in headers:  # else its end may be all that tells the length
                headers.setdefault("Content-Length", str(len(content)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815 (http.server's names)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (http.server's)
            pass

    listener = _Listener(("127.0.0.1", 0), Handler)
    stub.base_url = f"http://127.0.0.1:{listener.server_address[1]}"
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield stub
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
