"""Whether an answer is one that the contract documents for its request: closed, to the last key.

Every exchange of the suite is held to it (`laws`), so whatever a test asks, the shape of what it
gets is checked on the way.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema_rs import Draft202012Validator, Registry

from contract_tests.contract import Document, Operation, document, operations
from contract_tests.decoded import is_array, is_object
from contract_tests.exchange import Exchange
from contract_tests.shape.overlay import close_answers

_DOCUMENT = "urn:contract"


@dataclass(frozen=True)
class _Documented:
    """One documented answer, compiled."""

    content_types: frozenset[str]
    body: Draft202012Validator | None
    headers: Mapping[str, Draft202012Validator]
    required: frozenset[str]


def operation_of(method: str, path: str) -> Operation | None:
    """Find the operation that a request is for.

    Args:
        method: The method.
        path: The path as sent, with or without `.json` and query.

    Returns:
        The operation, None when the contract has no such path or method.
    """
    parts = path.partition("?")[0].removesuffix(".json").split("/")
    # A written path comes before a template: `/users/v2` is no user's.
    meant = next((template for pieces, template in _templates() if _fits(pieces, parts)), None)
    return _by_place().get((method, meant or ""))


def problem(exchange: Exchange) -> str | None:
    """Tell what of an answer the contract does not document.

    Args:
        exchange: A request with its answer.

    Returns:
        What is wrong, None when nothing is, or when the contract does not know the request.
    """
    operation = operation_of(exchange.method, exchange.path)
    if operation is None:
        return None
    documented = _answers()[operation.id].get(str(exchange.status))
    if documented is None:
        return f"{operation.id} must not answer {exchange.status}"
    missing = documented.required - {name.lower() for name in exchange.headers}
    if missing:
        return f"{operation.id} {exchange.status} comes without {', '.join(sorted(missing))}"
    for name, validator in documented.headers.items():
        value = exchange.headers.get(name)
        if value is not None and not validator.is_valid(value):
            return f"{operation.id} {exchange.status} has {name}: {value}"
    return _body_problem(f"{operation.id} {exchange.status}", exchange, documented)


def _body_problem(what: str, exchange: Exchange, documented: _Documented) -> str | None:
    if documented.body is None:
        return f"{what} has a body" if exchange.content else None
    declared = exchange.headers.get("content-type", "").partition(";")[0].strip().lower()
    if declared not in documented.content_types:
        return f"{what} is of type {declared!r}"
    try:
        body = exchange.json
    except ValueError:
        return f"{what} is not JSON"
    error = next(documented.body.iter_errors(body), None)
    place = "" if error is None else "/".join(map(str, error.instance_path))
    return None if error is None else f"{what}: {error.message} at /{place}"


@functools.cache
def _templates() -> tuple[tuple[list[str], str], ...]:
    """The paths, in pieces and whole; those with the fewest parameters first."""
    paths = dict.fromkeys(each.path for each in operations())
    return tuple(
        (path.split("/"), path) for path in sorted(paths, key=lambda path: path.count("{"))
    )


@functools.cache
def _by_place() -> dict[tuple[str, str], Operation]:
    return {(each.method, each.path): each for each in operations()}


def _fits(template: list[str], parts: list[str]) -> bool:
    return len(template) == len(parts) and all(
        bool(part) if "{" in piece else piece == part
        for piece, part in zip(template, parts, strict=True)
    )


@functools.cache
def _answers() -> dict[str, dict[str, _Documented]]:
    """All documented answers by operationId and status."""
    closed = copy.deepcopy(document())
    close_answers(closed)
    registry = Registry([(_DOCUMENT, closed)])
    return {
        definition["operationId"]: {
            str(status): _compiled(closed, registry, answer)
            for status, answer in definition["responses"].items()
        }
        for item in closed["paths"].values()
        for definition in item.values()
    }


def _compiled(closed: Document, registry: Registry, answer: Document) -> _Documented:
    answer = _resolved(closed, answer)
    content: dict[str, Any] = answer.get("content", {})
    schema = next((each["schema"] for each in content.values()), None)
    headers = {
        name.lower(): _resolved(closed, each) for name, each in answer.get("headers", {}).items()
    }
    return _Documented(
        content_types=frozenset(content),
        body=None if schema is None else _validator(registry, schema),
        headers={
            name: _validator(registry, each["schema"])
            for name, each in headers.items()
            if _resolved(closed, each["schema"]).get("type") == "string"
        },
        required=frozenset(name for name, each in headers.items() if each.get("required")),
    )


def _validator(registry: Registry, schema: Document) -> Draft202012Validator:
    return Draft202012Validator(
        _absolute(schema), registry=registry, validate_formats=True, mask="the value"
    )


def _absolute(schema: Any) -> Any:
    """Turn references within the document into references to the document."""
    if is_object(schema):
        return {
            key: f"{_DOCUMENT}{value}" if key == "$ref" else _absolute(value)
            for key, value in schema.items()
        }
    return [_absolute(each) for each in schema] if is_array(schema) else schema


def _resolved(closed: Document, node: Document) -> Document:
    while "$ref" in node:
        target: Any = closed
        for step in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node
