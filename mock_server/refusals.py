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
        why: What the answer does not tell, for the journal.
    """

    def __init__(
        self,
        status: int,
        errors: Errors,
        headers: Mapping[str, str] | None = None,
        why: str | None = None,
    ) -> None:
        super().__init__(f"{status} {errors}")
        self.status = status
        self.errors = errors
        self.headers = dict(headers or {})
        self.why = why


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
    return Refusal(403, ["Token is required"], why="the header CB-Token is missing")


def session_does_not_exist(why: str | None = None) -> Refusal:
    """Refuse an unknown or expired token.

    Args:
        why: Which of the two it is, for the journal.

    Returns:
        The refusal, to be raised.
    """
    return Refusal(401, {"base": ["Required session does not exist"]}, why=why)


def user_required() -> Refusal:
    """Refuse an app's token where a user's is needed."""
    errors = {"base": ["Forbidden. Need user."]}
    return Refusal(403, errors, why="the token stands for the app alone")


def not_owner(owner: int, caller: int) -> Refusal:
    """Refuse to touch what is another's.

    Args:
        owner: Whose it is.
        caller: Who wants to touch it.

    Returns:
        The refusal, to be raised.
    """
    why = f"it is user {owner}'s, and the token is user {caller}'s"
    return Refusal(403, {"base": ["You are not owner of this object"]}, why=why)


def user_not_found() -> Refusal:
    """Say that there is no such user."""
    return simply(404, "User not found")


def blob_not_found() -> Refusal:
    """Say that there is no such file."""
    return simply(404, "Blob not found")


def not_json() -> Refusal:
    """Refuse a body that is not a JSON object."""
    return simply(400, "Request body is not a JSON object")
