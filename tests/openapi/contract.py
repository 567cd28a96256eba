"""The contract as the tests of this folder read it: operations, answers, schemas, examples.

Read here once more, and not through the mock server or the generator, so that a mistake of theirs
in reading it cannot hide.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import jsonschema_rs
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
EVIDENCE = ("recorded", "documented", "sdk", "quickblox", "assumed")

Node = dict[str, Any]
"""A mapping of the contract."""


@functools.cache
def document() -> Node:
    """Read the whole contract."""
    loaded: Node = yaml.safe_load(
        (ROOT / "openapi" / "connectycube.yaml").read_text(encoding="utf-8")
    )
    return loaded


def resolve(node: Node) -> Node:
    """Follow a reference within the contract, if the node is one."""
    while "$ref" in node:
        target: Any = document()
        for part in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


@dataclass(frozen=True)
class Example:
    """One example and the schema it stands beside."""

    name: str
    value: Any
    schema: Node


@dataclass(frozen=True)
class Answer:
    """One documented status of one operation."""

    status: str
    node: Node

    @property
    def evidence(self) -> object:
        """How well it is known."""
        return self.node.get("x-evidence")

    @property
    def schema(self) -> Node | None:
        """The schema of its body, if it has one."""
        for media in self.node.get("content", {}).values():
            schema: Node = media["schema"]
            return schema
        return None

    def examples(self) -> list[Example]:
        """Every example of its body."""
        return [
            example
            for media_type, media in self.node.get("content", {}).items()
            for example in _examples(f"{self.status} {media_type}", media)
        ]


@dataclass(frozen=True)
class Operation:
    """One call of the contract."""

    method: str
    path: str
    node: Node

    @property
    def id(self) -> str:
        """Its operationId."""
        return str(self.node.get("operationId"))

    @property
    def parameters(self) -> list[Node]:
        """Its parameters, those of its path among them."""
        shared = document()["paths"][self.path].get("parameters", [])
        return [resolve(parameter) for parameter in [*shared, *self.node.get("parameters", [])]]

    @property
    def request_content(self) -> Node:
        """The content of its body by media type; empty without a body."""
        content: Node = resolve(self.node.get("requestBody", {})).get("content", {})
        return content

    @property
    def answers(self) -> dict[str, Answer]:
        """Its documented answers by status."""
        return {
            str(status): Answer(str(status), resolve(response))
            for status, response in self.node["responses"].items()
        }

    def parameter_examples(self) -> list[Example]:
        """Every example of its parameters."""
        return [
            example
            for parameter in self.parameters
            for example in _examples(f"parameter {parameter['name']}", parameter)
        ]

    def request_examples(self) -> list[Example]:
        """Every example of its body."""
        return [
            example
            for media_type, media in self.request_content.items()
            for example in _examples(f"request {media_type}", media)
        ]


def _examples(place: str, node: Node) -> list[Example]:
    found = [
        Example(f"{place}, {name}", resolve(example)["value"], node["schema"])
        for name, example in node.get("examples", {}).items()
    ]
    if "example" in node:
        found.append(Example(place, node["example"], node["schema"]))
    return found


def header_examples(answer: Answer) -> list[Example]:
    """Every example of the answer's headers."""
    return [
        example
        for name, header in answer.node.get("headers", {}).items()
        for example in _examples(f"{answer.status} {name}", resolve(header))
    ]


@functools.cache
def operations() -> tuple[Operation, ...]:
    """Every operation, in the contract's order."""
    return tuple(
        Operation(method, path, item[method])
        for path, item in document()["paths"].items()
        for method in METHODS
        if method in item
    )


@functools.cache
def operation(operation_id: str) -> Operation:
    """Find the operation of that name."""
    (found,) = (operation for operation in operations() if operation.id == operation_id)
    return found


def problems(schema: Node, value: object, *, closed: bool = False) -> list[str]:
    """Say where the value does not fit the schema; closed, keys that no schema names count too."""
    errors = _validator(json.dumps(schema), closed).iter_errors(value)
    return [f"{error.instance_path}: {error.message}" for error in errors]


@functools.cache
def _validator(schema: str, closed: bool) -> jsonschema_rs.Draft202012Validator:
    treat = _closed if closed else _as_it_is
    schemas: Node = document()["components"]["schemas"]
    components = {"schemas": {name: treat(each) for name, each in schemas.items()}}
    return jsonschema_rs.Draft202012Validator(
        {"allOf": [treat(json.loads(schema))], "components": components}, validate_formats=True
    )


def _as_it_is(schema: Any) -> Any:
    return schema


def _closed(schema: Any) -> Any:
    """Refuse keys that the schema does not name, in it and in what its properties hold.

    Conditions (`if`, `anyOf` of required keys and the like) are looked through, not closed: they
    name only the keys that they are about.
    """
    node = mapping(schema)
    if node is None:
        return schema
    node = dict(node)
    properties = mapping(node.get("properties"))
    if properties is not None:
        node["properties"] = {name: _closed(each) for name, each in properties.items()}
        if "additionalProperties" not in node:
            node["unevaluatedProperties"] = False
    if "items" in node:
        node["items"] = _closed(node["items"])
    return node


def mapping(value: Any) -> Node | None:
    """Return the value if it is a mapping."""
    return cast("Node", value) if isinstance(value, dict) else None


def references(node: Any) -> Iterator[str]:
    """Every reference within a part of the contract."""
    if isinstance(node, dict):
        for key, value in cast("Node", node).items():
            if key == "$ref" and isinstance(value, str):
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in cast("list[object]", node):
            yield from references(value)


def evidence_line() -> str:
    """Say which share of the answers is our assumption, as the README does."""
    marks = [answer.evidence for each in operations() for answer in each.answers.values()]
    assumed = marks.count("assumed")
    share = f"{assumed / len(marks):.0%}"
    return f"{assumed} of the contract's {len(marks)} answers ({share}) are `assumed`"
