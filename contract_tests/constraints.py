"""What the contract's schemas allow at their limits and forbid just beyond, value by value.

The candidates come from the keywords of a schema: a text one shorter than allowed, a number one
larger, another type. Whether the contract allows a candidate is asked of a validator, never guessed
from how it was made.
"""

from __future__ import annotations

import copy
import functools
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema_rs import Draft202012Validator, Registry

from contract_tests.contract import Document, document, operations
from contract_tests.decoded import is_array, is_object

Path = tuple[str, ...]
_DOCUMENT = "urn:contract"
_FILLER = "a"
_WIDE = 0x20000
_UNIQUE = {"login", "email"}
_MOST_ITEMS = 200
_OF_OTHER_TYPES: tuple[object, ...] = (7, 1.5, True, None, [], [7], {"a": 1}, "")
_UNFIT_EXAMPLES = ("\x00", "\n", "\x7f", "\x9f", "\ud800")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
"""What no text may hold; validators cannot even be asked about it."""
_NUMBERS_AS_TEXTS = (
    "7",
    "07",
    "+7",
    "-7",
    " 7",
    "7 ",
    "7.0",
    "1e1",
    "0x7",
    "\N{ARABIC-INDIC DIGIT SEVEN}",
    "7" * 18,
    "7" * 19,
)
_OF_ONES_OWN: dict[str, tuple[object, ...]] = {
    "email": (
        "a.b+c_d@x-y.example.io", "O'Neil@Example.COM", "a@b.co", "1@2.34",
        "nobody", "nobody@", "@example.com", "nobody@example", "nobody@localhost", "no@body@b.co",
        "no body@example.com", "nobody@exa mple.com", "nobody@example..com", "nobody@.com",
        "nobody@example.com.", "nobody@exam_ple.com", "nöbody@example.com", "<nobody@example.com>",
        "nobody@example.com,somebody@example.com", " nobody@example.com", "nobody@example.com ",
    ),
    "content_type": (
        "text/plain; charset=utf-8", "application/vnd.api+json", "a/b", "TEXT/PLAIN",
        "text/plain;charset=utf-8;q=1", "text", "text/", "/plain", "text/plain;", "text /plain",
        "text/plain; charset", "text/plain/more", "te xt/plain", "text\\plain", "text/plain, a/b",
    ),
    "tag_list": (
        ["a", "b", "c", "d", "e"], ["a b", "ä-ö_ü"], ["a" * 150], "a,b,c,d,e", "a", "",
        ["a", "b", "c", "d", "e", "f"], "a,b,c,d,e,f", ["a" * 151], ["a,b"], [" a"], ["a "], [""],
        ["a", None], ["a", 7], [["a"]], ["a\x00b"], "a,,b", ",a", "a,", "a, b", "a b,c", "a\x00b",
    ),
    "guest": ("1", 1, "0", "true", "yes", "01", 2, "on"),
    "public": ("true", "false", 1, "1"),
    "new": ("1", 1, "0", "true"),
    "provider": ("Facebook", "google", "facebook "),
    "size": (104857600, 104857601, 0, "0", "104857600", "104857601", "00000001", "1048576000"),
}  # fmt: skip
"""Values beside those that a schema's keywords lead to, for fields of a form of their own."""


@dataclass(frozen=True)
class Candidate:
    """One request body or query parameter that differs from a good one in one place.

    Attributes:
        what: Where and how it differs.
        value: What to send: a whole body, or the parameter's texts.
        is_allowed: Whether the contract allows it.
    """

    what: str
    value: Any
    is_allowed: bool


def definition(operation_id: str) -> Document:
    """The contract's own description of an operation."""
    place = next(each for each in operations() if each.id == operation_id)
    found: Document = document()["paths"][place.path][place.method.lower()]
    return found


def bodies(operation_id: str, good: Mapping[str, Any]) -> Iterator[Candidate]:
    """Bodies that differ from a good one in one field.

    Args:
        operation_id: The operation.
        good: A body that the operation takes; fields it leaves out are tried as well.

    Yields:
        The bodies: without a required field, and with each candidate in the place of each field.
    """
    schema = definition(operation_id)["requestBody"]["content"]["application/json"]["schema"]
    validator = compiled(schema)
    for path, inner in _fields(schema):
        for what, value in [("left out", _LEFT_OUT), *candidates(inner, path[-1])]:
            body = _with(good, path, value)
            if body != good:
                name = f"{'.'.join(path)} {what}"
                yield Candidate(name, body, not _is_unfit(value) and validator.is_valid(body))


def queries(operation_id: str) -> Iterator[tuple[str, Candidate]]:
    """Values for each query parameter of an operation.

    Args:
        operation_id: The operation.

    Yields:
        The parameter's name, and a candidate whose value is a list of texts.
    """
    for described in map(resolved, definition(operation_id).get("parameters", ())):
        if described["in"] != "query":
            continue
        name, validator = described["name"], compiled(described["schema"])
        yield name, Candidate(f"{name} left out", [], not described.get("required"))
        # The operators of a field read it as the field itself is read: its limits will do.
        for what, value in candidates(described["schema"], name, brief="[" in name):
            if is_object(value) or value in ([], None) or isinstance(value, float):
                continue
            items = value if is_array(value) else [value]
            texts = [str(item).lower() if isinstance(item, bool) else str(item) for item in items]
            allowed = not any(map(_is_unfit, texts)) and any(
                validator.is_valid(meant) for meant in _meanings(described, texts)
            )
            yield name, Candidate(f"{name} {what}", texts, allowed)


