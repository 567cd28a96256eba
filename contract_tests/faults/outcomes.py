"""Outcomes that are known already: a line for each run, as soon as it was made."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from contract_tests.faults.running import Outcome

Key = tuple[str, str, int]


class Known:
    """The outcomes of runs made so far, kept in a file when there is one.

    What a tool, its limit or the server was like at the time is not noted: a file belongs to one
    state of the code, or to a tool that is none of this project's.

    Args:
        path: The file; None keeps nothing beyond this bench.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._outcomes: dict[Key, Outcome] = {}
        if path is not None and path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                outcome = Outcome(**json.loads(line))
                self._outcomes[_key(outcome)] = outcome

    def of(self, tool: str, fault: str, seed: int) -> Outcome | None:
        """What came of a run.

        Args:
            tool: The tool.
            fault: The fault's name.
            seed: The seed.

        Returns:
            The outcome, None when that run was never made.
        """
        return self._outcomes.get((tool, fault, seed))

    def add(self, outcome: Outcome) -> None:
        """Note an outcome, unless it is known.

        Args:
            outcome: The outcome.
        """
        if _key(outcome) in self._outcomes:
            return
        self._outcomes[_key(outcome)] = outcome
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(outcome)) + "\n")


def _key(outcome: Outcome) -> Key:
    return outcome.tool, outcome.fault, outcome.seed
