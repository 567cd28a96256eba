"""Small frozen models: what the public calls answer with.

Each is read tolerantly, from today's servers and from older ones, and keeps the generated model
it was read from in ``raw``, for keys that have no attribute here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from attrs import field, fields, frozen, make_class

from generated_client import UNSET
from generated_client import models as generated

from . import _custom_data

if TYPE_CHECKING:
    AnyBlob = (
        generated.Blob
        | generated.BlobObject
        | generated.CreatedBlob
        | generated.ListedBlob
        | generated.UpdatedBlob
    )
    """The shapes in which the service tells about a file."""


@frozen(kw_only=True, weakref_slot=False)
class User:
    """A user as others see it.

    Attributes:
        id: The user's id.
        login: Login, or None.
        full_name: Full name, or None.
        email: E-mail address, or None.
        phone: Phone number, or None.
        website: Website, or None.
        timezone: Minutes from UTC, or None.
        facebook_id: Facebook id, or None.
        twitter_id: Twitter id, or None.
        external_id: The id in your own user base, or None.
        custom_data: Any text of your own, by convention a JSON object, or None.
        tags: Tags; the service sends them joined by commas.
        avatar: By convention a file's uid or a URL, or None.
        is_guest: Whether the user is a guest, who lives one day.
        created_at: When the user signed up, aware, in UTC, or None.
        updated_at: When the user last changed, aware, in UTC, or None.
        last_request_at: When the user last sent a request, aware, in UTC, or None.
        raw: The generated model this was read from.
    """

    id: int
    login: str | None = None
    full_name: str | None = None
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    timezone: int | None = None
    facebook_id: str | None = None
    twitter_id: str | None = None
    external_id: str | None = None
    custom_data: str | None = None
    tags: tuple[str, ...] = ()
    avatar: str | None = None
    is_guest: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None
    last_request_at: datetime | None = None
    raw: generated.User | None = field(default=None, repr=False, eq=False)

    def parse_custom_data(self) -> dict[str, object]:
        """Read ``custom_data`` as the JSON object that it is by convention.

        Returns:
            Its keys and values, in a dictionary of your own; none when it is empty.

        Raises:
            InvalidCustomData: If it is any other text.
        """
        return _custom_data.parse(self.custom_data)


# A frozen class fills itself by `object.__setattr__`, which takes four times as long as filling an
# open one of the same layout, with its values in the same order, and closing that.
_OpenUser: Any = make_class(
    "_OpenUser", [each.name for each in fields(User)], slots=True, weakref_slot=False
)


@frozen(kw_only=True)
class Session:
    """A session: a token that stands for the application, or for the application and a user.

    Attributes:
        token: The session token. Whoever has it acts as its user; hidden in ``repr``.
        id: The session's id; None for a token taken in that the service was not asked about.
        user_id: The id of the user it stands for, or None.
        application_id: The application's id, or None when not known.
        user: The user it stands for, as last received, or None.
        created_at: When it was created, aware, in UTC, or None.
        updated_at: When it last changed, aware, in UTC, or None.
        expires_at: When it ends unless it is used again, aware, in UTC, by the clock of this
            machine and not the server's; None when not known. Two sessions are equal whatever
            stands here.
        raw: The generated model this was read from, or None.
    """

    token: str = field(repr=lambda _: "***")
    id: int | None = None
    user_id: int | None = None
    application_id: int | None = None
    user: User | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    expires_at: datetime | None = field(default=None, eq=False)
    raw: generated.Session | None = field(default=None, repr=False, eq=False)


@frozen(kw_only=True)
class Blob:
    """A file in the storage.

    Attributes:
        id: The file's id.
        uid: The file's public name, part of its URLs.
        name: Its name, 1 to 100 characters.
        content_type: Its media type.
        size: Bytes, or None before it was declared complete.
        public: Whether anybody may download it.
        created_at: When it was created, aware, in UTC, or None.
        updated_at: When it last changed, aware, in UTC, or None.
        raw: The generated model this was read from.
    """

    id: int
    uid: str
    name: str
    content_type: str
    size: int | None
    public: bool
    created_at: datetime | None = None
    updated_at: datetime | None = None
    raw: AnyBlob | None = field(default=None, repr=False, eq=False)


def user_from(raw: generated.User) -> User:
    """Read a user.

    Args:
        raw: The generated model.

    Returns:
        Ours.
    """
    user = _OpenUser(
        raw.id,
        None if raw.login is UNSET else raw.login,
        None if raw.full_name is UNSET else raw.full_name,
        None if raw.email is UNSET else raw.email,
        None if raw.phone is UNSET else raw.phone,
        None if raw.website is UNSET else raw.website,
        None if raw.timezone is UNSET else raw.timezone,
        None if raw.facebook_id is UNSET else raw.facebook_id,
        None if raw.twitter_id is UNSET else raw.twitter_id,
        None if raw.external_id is UNSET else raw.external_id,
        None if raw.custom_data is UNSET else raw.custom_data,
        _tags(raw.user_tags),
        None if raw.avatar is UNSET else raw.avatar,
        raw.is_guest is True,
        _moment(raw.created_at),
        _moment(raw.updated_at),
        _moment(raw.last_request_at),
        raw,
    )
    user.__class__ = User
    return cast("User", user)


def session_from(raw: generated.Session) -> Session:
    """Read a session.

    Args:
        raw: The generated model.

    Returns:
        Ours.
    """
    return Session(
        token=raw.token,
        id=_number(raw.id),
        # Older servers say 0 where there is no user.
        user_id=_number(raw.user_id) or None,
        application_id=_number(raw.application_id),
        user=user_from(raw.user) if isinstance(raw.user, generated.User) else None,
        created_at=_moment(raw.created_at),
        updated_at=_moment(raw.updated_at),
        raw=raw,
    )


def blob_from(raw: AnyBlob, *, size: int | None = None) -> Blob:
    """Read a file.

    Args:
        raw: The generated model.
        size: Bytes, if it was declared complete after this.

    Returns:
        Ours.
    """
    return Blob(
        id=raw.id,
        uid=raw.uid,
        name=raw.name,
        content_type=raw.content_type,
        size=_number(raw.size) if size is None else size,
        public=raw.public,
        created_at=_moment(raw.created_at),
        updated_at=_moment(raw.updated_at),
        raw=raw,
    )


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _moment(value: object) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    if value.tzinfo is UTC:  # as the service writes them all
        return value
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        return None  # in UTC it lies outside of the years 1 to 9999


def _tags(value: object) -> tuple[str, ...]:
    """Read tags joined by commas (documented) or as a list (typed so in the official SDK)."""
    if isinstance(value, str):
        return tuple(filter(None, map(str.strip, value.split(","))))
    if isinstance(value, list):
        return tuple([tag for tag in cast("list[object]", value) if isinstance(tag, str)])
    return ()
