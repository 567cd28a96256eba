"""Firebase ID tokens, verified as Firebase tells servers to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.util import urlsafe_b64decode

from mock_server import clock
from mock_server.json_values import JsonValue, parse_json
from mock_server.providers import FirebaseProject
from mock_server.refusals import Refusal, by_state

_ISSUER = "https://securetoken.google.com/"


def claims(token: str, name: str, project: FirebaseProject, now: int) -> Mapping[str, Any]:
    """Verify an ID token: its signature, whom it is from and for, and when it is good.

    Args:
        token: The token.
        name: The project's id.
        project: The project.
        now: Now, in milliseconds since 1970.

    Returns:
        What it says.

    Raises:
        Refusal: It is not good.
    """
    try:
        said = parse_json(_payload(token.encode("ascii"), project))
    except (JoseError, ValueError, Refusal):
        raise _refused("it is not signed by this project") from None
    if not isinstance(said, dict) or said.get("iss") != _ISSUER + name or said.get("aud") != name:
        raise _refused("it is not of this project")
    expires, issued, subject = said.get("exp"), said.get("iat"), said.get("sub")
    if not _number(expires) * clock.SECOND > now:
        raise _refused("it has expired")
    if not 0 < _number(issued) * clock.SECOND <= now:
        raise _refused("it is not issued yet")
    if not isinstance(subject, str) or not subject:
        raise _refused("it is about nobody")
    return said


def _payload(token: bytes, project: FirebaseProject) -> bytes:
    header, _, rest = token.partition(b".")
    described = parse_json(urlsafe_b64decode(header))
    described = described if isinstance(described, dict) else {}
    if project.unsigned and described.get("alg") == "none" and rest.count(b".") == 1:
        payload, _, signature = rest.partition(b".")
        if not signature:
            return urlsafe_b64decode(payload)
    if not isinstance(described.get("kid"), str) or project.jwks is None:
        raise ValueError("no key")
    keys = KeySet.import_key_set({"keys": list(project.jwks["keys"])})
    return jws.deserialize_compact(token, keys, algorithms=["RS256"]).payload or b""


def _number(value: JsonValue) -> float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0


def _refused(why: str) -> Refusal:
    return by_state(422, f"Firebase token is refused: {why}")
