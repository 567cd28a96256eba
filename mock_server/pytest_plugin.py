"""pytest fixtures: a mock server that listens, one for each test process, blank for each test.

Installed with the distribution (entry point `pytest11`). Nothing of the server is imported before a
test asks for it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import mock_server

if TYPE_CHECKING:
    from mock_server import RunningServer, Settings


@contextmanager
def _extra_needed() -> Generator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        pytest.fail(
            f"connectycube_server needs {error.name}: pip install 'connectycube-python[mock]'",
            pytrace=False,
        )


class _Servers:
    """One server for each different settings, started on first use.

    Args:
        stack: Stops them.
    """

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._running: list[tuple[Settings, RunningServer]] = []

    def fitting(self, settings: Settings) -> RunningServer:
        """Give the server of these settings, blank."""
        for known, server in self._running:
            if known == settings:
                server.reset()
                return server
        # A free port always: several test processes run the same tests at the same time.
        store_port = None if settings.store_port is None else 0
        on_free_ports = replace(settings, port=0, store_port=store_port)
        with _extra_needed():
            server = self._stack.enter_context(mock_server.running(on_free_ports))
        self._running.append((settings, server))
        return server


@pytest.fixture(scope="session")
def _connectycube_servers() -> Iterator[_Servers]:
    with ExitStack() as stack:
        yield _Servers(stack)


@pytest.fixture
def connectycube_settings() -> Settings:
    """Tell what the mock server is started with.

    Override it in a `conftest.py`, a test module or a class. Ports are always free ones. For each
    different value there is one server in each test process.

    Returns:
        The settings; the defaults here.
    """
    with _extra_needed():
        return mock_server.Settings()


@pytest.fixture
def connectycube_server(
    connectycube_settings: Settings,
    _connectycube_servers: _Servers,
    monkeypatch: pytest.MonkeyPatch,
) -> RunningServer:
    """Give a mock server on a real socket, blank at the start of each test.

    The variables `CONNECTYCUBE_BASE_URL`, `_APP_ID` and `_AUTH_KEY` point at it, so that
    `wrappers.ConnectyCube()` without arguments, or a program that the test starts, calls it.
    `CONNECTYCUBE_AUTH_SECRET` is unset: signed requests hold the caller's time, which the server
    refuses once a test has moved its clock by more than an hour. With `Settings(tls=True)`, Python
    (`SSL_CERT_FILE`) and Node (`NODE_EXTRA_CA_CERTS`) trust its certificate.

    Args:
        connectycube_settings: What it is started with.
        monkeypatch: Sets the variables, and sets them back.

    Returns:
        The server, with its `base_url`, `app_id`, `auth_key`, `auth_secret`, `clock`, `faults`,
        `journal` and `mailbox`, `change_settings(...)`, `snapshot()`, `restore(...)` and `reset()`.
    """
    server = _connectycube_servers.fitting(connectycube_settings)
    monkeypatch.setenv("CONNECTYCUBE_BASE_URL", server.base_url)
    monkeypatch.setenv("CONNECTYCUBE_APP_ID", str(server.app_id))
    monkeypatch.setenv("CONNECTYCUBE_AUTH_KEY", server.auth_key)
    monkeypatch.delenv("CONNECTYCUBE_AUTH_SECRET", raising=False)
    if server.ca_path is not None:
        for variable in ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"):
            monkeypatch.setenv(variable, str(server.ca_path))
    return server
