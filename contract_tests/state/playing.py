"""How the machines of this layer are played: one client each, one seed, no clock, no memory."""

from __future__ import annotations

from typing import ClassVar

import hypothesis
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from contract_tests.generation import generated
from contract_tests.server import ServerUnderTest
from contract_tests.wire import Wire

BRIEF_HISTORIES = 8
BRIEF_STEPS = 12
"""What is played first: most of what goes wrong shows at once, the rest takes its time later."""


class Machine(RuleBasedStateMachine):
    """A machine with a raw client of its own for each history."""

    server: ClassVar[ServerUnderTest]

    def __init__(self) -> None:
        super().__init__()
        self.wire = Wire(self.server)

    def teardown(self) -> None:
        self.wire.close()


def play(
    machine: type[Machine], server: ServerUnderTest, seed: int, *, histories: int, steps: int
) -> None:
    """Play random histories of a machine, shrinking the first that breaks a rule.

    Args:
        machine: The machine.
        server: The server to play it on.
        seed: The seed of all histories.
        histories: How many to play.
        steps: How long each may be.
    """
    machine.server = server
    hypothesis.seed(seed)(machine)
    run_state_machine_as_test(machine, settings=generated(histories, steps=steps))
