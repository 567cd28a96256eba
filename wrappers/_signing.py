"""The optional signature of ``POST /session``.

The string to sign is every other field as ``key=value``, nested ones as ``user[login]=value``,
sorted by key and joined with ``&``; the signature is its HMAC-SHA1 in hexadecimal, keyed by the
application's auth secret. Source: the official JavaScript SDK 3.35.3 and recorded answers
(a string without the ``user`` fields is refused with ``Unexpected signature``).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping
from typing import cast

from ._configuration import Application
from ._credentials import Credentials


def string_to_sign(fields: Mapping[str, object]) -> str:
    """Join a session request's fields the way the service does before verifying.

    Args:
        fields: The request's JSON fields without ``signature``; values are texts, integers or
            one level of objects of those.

    Returns:
        The text that the signature covers. It contains the secrets of the request.
    """
    return "&".join(f"{key}={value}" for key, value in sorted(_flat(fields)))


def signature(fields: Mapping[str, object], secret: str) -> str:
    """Sign a session request.

    Args:
        fields: The request's JSON fields without ``signature``.
        secret: The application's auth secret.

    Returns:
        40 lower-case hexadecimal digits.
    """
    text = string_to_sign(fields).encode()
    return hmac.new(secret.encode(), text, hashlib.sha1).hexdigest()


def session_request(
    application: Application, credentials: Credentials | None, now: float
) -> dict[str, object]:
    """Write the body of ``POST /session``, signed if the application has a secret.

    Args:
        application: Whose session it is.
        credentials: Who signs in; None for a session of the application alone.
        now: Seconds since 1970, which the service accepts up to an hour off.

    Returns:
        JSON fields. With a signature, each call has a nonce of its own, because the service takes
        a pair of timestamp and nonce once.
    """
    fields: dict[str, object] = {
        "application_id": application.app_id,
        "auth_key": application.auth_key,
    }
    if credentials is not None:
        fields |= credentials.session_fields()
    if application.auth_secret is not None:
        fields["timestamp"] = int(now)
        # As wide as the nonces that were recorded, and never 0.
        fields["nonce"] = 1 + secrets.randbelow(2**32 - 1)
        fields["signature"] = signature(fields, application.auth_secret)
    return fields


def _flat(fields: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for key, value in fields.items():
        if isinstance(value, Mapping):
            for inner, text in cast("Mapping[str, object]", value).items():
                yield f"{key}[{inner}]", str(text)
        else:
            yield key, str(value)
