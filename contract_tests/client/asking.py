"""Whether a request is exactly what the contract says: nothing missing, wrong or made up."""

from __future__ import annotations

import copy
import functools
import json
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema_rs import Draft202012Validator, Registry

from contract_tests.conformity import operation_of
from contract_tests.contract import Operation, document
from contract_tests.decoded import is_array, is_object
from contract_tests.recording import Recorded

Json = dict[str, Any]

_DOCUMENT = "urn:requests"
_CREDENTIALS = {"sessionToken": "cb-token", "authKey": "cb-authkey"}


def problem(asked: Recorded) -> str | None:
    """Tell what of a request the contract does not allow, more strictly than any server would.

    Args:
        asked: The request.

    Returns:
        What is wrong, None when nothing is.
    """
    operation = operation_of(asked.method, asked.target)
    if operation is None:
        return f"no operation: {asked.method} {asked.target}"
    described = _closed()["paths"][operation.path][operation.method.lower()]
    found = (
        _credentials_problem(asked, operation)
        or _parameters_problem(asked, operation, described)
        or _body_problem(asked, described)
    )
    return None if found is None else f"{operation.id}: {found}"


def _credentials_problem(asked: Recorded, operation: Operation) -> str | None:
    sent = {scheme for scheme, name in _CREDENTIALS.items() if asked.header(name)}
    if "token" in dict(parse_qsl(urlsplit(asked.target).query)):
        sent.add("tokenQuery")
    allowed = operation.security or (frozenset(),)
    return None if sent in allowed else f"sent with {sorted(sent)}"


def _parameters_problem(asked: Recorded, operation: Operation, described: Json) -> str | None:
    address = urlsplit(asked.target)
    parts = address.path.removesuffix(".json").split("/")
    sent = [
        (piece.strip("{}"), unquote(part), "path")
        for piece, part in zip(operation.path.split("/"), parts, strict=True)
        if "{" in piece
    ]
    query = parse_qsl(address.query, keep_blank_values=True, strict_parsing=bool(address.query))
    sent += [(name, value, "query") for name, value in query if name != "token"]
    declared = {(each["name"], each["in"]): each for each in _parameters(described)}
    for name, value, place in sent:
        if (name, place) not in declared:
            return f"{name} in the {place} is not declared"
        if not _fits(declared[name, place]["schema"], value):
            return f"{name} in the {place} is {value!r}"
    names = {(name, place) for name, _, place in sent}
    missing = [key for key, each in declared.items() if each.get("required") and key not in names]
    return f"without {missing}" if missing else None


def _fits(schema: Json, text: str) -> bool:
    """Whether a text can stand for a value of a schema, or for one item of its array."""
    schema = _resolved(schema)
    if schema.get("type") == "array":
        schema = schema["items"]
    meant: list[Any] = [text]
    with suppress(ValueError):
        meant.append(json.loads(text))
    return any(_validator(json.dumps(schema)).is_valid(value) for value in meant)


def _body_problem(asked: Recorded, described: Json) -> str | None:
    content: Json = _resolved(described.get("requestBody", {})).get("content", {})
    if not content:
        return "has a body" if asked.body or asked.header("content-type") else None
    if asked.header("content-type") != "application/json":
        return f"has the content type {asked.header('content-type')!r}"
    schema = content["application/json"]["schema"]
    error = next(_validator(json.dumps(schema)).iter_errors(json.loads(asked.body)), None)
    return None if error is None else f"{error.message} at {error.instance_path}"


def _parameters(described: Json) -> list[Json]:
    return [_resolved(each) for each in described.get("parameters", ())]


def _resolved(node: Json) -> Json:
    while "$ref" in node:
        target: Any = _closed()
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


@functools.cache
def _closed() -> Json:
    """The contract without room for keys that it does not name."""
    closed = copy.deepcopy(document())
    _close(closed)
    return closed


def _close(node: object) -> None:
    if is_object(node):
        if node.get("type") == "object" and "properties" in node:
            node.setdefault("additionalProperties", False)
        for inner in node.values():
            _close(inner)
    elif is_array(node):
        for inner in node:
            _close(inner)


@functools.cache
def _validator(schema: str) -> Draft202012Validator:
    absolute = json.loads(schema.replace('"$ref": "#', f'"$ref": "{_DOCUMENT}#'))
    return Draft202012Validator(
        absolute,
        registry=Registry([(_DOCUMENT, _closed())]),
        validate_formats=True,
        mask="the value",
    )
