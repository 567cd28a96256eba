"""How arguments are written into requests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from .types import UNSET, Unset

Scalar = str | int | float | bool | datetime | date | UUID
"""What one value of a path, a query or a header can be."""


def write_datetime(moment: datetime) -> str:
    """Write a moment in UTC, as the service does: with `Z`, with no more digits than it has.

    Args:
        moment: The moment.

    Returns:
        Its ISO 8601 form.

    Raises:
        ValueError: It names no zone, so it could be any of two dozen moments.
    """
    if moment.tzinfo is None:
        raise ValueError(
            "a datetime without a time zone is no moment; give it one, such as datetime.UTC"
        )
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    precision = "seconds"
    if moment.microsecond:
        precision = "microseconds" if moment.microsecond % 1000 else "milliseconds"
    return moment.isoformat(timespec=precision).removesuffix("+00:00") + "Z"


def write_value(value: object) -> Any:
    """Write a value as JSON values, whatever it is made of.

    Args:
        value: A model, a moment, a list of them, or a JSON value.

    Returns:
        JSON values.
    """
    if isinstance(value, list):
        return [write_value(item) for item in cast("list[object]", value)]
    if isinstance(value, datetime):
        return write_datetime(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    to_dict = getattr(value, "to_dict", None)
    return value if to_dict is None else to_dict()


def write_scalar(value: Scalar) -> str:
    """Write one value as text.

    Args:
        value: The value.

    Returns:
        The text: `true` and `false`, moments in UTC, the rest as Python writes it.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return write_datetime(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def path(value: Scalar) -> str:
    """Write a value as one segment of a path.

    Args:
        value: The value.

    Returns:
        The segment, percent-encoded, a slash too.

    Raises:
        ValueError: It is empty or made of dots, so that the path would become another one.
    """
    if type(value) is int:
        return str(value)
    segment = write_scalar(value)
    if segment in {"", ".", ".."}:
        raise ValueError(f"{segment!r} cannot be a part of a path")
    return quote(segment, safe="", errors="surrogatepass")


def pairs(
    name: str, value: Scalar | Sequence[Scalar] | Unset | None
) -> tuple[tuple[str, str], ...]:
    """Write an argument as pairs of the query.

    Args:
        name: The name of the parameter.
        value: A value, or several, or None or UNSET to leave it out.

    Returns:
        A pair for every value.
    """
    if value is None or value is UNSET:
        return ()
    if isinstance(value, str) or not isinstance(value, Sequence):
        return ((name, write_scalar(value)),)
    return tuple((name, write_scalar(item)) for item in value)


def joined(
    name: str, value: Scalar | Sequence[Scalar] | Unset | None
) -> tuple[tuple[str, str], ...]:
    """Write a list as one pair of the query, for parameters that do not explode.

    Args:
        name: The name of the parameter.
        value: A value, or several, or None or UNSET to leave it out.

    Returns:
        One pair, its values joined by commas.
    """
    texts = [text for _, text in pairs(name, value)]
    return ((name, ",".join(texts)),) if texts else ()


def json_body(body: Mapping[str, Any] | list[Any] | object) -> bytes:
    """Write a body as compact JSON.

    Characters beyond ASCII are escaped, so that also a text that is no valid Unicode reaches the
    server and gets its typed refusal, instead of an encoding error here.

    Args:
        body: JSON values.

    Returns:
        The bytes.
    """
    return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()
