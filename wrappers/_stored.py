"""What a session store keeps, and how that is written down.

A session goes in without its user's profile and without anything that could make another one: no
password, no provider's token, no key. What it holds is its token, which is secret enough.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from attrs import field, frozen

from . import _errors
from ._errors import APIError, ConnectyCubeError, RateLimited, ServerError
from ._models import Session

_VERSION: Final = 1

_MOMENTS: Final = ("created_at", "updated_at", "expires_at")

_REMEMBERED: Final = timedelta(minutes=2)
"""How long a failure counts towards the next one after its back-off: twice the longest step."""

LONGEST_UNKNOWN: Final = timedelta(days=1)
"""How long a session is kept whose end the service never told."""


@frozen(kw_only=True)
class SessionFailure:
    """A creation that failed, kept so that a whole fleet waits for its back-off.

    Attributes:
        kind: Name of the exception's class.
        message: What happened, without secrets.
        status: HTTP status of the answer, or None.
        errors: The service's messages.
        fields: Field name to its messages.
        retry_after: Seconds that the service asked for, or None.
        count: How many creations have failed in a row.
        until: When somebody may try again, aware, in UTC.
    """

    kind: str
    message: str
    status: int | None = None
    errors: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(factory=dict[str, tuple[str, ...]])
    retry_after: float | None = None
    count: int = 1
    until: datetime

    @classmethod
    def of(cls, error: ConnectyCubeError, count: int, until: datetime) -> SessionFailure:
        """Keep what an exception says.

        Args:
            error: Why the creation failed.
            count: How many have failed in a row.
            until: When somebody may try again.

        Returns:
            What to store.
        """
        return cls(
            kind=type(error).__name__,
            message=error.message,
            status=error.status,
            errors=error.errors,
            fields=error.fields,
            retry_after=getattr(error, "retry_after", None),
            count=count,
            until=until,
        )

    def error(self) -> ConnectyCubeError:
        """Make the exception again.

        Returns:
            An exception of one's own.
        """
        found: object = getattr(_errors, self.kind, None)
        kind: type[ConnectyCubeError] = APIError
        if isinstance(found, type) and issubclass(found, ConnectyCubeError):
            kind = found
        made = kind(
            self.message,
            status=self.status,
            errors=self.errors,
            fields=self.fields,
            method="POST",
            url="/session",
        )
        if isinstance(made, (RateLimited, ServerError)):
            made.retry_after = self.retry_after
        return made


Stored = Session | SessionFailure
"""What a session store keeps under a key."""


def kept_until(stored: Stored, now: datetime) -> datetime:
    """Tell how long a store has to keep something.

    Args:
        stored: What it keeps.
        now: The present moment, aware.

    Returns:
        When it may be forgotten.
    """
    if isinstance(stored, SessionFailure):
        return stored.until + _REMEMBERED
    return stored.expires_at or now + LONGEST_UNKNOWN


def stored_to_json(stored: Stored) -> str:
    """Write down what a session store keeps.

    Args:
        stored: A session or a failure. A session's user and ``raw`` are left out.

    Returns:
        JSON. That of a session contains its token: whoever reads it acts as the session's user.
    """
    if isinstance(stored, SessionFailure):
        about = {
            "kind": stored.kind,
            "message": stored.message,
            "status": stored.status,
            "errors": stored.errors,
            "fields": dict(stored.fields),
            "retry_after": stored.retry_after,
            "count": stored.count,
            "until": stored.until.isoformat(),
        }
        return json.dumps({"version": _VERSION, "failure": about})
    about = {
        "token": stored.token,
        "id": stored.id,
        "user_id": stored.user_id,
        "application_id": stored.application_id,
    }
    moments = {name: getattr(stored, name) for name in _MOMENTS}
    about |= {name: moment and moment.isoformat() for name, moment in moments.items()}
    return json.dumps({"version": _VERSION, **about})


def stored_from_json(text: str | bytes) -> Stored | None:
    """Read what ``stored_to_json`` wrote.

    Args:
        text: The JSON.

    Returns:
        The session or failure; None when it is damaged or of another version, which is as good
        as nothing: another session can be made.
    """
    try:
        about = cast("dict[str, Any]", json.loads(text))
        if about["version"] != _VERSION:
            return None
        return _failure(about["failure"]) if "failure" in about else _session(about)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _session(about: dict[str, Any]) -> Session:
    return Session(
        token=_of(str, about["token"]),
        id=about["id"] and _of(int, about["id"]),
        user_id=about["user_id"] and _of(int, about["user_id"]),
        application_id=about["application_id"] and _of(int, about["application_id"]),
        created_at=about["created_at"] and _moment(about["created_at"]),
        updated_at=about["updated_at"] and _moment(about["updated_at"]),
        expires_at=about["expires_at"] and _moment(about["expires_at"]),
    )


def _failure(about: dict[str, Any]) -> SessionFailure:
    return SessionFailure(
        kind=_of(str, about["kind"]),
        message=_of(str, about["message"]),
        status=about["status"] and _of(int, about["status"]),
        errors=tuple(_of(str, each) for each in about["errors"]),
        fields={name: tuple(map(str, texts)) for name, texts in about["fields"].items()},
        retry_after=about["retry_after"] and float(about["retry_after"]),
        count=_of(int, about["count"]),
        until=_moment(about["until"]),
    )


def _of(kind: type[Any], value: object) -> Any:
    if type(value) is not kind:
        raise TypeError
    return value


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
