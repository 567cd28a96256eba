"""The rules of a signed upload form: S3's POST policy, with S3's refusals."""

from __future__ import annotations

import base64
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from mock_server import clock
from mock_server.json_values import JsonValue
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
        why: What the answer does not tell, for the journal.
    """

    def __init__(self, status: int, code: str, message: str, why: str | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.why = why or str(self)

    def xml(self) -> str:
        """Write the refusal as S3 does."""
        message = escape(_UNFIT_FOR_XML.sub("\ufffd", self.message))
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{self.code}</Code><Message>{message}</Message></Error>"
        )


@dataclass(frozen=True)
class _Condition:
    """One condition of a policy: what a field must be, or the file's size."""

    kind: str
    name: str
    value: str
    sizes: tuple[int, int] = (0, 0)

    def check(self, fields: Mapping[str, str], size: int) -> None:
        """Refuse a form that does not fulfil the condition."""
        if self.kind == "content-length-range":
            if size < self.sizes[0]:
                message = "Your proposed upload is smaller than the minimum allowed size"
                raise StoreRefusal(400, "EntityTooSmall", message)
            if size > self.sizes[1]:
                raise too_large()
            return
        value = fields.get(self.name.lower(), "" if self.kind == "starts-with" else None)
        starts = self.kind == "starts-with" and value is not None and value.startswith(self.value)
        if not starts and value != self.value:
            condition = json.dumps([self.kind, f"${self.name}", self.value])
            raise _against_policy(f"Policy Condition failed: {condition}")


def too_large() -> StoreRefusal:
    """Refuse a file that is too large."""
    message = "Your proposed upload exceeds the maximum allowed size"
    return StoreRefusal(400, "EntityTooLarge", message)


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
    expiration, conditions = _parsed(form["policy"])
    if now >= expiration:
        raise _against_policy("Policy expired.", f"it expired at {clock.to_seconds(expiration)}")
    fields = {**form, "bucket": keys.bucket}
    for condition in conditions:
        condition.check(fields, size)
    covered = {condition.name.lower() for condition in conditions} | _UNCOVERED
    extra = [each for each in fields.keys() - covered if not each.startswith("x-ignore-")]
    if extra:
        raise _against_policy(f"Extra input fields: {', '.join(sorted(extra))}")
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


def _parsed(policy: str) -> tuple[int, list[_Condition]]:
    """Read a policy: when it expires, in milliseconds since 1970, and its conditions."""
    try:
        parsed: JsonValue = json.loads(base64.b64decode(policy, validate=True))
        match parsed:
            case {"expiration": str(text), "conditions": list(conditions)}:
                until = datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)
                expiration = round(until.total_seconds() * clock.SECOND)
                return expiration, [each for part in conditions for each in _conditions(part)]
            case _:
                raise _invalid_policy()
    except (ValueError, TypeError, RecursionError):
        raise _invalid_policy() from None


def _conditions(part: JsonValue) -> list[_Condition]:
    match part:
        case dict():
            return [_Condition("eq", name, _text(value)) for name, value in part.items()]
        case ["content-length-range", int(least), int(most)]:
            return [_Condition("content-length-range", "", "", (least, most))]
        case ["eq" | "starts-with" as kind, str(name), str(value)] if name.startswith("$"):
            return [_Condition(str(kind), name[1:], value)]
        case _:
            raise _invalid_policy()


def _text(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise _invalid_policy()
    return value


def _invalid_policy() -> StoreRefusal:
    return StoreRefusal(400, "InvalidPolicyDocument", "Invalid Policy")


def _against_policy(what: str, why: str | None = None) -> StoreRefusal:
    return StoreRefusal(403, "AccessDenied", f"Invalid according to Policy: {what}", why)
