"""From an answer that says no to the exception that says why."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, cast

from generated_client import RawResponse

from ._errors import (
    AlreadyTaken,
    APIError,
    BadRequest,
    Conflict,
    Forbidden,
    InvalidCredentials,
    LostUpdate,
    NeedUser,
    NotFound,
    ObjectStoreError,
    RateLimited,
    ServerError,
    SessionExpired,
    Unauthorized,
    UnexpectedResponseError,
    ValidationError,
)
from ._expiry import retry_after
from ._models import User
from ._response import response_from

SESSION_MISSING: Final = "Required session does not exist"
"""What the service says to an unknown or expired token (recorded, 401, under ``base``)."""

SIGN_IN: Final = frozenset({"createSession", "login"})
"""Operations whose 401 is about the credentials, not about the session."""

_LONGEST_MESSAGE: Final = 500

_BY_STATUS: Final[Mapping[int, type[APIError]]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    422: ValidationError,
    429: RateLimited,
}


def failure(response: RawResponse, operation_id: str | None = None) -> APIError | None:
    """Make the exception that an answer deserves, if it deserves one.

    An ``errors`` body is a failure whatever the status: an identity provider's refusal was
    recorded under status 200.

    Args:
        response: The answer.
        operation_id: The contract's name of the call, which tells a wrong password from an
            unknown session where the service says 401 to both.

    Returns:
        An exception to raise, or None for a success or redirect without errors.
    """
    found = _errors_of(response.content)
    if response.status < 400 and found is None:
        return None
    messages, fields = found or ((), {})
    kind = _kind(response.status, messages, fields, operation_id)
    said = "; ".join(messages) or "no reason given"
    error = kind(
        f"{_asked(response)}: {said[:_LONGEST_MESSAGE]}",
        status=response.status,
        errors=messages,
        fields=fields,
        method=response.method,
        url=response.url,
        response=response_from(response),
    )
    if isinstance(error, (RateLimited, ServerError)):
        headers = response.headers
        error.retry_after = retry_after(headers.get("Retry-After"), headers.get("Date"))
    return error


def store_failure(response: RawResponse) -> ObjectStoreError:
    """Make the exception for a refusal of the object store, which answers in S3's XML.

    Args:
        response: The answer.

    Returns:
        The exception to raise.
    """
    text = response.content[:65_536].decode(errors="replace")
    # A pattern, not a parser: two words are wanted, and XML from elsewhere is a hazard.
    code, message = (_element(text, name) for name in ("Code", "Message"))
    said = ": ".join(part for part in (code, message) if part) or "no reason given"
    error = ObjectStoreError(
        f"{_asked(response)}: {said[:_LONGEST_MESSAGE]}",
        status=response.status,
        errors=(message,) if message else (),
        method=response.method,
        url=response.url,
        response=response_from(response),
    )
    error.code = code
    return error


def unexpected(response: RawResponse, reason: str) -> UnexpectedResponseError:
    """Make the exception for an answer that breaks the contract.

    Args:
        response: The answer.
        reason: What is wrong with it, without quoting it.

    Returns:
        The exception to raise.
    """
    return UnexpectedResponseError(
        f"{_asked(response)}: {reason}",
        status=response.status,
        method=response.method,
        url=response.url,
        response=response_from(response),
    )


def lost_update(what: str, saved: User, found: User) -> LostUpdate:
    """Make the exception for what somebody else has overwritten.

    Args:
        what: What was saved, for the message.
        saved: The user as it was saved.
        found: The user as read back.

    Returns:
        The exception to raise.
    """
    lost = LostUpdate(f"{what} of user {saved.id} was saved, and overwritten by somebody else")
    lost.saved, lost.found = saved, found
    return lost


def session_missing(response: RawResponse) -> bool:
    """Tell whether the service no longer knows the token.

    Args:
        response: Any answer.

    Returns:
        True for 401 with "Required session does not exist".
    """
    if response.status != 401:
        return False
    found = _errors_of(response.content)
    return found is not None and SESSION_MISSING in found[0]


def session_ended(response: RawResponse, advice: str) -> SessionExpired:
    """Make the exception for a lost session that nothing can replace.

    Args:
        response: The answer to the request that carried it.
        advice: What to do about it.

    Returns:
        The exception to raise.
    """
    return SessionExpired(
        advice,
        status=response.status,
        errors=(SESSION_MISSING,),
        method=response.method,
        url=response.url,
        response=response_from(response),
    )


def _asked(response: RawResponse) -> str:
    return f"{response.status} from {response.method} {response.url}"


def _kind(
    status: int,
    messages: tuple[str, ...],
    fields: Mapping[str, tuple[str, ...]],
    operation_id: str | None,
) -> type[APIError]:
    refused = status == 401 or status < 400
    if refused and SESSION_MISSING in messages:
        return SessionExpired
    if refused and operation_id in SIGN_IN and not fields:
        return InvalidCredentials
    if status == 403 and any("need user" in message.lower() for message in messages):
        return NeedUser
    if fields and (status == 422 or status < 400):
        taken = any("already been taken" in text for texts in fields.values() for text in texts)
        return AlreadyTaken if taken else ValidationError
    return ServerError if status >= 500 else _BY_STATUS.get(status, APIError)


def _errors_of(content: bytes) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]] | None:
    """Read an ``errors`` body in any of its shapes: a list, ``base``, fields, or a bare text."""
    if b'"errors"' not in content:
        # Most answers are no failures: do not parse them twice.
        return None
    try:
        body: object = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    errors = cast("dict[str, object]", body).get("errors")
    if errors is None:
        return None
    messages: list[str] = []
    fields: dict[str, tuple[str, ...]] = {}
    if isinstance(errors, dict):
        for name, value in cast("dict[str, object]", errors).items():
            texts = tuple(_texts(value))
            if name == "base":
                messages.extend(texts)
            else:
                fields[name] = texts
                messages.extend(f"{name} {text}" for text in texts)
    else:
        messages.extend(_texts(errors))
    return tuple(messages), fields


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in cast("list[object]", value):
            yield from _texts(item)
    elif isinstance(value, str):
        yield value
    else:
        yield json.dumps(value)


def _element(text: str, name: str) -> str | None:
    found = re.search(rf"<{name}>([^<]{{1,1000}})</{name}>", text)
    return found[1] if found else None
