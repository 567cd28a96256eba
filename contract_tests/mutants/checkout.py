"""Copies of the project in which a mutated contract stands; its mock server stays honest."""

from __future__ import annotations

import json
import os
import queue
import shutil
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contract_tests.contract import CONTRACT_PATH
from contract_tests.server import ROOT

ROOMS = (
    "benchmarks", "contract_tests", "examples", "generated_client", "mock_server", "openapi",
    "scripts", "tests", "wrappers",
)  # fmt: skip
FILES = ("pyproject.toml", "README.md", "schemathesis.toml")
_LINKED = (".venv", "node_modules")
_NOT_COPIED = shutil.ignore_patterns("__pycache__", ".hypothesis", "node_modules", "results")


class Checkout:
    """One copy of the project.

    Args:
        root: The folder to make it in.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        for room in ROOMS:
            shutil.copytree(ROOT / room, root / room, ignore=_NOT_COPIED)
        for name in FILES:
            shutil.copy2(ROOT / name, root)
        for name in _LINKED:
            if (ROOT / name).exists():
                (root / name).symlink_to((ROOT / name).resolve())
        # As in a wheel, where the mock server has a copy of its own, and prefers it.
        shutil.copy2(CONTRACT_PATH, root / "mock_server")

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that make programs use this copy, whatever is installed."""
        return {"PYTHONPATH": str(self.root)}

    def write(self, contract: dict[str, Any]) -> None:
        """Put a contract in the place of the honest one.

        Args:
            contract: The contract.
        """
        # JSON is YAML, and means the same to YAML 1.1 and 1.2, of which both are read here.
        text = json.dumps(contract, ensure_ascii=False, indent=1)
        (self.root / "openapi" / CONTRACT_PATH.name).write_text(text, encoding="utf-8")

    def generated_as_committed(self) -> bool:
        """Whether the generated client is what it is in the project."""
        return _content(self.root) == _content(ROOT)


@contextmanager
def checkouts(count: int) -> Generator[queue.Queue[Checkout]]:
    """Make copies of the project, to be taken and given back, for the time of a `with` block.

    Args:
        count: How many.

    Yields:
        The copies.
    """
    with tempfile.TemporaryDirectory() as folder:
        free: queue.Queue[Checkout] = queue.Queue()
        for number in range(count):
            free.put(Checkout(Path(folder).resolve() / str(number)))
        yield free


@contextmanager
def taken(free: queue.Queue[Checkout]) -> Generator[Checkout]:
    """Take a copy of the project for the time of a `with` block.

    Args:
        free: The copies.

    Yields:
        The copy, nobody else's meanwhile.
    """
    checkout = free.get()
    try:
        yield checkout
    finally:
        free.put(checkout)


def _content(root: Path) -> dict[str, bytes]:
    folder = root / "generated_client"
    return {
        os.fspath(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
