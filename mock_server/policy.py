"""The rules of a signed upload form: S3's POST policy, with S3's refusals."""

from __future__ import annotations

import base64
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from mock_server import clock
from mock_server.sigv4 import ALGORITHM, StoreKeys

_SIGNATURE_FIELDS = ("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature")
_UNCOVERED = frozenset({"policy", "x-amz-signature", "bucket"})
_UNFIT_FOR_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class StoreRefusal(Exception):  # noqa: N818 - it is an answer, not a failure of the store
    """A refused request to the object store.

    Args:
        status: The HTTP status.
        code: S3's code.
        message: S3's message.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message

    def xml(self) -> str:
        """Write the refusal as S3 does."""
        message = escape(_UNFIT_FOR_XML.sub("\ufffd", self.message))
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{self.code}</Code><Message>{message}</Message></Error>"
        )


def check_upload(form: Mapping[str, str], size: int, keys: StoreKeys, now: int) -> None:
    """Check a form: signature, expiry, every condition, and that they cover every field.

    Args:
        form: The fields but the file, by lower-case name.
        size: The size of the file.
        keys: What the form must be signed with.
        now: Now, in milliseconds since 1970.

    Raises:
        StoreRefusal: The form is refused.
    """
    _check_signature(form, keys)
    policy = _parsed(form["policy"])
    expiration = _moment(policy["expiration"])
    if now >= expiration:
        raise _against_policy("Policy expired.")
    fields = {**form, "bucket": keys.bucket}
    covered = {name for condition in policy["conditions"] for name in _names(condition)}
    for condition in policy["conditions"]:
        _check_condition(condition, fields, size)
    extra = sorted(
        name for name in fields.keys() - covered - _UNCOVERED if not name.startswith("x-ignore-")
    )
    if extra:
        raise _against_policy(f"Extra input fields: {', '.join(extra)}")
    if not form.get("key"):
        message = "Bucket POST must contain a field named 'key'."
        raise StoreRefusal(400, "InvalidArgument", message)


def _check_signature(form: Mapping[str, str], keys: StoreKeys) -> None:
    if "policy" not in form:
        raise StoreRefusal(403, "AccessDenied", "Access Denied")
    for name in _SIGNATURE_FIELDS:
        if name not in form:
            message = f"Bucket POST must contain a field named '{name}'."
            raise StoreRefusal(400, "InvalidArgument", message)
    if form["x-amz-algorithm"] != ALGORITHM:
        message = f"{ALGORITHM} is the only algorithm."
        raise StoreRefusal(400, "InvalidArgument", message)
    access_key, _, scope = form["x-amz-credential"].partition("/")
    date = form["x-amz-date"][:8]
    if access_key != keys.access_key:
        message = "The AWS Access Key Id you provided does not exist in our records."
        raise StoreRefusal(403, "InvalidAccessKeyId", message)
    if scope != keys.scope(date) or not re.fullmatch(r"[0-9]{8}T[0-9]{6}Z", form["x-amz-date"]):
        message = "The credential does not belong to this date, region and service."
        raise StoreRefusal(400, "InvalidArgument", message)
    expected = keys.sign(date, form["policy"])
    if not hmac.compare_digest(expected.encode(), form["x-amz-signature"].encode()):
        message = "The request signature we calculated does not match the one you provided."
        raise StoreRefusal(403, "SignatureDoesNotMatch", message)


def _parsed(policy: str) -> dict[str, Any]:
    try:
        parsed: dict[str, Any] = json.loads(base64.b64decode(policy, validate=True))
        _moment(parsed["expiration"])
        for condition in parsed["conditions"]:
            _names(condition)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise StoreRefusal(400, "InvalidPolicyDocument", "Invalid Policy") from None
    return parsed


def _moment(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * clock.SECOND)


def _names(condition: Any) -> list[str]:
    """Tell which fields a condition covers.

    Raises:
        ValueError: It is no condition.
    """
    if isinstance(condition, dict):
        if all(isinstance(value, str) for value in condition.values()):
            return [name.lower() for name in condition]
    elif isinstance(condition, list) and len(condition) == 3:
        kind, first, second = condition
        if kind == "content-length-range" and type(first) is type(second) is int:
            return []
        if kind in {"eq", "starts-with"} and first.startswith("$") and isinstance(second, str):
            return [first[1:].lower()]
    raise ValueError("no condition")


def _check_condition(condition: Any, fields: Mapping[str, str], size: int) -> None:
    if isinstance(condition, dict):
        for name, value in condition.items():
            if fields.get(name.lower()) != value:
                raise _failed(["eq", f"${name}", value])
    elif condition[0] == "content-length-range":
        if size < condition[1]:
            message = "Your proposed upload is smaller than the minimum allowed size"
            raise StoreRefusal(400, "EntityTooSmall", message)
        if size > condition[2]:
            message = "Your proposed upload exceeds the maximum allowed size"
            raise StoreRefusal(400, "EntityTooLarge", message)
    else:
        kind, name, wanted = condition
        value = fields.get(name[1:].lower(), "" if kind == "starts-with" else None)
        fits = value == wanted if kind == "eq" else value is not None and value.startswith(wanted)
        if not fits:
            raise _failed(condition)


def _failed(condition: list[str]) -> StoreRefusal:
    return _against_policy(f"Policy Condition failed: {json.dumps(condition)}")


def _against_policy(why: str) -> StoreRefusal:
    return StoreRefusal(403, "AccessDenied", f"Invalid according to Policy: {why}")
