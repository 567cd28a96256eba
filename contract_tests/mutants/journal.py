"""What came of mutants, and where it is noted."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from contract_tests.journal import Journal


@dataclass(frozen=True)
class Judgement:
    """What came of one mutant.

    Attributes:
        mutant: The mutant's name.
        noticed_by: The layer or tool that noticed it; None when nothing did.
        why: The rule or message that noticed it; else why nothing did.
        seconds: How long that took, in seconds of computing.
        drifted: Whether generated code differed (of spec mutants alone).
    """

    mutant: str
    noticed_by: str | None
    why: str
    seconds: float
    drifted: bool = False


Judgements = Journal[Judgement]


def judgements(path: Path, terms: str) -> Judgements:
    """Open the journal of judgements, by the mutant's name.

    Args:
        path: The file.
        terms: What the judgements depend on beyond the code.

    Returns:
        The journal.
    """
    return Journal(path, terms, Judgement, attrgetter("mutant"))
