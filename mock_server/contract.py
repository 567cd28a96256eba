"""The contract, compiled once: what is routed where, and what each request and answer must be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote_to_bytes

import yaml
from jsonschema_rs import Draft202012Validator, Registry, ValidationError

from mock_server.json_values import JsonValue
from mock_server.refusals import (
    Refusal,
    blob_not_found,
    by_field,
    by_state,
    not_json,
    user_not_found,
)

Json = dict[str, Any]
Query = Mapping[str, list[str]]
_Template = tuple[tuple[str, ...], dict[str, "Operation"]]

_DOCUMENT = "urn:connectycube"
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,19}")
_NUMBERS = range(-(2**63), 2**63)
"""Whole numbers are of 64 bits at most; the contract says so by a format, which asserts nothing."""
_JOINED = {"tags": "tags[]"}
"""Lists written as one text, and the name under which the JavaScript SDK repeats their parts."""
_WORDS = {
    "minimum": "must be at least {limit}",
    "maximum": "must be at most {limit}",
    "minLength": "is too short (minimum is {limit} characters)",
    "maxLength": "is too long (maximum is {limit} characters)",
    "minItems": "needs at least {limit}",
    "maxItems": "takes at most {limit}",
    "minProperties": "needs at least {limit}",
    "maxProperties": "takes at most {limit}",
    "required": "cannot be blank",
}


class BrokenContract(Exception):  # noqa: N818 - it names what happened
    """The server was about to send an answer that the contract does not allow."""


class Contract:
    """A compiled OpenAPI document.

    Args:
        document: The document.

    Attributes:
        document: The document.
        operations: Its operations by id.
    """

    def __init__(self, document: Json) -> None:
        self.document = document
        self._registry = Registry([(_DOCUMENT, document)])
        self._components: dict[str, Validator] = {}
        self.operations: dict[str, Operation] = {}
        self._concrete: dict[tuple[str, ...], dict[str, Operation]] = {}
        # By the number of their segments and the first one, which is never a parameter.
        self._templated: dict[tuple[int, str], list[_Template]] = {}
        for path, item in document["paths"].items():
            segments = tuple(path.strip("/").split("/"))
            by_method = {
                method.upper(): Operation(self, path, described)
                for method, described in item.items()
            }
            self.operations |= {operation.id: operation for operation in by_method.values()}
            if "{" in path:
                alike = self._templated.setdefault((len(segments), segments[0]), [])
                alike.append((segments, by_method))
            else:
                self._concrete[segments] = by_method

    def route(self, method: str, raw_path: str) -> tuple[Operation, dict[str, str], bool]:
        """Find the operation of a request.

        Args:
            method: The HTTP method.
            raw_path: The path, percent-encoded.

        Returns:
            The operation, its path's parameters, and whether the path ended in `.json`.

        Raises:
            LookupError: There is no such path.
            Refusal: There is no such method on this path.
        """
        parts = [decoded(part) for part in raw_path.removeprefix("/").split("/")]
        with_suffix = parts[-1].endswith(".json")
        parts[-1] = parts[-1].removesuffix(".json")
        by_method, parameters = self._find(tuple(parts))
        if method not in by_method:
            allowed = ", ".join(sorted(by_method))
            raise Refusal(405, ["Method is not allowed"], {"Allow": allowed})
        return by_method[method], parameters, with_suffix

    def _find(self, parts: tuple[str, ...]) -> tuple[dict[str, Operation], dict[str, str]]:
        if parts in self._concrete:
            return self._concrete[parts], {}
        for segments, by_method in self._templated.get((len(parts), parts[0]), ()):
            given: dict[str, str] = {}
            for segment, part in zip(segments, parts, strict=True):
                if segment[0] == "{" and part:
                    given[segment[1:-1]] = part
                elif segment != part:
                    break
            else:
                return by_method, given
        raise LookupError

    def component(self, name: str) -> Validator:
        """Compile one of the contract's own schemas.

        Args:
            name: Its name under `components/schemas`.

        Returns:
            The compiled schema.
        """
        if name not in self._components:
            self._components[name] = self.validator({"$ref": f"#/components/schemas/{name}"})
        return self._components[name]

    def validator(self, schema: Json) -> Validator:
        """Compile a schema that may refer to the document.

        Args:
            schema: The schema.

        Returns:
            The compiled schema.
        """
        return Validator(
            Draft202012Validator(
                _absolute(schema),
                registry=self._registry,
                validate_formats=True,
                mask="the value",  # messages must not repeat passwords
            )
        )

    def resolved(self, node: Json) -> Json:
        """Follow a reference to its target.

        Args:
            node: A node of the document, perhaps a reference.

        Returns:
            The node meant.
        """
        while "$ref" in node:
            target: Any = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node


class Validator:
    """A compiled schema that refuses what does not fit.

    Args:
        compiled: The compiled schema.
    """

    def __init__(self, compiled: Draft202012Validator) -> None:
        self._compiled = compiled

    def problem(self, instance: object) -> str | None:
        """Tell what is wrong with an answer's part, for the mock's own developers."""
        error = next(iter(self._compiled.iter_errors(instance)), None)
        return None if error is None else f"{error.message} at {error.instance_path}"

    def check(self, instance: object) -> None:
        """Refuse with 422 what does not fit, naming each wrong field.

        Args:
            instance: A request's body, or its parameters by name.

        Raises:
            Refusal: It does not fit.
        """
        try:
            if self._compiled.is_valid(instance):
                return
            errors = list(self._compiled.iter_errors(instance))
        except UnicodeEncodeError:
            raise by_state(422, "Text must not hold lone surrogates") from None
        fields: dict[str, list[str]] = {}
        for error in errors:
            field, message = _told(error)
            fields.setdefault(field, []).append(message)
        told = [f"{_path(e.instance_path)} breaks {_path(e.schema_path)}" for e in errors[:5]]
        raise Refusal(422, fields, why="; ".join(told))


class Parameters:
    """The query or path parameters of an operation.

    Args:
        contract: The contract.
        described: The parameters as the document describes them.
    """

    def __init__(self, contract: Contract, described: Iterable[Json]) -> None:
        schemas: dict[str, Json] = {each["name"]: each["schema"] for each in described}
        required = [each["name"] for each in described if each.get("required")]
        self._kinds = {
            name: _kinds(contract, schema) if schema else set[str]()
            for name, schema in schemas.items()
        }
        self._defaults = {
            name: schema["default"] for name, schema in schemas.items() if "default" in schema
        }
        self._validator = contract.validator({"properties": schemas, "required": required})

    def knows(self, name: str) -> bool:
        """Tell whether a parameter is declared, however its list is written; `token` always is."""
        return name == "token" or not self._kinds.keys().isdisjoint(
            {name, f"{name}[]", name.removesuffix("[]")}
        )

    def decode(self, given: Query) -> dict[str, Any]:
        """Read the declared parameters; others are ignored.

        Args:
            given: All parameters as they came.

        Returns:
            The declared ones in their own types, and the defaults of those left out.

        Raises:
            Refusal: One is not what the contract says.
        """
        if not self._kinds:
            return {}
        read: dict[str, JsonValue] = {}
        for name, kinds in self._kinds.items():
            texts = given.get(name, [])
            if "array" in kinds:
                texts = [*texts, *given.get(name.removesuffix("[]"), [])]
                if texts:
                    read[name] = [_typed(text, kinds) for text in texts]
                continue
            if name in _JOINED and _JOINED[name] in given:
                texts = [",".join([*texts, *given[_JOINED[name]]])]
            if len(texts) > 1:
                raise by_field(name, "is given more than once")
            if texts:
                read[name] = _typed(texts[0], kinds)
        for name, value in read.items():
            if not isinstance(value, int) and any(map(_UNFIT.search, _texts(value))):
                raise by_field(name, "must not hold control characters")
        self._validator.check(read)
        return self._defaults | read


class Operation:
    """One operation of the contract, compiled.

    Args:
        contract: The contract.
        path: The operation's path template.
        described: The operation as the document describes it.
    """

    def __init__(self, contract: Contract, path: str, described: Json) -> None:
        self.id: str = described["operationId"]
        self.about_files = path.startswith("/blobs")
        security: list[Json] = described["security"]
        self.schemes = frozenset(name for option in security for name in option)
        self.needs_credentials = bool(security) and {} not in security
        parameters = [contract.resolved(each) for each in described.get("parameters", ())]
        self._path = Parameters(contract, [each for each in parameters if each["in"] == "path"])
        self._query = Parameters(contract, [each for each in parameters if each["in"] == "query"])
        body = described.get("requestBody")
        content = body and contract.resolved(body)["content"]["application/json"]
        self.body = contract.validator(content["schema"]) if content else None
        self._known = _known(contract, content["schema"]) if content else {}
        self._answers = {
            int(status): _AnswerRule.of(contract, contract.resolved(answer))
            for status, answer in described["responses"].items()
        }

    def path_parameters(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Read the parameters in the path; what cannot name anything is not found.

        Args:
            given: The path's parts.

        Returns:
            The parameters in their own types.

        Raises:
            Refusal: One names nothing, or holds what no text may.
        """
        try:
            return self._path.decode({name: [text] for name, text in given.items()})
        except Refusal:
            if 422 in self._answers and any(map(_UNFIT.search, given.values())):
                raise
            raise (blob_not_found() if self.about_files else user_not_found()) from None

    def query_parameters(self, given: Query) -> dict[str, Any]:
        """Read the parameters in the query; see `Parameters.decode`."""
        return self._query.decode(given)

    def check_body(self, body: JsonValue) -> Json:
        """Refuse a body that is not what the contract says.

        Args:
            body: The decoded body.

        Returns:
            The same body.

        Raises:
            Refusal: It is not an object, or does not fit.
        """
        if not isinstance(body, dict) or self.body is None:
            raise not_json()
        self.body.check(body)
        return body

    def ignored(self, body: Mapping[str, Any], query: Iterable[str]) -> list[str]:
        """Name the fields and parameters of a good request that the contract does not know."""
        unknown = _unknown(self._known, body) if body else []
        return unknown + [f"?{name}" for name in query if not self._query.knows(name)]

    def check_answer(self, status: int, headers: Mapping[str, str], body: object | None) -> None:
        """Check an answer of ours.

        Args:
            status: The HTTP status.
            headers: The headers, under lower-case names.
            body: The body, None for an empty one.

        Raises:
            BrokenContract: The contract does not allow this answer.
        """
        rule = self._answers.get(status)
        if rule is None:
            raise BrokenContract(f"{self.id} must not answer {status}")
        problem = rule.problem(headers, body)
        if problem is not None:
            raise BrokenContract(f"{self.id}, {status}: {problem}")


