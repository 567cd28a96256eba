"""What a server holds beside its database; of several processes, the parent holds it for all."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field

from mock_server.clock import Cell, ManualClock
from mock_server.faults import FaultList
from mock_server.journal import Pages
from mock_server.limits import RateLimits


@dataclass(frozen=True)
class Shared:
    """What a server holds beside its database.

    Attributes:
        clock: The clock.
        version: Another number after each change of the apps, which are in the database.
        faults: The faults ordered.
        journal: The journal's entries.
        limits: The apps' requests, counted.
    """

    clock: ManualClock
    version: Cell = field(default_factory=lambda: ctypes.c_longlong(0))
    faults: FaultList = field(default_factory=FaultList)
    journal: Pages = field(default_factory=Pages)
    limits: RateLimits = field(default_factory=RateLimits)
