"""The tables of the mock server, and one plain record class for the rows of each.

Moments are milliseconds since 1970. Portable SQL only: SQLite and PostgreSQL must give the same
answers, down to the order of texts.

Nobody changes a record. Users and sessions are not frozen all the same: every request makes some,
and making a frozen one takes three times as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
)
from sqlalchemy import Text as _AnyText

metadata = MetaData()

# SQLite numbers rows by itself only in columns declared INTEGER, which hold 64 bits there.
_Number = BigInteger().with_variant(Integer(), "sqlite")
# Compared and ordered by code points, whatever language the database was made for.
Text = _AnyText().with_variant(_AnyText(collation="C"), "postgresql")
_WHOLE = {"postgresql_using": "hash"}
"""For texts that are looked up whole, and may be longer than a tree's page takes."""


def _of_an_app(*, primary_key: bool = False) -> Column[int]:
    """A column that names the app a row belongs to; the row goes with its app."""
    key = ForeignKey("apps.id", ondelete="CASCADE")
    return Column("app_id", BigInteger, key, nullable=False, primary_key=primary_key)


def _found_by(*columns: Column[Any], **options: Any) -> None:
    """Index columns by what stands in them, the last one's nulls left out.

    Most users lack most of these, and an index that leaves them out costs them nothing.
    """
    *_, last = columns
    there = last.is_not(None)
    Index(
        f"ix_{last.table.name}_{last.name}",
        *columns,
        sqlite_where=there,
        postgresql_where=there,
        **options,
    )


@dataclass(frozen=True, slots=True)
class AppRow:
    """A row of `apps`."""

    id: int
    auth_key: str
    auth_secret: str
    settings: str
    """All further settings, as JSON."""
    first_settings: str
    """Those that the app was added with, and returns to when it is reset."""


apps = Table(
    "apps",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("auth_key", Text, nullable=False, unique=True),
    Column("auth_secret", Text, nullable=False),
    Column("settings", Text, nullable=False),
    Column("first_settings", Text, nullable=False),
)


@dataclass(slots=True)
class User:
    """A row of `users`."""

    id: int
    app_id: int
    storage_key: str
    created_at: int
    updated_at: int
    last_request_at: int | None
    login: str | None
    email: str | None
    email_key: str | None
    """The e-mail without regard to case."""
    password_hash: str | None
    full_name: str | None
    phone: str | None
    website: str | None
    timezone: int | None
    twitter_id: str | None
    facebook_id: str | None
    external_user_id: int | None
    external_id: str | None
    custom_data: str | None
    user_tags: str | None
    """The tags joined by commas, as the user shows them; `user_tags` is what filters look at."""
    avatar: str | None
    blob_id: int | None
    guest_until: int | None
    """When a guest is deleted; None for everybody else."""


users = Table(
    "users",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    _of_an_app(),
    Column("storage_key", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("last_request_at", BigInteger),
    Column("login", Text),
    Column("email", Text),
    Column("email_key", Text),
    Column("password_hash", Text),
    Column("full_name", Text),
    Column("phone", Text),
    Column("website", Text),
    Column("timezone", Integer),
    Column("twitter_id", Text),
    Column("facebook_id", Text),
    Column("external_user_id", BigInteger),
    Column("external_id", Text),
    Column("custom_data", Text),
    Column("user_tags", Text),
    Column("avatar", Text),
    Column("blob_id", BigInteger),
    Column("guest_until", BigInteger),
    UniqueConstraint("app_id", "login"),
    sqlite_autoincrement=True,  # an id is never given twice: a deleted user's files stay its own
)
_found_by(users.c.app_id, users.c.email_key, unique=True)
for _numbers in (users.c.external_user_id, users.c.guest_until):
    _found_by(_numbers)
for _texts in (
    users.c.full_name, users.c.phone, users.c.twitter_id, users.c.facebook_id, users.c.external_id
):  # fmt: skip
    _found_by(_texts, **_WHOLE)

user_tags = Table(
    "user_tags",
    metadata,
    Column(
        "user_id", _Number, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("tag", Text, nullable=False),
)
_found_by(user_tags.c.tag, **_WHOLE)


@dataclass(slots=True)
class Session:
    """A row of `sessions`."""

    token: str
    number: int
    """The id shown while the session has no user."""
    app_id: int
    user_id: int | None
    nonce: int
    ts: int
    created_at: int
    updated_at: int
    expires_at: int
    guest_until: int | None
    """The guest's end, which no request can move; None for everybody else."""


sessions = Table(
    "sessions",
    metadata,
    Column("token", Text, nullable=False, unique=True),
    Column("number", _Number, primary_key=True, autoincrement=True),
    _of_an_app(),
    Column("user_id", _Number, ForeignKey("users.id", ondelete="CASCADE"), index=True),
    Column("nonce", BigInteger, nullable=False),
    Column("ts", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("guest_until", BigInteger),
    sqlite_autoincrement=True,
)

password_resets = Table(
    "password_resets",
    metadata,
    Column("digest", Text, primary_key=True),  # of the link's token
    Column("user_id", _Number, ForeignKey("users.id", ondelete="CASCADE"), index=True),
    Column("expires_at", BigInteger, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Message:
    """A row of `messages`."""

    id: int
    app_id: int
    created_at: int
    recipient: str
    subject: str
    text: str
    html: str


messages = Table(
    "messages",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    _of_an_app(),
    Column("created_at", BigInteger, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    sqlite_autoincrement=True,
)

nonces = Table(
    "nonces",
    metadata,
    _of_an_app(primary_key=True),
    Column("timestamp", BigInteger, primary_key=True),
    Column("nonce", BigInteger, primary_key=True),
)


@dataclass(frozen=True, slots=True)
class Blob:
    """A row of `blobs`."""

    id: int
    app_id: int
    owner_id: int
    uid: str
    content_type: str
    name: str
    size: int | None
    public: bool
    created_at: int
    updated_at: int
    completed_at: int | None


blobs = Table(
    "blobs",
    metadata,
    Column("id", _Number, primary_key=True, autoincrement=True),
    _of_an_app(),
    Column("owner_id", BigInteger, nullable=False, index=True),  # may outlive its user
    Column("uid", Text, nullable=False, unique=True),
    Column("content_type", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("size", BigInteger),
    Column("public", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("completed_at", BigInteger),
    sqlite_autoincrement=True,
)
