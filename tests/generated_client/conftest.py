"""What the tests of the generated client share."""

from __future__ import annotations

import asyncio
import importlib
import subprocess
import sys
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import generated_client
from tests.generated_client.wire import AsyncSocketTransport, Server, SocketTransport, serving

HERE = Path(__file__).parent
GENERATE = HERE.parents[1] / "openapi" / "generate.py"
TORTURE = ("--spec", str(HERE / "torture.yaml"), "--overlay", str(HERE / "torture-overlay.yaml"))


@dataclass
class Caller:
    """Calls generated functions over the wire, all of them in one of the two ways."""

    package: ModuleType
    server: Server
    way: str
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    sent: list[Any] = field(default_factory=list[Any])

    def client(self) -> Any:
        if self.way == "sync":
            transport = SocketTransport(self.package, self.server.base_url, self.sent)
            return self.package.Client(transport, **self.settings)
        waiting = AsyncSocketTransport(self.package, self.server.base_url, self.sent)
        return self.package.AsyncClient(waiting, **self.settings)

    def module(self, name: str) -> ModuleType:
        return importlib.import_module(f"{self.package.__name__}.{name}")

    def model(self, name: str) -> Any:
        return getattr(self.module("models"), name)

    def __call__(self, operation: str, *arguments: object, **named: object) -> Any:
        function = getattr(self.module(f"api.{operation}"), self.way)
        answer = function(*arguments, client=self.client(), **named)
        return answer if self.way == "sync" else asyncio.run(answer)

    def detailed(self, operation: str, *arguments: object, **named: object) -> Any:
        function = getattr(self.module(f"api.{operation}"), f"{self.way}_detailed")
        answer = function(*arguments, client=self.client(), **named)
        return answer if self.way == "sync" else asyncio.run(answer)

    def refused(self, operation: str, *arguments: object, **named: object) -> Any:
        """Call what has to raise UnexpectedResponse, and answer the error."""
        with pytest.raises(self.package.UnexpectedResponse) as caught:
            self(operation, *arguments, **named)
        return caught.value


@pytest.fixture
def server() -> Generator[Server]:
    with serving() as listening:
        yield listening


@pytest.fixture(scope="session")
def torture_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated") / "torture_client"
    command = [sys.executable, str(GENERATE), *TORTURE, "--output", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def torture(torture_folder: Path) -> Generator[ModuleType]:
    """The client generated from the torture contract, imported."""
    sys.path.insert(0, str(torture_folder.parent))
    try:
        yield importlib.import_module(torture_folder.name)
    finally:
        sys.path.remove(str(torture_folder.parent))


@pytest.fixture(params=["sync", "asyncio"])
def call(request: pytest.FixtureRequest, torture: ModuleType, server: Server) -> Caller:
    """Calls of the client generated from the torture contract."""
    return Caller(torture, server, request.param)


@pytest.fixture(params=["sync", "asyncio"])
def shipped(request: pytest.FixtureRequest, server: Server) -> Caller:
    """Calls of the client that ships."""
    return Caller(generated_client, server, request.param)
