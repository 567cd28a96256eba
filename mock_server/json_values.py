"""JSON, read strictly and written compactly."""

from __future__ import annotations

import json
import math

from mock_server.refusals import not_json

JsonValue = bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"] | None


def parse_json(body: bytes) -> JsonValue:
    """Decode JSON strictly: what two readers might take differently is refused.

    Args:
        body: The bytes.

    Returns:
        The value; whole numbers are integers however they were written.

    Raises:
        Refusal: It is not JSON, or is ambiguous.
    """
    try:
        value: JsonValue = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_number,
            parse_constant=_constant,
        )
    except (ValueError, RecursionError):  # also UnicodeDecodeError, and integers without end
        raise not_json() from None
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
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


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
