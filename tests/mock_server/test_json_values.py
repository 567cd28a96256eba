"""JSON as it is written: as the standard library writes it compactly, byte for byte."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from mock_server.json_values import as_json

EVERY_CHARACTER = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x11000)]))


@dataclass
class Record:
    secret: str


@pytest.mark.parametrize(
    "value",
    [
        {"text": EVERY_CHARACTER},
        [2**63, -(2**63), 2**64, -(2**64), 10**40, 0, -1],
        [True, False, None, 0.1, 2.5, -123456789.125, "", [], {}],
        {"a": {"b": [{"c": None}]}},
    ],
)
def test_json_is_compact(value: object) -> None:
    assert as_json(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def test_nothing_is_an_empty_body() -> None:
    assert as_json(None) == b""


@pytest.mark.parametrize("value", [{1, 2}, Record("a"), "\ud800"])
def test_what_is_no_json_is_not_written(value: object) -> None:
    with pytest.raises((TypeError, UnicodeEncodeError)):
        as_json({"value": value})