@dataclass(frozen=True)
class _AnswerRule:
    """What one documented answer must be."""

    body: Validator | None
    headers: dict[str, Validator]
    required: frozenset[str]

    @classmethod
    def of(cls, contract: Contract, described: Json) -> _AnswerRule:
        """Compile what the document says about one answer."""
        content = described.get("content", {}).get("application/json")
        headers = {
            name.lower(): contract.resolved(header)
            for name, header in described.get("headers", {}).items()
        }
        return cls(
            body=contract.validator(content["schema"]) if content else None,
            headers={name: contract.validator(each["schema"]) for name, each in headers.items()},
            required=frozenset(name for name, each in headers.items() if each.get("required")),
        )

    def problem(self, headers: Mapping[str, str], body: object | None) -> str | None:
        """Tell what is wrong with an answer, None if nothing is."""
        missing = self.required - headers.keys()
        if missing:
            return f"without {sorted(missing)}"
        if (self.body is None) != (body is None):
            return "with a body" if self.body is None else "without a body"
        for name, validator in self.headers.items():
            if name in headers and not name.startswith("retry"):
                problem = validator.problem(headers[name])
                if problem is not None:
                    return f"{name}: {problem}"
        return None if self.body is None else self.body.problem(body)


@cache
def load() -> Contract:
    """Read and compile the contract: the wheel's own copy, or the checkout's file.

    Returns:
        The compiled contract, the same one every time.
    """
    here = Path(__file__).resolve().parent
    packaged = here / "connectycube.yaml"
    return compiled(
        packaged if packaged.exists() else here.parent / "openapi" / "connectycube.yaml"
    )


