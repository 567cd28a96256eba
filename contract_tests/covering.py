"""Which of the contract a run has covered: responses, parameters, request examples, by operation.

Every exchange of the raw client and every request of schemathesis is counted. What nobody can
provoke stands in ``uncovered.toml``, with the reason.
"""

from __future__ import annotations

import functools
import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from contract_tests.conformity import operation_of
from contract_tests.contract import Operation, document, operations
from contract_tests.decoded import is_array, is_object

REASONS = Path(__file__).parent / "uncovered.toml"
RESPONSE, PARAMETER, FIELD, EXAMPLE = "response", "parameter", "field", "example"

Item = tuple[str, str, str]
"""An operationId, the kind of what is covered, and its name."""

seen: set[Item] = set()
"""What this process has covered."""
requests: Counter[str] = Counter()
"""How many requests this process counted, by operationId."""


@dataclass(frozen=True)
class Reason:
    """Why something stays uncovered.

    Attributes:
        operation: A pattern of operationIds.
        kind: The kind of what it is about.
        name: A pattern of names.
        why: The reason.
    """

    operation: str
    kind: str
    name: str
    why: str

    def is_for(self, item: Item) -> bool:
        """Whether it is the reason of an item."""
        return (
            fnmatchcase(item[0], self.operation)
            and item[1] == self.kind
            and fnmatchcase(item[2], self.name)
        )


def note(method: str, path: str, status: int, sent: bytes) -> None:
    """Count one exchange.

    Args:
        method: The request's method.
        path: Its path with the query, as sent.
        status: The answer's status.
        sent: The request's body.
    """
    operation = operation_of(method, path)
    if operation is None:
        return
    requests[operation.id] += 1
    seen.add((operation.id, RESPONSE, str(status)))
    known = _parameters(operation.id)
    query = path.partition("?")[2]
    names = {name for name, _ in parse_qsl(query, keep_blank_values=True)}
    for name in known:
        is_in_path = f"{{{name}}}" in operation.path
        if is_in_path or names & {name, f"{name}[]", name.removesuffix("[]")}:
            seen.add((operation.id, PARAMETER, name))
    if sent:
        _note_body(operation.id, sent)


def everything() -> list[Item]:
    """Everything that there is to cover, in the contract's order."""
    return [item for operation in operations() for item in _of(operation)]


def reasons() -> list[Reason]:
    """The reasons, from their file."""
    listed = tomllib.loads(REASONS.read_text(encoding="utf-8"))["uncovered"]
    return [Reason(**each) for each in listed]


def unexplained(covered: Iterable[Item]) -> list[Item]:
    """What is not covered, and has no reason.

    Args:
        covered: What was covered.

    Returns:
        The items.
    """
    met, excuses = set(covered), reasons()
    return [
        item
        for item in everything()
        if item not in met and not any(excuse.is_for(item) for excuse in excuses)
    ]


def needless(covered: Iterable[Item]) -> list[Reason]:
    """The reasons that everything they are about was covered in spite of."""
    met = set(covered)
    missed = [item for item in everything() if item not in met]
    return [reason for reason in reasons() if not any(reason.is_for(item) for item in missed)]


def _of(operation: Operation) -> Iterator[Item]:
    for status in sorted(operation.statuses):
        yield operation.id, RESPONSE, status
    for name in _parameters(operation.id):
        yield operation.id, PARAMETER, name
    for field, _ in _named_fields(operation.id):
        yield operation.id, FIELD, field
    for name, _ in _example_shapes(operation.id):
        yield operation.id, EXAMPLE, name


def _note_body(operation_id: str, sent: bytes) -> None:
    try:
        body = json.loads(sent)
    except ValueError:
        return
    if not is_object(body):
        return
    for field, steps in _named_fields(operation_id):
        value: Any = body
        for step in steps:
            value = value.get(step, _nothing) if is_object(value) else _nothing
        if value is not _nothing:
            seen.add((operation_id, FIELD, field))
    sent_shape = _shape(body)
    for name, shape in _example_shapes(operation_id):
        if shape == sent_shape:
            seen.add((operation_id, EXAMPLE, name))


_nothing = object()


def _shape(value: object) -> object:
    if is_object(value):
        return {name: _shape(inner) for name, inner in value.items()}
    return [] if is_array(value) else type(value).__name__


@functools.cache
def _described(operation_id: str) -> dict[str, Any]:
    place = next(each for each in operations() if each.id == operation_id)
    found: dict[str, Any] = document()["paths"][place.path][place.method.lower()]
    return found


def _request(operation_id: str) -> dict[str, Any]:
    """The JSON that an operation takes, as the contract describes it; empty when it takes none."""
    content = _described(operation_id).get("requestBody", {}).get("content", {})
    described: dict[str, Any] = content.get("application/json", {})
    return described


@functools.cache
def _named_fields(operation_id: str) -> tuple[tuple[str, list[str]], ...]:
    fields = _fields(_request(operation_id).get("schema", {}))
    return tuple((field, field.split(".")) for field in fields)


@functools.cache
def _example_shapes(operation_id: str) -> tuple[tuple[str, object], ...]:
    """Of an example counts what it sends, not the values: credentials must be those of the app."""
    examples: dict[str, Any] = _request(operation_id).get("examples", {})
    return tuple((name, _shape(_resolved(example)["value"])) for name, example in examples.items())


@functools.cache
def _parameters(operation_id: str) -> tuple[str, ...]:
    described = _described(operation_id).get("parameters", ())
    return tuple(str(_resolved(each)["name"]) for each in described)


def _fields(schema: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, inner in _resolved(schema).get("properties", {}).items():
        yield f"{prefix}{name}"
        yield from _fields(inner, f"{prefix}{name}.")


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        target: Any = document()
        for step in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node
