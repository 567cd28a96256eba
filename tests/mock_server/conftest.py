"""A fresh server for each test, on a clock that only the test moves."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import httpx2
import pytest

from mock_server import ManualClock, RunningServer, Settings, running
from tests.mock_server.caller import START, Caller
from tests.mock_server.postgresql import Cluster, cluster


@pytest.fixture(autouse=True)
def no_bugs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A 500 of the server is logged loudly; here it fails the test, whatever the test looked at."""
    yield
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    logged = [each.getMessage() for each in records if each.levelno >= logging.ERROR]
    assert not logged


@pytest.fixture
def http() -> Iterator[httpx2.Client]:
    with httpx2.Client(trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    with cluster() as started:
        yield started


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests that are marked so on each kind of database."""
    marked = metafunc.definition.get_closest_marker("each_database") is not None
    if marked and "database" in metafunc.fixturenames:
        metafunc.parametrize("database", ["memory", "postgresql"], indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """Where the server keeps its state: in memory, unless the test runs on each database."""
    if getattr(request, "param", "memory") == "memory":
        yield None
        return
    started: Cluster = request.getfixturevalue("postgresql")
    with started.database() as url:
        yield url


@pytest.fixture
def settings(database: str | None) -> Settings:
    """Each answer is checked against the contract. A test module may override this."""
    return Settings(port=0, database=database, validate_responses=True)


@pytest.fixture
def server(settings: Settings) -> Iterator[RunningServer]:
    with running(settings, clock=ManualClock(START, frozen=True)) as running_server:
        yield running_server


@pytest.fixture
def caller(server: RunningServer, http: httpx2.Client) -> Caller:
    """A caller without a token."""
    return Caller(server, http)