def compiled(path: Path) -> Contract:
    """Read and compile an OpenAPI document.

    Args:
        path: Its file, in YAML.

    Returns:
        The compiled document.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return Contract(yaml.load(path.read_bytes(), Loader=loader))  # noqa: S506 - a safe loader


def decoded(text: str, *, plus: bool = False) -> str:
    """Undo percent-encoding; bytes that are not UTF-8 become lone surrogates, refused later.

    Args:
        text: The encoded text.
        plus: Whether `+` stands for a space.

    Returns:
        The text meant.
    """
    raw = text.replace("+", " ") if plus else text
    if "%" not in raw:
        return raw
    return unquote_to_bytes(raw).decode("utf-8", "surrogateescape")


def parse_query(query: bytes) -> dict[str, list[str]]:
    """Read a query string.

    Args:
        query: The bytes after the `?`.

    Returns:
        All values by name.
    """
    values: dict[str, list[str]] = {}
    for pair in query.decode("latin-1").split("&"):
        if pair:
            name, _, value = pair.partition("=")
            values.setdefault(decoded(name, plus=True), []).append(decoded(value, plus=True))
    return values


def _absolute(schema: Json) -> Json:
    """Turn references within the document into references to the document."""
    text = json.dumps(schema).replace('"$ref": "#', f'"$ref": "{_DOCUMENT}#')
    absolute: Json = json.loads(text)
    return absolute


def _kinds(contract: Contract, schema: Json) -> set[str]:
    """Tell which JSON types a schema allows, those of an array's items among them."""
    schema = contract.resolved(schema)
    kinds = {schema["type"]} if "type" in schema else set[str]()
    for inner in [*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else [])]:
        kinds |= _kinds(contract, inner)
    return kinds


