"""Everything that can go wrong, as one tree of exceptions.

``ConnectyCubeError`` is the root: catch it to catch whatever this package raises. Below it stand
the failures before a request is sent (``InvalidArgument``, ``ConfigurationError``,
``ClientClosed``), of the way (``TransportError``), of the service saying no (``APIError``) and of
the service breaking its own contract (``UnexpectedResponseError``).

No exception holds a token, password, key or signature in its text: URLs are kept without their
query, and a message is made of the service's own words only.
"""

# Short names that say what happened, as openai's and stripe's: the root's own name says "error".
# ruff: noqa: N818

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ._models import User
    from ._response import Response

FilterRule = Literal[
    "compare_alone",
    "naive_datetime",
    "nin_alone",
    "no_values",
    "operator",
    "prefix_too_short",
    "primary_required",
    "sort",
    "text_characters",
    "text_length",
    "too_many_values",
    "unknown_filter",
    "value_range",
    "value_type",
]
"""The rules that ``InvalidFilter`` names."""


class ConnectyCubeError(Exception):
    """Root of every exception that this package raises.

    Attributes:
        message: What happened, in one sentence, without secrets.
        status: HTTP status of the answer, or None when there was no answer.
        errors: The service's messages as a flat tuple; a message about a field starts with the
            field's name. Empty when the service said nothing.
        fields: Field name to its messages, for answers that name fields; otherwise empty.
        method: HTTP method of the request, such as ``"PUT"``, or None when none was sent.
        url: Path (or address of the object store) of the request, without its query.
        response: The answer as it came, or None.
    """

    message: str
    status: int | None
    errors: tuple[str, ...]
    fields: dict[str, tuple[str, ...]]
    method: str | None
    url: str | None
    response: Response | None

    def __init__(
        self,
        message: str = "",
        *,
        status: int | None = None,
        errors: Sequence[str] = (),
        fields: Mapping[str, Sequence[str]] | None = None,
        method: str | None = None,
        url: str | None = None,
        response: Response | None = None,
    ) -> None:
        """Keep what is known about the failure.

        Args:
            message: What happened, in one sentence, without secrets.
            status: HTTP status of the answer, if there was one.
            errors: The service's messages.
            fields: Field name to its messages.
            method: HTTP method of the request.
            url: Path or address of the request, without its query.
            response: The answer as it came.
        """
        # Only the message goes to Exception.args: with everything else optional, the standard
        # pickle and copy protocols rebuild the exception from args and __dict__.
        super().__init__(message)
        self.message = message
        self.status = status
        self.errors = tuple(errors)
        self.fields = {name: tuple(messages) for name, messages in (fields or {}).items()}
        self.method = method
        self.url = url
        self.response = response


class ConfigurationError(ConnectyCubeError):
    """The client cannot be built: an application id, key or base URL is missing or malformed."""


class SessionStoreError(ConnectyCubeError):
    """The session store is out, cannot be used, or does not answer in time."""


class ClientClosed(ConnectyCubeError):
    """The client was closed (or its parent was) and can send nothing any more."""


class InvalidArgument(ConnectyCubeError, ValueError):
    """An argument is refused before anything is sent."""


class InvalidFilter(InvalidArgument):
    """A filter or a list of users to look for breaks a rule of the service; nothing was sent.

    Attributes:
        rule: The rule, such as ``"nin_alone"`` or ``"prefix_too_short"``.
        argument: The argument that breaks it, such as ``"login__start_with"``; None when it is
            their combination.
    """

    rule: FilterRule = "value_type"
    argument: str | None = None


class InvalidCustomData(InvalidArgument):
    """The user's ``custom_data`` is not the JSON object it must be to hold an avatar.

    Nothing was uploaded and nothing was overwritten.
    """


class InvalidFile(InvalidArgument):
    """A file is refused before anything is sent."""


class FileUnreadable(InvalidFile):
    """The file is missing, a directory, not permitted, not seekable or not opened as binary."""


class FileUnwritable(InvalidFile):
    """A download cannot be put where it shall go."""


class FileEmpty(InvalidFile):
    """The file has no bytes."""


class FileTooLarge(InvalidFile):
    """The file has more than 100 MB, the service's limit (storage guide, 2026)."""


class InvalidImage(InvalidFile):
    """The file is no PNG, JPEG, GIF or WebP image with a sensible size, judged by its header."""


class FileChanged(InvalidFile):
    """The file grew, shrank or was written to while it was sent; the upload was broken off."""


class NoAvatar(ConnectyCubeError):
    """The user has no avatar: neither ``custom_data`` nor ``avatar`` names a file."""


class LostUpdate(ConnectyCubeError):
    """What was saved is there no more: somebody else saved the same user in between.

    The service has no compare-and-set, so the last one to save wins; read the user back and do it
    again if it still matters. Only what happened before the reading back is noticed.

    Attributes:
        saved: The user as this call saved it.
        found: The user as read back just afterwards.
    """

    saved: User | None = None
    found: User | None = None


class TransportError(ConnectyCubeError):
    """No complete answer came back.

    Attributes:
        maybe_sent: Whether the service may have carried the request out all the same. False
            when no connection was made.
    """

    maybe_sent: bool = True


class TransportTimeout(TransportError, TimeoutError):
    """Connecting, sending, or waiting for the answer took longer than the timeout."""


class ConnectionFailed(TransportError, ConnectionError):
    """The connection could not be made, or broke before the answer was complete."""


class UnexpectedResponseError(ConnectyCubeError):
    """The answer is not what the service's contract allows.

    An undocumented status, HTML instead of JSON, broken JSON, or missing keys; ``response``
    carries it as it came.
    """


class APIError(ConnectyCubeError):
    """The service answered and refused.

    Subclasses follow the status and, where that says too little, the shape of the ``errors``
    body. This class itself stands for refusals that have no class of their own.
    """


class BadRequest(APIError):
    """400: the service could not read the request."""


class Unauthorized(APIError):
    """401: the session or the credentials are not accepted."""


class InvalidCredentials(Unauthorized):
    """Signing in was refused: wrong password, or an identity provider said no."""


class SessionExpired(Unauthorized):
    """The session has ended and cannot be created again from what the client holds.

    Raised for sessions taken over by their token, for guests (a new guest session would be
    another user), and when even a new session is refused.
    """


class Forbidden(APIError):
    """403: the session may not do this."""


class NeedUser(Forbidden):
    """The call needs a signed-in user and the session is the application's."""


class NotFound(APIError):
    """404: no such user, file or other object."""


class Conflict(APIError):
    """409: the request contradicts the present state."""


class ValidationError(APIError):
    """422: a value breaks a rule; ``fields`` names the culprits where the service does."""


class AlreadyTaken(ValidationError):
    """422: a login or e-mail belongs to another user already."""


class ObjectStoreError(APIError):
    """The object store that keeps the files' bytes refused an upload or a download.

    Attributes:
        code: The store's error code, such as ``"AccessDenied"``, or None.
    """

    code: str | None = None


class RateLimited(APIError):
    """429: too many requests.

    Attributes:
        retry_after: Seconds to wait, as the service said, or None when it did not.
    """

    retry_after: float | None = None


class ServerError(APIError):
    """5xx: the service failed.

    Attributes:
        retry_after: Seconds to wait, as the service said, or None when it did not.
    """

    retry_after: float | None = None
