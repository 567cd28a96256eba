"""JSON, read strictly and written compactly."""

from __future__ import annotations

import json
import math

import orjson

from mock_server.refusals import Refusal, by_state, not_json

JsonValue = bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"] | None

DEEPEST = 100


def parse_json(body: bytes) -> JsonValue:
    """Decode JSON strictly: what two readers might take differently is refused.

    Args:
        body: The bytes.

    Returns:
        The value; whole numbers are integers however they were written.

    Raises:
        Refusal: It is not JSON, is ambiguous, or is nested more than 100 levels deep.
    """
    try:
        value: JsonValue = _DECODER.decode(body.decode("utf-8"))
    except RecursionError:
        raise _too_deep() from None
    except ValueError:  # also UnicodeDecodeError, and integers without end
        raise not_json() from None
    if body.count(b"{") + body.count(b"[") > DEEPEST:
        _check_depth(value)
    return value


def as_json(body: object | None) -> bytes:
    """Write compact JSON in UTF-8.

    Args:
        body: The value; None for an empty body.

    Returns:
        The bytes.
    """
    if body is None:
        return b""
    try:
        return orjson.dumps(body, option=_JSON_ALONE)
    except TypeError:  # also whole numbers of more than 64 bits, which are good JSON
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _check_depth(value: JsonValue) -> None:
    level: list[JsonValue] = [value]
    for _ in range(DEEPEST + 1):
        lists = [each for each in level if isinstance(each, list)]
        lists += [list(each.values()) for each in level if isinstance(each, dict)]
        level = [each for inner in lists for each in inner]
        if not level:
            return
    raise _too_deep()


def _too_deep() -> Refusal:
    return by_state(422, "Request body is nested too deeply")


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a key is there twice")
    return read


def _number(text: str) -> float | int:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is out of range")
    return int(number) if number.is_integer() else number


def _constant(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_number, parse_constant=_constant
)
_JSON_ALONE = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
"""What JSON has no word for is a mistake of ours, and refused."""
