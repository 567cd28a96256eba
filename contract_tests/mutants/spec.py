"""Spec mutants against all that could notice them, the cheapest first."""

from __future__ import annotations

import queue
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from contract_tests.contract import document
from contract_tests.faults.running import HONEST, UNNOTICED, BenchError, run, run_suite
from contract_tests.mutants import source
from contract_tests.mutants.checkout import Checkout, taken
from contract_tests.mutants.document import SpecMutant
from contract_tests.mutants.journal import Judgement
from contract_tests.mutants.source import Suite

TESTS = "contract's tests"
LINTERS = "linters"
GENERATOR = "generator"
TYPES = "types"
TOOLS = (TESTS, LINTERS, GENERATOR, TYPES, "rules", "state", "shape")

_CONTRACT = "openapi/connectycube.yaml"
_PROGRAMS = {
    TESTS: [
        [sys.executable, "-m", "pytest", "-x", "-q", "--tb=line", "-p", "no:xdist",
         "-p", "no:cacheprovider", "tests/openapi"],
    ],
    LINTERS: [
        ["node_modules/.bin/spectral", "lint", "--ruleset", "openapi/.spectral.yaml",
         "--fail-severity", "hint", _CONTRACT],
        ["node_modules/.bin/redocly", "lint", "--config", "openapi/redocly.yaml", _CONTRACT],
    ],
    GENERATOR: [[sys.executable, "openapi/generate.py"]],
    # All that is written against generated code.
    TYPES: [[sys.executable, "-m", "mypy", "generated_client", "wrappers", "examples", "tests"]],
}  # fmt: skip
_TELLING = tuple(map(re.compile, ("^(FAILED|ERROR|not generated)", ": error:", "^E ")))
"""The lines that say what was noticed, the most telling first."""
MOST_WORDS = 200
_QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


@dataclass
class Asking:
    """Asks tools about the contract of a checkout.

    Attributes:
        checkout: The checkout.
        suite: The suite; what limits it limits every other tool, too.
        is_honest: Whether nothing may be noticed: then even tools are asked that a contract without
            drift cannot disturb.
        seconds: How long all of them computed so far.
        drifted: Whether the generated client differs from the committed one, once it is generated.
    """

    checkout: Checkout
    suite: Suite
    is_honest: bool = False
    seconds: float = 0.0
    drifted: bool = False

    def each(self) -> Iterator[tuple[str, str]]:
        """Ask one tool after the other, the cheapest first.

        Yields:
            Each tool that notices something, and what it says.
        """
        yield from self.by_programs(TESTS)
        yield from self.by_programs(LINTERS)
        yield from self.generate()
        if self.drifted or self.is_honest:
            yield from self.by_programs(TYPES)
        yield from self._by_the_suite()

    def by_programs(self, tool: str) -> Iterator[tuple[str, str]]:
        """Ask one tool that is a program or several.

        Args:
            tool: The tool.

        Yields:
            The tool and what it says, once for each of its programs that notices something.

        Raises:
            BenchError: It took too long.
        """
        for program in _PROGRAMS[tool]:
            variables = {**_QUIET, **self.checkout.environment}
            root = self.checkout.root
            code, output, seconds = run(program, variables, self.suite.limit, root=root)
            self.seconds += seconds
            if code is None:
                raise BenchError(f"{tool} took longer than {self.suite.limit:.0f} s")
            if code != UNNOTICED:
                yield tool, _last_words(output)

    def generate(self) -> list[tuple[str, str]]:
        """Generate the client, note whether it drifts, and give what the generator complains of."""
        found = list(self.by_programs(GENERATOR))
        self.drifted = bool(found) or not self.checkout.generated_as_committed()
        return found

    def _by_the_suite(self) -> Iterator[tuple[str, str]]:
        code, output, seconds = run_suite(
            self.suite.layers,
            self.checkout.environment,
            self.suite.seed,
            self.suite.limit,
            root=self.checkout.root,
        )
        self.seconds += seconds
        told = source.read(HONEST, code, output, seconds)
        if told.noticed_by is not None:
            yield told.noticed_by, told.why


def judge(mutant: SpecMutant | None, free: queue.Queue[Checkout], suite: Suite) -> Judgement:
    """Ask all tools about a mutated contract, until one notices something.

    Generation is tried in any case: whether generated code drifts is told apart.

    Args:
        mutant: The mutant; None for the honest contract.
        free: Copies of the project.
        suite: The suite; what limits it limits every other tool, too.

    Returns:
        What came of it.

    Raises:
        BenchError: A tool could not be run.
    """
    contract = document()
    name = HONEST if mutant is None else mutant.name
    with taken(free) as checkout:
        checkout.write(contract if mutant is None else mutant.applied(contract))
        asking = Asking(checkout, suite, is_honest=mutant is None)
        found = next(asking.each(), None)
        if found is not None and found[0] in {TESTS, LINTERS}:
            asking.generate()
    noticed_by, why = found or (None, "nothing noticed it")
    return Judgement(name, noticed_by, why, asking.seconds, drifted=asking.drifted)


def _last_words(output: str) -> str:
    lines = [" ".join(line.split()) for line in output.splitlines()]
    for telling in _TELLING:
        for line in lines:
            if telling.search(line):
                return line[:MOST_WORDS]
    return "\n".join(lines).strip().rpartition("\n")[2][:MOST_WORDS]
