"""The server under test: a mock of our own as a process, or the one the environment names."""

from __future__ import annotations

import ipaddress
import os
import select
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

BASE_URL_VARIABLE = "CONNECTYCUBE_BASE_URL"
ROOT = Path(__file__).parent.parent
COMMAND_VARIABLE = "CONTRACT_TESTS_MOCK_COMMAND"
MOCK_COMMAND = (sys.executable, "-m", "mock_server")
START_TIMEOUT_SECONDS = 60.0
STOP_TIMEOUT_SECONDS = 10.0


class RefusedServerError(Exception):
    """The environment names a server that random requests must not be let loose on."""


class ServerStartError(Exception):
    """The mock server's process ended or stayed silent instead of printing its base URL."""


@dataclass(frozen=True)
class ServerUnderTest:
    """Where the server listens and which app of it the suite may use.

    Attributes:
        base_url: Scheme, host and port, without a trailing slash.
        application_id: The app's id.
        auth_key: The app's auth key.
        auth_secret: The app's auth secret, kept out of `repr`.
        is_own: Whether this suite started the server (and nobody else uses it).
    """

    base_url: str
    application_id: int
    auth_key: str
    auth_secret: str
    is_own: bool

    def __repr__(self) -> str:
        """Show the address only: the rest are credentials."""
        return f"ServerUnderTest({self.base_url})"

    def environment(self) -> dict[str, str]:
        """The variables that make another process use this server."""
        return {
            BASE_URL_VARIABLE: self.base_url,
            "CONNECTYCUBE_APP_ID": str(self.application_id),
            "CONNECTYCUBE_AUTH_KEY": self.auth_key,
            "CONNECTYCUBE_AUTH_SECRET": self.auth_secret,
        }


def is_loopback(base_url: str) -> bool:
    """Tell whether a base URL points at this very machine."""
    host = urlsplit(base_url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def from_environment(environment: Mapping[str, str]) -> ServerUnderTest | None:
    """Read the server under test from environment variables.

    Args:
        environment: Usually `os.environ`.

    Returns:
        The named server, or None when the environment names none. On this machine what it does not
        say is what a mock server takes by default; elsewhere it is empty.
    """
    base_url = environment.get(BASE_URL_VARIABLE, "").rstrip("/")
    if not base_url:
        return None
    is_near = is_loopback(base_url)
    return ServerUnderTest(
        base_url=base_url,
        application_id=int(environment.get("CONNECTYCUBE_APP_ID", "1" if is_near else "") or 0),
        auth_key=environment.get("CONNECTYCUBE_AUTH_KEY", "dev-auth-key" if is_near else ""),
        auth_secret=environment.get(
            "CONNECTYCUBE_AUTH_SECRET", "dev-auth-secret" if is_near else ""
        ),
        is_own=False,
    )


def random_requests_allowed(environment: Mapping[str, str]) -> None:
    """Keep random requests to servers of this machine.

    Args:
        environment: Usually `os.environ`.

    Raises:
        RefusedServerError: The named host is not this machine.
    """
    base_url = environment.get(BASE_URL_VARIABLE, "")
    if base_url and not is_loopback(base_url):
        raise RefusedServerError(
            f"{BASE_URL_VARIABLE} is {urlsplit(base_url).hostname}: random requests are for"
            " loopback hosts alone; python -m contract_tests asks other hosts what is harmless"
        )


@contextmanager
def mock_process(command: Sequence[str] = ()) -> Generator[ServerUnderTest]:
    """Run a mock server as a process of its own for the time of a `with` block.

    Args:
        command: What to start; its first line of output must be the base URL. If empty, the
            command that the environment names (the fault bench does), else the usual one.

    Yields:
        The listening server.

    Raises:
        ServerStartError: No base URL came.
    """
    named = shlex.split(os.environ.get(COMMAND_VARIABLE, ""))
    process = subprocess.Popen(
        [*(command or named or MOCK_COMMAND), "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    try:
        base_url = _first_line(process)
        # Whatever the server prints later must not fill the pipe and stop it.
        threading.Thread(target=_drain, args=(process,), daemon=True).start()
        yield ServerUnderTest(
            base_url=base_url,
            application_id=1,
            auth_key="dev-auth-key",
            auth_secret="dev-auth-secret",
            is_own=True,
        )
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    # select, since a server that hangs before its first line must not hang the suite with it.
    ready, _, _ = select.select([process.stdout], [], [], deadline - time.monotonic())
    line = process.stdout.readline().strip() if ready else ""
    if not line.startswith("http"):
        process.kill()
        code = process.wait()
        raise ServerStartError(
            f"the server printed {line!r} instead of its base URL (exit code {code})"
        )
    return line.rstrip("/")


def _drain(process: subprocess.Popen[str]) -> None:
    if process.stdout is not None:
        with process.stdout as output:
            for _ in output:
                pass


@contextmanager
def server_under_test() -> Generator[ServerUnderTest]:
    """The server the environment names, else a fresh mock process."""
    named = from_environment(os.environ)
    if named is not None:
        yield named
        return
    with mock_process() as started:
        yield started
