"""The control API of the server under test, when it offers one: the clock and the settings.

A live server offers none; what then stays unchecked is reported, not silently skipped.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import httpx2

from contract_tests.server import ServerUnderTest

CLOCK_PATH = "/__mock__/clock"


SETTINGS_PATH = "/__mock__/settings"


class AppSettings:
    """The app's settings, changed through the control API for a while."""

    def __init__(self, server: ServerUnderTest) -> None:
        """Find out whether the server lets its app's settings be changed."""
        self._url = server.base_url + SETTINGS_PATH
        self._client = httpx2.Client(timeout=30.0, trust_env=False)
        self.is_offered = server.is_own and self._client.get(self._url).status_code == 200

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    @contextmanager
    def changed(self, name: str, value: object) -> Generator[None]:
        """Have a setting another value for the time of a `with` block."""
        before = self._client.get(self._url).json()[name]
        self._tell(name, value)
        try:
            yield
        finally:
            self._tell(name, before)

    def _tell(self, name: str, value: object) -> None:
        answer = self._client.patch(self._url, json={name: value})
        assert answer.status_code < 300, f"{name} -> {answer.status_code} {answer.text}"


class Clock:
    """The server's clock, moved through its control API."""

    def __init__(self, server: ServerUnderTest) -> None:
        """Find out whether the server lets its clock be moved."""
        self._url = server.base_url + CLOCK_PATH
        self._client = httpx2.Client(timeout=30.0, trust_env=False)
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

    def _tell(self, command: dict[str, object]) -> None:
        answer = self._client.post(self._url, json=command)
        assert answer.status_code < 300, f"{command} -> {answer.status_code} {answer.text}"
