"""What is known already of a long run: a line for each record, as soon as it is there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Generic, TypeVar

from contract_tests.server import ROOT

ROOMS = ("contract_tests", "mock_server", "openapi")
MUTANTS = ROOT / "contract_tests" / "mutants"

RecordT = TypeVar("RecordT")


class Journal(Generic[RecordT]):
    """A file of records, worth something as long as the code that they are about is the same.

    Args:
        path: The file; what an older state of the code led to is dropped. None keeps nothing
            beyond this process.
        terms: What else the records depend on: seeds and limits.
        kind: The class of the records, a dataclass.
        key: Tells what a record is about.
    """

    def __init__(
        self,
        path: Path | None,
        terms: str,
        kind: type[RecordT],
        key: Callable[[RecordT], Hashable],
    ) -> None:
        self._path = path
        self._kind = kind
        self._key = key
        self._known: dict[Hashable, RecordT] = {}
        if path is not None:
            self._read(path, json.dumps({"code": fingerprint(), "terms": terms}))

    def _read(self, path: Path, wanted: str) -> None:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        head, *lines = text.splitlines() or [""]
        if head != wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted + "\n", encoding="utf-8")
            return
        for line in lines:
            self._remember(line)
        if not text.endswith("\n"):
            # The last line is half written: its record is made again, on a line of its own.
            with path.open("a", encoding="utf-8") as file:
                file.write("\n")

    def _remember(self, line: str) -> None:
        try:
            record = self._kind(**json.loads(line))
        except (ValueError, TypeError):
            return
        self._known[self._key(record)] = record

    def of(self, key: Hashable) -> RecordT | None:
        """What is known of something.

        Args:
            key: What it is, as the journal's `key` tells it.

        Returns:
            The record, or None.
        """
        return self._known.get(key)

    def add(self, record: RecordT) -> None:
        """Note a record.

        Args:
            record: The record.
        """
        self._known[self._key(record)] = record
        if self._path is not None:
            told: Any = record
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(told)) + "\n")


def fingerprint() -> str:
    """Tell the state of the code that records are about.

    Returns:
        A text that is another one when that code changes.
    """
    told = hashlib.sha256()
    for path in _files():
        told.update(str(path.relative_to(ROOT)).encode())
        told.update(path.read_bytes())
    return told.hexdigest()


def _files() -> Iterable[Path]:
    """What records depend on: not how mutants are told, which takes part in no run."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in {".py", ".yaml", ".jinja"} and MUTANTS not in path.parents:
                yield path
