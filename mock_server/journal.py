"""The journal: the latest requests, and why each refused one was refused; never a secret."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from mock_server import clock
from mock_server.control import Handlers, Order
from mock_server.refusals import Errors, Refusal

ENTRY = "mock_server.entry"
"""Under this name a request's scope holds what the journal keeps of it."""
LONGEST = 1000
_HIDDEN = "***"
_LONGEST_TEXT = 500
_SECRETS = frozenset(
    {"password", "old_password", "token", "secret", "auth_key", "signature", "access_token"}
)
_TOKEN = re.compile(r"[0-9A-Za-z_.%-]{30,}")
_SHORTEST_SECRET = 4


@dataclass(slots=True)
class Entry:
    """What the journal keeps of one request.

    Attributes:
        method: The HTTP method.
        path: The path as it came, without the query.
        operation: The operationId; None where there is none.
        app_id: The app that it was about; None where that was never known.
        status: The answer's status; None if none was made.
        why: Why it was refused, where that is more than the answer tells.
        errors: What the answer's envelope held.
        ignored: The fields and parameters that the contract does not know.
        fault: What was ordered to go wrong.
        secrets: What must not be shown, wherever it stands.
    """

    method: str
    path: str
    operation: str | None = None
    app_id: int | None = None
    status: int | None = None
    why: str | None = None
    errors: Errors | None = None
    ignored: list[str] = field(default_factory=list[str])
    fault: list[str] | None = None
    secrets: set[str] = field(default_factory=set[str])

    def refused(self, refusal: Refusal) -> None:
        """Note a refusal."""
        self.why = refusal.why
        self.errors = refusal.errors
        self.status = refusal.status

    def hide(self, values: Iterable[str | None]) -> None:
        """Note secrets that came with the request."""
        for each in values:
            if each and len(each) >= _SHORTEST_SECRET:
                self.secrets.add(each)

    def told(self) -> dict[str, Any]:
        """Write it down, without secrets."""
        # A file's uid looks like a token; under any other path such a word may be one.
        is_file = self.operation is not None and self.path.startswith("/blobs/")
        path = self.path if is_file else _TOKEN.sub(_HIDDEN, self.path)
        return {
            "method": self.method,
            "path": self._shown(path),
            "operation": self.operation,
            "app_id": self.app_id,
            "status": self.status,
            "why": None if self.why is None else self._shown(self.why),
            "errors": self._shown_errors(),
            "ignored": list(map(self._shown, self.ignored)),
            "fault": self.fault,
        }

    def _shown(self, text: str) -> str:
        found = [secret for secret in self.secrets if secret in text]
        for secret in sorted(found, key=len, reverse=True):
            text = text.replace(secret, _HIDDEN)
        if not text.isascii():
            text = text.encode("utf-8", "replace").decode()
        return text[:_LONGEST_TEXT]

    def _shown_errors(self) -> Errors | None:
        if isinstance(self.errors, dict):
            return {
                self._shown(name): [self._shown(each) for each in texts]
                for name, texts in self.errors.items()
            }
        return None if self.errors is None else [self._shown(each) for each in self.errors]


class Pages:
    """What the journal keeps: the latest entries, up to a thousand, numbered from 1."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: deque[dict[str, Any]] = deque(maxlen=LONGEST)
        self._count = 0

    def add(self, told: dict[str, Any]) -> None:
        """Number and keep an entry, and forget the oldest beyond the most that are kept."""
        with self._lock:
            self._count += 1
            told["number"] = self._count
            self._told.append(told)

    def latest(self, limit: int, wanted: Mapping[str, object]) -> list[dict[str, Any]]:
        """Give the latest entries that hold what is wanted by name, None for anything."""
        with self._lock:
            fitting = [
                each
                for each in self._told
                if all(value in {None, each[name]} for name, value in wanted.items())
            ]
        return fitting[-limit:]

    def clear(self) -> None:
        """Forget all entries, and number the next one 1."""
        with self._lock:
            self._told.clear()
            self._count = 0


class Journal:
    """The latest requests, up to a thousand.

    Args:
        time: The clock.
        pages: What is kept, which several processes may share.
    """

    def __init__(self, time: clock.Clock, pages: Pages) -> None:
        self._time = time
        self._pages = pages

    def add(self, entry: Entry) -> None:
        """Write a request down."""
        at = clock.to_milliseconds(self._time.now())
        self._pages.add({"number": None, "at": at, **entry.told()})

    def latest(
        self,
        limit: int = LONGEST,
        *,
        operation: str | None = None,
        status: int | None = None,
        app_id: int | None = None,
    ) -> list[dict[str, Any]]:
        """Give the latest requests, the last one last.

        Args:
            limit: How many at most.
            operation: Only those of this operationId.
            status: Only those answered so.
            app_id: Only those about this app.

        Returns:
            Their entries, as the control API's document describes them.
        """
        wanted = {"operation": operation, "status": status, "app_id": app_id}
        return self._pages.latest(limit, wanted)

    def clear(self) -> None:
        """Forget all requests, and number the next one 1."""
        self._pages.clear()

    def handlers(self) -> Handlers:
        """Give what answers the journal's operations of the control API."""

        def show(order: Order) -> object:
            return {"requests": self.latest(**order.query)}

        def clear(_: Order) -> object:
            self.clear()
            return {"requests": []}

        return {"readJournal": show, "clearJournal": clear}


def secrets_in(body: object, *, secret: bool = False) -> list[str]:
    """Find what a body holds under names of secrets.

    Args:
        body: The body, or a part of it.
        secret: Whether its name says that it is one.

    Returns:
        The texts.
    """
    found: list[str] = []
    if isinstance(body, dict):
        for name, value in cast("dict[str, object]", body).items():
            is_secret = secret or name in _SECRETS
            if is_secret and isinstance(value, str):
                found.append(value)
            elif isinstance(value, dict):
                found += secrets_in(cast("object", value), secret=is_secret)
    return found
