"""What a fault is, and the register of all of them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

Commit = Callable[[], None]
HALVES = {1: "first_half", 2: "second_half"}


class Group(StrEnum):
    """What a fault is about; results are told group by group."""

    STRUCTURE = "structure"
    VALIDATION = "validation"
    AUTH = "auth, ownership, time"
    STATE = "state, files"
    QUERY = "query, paging"


class Place(StrEnum):
    """Where a fault is made: on the way to and from an honest server, or within the server."""

    WIRE = "wire"
    STATE = "state"


@dataclass(frozen=True)
class Fault:
    """One way to break a mock server.

    Attributes:
        name: Its switch.
        group: What it is about.
        place: Where it is made.
        half: 1 for those that the suite was made with, 2 for those written afterwards.
        does: What the server does wrong, in one sentence.
        source: Whose catalogue it is from: `F101` and the like are Web Fuzzing Commons'
            categories, `RESTler` its four rules; empty for a risk of this API's own.
        commit: Breaks the server of this process.
    """

    name: str
    group: Group
    place: Place
    half: int
    does: str
    source: str
    commit: Commit


class UnknownFaultError(Exception):
    """There is no fault of that name."""


_register: dict[str, Fault] = {}


def register(group: Group, place: Place, source: str) -> Callable[[Commit], Commit]:
    """Make a fault of a function that breaks the server: its name and docstring become the fault's.

    Args:
        group: What the fault is about.
        place: Where it is made.
        source: Whose catalogue it is from, see `Fault`.

    Returns:
        The decorator.
    """

    def registering(commit: Commit) -> Commit:
        name = commit.__name__.replace("_", "-")
        half = next(half for half, package in HALVES.items() if f".{package}." in commit.__module__)
        assert name not in _register, f"two faults are called {name}"
        does = " ".join((commit.__doc__ or "").split())
        _register[name] = Fault(name, group, place, half, does, source, commit)
        return commit

    return registering


def faults(*, group: str | None = None, half: int | None = None) -> list[Fault]:
    """All faults, or those of a group or half, group by group.

    Args:
        group: The beginning of a group's name.
        half: 1 or 2.

    Returns:
        The faults.
    """
    _load()
    chosen = [
        fault
        for fault in _register.values()
        if fault.group.startswith(group or "") and half in {None, fault.half}
    ]
    order = list(Group)
    return sorted(chosen, key=lambda fault: (fault.half, order.index(fault.group)))


def fault(name: str) -> Fault:
    """Find a fault.

    Args:
        name: Its name.

    Returns:
        The fault.

    Raises:
        UnknownFaultError: There is none of that name.
    """
    _load()
    try:
        return _register[name]
    except KeyError:
        raise UnknownFaultError(f"{name} is no fault; one of: {', '.join(_register)}") from None


def _load() -> None:
    for package in HALVES.values():
        found = importlib.import_module(f"contract_tests.faults.{package}")
        for module in pkgutil.iter_modules(found.__path__):
            importlib.import_module(f"{found.__name__}.{module.name}")