def candidates(schema: Document, name: str, *, brief: bool = False) -> list[tuple[str, Any]]:
    """Values at and beyond the limits of a schema, and values of other types.

    Args:
        schema: The schema.
        name: The field's name: what must be unique gets a value of its own each time.
        brief: Whether values at and beyond the limits are enough.

    Returns:
        How each is made, and the values; each once.
    """
    made: list[tuple[str, Any]] = []
    if not brief:
        made += [("of another type", value) for value in (*_OF_OTHER_TYPES, _text(8, name))]
    made += [(f"as {value!r}", value) for value in _OF_ONES_OWN.get(name, ())]
    for branch in _branches(schema):
        made += [*_at_limits(branch, name), *(() if brief else _of_other_forms(branch, name))]
    unique = {json.dumps(value, sort_keys=True): (what, value) for what, value in reversed(made)}
    return list(reversed(unique.values()))


def compiled(schema: Document) -> Draft202012Validator:
    """Compile a schema of the contract."""
    return Draft202012Validator(
        json.loads(json.dumps(schema).replace('"$ref": "#', f'"$ref": "{_DOCUMENT}#')),
        registry=_registry(),
        validate_formats=True,
    )


def resolved(node: Document) -> Document:
    """Follow a reference within the contract."""
    while "$ref" in node:
        target: Any = document()
        for step in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


class _LeftOut:
    """Stands for a field that is not there."""


_LEFT_OUT = _LeftOut()
_numbers = itertools.count()


@functools.cache
def _registry() -> Registry:
    return Registry([(_DOCUMENT, document())])


def _branches(schema: Document) -> Iterator[Document]:
    """A schema, and those that it is an alternative or a list of."""
    schema = resolved(schema)
    yield schema
    for inner in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _branches(inner)


def _fields(schema: Document, path: Path = ()) -> Iterator[tuple[Path, Document]]:
    """All fields of an object, those of objects within it too."""
    for name, inner in resolved(schema).get("properties", {}).items():
        yield (*path, name), inner
        yield from _fields(inner, (*path, name))


def _at_limits(schema: Document, name: str) -> Iterator[tuple[str, Any]]:
    for keyword, step in (("minLength", -1), ("maxLength", 1)):
        if keyword in schema:
            limit = schema[keyword]
            yield f"at its {keyword}", _text(limit, name)
            if limit + step >= 0:
                yield f"beyond its {keyword}", _text(limit + step, name)
            if name != "email":
                yield f"at its {keyword}, in wide characters", _wide_text(limit, name)
    for keyword, step in (("minimum", -1), ("maximum", 1)):
        if keyword in schema:
            yield f"at its {keyword}", schema[keyword]
            yield f"beyond its {keyword}", schema[keyword] + step
    if "maxItems" in schema:
        limit = min(schema["maxItems"], _MOST_ITEMS)
        kind = resolved(schema.get("items", {})).get("type")
        items: list[Any] = [n if kind == "integer" else f"i{n}" for n in range(1, limit + 2)]
        yield "with as many as allowed", items[:limit]
        yield "with one too many", items
    if "enum" in schema or "const" in schema:
        yield "another than those listed", "nothing-listed"


def _of_other_forms(schema: Document, name: str) -> Iterator[tuple[str, Any]]:
    if "pattern" in schema:
        for unfit in _UNFIT_EXAMPLES:
            yield f"with {unfit!r}", f"{_text(5, name)}{unfit}{_FILLER}"
    if "[0-9]" in schema.get("pattern", "") or "integer" in schema.get("type", ()):
        yield from ((f"as {text!r}", text) for text in _NUMBERS_AS_TEXTS)
    if "pattern" in schema or "format" in schema:
        yield "with a space", f"{_text(5, name)} b"
        yield "of another form", f"-{_text(4, name)};"


def _is_unfit(value: object) -> bool:
    return isinstance(value, str) and _LONE_SURROGATE.search(value) is not None


def _wide_text(length: int, name: str) -> str:
    """A text of as many characters, each of which takes four bytes."""
    return chr(_WIDE + (next(_numbers) if name in _UNIQUE else 0)) * length


def _text(length: int, name: str) -> str:
    """A text of a length; of an e-mail's form, or one of its own, where that is needed."""
    if name not in _UNIQUE:
        return _FILLER * length
    number = f"{next(_numbers):x}"
    if name == "email" and length > 20:
        return f"{number}@{_FILLER * 50}.".ljust(length - 3, _FILLER)[: length - 3] + ".io"
    return number.rjust(length, "z")[-length:] if length else ""


def _with(good: Mapping[str, Any], path: Path, value: object) -> dict[str, Any]:
    body = copy.deepcopy(dict(good))
    inner = body
    for name in path[:-1]:
        within = inner.setdefault(name, {})
        if not is_object(within):
            return body
        inner = within
    if value is _LEFT_OUT:
        inner.pop(path[-1], None)
    else:
        inner[path[-1]] = value
    return body


def _meanings(described: Document, texts: list[str]) -> Iterator[Any]:
    """What texts in a query may mean: themselves, numbers, truth values, a list of these."""
    kinds = {branch.get("type") for branch in _branches(described["schema"])}
    if "array" in kinds:
        yield texts
        yield [_number(text) for text in texts]
    if len(texts) == 1 and kinds != {"array"}:
        yield texts[0]
        yield _number(texts[0])
        yield {"true": True, "false": False}.get(texts[0])


def _number(text: str) -> object:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() else text
