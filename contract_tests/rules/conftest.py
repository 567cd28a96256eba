"""What the rules share: one client and one population a process, and what a server may offer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest

from contract_tests.control import Apps, Clock, Control, Journal, Mailbox, Outages
from contract_tests.population import Population, crowd, settle
from contract_tests.server import ServerUnderTest
from contract_tests.wire import Wire

ControlT = TypeVar("ControlT", bound=Control)

UNCHECKED = "unchecked"
"""What a test reports that the server under test gives it no means to check."""


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


@pytest.fixture(scope="session")
def crowded(server: ServerUnderTest) -> Population:
    """More users than a page may hold, signed up once a process."""
    with Wire(server) as wire:
        return crowd(wire)


@pytest.fixture(scope="module")
def shared_wire(server: ServerUnderTest) -> Iterator[Wire]:
    """A client for generated tests: their examples come too fast for one each."""
    with Wire(server) as client:
        yield client


@pytest.fixture
def stopped_clock(
    clock: Clock, record_property: Callable[[str, object], None]
) -> Iterator[Clock | None]:
    """The server's clock, standing still; nothing when it is not ours to stop."""
    if not clock.is_offered:
        record_property(UNCHECKED, "times to the second: the server has no clock that is ours")
        yield None
        return
    with clock.frozen():
        yield clock


def _offered(kind: type[ControlT], unless: str) -> Any:
    """Make the fixture of a part of the control API.

    Args:
        kind: The part.
        unless: What stays unchecked, and is reported so, on a server that does not offer it.

    Returns:
        A fixture that gives the part; None where it is not offered.
    """

    @pytest.fixture
    def offered(
        server: ServerUnderTest, record_property: Callable[[str, object], None]
    ) -> Iterator[ControlT | None]:
        control = kind(server)
        if not control.is_offered:
            record_property(UNCHECKED, unless)
        yield control if control.is_offered else None
        control.close()

    return offered


apps = _offered(Apps, "apps beside each other: the server lets us add none")
mailbox = _offered(Mailbox, "mails: the server shows none")
journal = _offered(Journal, "the journal: the server shows none")
outages = _offered(Outages, "outages: the server has none that are ours to order")


@pytest.fixture
def stranger(apps: Apps | None) -> Iterator[Wire | None]:
    """A client of another app on the same server; nothing when it lets us add none."""
    if apps is None:
        yield None
        return
    with apps.added() as app, Wire(app) as client:
        yield client
