"""Who is signing in: frozen values that write themselves into a session or a login request.

Their ``repr`` hides every secret. Field names and nesting are those of the service's
authentication guide (``POST /session``, ``POST /login``) and of the official JavaScript SDK.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Final

from attrs import field, frozen

from ._errors import InvalidArgument

JSONObject = dict[str, object]
"""A JSON object on its way into a request body."""


def _masked(_: object) -> str:
    return "***"


class Credentials(ABC):
    """Base of everything that ``create_session``, ``login`` and ``as_user`` accept."""

    __slots__ = ()

    renewable: ClassVar[bool] = True
    """Whether a second session made from this value belongs to the same user."""

    replayable: ClassVar[bool] = True
    """Whether the value is as good the second time; a provider's token often is not."""

    @abstractmethod
    def session_fields(self) -> JSONObject:
        """Write this identity as fields of ``POST /session``.

        Returns:
            JSON fields to add to the request beside the application's own.
        """

    @abstractmethod
    def login_fields(self) -> JSONObject:
        """Write this identity as the body of ``POST /login``.

        Returns:
            The whole JSON body.

        Raises:
            InvalidArgument: If this kind of identity cannot upgrade a session.
        """


@frozen(kw_only=True)
class Password(Credentials):
    """A login or an e-mail address, with its password.

    Attributes:
        login: The user's login, 3 to 70 characters. Give this or ``email``, not both.
        email: The user's e-mail address.
        password: The password; hidden in ``repr``.

    Raises:
        InvalidArgument: If neither or both of ``login`` and ``email`` are given.
    """

    login: str | None = None
    email: str | None = None
    password: str = field(repr=_masked)

    def __attrs_post_init__(self) -> None:
        if (self.login is None) == (self.email is None):
            raise InvalidArgument("Password needs either a login or an email")

    def session_fields(self) -> JSONObject:
        """Write ``user: {login | email, password}``."""
        return {"user": self.login_fields()}

    def login_fields(self) -> JSONObject:
        """Write ``{login | email, password}``."""
        if self.login is not None:
            return {"login": self.login, "password": self.password}
        return {"email": self.email, "password": self.password}


@frozen
class Guest(Credentials):
    """A user made for a day and deleted then, who has no password.

    A guest session cannot be renewed: a second one would be another user.

    Attributes:
        full_name: The name that others see.
    """

    renewable: ClassVar[bool] = False

    full_name: str

    def session_fields(self) -> JSONObject:
        """Write ``user: {guest: "1", full_name}``."""
        return {"user": {"guest": "1", "full_name": self.full_name}}

    def login_fields(self) -> JSONObject:
        """Refuse: the service makes guests with a new session only.

        Raises:
            InvalidArgument: Always.
        """
        raise InvalidArgument("a guest needs a session of its own: use create_session or as_user")


@frozen
class FirebasePhone(Credentials):
    """A phone number that Firebase has verified.

    Attributes:
        project_id: Firebase project id.
        access_token: Firebase's ID token for the number; hidden in ``repr``.
    """

    replayable: ClassVar[bool] = False

    project_id: str
    access_token: str = field(repr=_masked)

    def session_fields(self) -> JSONObject:
        """Write ``provider: firebase_phone`` with its nested object."""
        return {
            "provider": "firebase_phone",
            "firebase_phone": {"project_id": self.project_id, "access_token": self.access_token},
        }

    def login_fields(self) -> JSONObject:
        """Write the same fields as for a session."""
        return self.session_fields()


@frozen
class FirebaseEmail(Credentials):
    """An e-mail address that Firebase has verified.

    Attributes:
        project_id: Firebase project id.
        access_token: Firebase's ID token for the address; hidden in ``repr``.
    """

    replayable: ClassVar[bool] = False

    project_id: str
    access_token: str = field(repr=_masked)

    def session_fields(self) -> JSONObject:
        """Write ``provider: firebase_email`` with its nested object."""
        return {
            "provider": "firebase_email",
            "firebase_email": {"project_id": self.project_id, "access_token": self.access_token},
        }

    def login_fields(self) -> JSONObject:
        """Write the same fields as for a session."""
        return self.session_fields()


@frozen
class Facebook(Credentials):
    """A Facebook account.

    Attributes:
        token: Facebook access token; hidden in ``repr``.
    """

    replayable: ClassVar[bool] = False

    token: str = field(repr=_masked)

    def session_fields(self) -> JSONObject:
        """Write ``provider: facebook, keys: {token}``."""
        return {"provider": "facebook", "keys": {"token": self.token}}

    def login_fields(self) -> JSONObject:
        """Write the same fields as for a session."""
        return self.session_fields()


@frozen
class Twitter(Credentials):
    """A Twitter account.

    Attributes:
        token: Twitter access token; hidden in ``repr``.
        secret: The token's secret; hidden in ``repr``.
    """

    replayable: ClassVar[bool] = False

    token: str = field(repr=_masked)
    secret: str = field(repr=_masked)

    def session_fields(self) -> JSONObject:
        """Write ``provider: twitter, keys: {token, secret}``."""
        return {"provider": "twitter", "keys": {"token": self.token, "secret": self.secret}}

    def login_fields(self) -> JSONObject:
        """Write the same fields as for a session."""
        return self.session_fields()


@frozen
class CustomIdentity(Credentials):
    """A token of the application's own identity provider, which the service asks about it.

    Attributes:
        token: What goes in as the login, such as a JWT; hidden in ``repr``.
        password: Goes in as the password, for providers that want one; hidden in ``repr``.
    """

    replayable: ClassVar[bool] = False

    token: str = field(repr=_masked)
    password: str | None = field(default=None, repr=_masked)

    def session_fields(self) -> JSONObject:
        """Write ``user: {login: <token>}``."""
        return {"user": self.login_fields()}

    def login_fields(self) -> JSONObject:
        """Write ``{login: <token>}``, with the password if there is one."""
        if self.password is None:
            return {"login": self.token}
        return {"login": self.token, "password": self.password}


LONGEST_TOKEN: Final = 512
"""Characters allowed in a session token taken in; the service's own have 36 or 40."""


def checked_token(token: str) -> str:
    """Refuse a session token that could not travel in a header.

    Args:
        token: A session token from elsewhere.

    Returns:
        The same token.

    Raises:
        InvalidArgument: If it is empty, overlong, or not visible ASCII. Its text is not shown.
    """
    visible = token.isascii() and token.isprintable() and " " not in token
    if not (visible and 0 < len(token) <= LONGEST_TOKEN):
        raise InvalidArgument("a session token is 1 to 512 visible ASCII characters")
    return token
