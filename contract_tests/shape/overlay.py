"""Closes every answer of the contract: for the time of a test, a key too many is a failure.

The contract leaves answers open, since readers must take new keys in their stride. A mock that
leaks a key, or a server that grew one, should be seen all the same.
"""

from __future__ import annotations

from typing import Any

from contract_tests.decoded import is_array, is_object

REFERENCE = "#/components/"


def close_answers(document: dict[str, Any]) -> None:
    """Forbid unknown keys in every object of every answer.

    Args:
        document: An OpenAPI document, changed in place.

    Raises:
        ValueError: A schema is used in requests too, where it must stay open.
    """
    answers = _reachable(document, _answer_schemas(document))
    requests = _reachable(document, _request_schemas(document))
    shared = [schema for schema in answers if any(schema is other for other in requests)]
    for schema in answers:
        # Without a type it is a condition on an object that is described, and closed, elsewhere.
        is_open = schema.get("type") == "object" and "additionalProperties" not in schema
        if not is_open or "properties" not in schema:
            continue
        if any(schema is other for other in shared):
            raise ValueError(f"an object of requests and answers alike: {sorted(schema)}")
        schema["additionalProperties"] = False


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        operation
        for item in document["paths"].values()
        for operation in item.values()
        if is_object(operation)
    ]


def _answer_schemas(document: dict[str, Any]) -> list[Any]:
    answers = [
        _resolved(document, answer)
        for operation in _operations(document)
        for answer in operation["responses"].values()
    ]
    return [
        content["schema"] for answer in answers for content in answer.get("content", {}).values()
    ]


def _request_schemas(document: dict[str, Any]) -> list[Any]:
    return [
        content["schema"]
        for operation in _operations(document)
        for content in operation.get("requestBody", {}).get("content", {}).values()
    ]


def _reachable(document: dict[str, Any], roots: list[Any]) -> list[dict[str, Any]]:
    """All objects within schemas, references followed; each once."""
    found: dict[int, dict[str, Any]] = {}
    waiting = list(roots)
    while waiting:
        value = waiting.pop()
        if is_object(value):
            schema = _resolved(document, value)
            if id(schema) not in found:
                found[id(schema)] = schema
                waiting += schema.values()
        elif is_array(value):
            waiting += value
    return list(found.values())


def _resolved(document: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    while is_object(value) and isinstance(value.get("$ref"), str):
        target: Any = document
        for part in str(value["$ref"]).removeprefix("#/").split("/"):
            target = target[part]
        value = target
    return value
