"""The server that every contestant calls: as little of one as HTTP/1.1 allows.

It runs as a process of its own (``python -m benchmarks.stub``), on two free ports of the loopback
interface: one answers at once, the other after a wait, as a far-away service would. Its first line
names both. It ends when its standard input does, so it cannot outlive who started it.

Each contestant is answered in the shape that it reads, with about as many fields for a user.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Final, cast
from urllib.parse import parse_qs

WAIT_SECONDS: Final = 0.05
_NANOSECONDS: Final = 1_700_000_000_000_000_000
_ONE: Final = {"/users": "connectycube", "/v3/users": "sendbird"}
_ASKED_ONE: Final = {
    # The JavaScript SDK has no call for one user by id, Stream none for one user: it is a query.
    "connectycube": re.compile(r"^login=diver(\d+)$"),
    "stream": re.compile(r"%22id%22(?:%3A|:)(?:%20|\+)?%22(\d+)%22", re.IGNORECASE),
}
_PAGES: Final = {
    "/users/v2": "connectycube",
    "/v3/users": "sendbird",
    "/users": "stream",
    "/api/v2/users": "stream",
}
_LIMIT: Final = re.compile(r"(?:^|&|%22)limit(?:=|%22(?:%3A|:)(?:%20|\+)?)(\d+)", re.IGNORECASE)
_STREAM: Final = b'{"users": [%b], "duration": "0.1ms"}'


def connectycube_user(user_id: int) -> dict[str, object]:
    """A user as ConnectyCube writes one."""
    return {
        "_id": f"{user_id:024x}",
        "id": user_id,
        "created_at": "2026-08-25T11:29:29Z",
        "updated_at": "2026-09-01T08:00:00Z",
        "last_request_at": "2026-09-02T18:30:11Z",
        "login": f"diver{user_id}",
        "full_name": "Marvin Samuel",
        "email": f"diver{user_id}@example.com",
        "phone": "380505554433",
        "website": "https://example.com",
        "timezone": None,
        "twitter_id": None,
        "facebook_id": None,
        "external_user_id": None,
        "external_id": None,
        "custom_data": '{"team": "blue", "depth": 31}',
        "user_tags": "dive,blue",
        "avatar": None,
        "is_guest": None,
    }


def stream_user(user_id: int) -> dict[str, object]:
    """A user as getstream and stream-chat read one."""
    return {
        "id": str(user_id),
        "name": "Marvin Samuel",
        "image": "https://example.com/marvin.png",
        "role": "user",
        "language": "en",
        "banned": False,
        "online": True,
        "invisible": False,
        "shadow_banned": False,
        "created_at": _NANOSECONDS,
        "updated_at": _NANOSECONDS,
        "last_active": _NANOSECONDS,
        "total_unread_count": 0,
        "unread_channels": 0,
        "unread_count": 0,
        "unread_threads": 0,
        "teams": ["blue"],
        "blocked_user_ids": [],
        "channel_mutes": [],
        "devices": [],
        "mutes": [],
        "custom": {"team": "blue", "depth": 31},
    }


def sendbird_user(user_id: int) -> dict[str, object]:
    """A user as Sendbird writes one."""
    return {
        "user_id": str(user_id),
        "nickname": "Marvin Samuel",
        "profile_url": "https://example.com/marvin.png",
        "access_token": "",
        "created_at": 1_700_000_000,
        "last_seen_at": 1_700_000_000,
        "discovery_keys": [],
        "has_ever_logged_in": True,
        "is_active": True,
        "is_hide_me_from_friends": False,
        "is_online": True,
        "is_shadow_blocked": False,
        "locale": "en",
        "metadata": {"team": "blue", "depth": "31"},
        "phone_number": "380505554433",
        "preferred_languages": ["en"],
        "require_auth_for_profile_image": False,
        "unread_channel_count": 0,
        "unread_message_count": 0,
    }


_SESSION: Final = json.dumps(
    {
        "session": {
            "_id": f"{1:024x}",
            "id": 1,
            "application_id": 1,
            "user_id": None,
            "token": "0" * 36,
            "ts": 1_700_000_000,
            "nonce": 1,
            "created_at": "2026-08-25T11:29:29.000Z",
            "updated_at": "2026-08-25T11:29:29.000Z",
        }
    }
).encode()


_ANY: Final = 1_234_567_890
"""A user's id where another one is written in its place."""

