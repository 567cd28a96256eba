"""Mutants that nothing can notice, judged by hand, each with its reason."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from contract_tests.mutants.mutant import Mutant

PATH = Path(__file__).parent / "equivalents.toml"


@dataclass(frozen=True)
class Equivalent:
    """A mutant that does the same, as far as requests can tell.

    Attributes:
        module: The mock server's module.
        within: The function or class.
        change: The removed and added lines, as `Mutant.change` has them.
        reason: Why nothing can notice it.
    """

    module: str
    within: str
    change: str
    reason: str


@functools.cache
def equivalents() -> tuple[Equivalent, ...]:
    """All judged mutants of the mock server."""
    told = tomllib.loads(PATH.read_text(encoding="utf-8"))
    return tuple(
        Equivalent(each["module"], each["within"], each["change"].strip(), each["reason"])
        for each in told["equivalent"]
    )


def judged(mutant: Mutant) -> Equivalent | None:
    """Tell whether a mutant was judged to be none.

    Args:
        mutant: The mutant.

    Returns:
        The judgement with its reason, or None.
    """
    place = (mutant.module, mutant.within, mutant.change)
    for each in equivalents():
        if (each.module, each.within, each.change) == place:
            return each
    return None