def _known(contract: Contract, schema: Json) -> dict[str, Any]:
    """Gather the names of the fields that a schema knows, and of those within them."""
    schema = contract.resolved(schema)
    names: dict[str, Any] = {
        name: _known(contract, each) for name, each in schema.get("properties", {}).items()
    }
    for inner in (*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        for name, within in _known(contract, inner).items():
            names[name] = names.get(name, {}) | within
    return names


def _unknown(known: Mapping[str, Any], body: Mapping[str, Any], prefix: str = "") -> list[str]:
    unknown: list[str] = []
    for name, value in body.items():
        if name not in known:
            unknown.append(f"{prefix}{name}")
        elif isinstance(value, dict) and known[name]:
            unknown += _unknown(known[name], cast("Json", value), f"{prefix}{name}.")
    return unknown


def _path(steps: Sequence[str | int]) -> str:
    return "/" + "/".join(map(str, steps))


def _typed(text: str, kinds: set[str]) -> JsonValue:
    """Read a text as the JSON type meant; what cannot be stays a text and is refused later."""
    if "integer" in kinds and _WHOLE_NUMBER.fullmatch(text) and int(text) in _NUMBERS:
        return int(text)
    if "boolean" in kinds and text in {"true", "false"}:
        return text == "true"
    return text


def _texts(value: JsonValue) -> list[str]:
    return [
        each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)
    ]


def _told(error: ValidationError) -> tuple[str, str]:
    """Tell which field an error is about, and what is wrong with it, in the service's words."""
    kind: Any = error.kind
    if kind.name == "anyOf":
        branches: list[ValidationError] = [errors[0] for errors in kind.context]
        choices = [getattr(each.kind, "property", None) for each in branches]
        if None not in choices:
            if "login" in choices:
                return "base", "Both user login and email can't be blank"
            return str(choices[-1]), _WORDS["required"]
        kind = next((each.kind for each in branches if each.kind.name != "type"), kind)
    if kind.name == "required":
        return str(kind.property), _WORDS["required"]
    if kind.name == "additionalProperties":
        return str(kind.unexpected[0]), "is not known"
    names = [step for step in error.instance_path if isinstance(step, str)]
    words = _WORDS.get(kind.name, "is invalid")
    return names[-1] if names else "base", words.format(limit=getattr(kind, "limit", ""))
