"""Mutants of the contract: a requirement dropped, a type widened, a 401 or a name gone."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from contract_tests.contract import Document, document
from contract_tests.decoded import is_array, is_object


@dataclass(frozen=True)
class SpecMutant:
    """One change of the contract.

    Attributes:
        name: Its name: the kind, and where.
        kind: What kind of change it is.
        make: Changes a parsed document.
    """

    name: str
    kind: str
    make: Callable[[Document], None]

    def document(self) -> Document:
        """The contract, changed."""
        changed = copy.deepcopy(document())
        self.make(changed)
        return changed


def mutants() -> list[SpecMutant]:
    """All mutants, in the contract's order."""
    return [*_required(), *_types(), *_unauthorized(), *_parameters()]


def sample(size: int, seed: int) -> list[SpecMutant]:
    """Draw mutants, as many of each kind as of the others.

    Args:
        size: How many; all if there are fewer.
        seed: Decides which.

    Returns:
        The mutants.
    """
    chance = random.Random(seed)
    kinds: dict[str, list[SpecMutant]] = {}
    for mutant in mutants():
        kinds.setdefault(mutant.kind, []).append(mutant)
    share = -(-size // len(kinds))
    return [
        mutant
        for of_kind in kinds.values()
        for mutant in chance.sample(of_kind, min(share, len(of_kind)))
    ][:size]


def _schemas() -> Iterator[tuple[str, Document]]:
    yield from document()["components"]["schemas"].items()


def _required() -> Iterator[SpecMutant]:
    for name, schema in _schemas():
        for field in schema.get("required", ()):

            def drop(changed: Document, name: str = name, field: str = field) -> None:
                changed["components"]["schemas"][name]["required"].remove(field)

            yield SpecMutant(f"required {name}.{field}", "required dropped", drop)


def _types() -> Iterator[SpecMutant]:
    for name, schema in _schemas():
        for field, inner in schema.get("properties", {}).items():
            if not is_object(inner) or "type" not in inner:
                continue

            def widen(changed: Document, name: str = name, field: str = field) -> None:
                found: Any = changed["components"]["schemas"][name]["properties"][field]
                kinds = found["type"] if is_array(found["type"]) else [found["type"]]
                found["type"] = [*kinds, "boolean" if "null" in kinds else "null"]

            yield SpecMutant(f"type {name}.{field}", "type widened", widen)


def _operations() -> Iterator[tuple[str, str, Document]]:
    for path, item in document()["paths"].items():
        for method, described in item.items():
            yield path, method, described


def _unauthorized() -> Iterator[SpecMutant]:
    for path, method, described in _operations():
        if "401" in described["responses"]:

            def remove(changed: Document, path: str = path, method: str = method) -> None:
                del changed["paths"][path][method]["responses"]["401"]

            yield SpecMutant(f"401 {described['operationId']}", "401 removed", remove)


def _parameters() -> Iterator[SpecMutant]:
    for path, method, described in _operations():
        for place, each in enumerate(described.get("parameters", ())):
            if "name" not in each or each["in"] != "query":
                continue

            def rename(
                changed: Document, path: str = path, method: str = method, place: int = place
            ) -> None:
                changed["paths"][path][method]["parameters"][place]["name"] += "x"

            name = f"parameter {described['operationId']}.{each['name']}"
            yield SpecMutant(name, "parameter renamed", rename)
