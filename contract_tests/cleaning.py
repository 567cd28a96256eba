"""Deleting whom a run signed up on a live server, and their files, by the journal it wrote."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx2

from contract_tests.decoded import is_object
from contract_tests.server import ServerUnderTest

TIMEOUT_SECONDS = 30.0
FILES_A_PAGE = 100

Entry = dict[str, str]


def read(journal: Path) -> list[Entry]:
    """Read a journal; a last line that a power cut left unfinished names nobody yet.

    Args:
        journal: Its file.

    Returns:
        Its entries: names with a password, changes of passwords, tokens.
    """
    lines = journal.read_text(encoding="utf-8", errors="replace").splitlines()
    return [entry for line in lines if (entry := decoded(line.encode()))]


def decoded(body: bytes) -> dict[str, Any]:
    """Decode a JSON object; empty when it is none."""
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if is_object(value) else {}


def clean(server: ServerUnderTest, entries: Sequence[Entry], wait: Callable[[], None]) -> list[str]:
    """Delete every user in a journal who is still there, files first.

    Args:
        server: The server.
        entries: The journal.
        wait: Called before each request, to be no faster than allowed.

    Returns:
        Whoever is still there.
    """
    with httpx2.Client(
        base_url=server.base_url, timeout=TIMEOUT_SECONDS, trust_env=False
    ) as client:
        return list(_Cleaner(server, client, wait).clean(entries))


class _Cleaner:
    """One client that deletes users."""

    def __init__(
        self, server: ServerUnderTest, client: httpx2.Client, wait: Callable[[], None]
    ) -> None:
        self._server = server
        self._client = client
        self._wait = wait
        self._app = ""

    def clean(self, entries: Sequence[Entry]) -> Iterator[str]:
        """Delete everybody; yield whoever could not be."""
        # Tokens first: a guest has nothing else, and a changed name does not matter to them.
        for token in dict.fromkeys(entry["token"] for entry in entries if "token" in entry):
            self._delete_holder(token)
        self._app = self._new_token({})
        for name, text in dict.fromkeys(
            (name, entry[name]) for entry in entries for name in ("login", "email") if name in entry
        ):
            if not self._is_there(name, text):
                continue
            # Only then: signing in with a name that nobody has would make a user of it.
            for password in _passwords(entries, name, text):
                token = self._new_token({name: text, "password": password})
                if token:
                    self._delete_holder(token)
                    break
            if self._is_there(name, text):
                yield f"{name} {text}"
        self._ask("DELETE", "/session", self._app)

    def _delete_holder(self, token: str) -> None:
        session = decoded(self._ask("GET", "/session", token).content).get("session", {})
        user_id = session.get("user_id") if is_object(session) else None
        if user_id is None:
            return
        while files := decoded(
            self._ask("GET", f"/blobs?per_page={FILES_A_PAGE}", token).content
        ).get("items"):
            for file in files:
                self._ask("DELETE", f"/blobs/{file['blob']['id']}", token).raise_for_status()
        self._ask("DELETE", f"/users/{user_id}", token)

    def _is_there(self, name: str, text: str) -> bool:
        self._wait()
        answer = self._client.get(
            f"/users/by_{name}", params={name: text}, headers={"CB-Token": self._app}
        )
        # What cannot be a name (a test of limits) is refused, and names nobody.
        return answer.status_code == 200

    def _new_token(self, user: Entry) -> str:
        self._wait()
        body: dict[str, Any] = {
            "application_id": self._server.application_id,
            "auth_key": self._server.auth_key,
        }
        answer = self._client.post("/session", json=body | ({"user": user} if user else {}))
        session = decoded(answer.content).get("session", {})
        return str(session["token"]) if answer.status_code == 201 else ""

    def _ask(self, method: str, path: str, token: str) -> httpx2.Response:
        self._wait()
        return self._client.request(method, path, headers={"CB-Token": token})


def _passwords(entries: Sequence[Entry], name: str, text: str) -> list[str]:
    """The passwords that a user may have: given with its name, or changed from one of those."""
    own = [each["password"] for each in entries if each.get(name) == text and "password" in each]
    for entry in entries:
        if entry.get("old_password") in own and "password" in entry:
            own.append(entry["password"])
    return list(reversed(dict.fromkeys(own)))
