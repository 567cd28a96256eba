"""Manners on a live server: slow, harmless, and everything made is deleted again.

Whoever is signed up is written into a journal on the disk before the request goes out. What the run
does not delete itself is deleted at its end, also when it is interrupted; what a killed run left is
deleted at the start of the next, from the journal it left.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from contract_tests.cleaning import Entry, clean, decoded, read
from contract_tests.decoded import is_object
from contract_tests.server import ROOT, ServerUnderTest

JOURNALS = ROOT / ".contract_journals"
LARGEST_BODY = 64 * 1024
_MAILS = "/users/password/reset"
_MAKERS = frozenset({"/users", "/session", "/login"})
_NOTED = ("login", "email", "password", "old_password")


class HarmfulRequestError(Exception):
    """A test was about to send what no live server should get."""


class Manners:
    """What a client on a live server asks before and after each request.

    Args:
        server: The server.
        requests_per_second: How fast it may ask; None as fast as it can.
    """

    def __init__(self, server: ServerUnderTest, requests_per_second: float | None) -> None:
        self._server = server
        self._pause = 1 / requests_per_second if requests_per_second else 0.0
        self._next = 0.0
        JOURNALS.mkdir(mode=0o700, exist_ok=True)
        self._path = JOURNALS / f"{_host(server)}-{os.getpid()}.jsonl"

    def before(self, method: str, path: str, sent: bytes) -> None:
        """Wait for one's turn, refuse what is harmful, and note who may come to be.

        Args:
            method: The request's method.
            path: Its path.
            sent: Its body.

        Raises:
            HarmfulRequestError: It would send a mail, or is far too large.
        """
        if _plain(path) == _MAILS and method in {"GET", "POST"}:
            raise HarmfulRequestError(f"{method} {path} may send a mail to somebody")
        if len(sent) > LARGEST_BODY:
            raise HarmfulRequestError(f"{method} {path} sends {len(sent)} bytes")
        self._wait()
        entry = _who_may_come_to_be(method, path, sent)
        if entry:
            self._note(entry)

    def after(self, method: str, path: str, answer: bytes) -> None:
        """Note the token of a new session that stands for a user.

        Args:
            method: The request's method.
            path: Its path.
            answer: The answer's body.
        """
        if method == "POST" and _plain(path) == "/session":
            session = decoded(answer).get("session")
            if is_object(session) and session.get("user_id") is not None:
                self._note({"token": str(session["token"])})

    def clean_up(self) -> list[str]:
        """Delete whom this run and killed ones before it left.

        Returns:
            Whoever could not be deleted; their journals are kept for the next run.
        """
        left: list[str] = []
        for path in sorted(JOURNALS.glob(f"{_host(self._server)}-*.jsonl")):
            if path == self._path or not _is_running(path):
                remains = clean(self._server, read(path), self._wait)
                left += remains
                if not remains:
                    path.unlink()
        return left

    def _wait(self) -> None:
        now = time.monotonic()
        if self._pause and now < self._next:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + self._pause

    def _note(self, entry: Entry) -> None:
        """Write an entry through to the disk: the next moment may be a power cut."""
        line = f"{json.dumps(entry)}\n".encode()
        journal = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(journal, line)
            os.fsync(journal)
        finally:
            os.close(journal)


def _who_may_come_to_be(method: str, path: str, sent: bytes) -> Entry:
    """Whom a request may make, or give another name or password; empty when nobody."""
    plain = _plain(path)
    if not (method == "POST" and plain in _MAKERS) and not (
        method == "PUT" and plain.startswith("/users/")
    ):
        return {}
    body = decoded(sent)
    described = body.get("user", body)
    if not is_object(described):
        return {}
    return {name: value for name in _NOTED if isinstance(value := described.get(name), str)}


def _plain(path: str) -> str:
    return path.partition("?")[0].removesuffix(".json")


def _host(server: ServerUnderTest) -> str:
    return urlsplit(server.base_url).netloc.replace(":", "_")


def _is_running(path: Path) -> bool:
    return psutil.pid_exists(int(path.stem.rpartition("-")[2]))
