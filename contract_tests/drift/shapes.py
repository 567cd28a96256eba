"""The shape of an answer: everything about it but the values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contract_tests.decoded import is_array, is_object

HEADERS = (
    "access-control-expose-headers", "allow", "cb-token-expirationdate", "content-type", "date",
    "location", "retry-after",
)  # fmt: skip
"""The headers that clients go by."""
_TEXTS = (
    ("", "empty text"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "time in seconds"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", "time in parts of a second"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "time in UTC"),
    (r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", "time of HTTP"),
    (r"[0-9A-F]{36}", "36 hex digits in upper case"),
    (r"[0-9a-f]{24}", "24 hex digits in lower case"),
    (r"https?://.+", "URL"),
)

_BY_CHANCE = ".last_request_at"
"""Null or a time: whether the second has changed since the user signed in."""


@dataclass(frozen=True)
class Answer:
    """An answer as far as it is compared.

    Attributes:
        status: Its status.
        headers: The headers that clients go by, under lower-case names.
        body: Its body.
    """

    status: int
    headers: dict[str, str]
    body: bytes

    def shape(self) -> dict[str, str]:
        """Write the answer as places with what stands there, values aside."""
        told = {"status": str(self.status)}
        for name in HEADERS:
            if name in self.headers:
                value = self.headers[name]
                kind = _kind(value)
                told[f"header {name}"] = value.lower() if kind == "text" else kind
        try:
            body: Any = json.loads(self.body) if self.body else None
        except ValueError:
            told["body"] = "no JSON"
        else:
            told["body"] = "empty" if not self.body else "JSON"
            for place, kind in _places("body", body):
                told[place] = _both(told.get(place), kind)
        return told


def differences(one: Answer, other: Answer) -> Iterator[str]:
    """Tell where two answers differ in shape.

    Yields:
        A line for each place.
    """
    left, right = one.shape(), other.shape()
    for place in sorted(left.keys() | right.keys()):
        here, there = left.get(place, "missing"), right.get(place, "missing")
        if here != there:
            yield f"{place}: {here} | {there}"


def _places(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if is_object(value):
        for name, inner in value.items():
            yield from _places(f"{place}.{name}", inner)
    elif is_array(value):
        yield place, "list" if value else "empty list"
        for inner in value:
            yield from _places(f"{place}[]", inner)
    elif place.startswith("body.errors"):
        yield place, str(value)  # what an error says is part of its shape: clients read it
    elif isinstance(value, str):
        yield place, _kind(value)
    elif value is None and place.endswith(_BY_CHANCE):
        yield place, "time in seconds"
    elif place != "body":
        yield place, "null" if value is None else type(value).__name__


def _both(known: str | None, kind: str) -> str:
    return kind if known is None else " or ".join(sorted({*known.split(" or "), kind}))


def _kind(text: str) -> str:
    return next((kind for pattern, kind in _TEXTS if re.fullmatch(pattern, text)), "text")