_USERS: Final = {
    "connectycube": json.dumps(connectycube_user(_ANY)).encode(),
    "sendbird": json.dumps(sendbird_user(_ANY)).encode(),
    "stream": json.dumps(stream_user(_ANY)).encode(),
}


def _user(service: str, user_id: str) -> bytes:
    return _USERS[service].replace(b"%d" % _ANY, user_id.encode())


def _one(service: str, user_id: str) -> tuple[int, bytes]:
    body = _user(service, user_id)
    if service == "connectycube":
        body = b'{"user": %b}' % body
    elif service == "stream":
        body = _STREAM % body
    return 200, body


def _several(service: str, ids: Sequence[str]) -> tuple[int, bytes]:
    users = b", ".join([_user(service, each) for each in ids])
    if service == "sendbird":
        return 200, b'{"users": [%b], "next": ""}' % users
    if service == "stream":
        return 200, _STREAM % users
    count = len(ids)
    return 200, b'{"limit": %d, "skip": 0, "total_entries": %d, "items": [%b]}' % (
        count, count, users,
    )  # fmt: skip


@cache
def _page(service: str, size: int) -> tuple[int, bytes]:
    """Answer a page; it is always the same, so it is made once."""
    return _several(service, [str(each) for each in range(1, size + 1)])


def answer(method: str, target: str) -> tuple[int, bytes]:
    """Answer a request; whoever calls, it takes about as long.

    Args:
        method: Its method.
        target: Its path with its query.

    Returns:
        The status and the body.
    """
    path, _, query = target.partition("?")
    path = path.removesuffix(".json")
    if method == "POST":
        return (201, _SESSION) if path == "/session" else (404, b"{}")
    folder, _, last = path.rpartition("/")
    if last.isdecimal() and folder in _ONE:
        return _one(_ONE[folder], last)
    for service, asked in _ASKED_ONE.items():
        if found := asked.search(query):
            return _one(service, found[1])
    if path == "/users/v2" and (ids := parse_qs(query).get("id[in][]")):
        return _several("connectycube", ids)
    if path in _PAGES and (limit := _LIMIT.search(query)):
        return _page(_PAGES[path], int(limit[1]))
    return 404, b'{"errors": {"base": ["not found"]}}'


_heads: dict[int, tuple[int, bytes]] = {}


def _head(status: int, now: float) -> bytes:
    """The headers, written once a second: the moments in them are whole seconds."""
    second = int(now)
    known = _heads.get(status)
    if known is None or known[0] != second:
        moment = datetime.now(UTC)
        ends = moment + timedelta(hours=2)
        reason = {200: "OK", 201: "Created"}.get(status, "Not Found")
        lines = (
            f"HTTP/1.1 {status} {reason}",
            f"Date: {moment:%a, %d %b %Y %H:%M:%S} GMT",
            "Content-Type: application/json; charset=utf-8",
            f"CB-Token-ExpirationDate: {ends:%Y-%m-%d %H:%M:%S} UTC",
            "Content-Length: ",
        )
        known = _heads[status] = (second, "\r\n".join(lines).encode())
    return known[1]


class _Connection(asyncio.Protocol):
    def __init__(self, loop: asyncio.AbstractEventLoop, wait: float) -> None:
        self._loop = loop
        self._wait = wait
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end]
            length = 0
            at = head.lower().find(b"\r\ncontent-length:")
            if at >= 0:
                length = int(head[at + 17 :].split(b"\r\n", 1)[0])
            if len(self._received) < end + 4 + length:
                return
            self._received = self._received[end + 4 + length :]
            method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
            status, body = answer(method, target)
            now = self._loop.time()
            whole = _head(status, now) + str(len(body)).encode() + b"\r\n\r\n" + body
            if self._wait:
                self._loop.call_later(self._wait, self._send, whole)
            else:
                self._send(whole)

    def _send(self, content: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(content)


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    addresses: dict[str, str] = {}
    servers: list[asyncio.Server] = []
    for name, wait in (("near", 0.0), ("far", WAIT_SECONDS)):
        factory = partial(_Connection, loop, wait)
        server = await loop.create_server(factory, "127.0.0.1", 0, backlog=1024)
        servers.append(server)
        addresses[name] = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    sys.stdout.write(json.dumps(addresses) + "\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.buffer.read)
    for server in servers:
        server.close()


if __name__ == "__main__":
    if sys.platform == "win32":
        asyncio.run(_serve())
    else:
        import uvloop

        uvloop.run(_serve())
