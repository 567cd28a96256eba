"""An explained signature: what exactly is signed, with which key, and what comes out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final, cast

from attrs import evolve, frozen

from wrappers._configuration import Application
from wrappers._credentials import Credentials
from wrappers._signing import session_request, signature, string_to_sign

_MASK: Final = "***"
_PUBLIC: Final = frozenset({"application_id", "email", "login", "nonce", "timestamp"})


@frozen
class Explanation:
    """How a session request is signed.

    Attributes:
        string: The text that is signed, each secret in it masked.
        algorithm: How.
        key: With what.
        signature: What comes out; masked unless it was asked for.
    """

    string: str
    algorithm: str
    key: str
    signature: str


def explained(
    settled: Application, credentials: Credentials | None, *, show: bool = False
) -> Explanation:
    """Sign a session request as an example.

    Args:
        settled: The application.
        credentials: Who signs in; None for the application alone.
        show: Whether the signature is shown.

    Returns:
        The explanation. Nothing was sent, so its nonce is not used up.
    """
    key = settled.auth_secret
    # Without a secret nothing is signed; what would be is shown all the same.
    fields = session_request(evolve(settled, auth_secret=key or _MASK), credentials, time.time())
    fields.pop("signature")
    made = "none: CONNECTYCUBE_AUTH_SECRET is not set"
    if key is not None:
        made = signature(fields, key) if show else _MASK
    return Explanation(
        string=string_to_sign(without_values(fields)),
        algorithm="HMAC-SHA1, in hexadecimal",
        key=f"the auth secret {_MASK}" if key is not None else "none",
        signature=made,
    )


def without_values(fields: Mapping[str, object]) -> dict[str, object]:
    """Mask everything but what is no secret.

    Args:
        fields: A session request's fields.

    Returns:
        The same fields.
    """
    return {name: _without_value(name, value) for name, value in fields.items()}


def _without_value(name: str, value: object) -> object:
    if isinstance(value, Mapping):
        return without_values(cast("Mapping[str, object]", value))
    return value if name in _PUBLIC else _MASK
