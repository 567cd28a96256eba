"""Refused requests, in the service's envelope with its three shapes."""

from __future__ import annotations

from collections.abc import Mapping

Errors = list[str] | dict[str, list[str]]


class Refusal(Exception):  # noqa: N818 - it is an answer, not a failure of the server
    """A refused request: what the answer says. Nothing of the request takes effect.

    Args:
        status: The HTTP status.
        errors: What the envelope holds under `errors`.
        headers: Further headers of the answer.
    """

    def __init__(
        self, status: int, errors: Errors, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {errors}")
        self.status = status
        self.errors = errors
        self.headers = dict(headers or {})


def simply(status: int, message: str) -> Refusal:
    """Refuse with a list: credentials, a missing token, something not found.

    Args:
        status: The HTTP status.
        message: The one message.

    Returns:
        The refusal, to be raised.
    """
    return Refusal(status, [message])


def by_state(status: int, message: str) -> Refusal:
    """Refuse under `base`: state and permission.

    Args:
        status: The HTTP status.
        message: The one message.

    Returns:
        The refusal, to be raised.
    """
    return Refusal(status, {"base": [message]})


def by_field(field: str, message: str) -> Refusal:
    """Refuse one field with 422.

    Args:
        field: The field's name.
        message: The one message.

    Returns:
        The refusal, to be raised.
    """
    return Refusal(422, {field: [message]})


def token_required() -> Refusal:
    """Refuse a request without a token."""
    return simply(403, "Token is required")


def session_does_not_exist() -> Refusal:
    """Refuse an unknown or expired token."""
    return by_state(401, "Required session does not exist")


def user_required() -> Refusal:
    """Refuse an app's token where a user's is needed."""
    return by_state(403, "Forbidden. Need user.")


def not_owner() -> Refusal:
    """Refuse to touch what is another's."""
    return by_state(403, "You are not owner of this object")


def user_not_found() -> Refusal:
    """Say that there is no such user."""
    return simply(404, "User not found")


def blob_not_found() -> Refusal:
    """Say that there is no such file."""
    return simply(404, "Blob not found")


def not_json() -> Refusal:
    """Refuse a body that is not a JSON object."""
    return simply(400, "Request body is not a JSON object")
