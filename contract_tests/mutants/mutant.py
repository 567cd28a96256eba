"""What a source mutant is, all of them, and a seeded sample."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass

from contract_tests.mutants.edits import Edit, edits
from contract_tests.server import ROOT

MODULES = (
    "api", "apps", "blobs", "call", "clock", "contract", "form", "identity", "json_values",
    "limits", "objects", "operations", "password_reset", "passwords", "policy", "providers",
    "refusals", "repository", "requests", "responses", "sessions", "sign_ins", "signature", "sigv4",
    "store", "tables", "user_filters", "user_lists", "users",
)  # fmt: skip
"""The mock server's handlers and rules; not how it is started, stopped, logged or controlled."""


class UnknownMutantError(Exception):
    """There is no mutant of that name (any more)."""


@dataclass(frozen=True)
class Mutant:
    """One small mistake in one module of the mock server.

    Attributes:
        module: The module's name, without its package.
        within: The function or class that the mistake is in; empty outside of all.
        operator: Which kind of mistake it is.
        change: The removed and added lines, without indentation: with the first two attributes it
            tells the mutant from all others as long as nobody changes that very place.
        source: The module's text with the mistake in it.
    """

    module: str
    within: str
    operator: str
    change: str
    source: str

    @property
    def name(self) -> str:
        """A short name, the same as long as the place stays as it is."""
        told = f"{self.module}\n{self.within}\n{self.change}"
        return f"{self.module}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"

    @property
    def place(self) -> str:
        """Module and function."""
        return f"{self.module}.{self.within}".rstrip(".")


def mutants(module: str) -> Iterator[Mutant]:
    """All mutants of a module of the mock server, in the order of its text.

    Args:
        module: The module's name, without its package.

    Yields:
        The mutants, no two alike.
    """
    source = (ROOT / "mock_server" / f"{module}.py").read_text(encoding="utf-8")
    seen: set[tuple[str, str]] = set()
    for edit in edits(source):
        changed = edit.applied(source)
        change = _change(edit, source, changed)
        # Two like places in one function are one: they could not be told apart later.
        if (edit.within, change) in seen or changed == source:
            continue
        seen.add((edit.within, change))
        yield Mutant(module, edit.within, edit.operator, change, changed)


def every() -> list[Mutant]:
    """All mutants of all modules."""
    return [mutant for module in MODULES for mutant in mutants(module)]


def sample(seed: int, count: int) -> list[Mutant]:
    """Choose mutants at random.

    Args:
        seed: The seed: the same one chooses the same mutants of the same source.
        count: How many.

    Returns:
        The mutants, in an order of their own, so that the first of them are a sample as well.
    """
    found = every()
    return random.Random(seed).sample(found, min(count, len(found)))


def named(name: str) -> Mutant:
    """Find a mutant.

    Args:
        name: Its name.

    Returns:
        The mutant.

    Raises:
        UnknownMutantError: There is none of that name.
    """
    module = name.rpartition("-")[0]
    if module in MODULES:
        for mutant in mutants(module):
            if mutant.name == name:
                return mutant
    raise UnknownMutantError(f"{name} is no mutant of the mock server as it is now")


def _lines(source: str, begin: int, end: int) -> list[str]:
    """The lines that hold some bytes of a text, without indentation."""
    given = source.encode()
    first = given.rfind(b"\n", 0, begin) + 1
    last = given.find(b"\n", end)
    return [line.strip() for line in given[first:last].decode().splitlines()]


def _change(edit: Edit, before: str, after: str) -> str:
    removed = _lines(before, edit.begin, edit.end)
    added = _lines(after, edit.begin, edit.begin + len(edit.text.encode()))
    return "\n".join([*(f"- {line}" for line in removed), *(f"+ {line}" for line in added)])
