"""A mock server as the stage of one history after another, run by its control API alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import httpx2
from argon2 import PasswordHasher

from contract_tests.server import ServerUnderTest

Json = dict[str, Any]

_START = "2026-01-01T00:00:00Z"
_UNLIKE = {"storage_key", "password_hash", "uid", "token", "number", "nonce", "ts"}
"""What the server draws or counts, and hashes: the same in no two histories."""
_COMPARED = ("users", "user_tags", "blobs", "sessions", "messages", "password_resets")


class Stage:
    """One server whose time moves with each step.

    Args:
        server: The server; it is reset, so it must be the caller's own.
    """

    def __init__(self, server: ServerUnderTest) -> None:
        self.server = server
        self._http = httpx2.Client(timeout=30.0, trust_env=False)

    def __enter__(self) -> Self:
        """Use the stage in a `with` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._http.close()

    def clear(self) -> None:
        """Have an empty server, on a clock that stands."""
        self._order("POST", "reset")
        self._order("POST", "clock", {"freeze": True})
        self._order("POST", "clock", {"set": _START})

    def step(self) -> None:
        """Let a second pass, so that what a step wrote shows when it was written."""
        self._order("POST", "clock", {"advance": 1})

    def snapshot(self) -> Json:
        """Take the whole state."""
        return self._order("GET", "snapshot")

    def _order(self, method: str, path: str, body: Json | None = None) -> Json:
        url = f"{self.server.base_url}/__mock__/{path}"
        answer = self._http.request(method, url, json=body)
        assert answer.status_code == 200, answer.text
        told: Json = answer.json()
        return told


def left_behind(snapshot: Json) -> Json:
    """Tell what a history has left behind so far, without what is drawn by lot.

    Sessions of the app alone are left out: whether one is needed is each client's own affair.

    Args:
        snapshot: The whole state.

    Returns:
        What histories with the same steps must have in common.
    """
    tables: dict[str, list[Json]] = snapshot["tables"]
    left: Json = {
        name: [
            {column: value for column, value in row.items() if column not in _UNLIKE}
            for row in tables[name]
            if name != "sessions" or row["user_id"] is not None
        ]
        for name in _COMPARED
    }
    sessions: list[Json] = left["sessions"]
    sessions.sort(key=_place)
    numbers = {blob["uid"]: blob["id"] for blob in tables["blobs"]}
    objects = [{**each, "key": numbers.get(each["key"], 0)} for each in snapshot["objects"]]
    left["objects"] = sorted(objects, key=lambda each: each["key"])
    left["counters"] = {name: snapshot["counters"].get(name) for name in ("users", "blobs")}
    return left


def _place(session: Json) -> tuple[int, int]:
    return session["user_id"], session["created_at"]


def check_passwords(snapshot: Json, passwords: Mapping[str, str]) -> None:
    """Check that the users are those who are expected, each with the password expected.

    Args:
        snapshot: The whole state.
        passwords: The passwords by login.
    """
    hashes = {user["login"]: user["password_hash"] for user in snapshot["tables"]["users"]}
    assert hashes.keys() == passwords.keys()
    for login, password in passwords.items():
        assert PasswordHasher().verify(hashes[login], password)
