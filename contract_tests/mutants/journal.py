"""What is known already: a line for each mutant that was judged, as soon as it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from contract_tests.server import ROOT

ROOMS = ("contract_tests", "mock_server", "openapi")


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


class Journal:
    """A file of judgements, worth something as long as the code that they are about is the same.

    Args:
        path: The file; what an older state of the code led to is dropped.
        terms: What else the judgements depend on: seed and limits.
    """

    def __init__(self, path: Path, terms: str) -> None:
        self._path = path
        self._head = json.dumps({"code": _fingerprint(), "terms": terms})
        self._known: dict[str, Judgement] = {}
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        head, *lines = text.splitlines() or [""]
        if head != self._head:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self._head + "\n", encoding="utf-8")
            return
        for line in lines:
            self._remember(line)
        if not text.endswith("\n"):
            # The last line is half written: its mutant is judged again, on a line of its own.
            with path.open("a", encoding="utf-8") as file:
                file.write("\n")

    def _remember(self, line: str) -> None:
        try:
            judgement = Judgement(**json.loads(line))
        except (ValueError, TypeError):
            return
        self._known[judgement.mutant] = judgement

    def of(self, mutant: str) -> Judgement | None:
        """What is known of a mutant.

        Args:
            mutant: Its name.

        Returns:
            The judgement, or None.
        """
        return self._known.get(mutant)

    def add(self, judgement: Judgement) -> None:
        """Note a judgement.

        Args:
            judgement: The judgement.
        """
        self._known[judgement.mutant] = judgement
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(judgement)) + "\n")


def _fingerprint() -> str:
    told = hashlib.sha256()
    for path in _files():
        told.update(str(path.relative_to(ROOT)).encode())
        told.update(path.read_bytes())
    return told.hexdigest()


def _files() -> Iterable[Path]:
    """What judgements depend on: not the texts about them, nor how they are told."""
    here = Path(__file__).parent
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in {".py", ".yaml", ".jinja"} and here not in path.parents:
                yield path
