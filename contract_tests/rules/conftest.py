"""What the rules share: one client and one population a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract_tests.control import Clock
from contract_tests.population import Population, settle
from contract_tests.server import ServerUnderTest
from contract_tests.wire import Wire


@pytest.fixture(scope="session")
def clock(server: ServerUnderTest) -> Iterator[Clock]:
    """The server's clock, if it lets us."""
    found = Clock(server)
    yield found
    found.close()


@pytest.fixture(scope="session")
def population(server: ServerUnderTest, clock: Clock) -> Population:
    """Known users, signed up once a process."""
    with Wire(server) as wire:
        return settle(wire, clock)


@pytest.fixture(scope="module")
def shared_wire(server: ServerUnderTest) -> Iterator[Wire]:
    """A client for generated tests: their examples come too fast for one each."""
    with Wire(server) as client:
        yield client
