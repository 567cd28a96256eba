"""Every small mistake in the contract, and a seeded sample of them."""

from __future__ import annotations

import copy
import hashlib
import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from contract_tests.contract import METHODS, document

Node = dict[str, Any]
Path = tuple[str | int, ...]
GONE = None
"""In the place of a value: there is none any more."""

_REFUSALS = frozenset({"401", "403", "404", "422"})
_OTHER_STATUSES = {"200": "202", "201": "200", "202": "200", "302": "303"}
_LIMITS = (
    "enum", "const", "format", "pattern", "minimum", "maximum", "minLength", "maxLength",
    "minItems", "maxItems", "uniqueItems", "additionalProperties",
)  # fmt: skip
_WIDER = {"string": "integer", "object": "array"}
_NO_SCHEMAS_BELOW = frozenset({"example", "examples", "links", "securitySchemes"})
_MAPS_OF_SCHEMAS = ("properties", "patternProperties")
_LISTS_OF_SCHEMAS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SCHEMAS = ("items", "additionalProperties", "if", "then", "else", "not")


class Kind(StrEnum):
    """What kind of mistake it is."""

    REQUIRED = "required dropped"
    TYPE = "type widened"
    LIMIT = "limit dropped"
    ANSWER = "refusal dropped"
    PARAMETER = "parameter renamed"
    HEADER = "header dropped"
    STATUS = "status changed"
    SECURITY = "security dropped"


@dataclass(frozen=True)
class SpecMutant:
    """One small mistake in the contract.

    Attributes:
        kind: What kind of mistake it is.
        path: Where: keys and indices from the top.
        value: What stands there then; `GONE` if nothing does.
        key: Under which key, if not the same.
    """

    kind: Kind
    path: Path
    value: object
    key: str | None = None

    @property
    def name(self) -> str:
        """A short name, the same as long as the place stays as it is."""
        told = json.dumps([self.kind, self.path, self.value, self.key])
        return f"{self.kind.replace(' ', '-')}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"

    @property
    def place(self) -> str:
        """The path as text."""
        return " / ".join(str(part) for part in self.path)

    @property
    def change(self) -> str:
        """What was done, as text."""
        if self.key is not None:
            return f"renamed to {self.key}"
        return "dropped" if self.value is GONE else f"now {json.dumps(self.value)}"

    def applied(self, contract: Node) -> Node:
        """Make the mistake.

        Args:
            contract: The parsed contract; it stays as it is.

        Returns:
            The contract with the mistake in it.
        """
        changed = copy.deepcopy(contract)
        node: Any = changed
        for part in self.path[:-1]:
            node = node[part]
        last = self.path[-1]
        if self.key is not None:
            # In its old place: order is meaning to those who read.
            renamed = {self.key if name == last else name: each for name, each in node.items()}
            node.clear()
            node.update(renamed)
        elif self.value is GONE:
            del node[last]
        else:
            node[last] = self.value
        return changed


def every() -> list[SpecMutant]:
    """All mistakes of the contract, in its order."""
    contract = document()
    below: Node = {"paths": contract["paths"], "components": contract["components"]}
    nodes = list(_nodes(below, ()))
    found: list[SpecMutant] = []
    for path, node in nodes:
        found += _of_node(path, node)
    for path, schema in _schemas(nodes):
        found += _of_schema(path, schema)
    return found


def sample(seed: int, count: int) -> list[SpecMutant]:
    """Choose mistakes at random, of each kind in turn, so that none is drowned by the others.

    Args:
        seed: The seed: the same one chooses the same mistakes of the same contract.
        count: How many.

    Returns:
        The mistakes; the first of them are a sample as well.
    """
    found = every()
    random.Random(seed).shuffle(found)
    rows = [[each for each in found if each.kind is kind] for kind in Kind]
    turns = itertools.zip_longest(*rows)
    return [each for turn in turns for each in turn if each is not None][:count]


def _nodes(node: object, path: Path) -> Iterator[tuple[Path, Node]]:
    """Every mapping outside of schemas and examples."""
    if isinstance(node, list):
        for at, item in enumerate(cast("list[object]", node)):
            yield from _nodes(item, (*path, at))
    elif isinstance(node, dict):
        mapping = cast("Node", node)
        yield path, mapping
        for key, value in mapping.items():
            if key not in {*_NO_SCHEMAS_BELOW, "schema", "schemas"} and not key.startswith("x-"):
                yield from _nodes(value, (*path, key))


def _schemas(nodes: list[tuple[Path, Node]]) -> Iterator[tuple[Path, Node]]:
    """Every schema, those within schemas too."""
    for path, node in nodes:
        if "schema" in node:
            yield from _below((*path, "schema"), node["schema"])
        for name, schema in node.get("schemas", {}).items():
            yield from _below((*path, "schemas", name), schema)


def _below(path: Path, schema: object) -> Iterator[tuple[Path, Node]]:
    if not isinstance(schema, dict):
        return
    node = cast("Node", schema)
    yield path, node
    for key in _MAPS_OF_SCHEMAS:
        for name, each in node.get(key, {}).items():
            yield from _below((*path, key, name), each)
    for key in _LISTS_OF_SCHEMAS:
        for at, each in enumerate(node.get(key, [])):
            yield from _below((*path, key, at), each)
    for key in _SCHEMAS:
        yield from _below((*path, key), node.get(key))


def _of_node(path: Path, node: Node) -> Iterator[SpecMutant]:
    if node.get("required") is True and node.get("in") != "path":
        yield SpecMutant(Kind.REQUIRED, (*path, "required"), GONE)
    if node.get("in") in {"query", "header"} and "name" in node:
        yield SpecMutant(Kind.PARAMETER, (*path, "name"), f"{node['name']}_x")
    if path[-1:] and path[-1] in METHODS:
        if any(node["security"]):
            yield SpecMutant(Kind.SECURITY, (*path, "security"), [])
        for status in node["responses"]:
            place = (*path, "responses", status)
            if status in _REFUSALS:
                yield SpecMutant(Kind.ANSWER, place, GONE)
            other = _OTHER_STATUSES.get(status)
            if other is not None and other not in node["responses"]:
                yield SpecMutant(Kind.STATUS, place, node["responses"][status], other)
    if "description" in node and isinstance(node.get("headers"), dict):
        for name in node["headers"]:
            yield SpecMutant(Kind.HEADER, (*path, "headers", name), GONE)


def _of_schema(path: Path, schema: Node) -> Iterator[SpecMutant]:
    required: list[str] = schema.get("required", [])
    for name in required:
        kept = [each for each in required if each != name]
        yield SpecMutant(Kind.REQUIRED, (*path, "required"), kept or GONE)
    given: Any = schema.get("type")
    if given is not None:
        types = cast("list[str]", given if isinstance(given, list) else [given])
        wider = _WIDER.get(types[0], "string")
        if wider not in types:
            yield SpecMutant(Kind.TYPE, (*path, "type"), [*types, wider])
    for key in _LIMITS:
        if key in schema:
            yield SpecMutant(Kind.LIMIT, (*path, key), GONE)
