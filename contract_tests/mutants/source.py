"""Source mutants against the suite: does any layer notice that the server's rules changed?"""

from __future__ import annotations

import re
import shlex
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from contract_tests.faults.running import (
    HONEST,
    NOTICED,
    UNNOTICED,
    BenchError,
    command,
    finding,
    run_suite,
)
from contract_tests.mutants.journal import Judgement
from contract_tests.mutants.mutant import Mutant
from contract_tests.server import COMMAND_VARIABLE, ServerStartError

START = "start"
HANG = "hang"
_LAYER = re.compile(r"^(?:FAILED|ERROR) contract_tests/(\w+)/", re.MULTILINE)


@dataclass(frozen=True)
class Suite:
    """How the suite is run.

    Attributes:
        layers: Its layers, in their order.
        seed: The seed of all that it sends.
        limit: After how many seconds of computing it is stopped.
    """

    layers: Sequence[str]
    seed: int
    limit: float


def judge(mutant: Mutant | None, suite: Suite) -> Judgement:
    """Let the suite loose on a server with a mutant in it.

    Args:
        mutant: The mutant; None for the server as it is, of which any finding is a false alarm.
        suite: The suite.

    Returns:
        What came of it.

    Raises:
        BenchError: The suite could not be run.
    """
    if mutant is None:
        return _judgement(HONEST, command(HONEST), suite)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{mutant.module}.py"
        path.write_text(mutant.source, encoding="utf-8")
        program = [
            sys.executable, "-m", "contract_tests.mutants", "serve-file", mutant.module, str(path),
        ]  # fmt: skip
        return _judgement(mutant.name, program, suite)


def _judgement(name: str, program: list[str], suite: Suite) -> Judgement:
    named = {COMMAND_VARIABLE: shlex.join(program)}
    code, output, seconds = run_suite(suite.layers, named, suite.seed, suite.limit)
    return read(name, code, output, seconds)


def read(name: str, code: int | None, output: str, seconds: float) -> Judgement:
    """Read what a run of the suite says about a mutant.

    Args:
        name: The mutant's name.
        code: The exit code of the run; None when it was stopped.
        output: What it printed.
        seconds: How long it computed.

    Returns:
        What came of it.

    Raises:
        BenchError: The run says nothing.
    """
    if code is None:
        return Judgement(name, None, "its time was over", seconds)
    if code == UNNOTICED:
        return Judgement(name, None, "ended without a finding", seconds)
    if code != NOTICED:
        raise BenchError(f"the suite on {name} ended with {code}:\n{output}")
    if ServerStartError.__name__ in output:
        return Judgement(name, START, "the server did not start", seconds)
    layer = _LAYER.search(output)
    if layer is None:
        # pytest-timeout ends the whole process, without a summary.
        if "Timeout" not in output:
            raise BenchError(f"the suite on {name} failed outside of its layers:\n{output}")
        return Judgement(name, HANG, "the server did not answer", seconds)
    return Judgement(name, layer[1], finding(output), seconds)
