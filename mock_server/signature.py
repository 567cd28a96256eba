"""The optional signature of a session request."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping

from mock_server.json_values import JsonValue


def string_to_sign(body: Mapping[str, JsonValue]) -> str:
    """Write all fields but the signature as `key=value`, nested ones as `user[login]=value`.

    Args:
        body: The request's body.

    Returns:
        The fields, sorted and joined by `&`.
    """
    unsigned = {name: value for name, value in body.items() if name != "signature"}
    return "&".join(sorted(_pairs(unsigned, "")))


def verifies(body: Mapping[str, JsonValue], secret: str) -> bool:
    """Tell whether the signature in a body is that of its other fields.

    Args:
        body: The request's body, with its `signature`.
        secret: The app's auth secret.

    Returns:
        Whether it is, as HMAC-SHA1 or HMAC-SHA256.
    """
    given = str(body["signature"])
    digest = hashlib.sha1 if len(given) == 40 else hashlib.sha256
    expected = hmac.new(secret.encode(), string_to_sign(body).encode(), digest).hexdigest()
    return hmac.compare_digest(expected, given.lower())


def _pairs(fields: Mapping[str, JsonValue], prefix: str) -> Iterator[str]:
    for name, value in fields.items():
        key = f"{prefix}[{name}]" if prefix else name
        if isinstance(value, dict):
            yield from _pairs(value, key)
        else:
            yield f"{key}={_text(value)}"


def _text(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
