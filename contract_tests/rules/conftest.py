"""What the rules share: one client and one population a process, and what a server may offer."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TypeVar

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


@contextmanager
def _if_offered(
    control: ControlT, why: str, record_property: Callable[[str, object], None]
) -> Generator[ControlT | None]:
    """Give a part of the control API, or nothing, and report what then stays unchecked."""
    if not control.is_offered:
        record_property(UNCHECKED, why)
    yield control if control.is_offered else None
    control.close()


@pytest.fixture
def apps(
    server: ServerUnderTest, record_property: Callable[[str, object], None]
) -> Iterator[Apps | None]:
    """The server's apps; nothing when it lets us add none."""
    why = "apps beside each other: the server lets us add none"
    with _if_offered(Apps(server), why, record_property) as found:
        yield found


@pytest.fixture
def mailbox(
    server: ServerUnderTest, record_property: Callable[[str, object], None]
) -> Iterator[Mailbox | None]:
    """The server's mails; nothing when it does not show them."""
    with _if_offered(Mailbox(server), "mails: the server shows none", record_property) as found:
        yield found


@pytest.fixture
def journal(
    server: ServerUnderTest, record_property: Callable[[str, object], None]
) -> Iterator[Journal | None]:
    """The server's journal; nothing when it does not show one."""
    with _if_offered(Journal(server), "the journal: there is none", record_property) as found:
        yield found


@pytest.fixture
def outages(
    server: ServerUnderTest, record_property: Callable[[str, object], None]
) -> Iterator[Outages | None]:
    """The server's outages; nothing when they are not ours to order."""
    why = "outages: the server has none that are ours to order"
    with _if_offered(Outages(server), why, record_property) as found:
        yield found


@pytest.fixture
def stranger(apps: Apps | None) -> Iterator[Wire | None]:
    """A client of another app on the same server; nothing when it lets us add none."""
    if apps is None:
        yield None
        return
    with apps.added() as app, Wire(app) as client:
        yield client
