"""The control API of the server under test, when it offers one: the clock, apps, the mailbox.

A live server offers none; what then stays unchecked is reported, not silently skipped.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

import httpx2

from contract_tests.connections import tls
from contract_tests.server import ServerUnderTest

_LINK = re.compile(r"https?://\S+")


class Control:
    """One part of the server's control API.

    Attributes:
        path: Where it is.
        is_offered: Whether the server has it, and is ours to control.
    """

    path: ClassVar[str]

    def __init__(self, server: ServerUnderTest) -> None:
        """Find out whether the server offers it."""
        self._server = server
        self._url = server.base_url + self.path
        self._client = httpx2.Client(timeout=30.0, trust_env=False, verify=tls())
        # Somebody else's server is not ours to control, even when it would let us.
        self.is_offered = server.is_own and self._answers()

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _answers(self) -> bool:
        answer = self._client.get(self._url)
        assert answer.status_code in {200, 404}, f"{self.path} -> {answer.status_code}"
        return answer.status_code == 200

    def _order(self, order: Mapping[str, object]) -> httpx2.Response:
        answer = self._client.post(self._url, json=order)
        assert answer.status_code < 300, f"{order} -> {answer.status_code} {answer.text}"
        return answer


class Clock(Control):
    """The server's clock, moved through its control API."""

    path = "/__mock__/clock"

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self._order({"advance": seconds})

    @contextmanager
    def frozen(self) -> Generator[Clock]:
        """Stop the clock for the time of a `with` block; it then only moves by `advance`."""
        self._order({"freeze": True})
        try:
            yield self
        finally:
            self._order({"freeze": False})

    def begin_second(self) -> int:
        """Move a stopped clock to the beginning of its next second.

        Returns:
            That moment, in seconds since 1970.
        """
        now = datetime.fromisoformat(self._client.get(self._url).json()["now"])
        self.advance(1 - now.microsecond / 1_000_000)
        return int(now.timestamp()) + 1


class Apps(Control):
    """Further apps of the server, made and deleted through its control API."""

    path = "/__mock__/apps"

    @contextmanager
    def added(self, **settings: object) -> Generator[ServerUnderTest]:
        """Have another app for the time of a `with` block.

        Args:
            **settings: What of its settings is not the default.

        Yields:
            The server under test, to be used with the new app's credentials.
        """
        made = self._order(settings).json()
        try:
            yield replace(
                self._server,
                application_id=int(made["id"]),
                auth_key=str(made["auth_key"]),
                auth_secret=str(made["auth_secret"]),
            )
        finally:
            self._client.delete(f"{self._url}/{made['id']}")


class Mailbox(Control):
    """The mails that the server would have sent, as its control API shows them."""

    path = "/__mock__/mailbox"

    def links(self, address: str) -> list[str]:
        """Read the link of every mail to an address, the oldest first."""
        answer = self._client.get(self._url, params={"to": address})
        return [_LINK.findall(mail["text"])[0] for mail in answer.json()["messages"]]


class Journal(Control):
    """What the server wrote down about the latest requests, as its control API shows it."""

    path = "/__mock__/journal"

    def of_app(self, app_id: int) -> list[dict[str, Any]]:
        """Read the entries of requests about an app, the oldest first."""
        answer = self._client.get(self._url, params={"app_id": app_id})
        entries: list[dict[str, Any]] = answer.json()["requests"]
        return entries


class Outages(Control):
    """Times when the server answers nothing but 503, ordered through its control API."""

    path = "/__mock__/faults"

    @contextmanager
    def ordered(self, retry_after: int) -> Generator[None]:
        """Have an outage for the time of a `with` block.

        Args:
            retry_after: The seconds that every answer says to wait.
        """
        order = {"operation": "*", "status": 503, "headers": {"Retry-After": str(retry_after)}}
        self._order(order)
        try:
            yield
        finally:
            self._client.delete(self._url)
