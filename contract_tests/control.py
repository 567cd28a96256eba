"""The control API of the server under test, when it offers one: the clock, apps, the mailbox.

A live server offers none; what then stays unchecked is reported, not silently skipped.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import httpx2

from contract_tests.connections import tls
from contract_tests.server import ServerUnderTest

CLOCK_PATH = "/__mock__/clock"
APPS_PATH = "/__mock__/apps"
MAILBOX_PATH = "/__mock__/mailbox"
FAULTS_PATH = "/__mock__/faults"

_LINK = re.compile(r"https?://\S+")


class Clock:
    """The server's clock, moved through its control API."""

    def __init__(self, server: ServerUnderTest) -> None:
        """Find out whether the server lets its clock be moved."""
        self._url = server.base_url + CLOCK_PATH
        self._client = httpx2.Client(timeout=30.0, trust_env=False, verify=tls())
        # Somebody else's server is not ours to move, even when it would let us.
        self.is_offered = server.is_own and self._client.get(self._url).status_code == 200

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self._tell({"advance": seconds})

    @contextmanager
    def frozen(self) -> Generator[Clock]:
        """Stop the clock for the time of a `with` block; it then only moves by `advance`."""
        self._tell({"freeze": True})
        try:
            yield self
        finally:
            self._tell({"freeze": False})

    def begin_second(self) -> int:
        """Move a stopped clock to the beginning of its next second.

        Returns:
            That moment, in seconds since 1970.
        """
        now = datetime.fromisoformat(self._client.get(self._url).json()["now"])
        self.advance(1 - now.microsecond / 1_000_000)
        return int(now.timestamp()) + 1

    def _tell(self, command: dict[str, object]) -> None:
        answer = self._client.post(self._url, json=command)
        assert answer.status_code < 300, f"{command} -> {answer.status_code} {answer.text}"


class Apps:
    """Further apps of the server, made and deleted through its control API."""

    def __init__(self, server: ServerUnderTest) -> None:
        """Find out whether the server lets apps be added."""
        self._server = server
        self._url = server.base_url + APPS_PATH
        self._client = httpx2.Client(timeout=30.0, trust_env=False)
        self.is_offered = server.is_own and self._client.get(self._url).status_code == 200

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    @contextmanager
    def added(self, **settings: object) -> Generator[ServerUnderTest]:
        """Have another app for the time of a `with` block.

        Args:
            **settings: What of its settings is not the default.

        Yields:
            The server under test, to be used with the new app's credentials.
        """
        answer = self._client.post(self._url, json=settings)
        assert answer.status_code < 300, f"a new app -> {answer.status_code} {answer.text}"
        made = answer.json()
        try:
            yield replace(
                self._server,
                application_id=int(made["id"]),
                auth_key=str(made["auth_key"]),
                auth_secret=str(made["auth_secret"]),
            )
        finally:
            self._client.delete(f"{self._url}/{made['id']}")


class Mailbox:
    """The mails that the server would have sent, as its control API shows them."""

    def __init__(self, server: ServerUnderTest) -> None:
        """Find out whether the server shows its mails."""
        self._url = server.base_url + MAILBOX_PATH
        self._client = httpx2.Client(timeout=30.0, trust_env=False)
        self.is_offered = server.is_own and self._client.get(self._url).status_code == 200

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def links(self, address: str) -> list[str]:
        """Read the link of every mail to an address, the oldest first."""
        answer = self._client.get(self._url, params={"to": address})
        return [_LINK.findall(mail["text"])[0] for mail in answer.json()["messages"]]


class Outages:
    """Times when the server answers nothing but 503, ordered through its control API."""

    def __init__(self, server: ServerUnderTest) -> None:
        """Find out whether the server takes such orders."""
        self._url = server.base_url + FAULTS_PATH
        self._client = httpx2.Client(timeout=30.0, trust_env=False)
        self.is_offered = server.is_own and self._client.get(self._url).status_code == 200

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    @contextmanager
    def ordered(self, retry_after: int) -> Generator[None]:
        """Have an outage for the time of a `with` block.

        Args:
            retry_after: The seconds that every answer says to wait.
        """
        order = {"operation": "*", "status": 503, "headers": {"Retry-After": str(retry_after)}}
        answer = self._client.post(self._url, json=order)
        assert answer.status_code < 300, f"an outage -> {answer.status_code} {answer.text}"
        try:
            yield
        finally:
            self._client.delete(self._url)
