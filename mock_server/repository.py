"""All state of the mock server, behind the few questions and changes that its operations need.

A repository lives as long as one request's transaction: what a refused request changed is
rolled back as a whole.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from mock_server import clock
from mock_server.database import (
    Database,
    Overtaken,
    Statement,
    counters,
    set_counters,
    was_overtaken,
)
from mock_server.refusals import Refusal
from mock_server.tables import (
    AppRow,
    Blob,
    Message,
    Session,
    User,
    apps,
    blobs,
    messages,
    metadata,
    nonces,
    password_resets,
    sessions,
    user_tags,
    users,
)

T = TypeVar("T")

Values = Mapping[str, Any]

LARGEST = 2**63 - 1
MOST_ATTEMPTS = 50
MOST_MESSAGES = 1000
"""So many messages of an app are kept, the newest ones."""
_SESSION_BY_TOKEN = Statement(select(sessions).where(sessions.c.token == bindparam("token")))
_USER_BY_ID = Statement(
    select(users).where(users.c.app_id == bindparam("app"), users.c.id == bindparam("user"))
)
_ENDED_GUESTS = delete(users).where(users.c.guest_until <= bindparam("now"))


class State:
    """The database: lends each request a repository, in a transaction of its own.

    One thread at a time may use it; other processes may use the same database.

    Args:
        database: As in `mock_server.Settings`.

    Raises:
        OSError: It cannot be the database.
        ValueError: It is no database's URL.
    """

    def __init__(self, database: Path | str | None) -> None:
        self._database = Database(database)

    def run(self, work: Callable[[Repository], T], *, reads: bool = False) -> T:
        """Do some work in a transaction; its changes are kept unless it raises an exception.

        Transactions are serializable: each sees all of another one or nothing. SQLite makes them
        wait for each other, save for those that read. PostgreSQL lets all go on side by side. Both
        stop one that could not have come after another: the work is then done again, so it must
        change nothing else.

        Args:
            work: The work.
            reads: Whether it seldom writes.

        Returns:
            What it gives.
        """
        for attempt in range(1, MOST_ATTEMPTS):
            try:
                return self._once(work, reads=reads and attempt == 1)
            except Exception as error:
                if not was_overtaken(error):
                    raise
            # Those who met once would otherwise meet again.
            time.sleep(random.random() * 0.001 * attempt)  # noqa: S311 - no secret
        return self._once(work)

    @property
    def is_at_hand(self) -> bool:
        """Whether nothing waits for a network or another process: the database is a file here."""
        return self._database.name == "sqlite"

    def _once(self, work: Callable[[Repository], T], *, reads: bool = False) -> T:
        return self._database.transact(lambda: work(Repository(self._database)), reads=reads)

    def close(self) -> None:
        """Close the database."""
        self._database.close()


class Repository:
    """The state as one request sees and changes it.

    Args:
        database: The database, in the request's transaction.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection = database.connection

    # Everything

    def everything(self) -> tuple[dict[str, list[dict[str, Any]]], dict[str, int]]:
        """Give all rows by table, and the last number that each table gave."""
        tables = {
            each.name: [
                dict(row)
                for row in self._connection.execute(
                    select(each).order_by(*(each.primary_key or each.columns))
                ).mappings()
            ]
            for each in metadata.sorted_tables
        }
        return tables, counters(self._connection)

    def replace_everything(
        self, rows: Mapping[str, Sequence[Values]], last: Mapping[str, int]
    ) -> None:
        """Put other rows in place of all, and numbers in place of the last ones given.

        Raises:
            DatabaseError: The rows contradict each other.
        """
        for each in reversed(metadata.sorted_tables):
            self._connection.execute(delete(each))
        for each in metadata.sorted_tables:
            if rows.get(each.name):
                self._connection.execute(insert(each), [*rows[each.name]])
        set_counters(self._connection, last)

    # Apps

    def apps(self) -> list[AppRow]:
        """Find all apps, by their ids."""
        return [AppRow(*row) for row in self._connection.execute(select(apps).order_by(apps.c.id))]

    def app(self, app_id: int) -> AppRow | None:
        """Find an app by its id."""
        row = self._connection.execute(select(apps).where(apps.c.id == app_id)).first()
        return None if row is None else AppRow(*row)

    def add_app(self, app: AppRow) -> None:
        """Keep a new app.

        Raises:
            Refusal: Its id or its auth key is taken.
        """
        with self._unique({"id": apps.c.id == app.id, "auth_key": apps.c.auth_key == app.auth_key}):
            self._connection.execute(insert(apps).values(**asdict(app)))

    def change_app(self, app_id: int, values: Values) -> None:
        """Change an app.

        Raises:
            Refusal: Its auth key is another's.
        """
        taken = {"auth_key": apps.c.auth_key == values.get("auth_key")}
        with self._unique(taken):
            self._connection.execute(update(apps).where(apps.c.id == app_id).values(**values))

    def delete_app(self, app_id: int) -> list[str]:
        """Delete an app with all that is in it; give the uids of its files."""
        uids = self._connection.execute(select(blobs.c.uid).where(blobs.c.app_id == app_id))
        found = list(uids.scalars())
        self._connection.execute(delete(apps).where(apps.c.id == app_id))
        return found

    # Sessions

    def add_session(self, values: Values) -> Session:
        """Keep a new session, and forget those that are over."""
        self._connection.execute(
            delete(sessions).where(sessions.c.expires_at <= values["created_at"])
        )
        self._connection.execute(insert(sessions).values(**values))
        return self._session(values["token"])

    def live_session(self, token: str, now: int) -> Session | None:
        """Find the session of a token that has not expired."""
        row = _SESSION_BY_TOKEN.first(self._database, {"token": token})
        found = None if row is None else Session(*row)
        return found if found is not None and now < found.expires_at else None

    def session_end(self, token: str) -> int | None:
        """Tell when the session of a token ended or ends; None if it is not remembered."""
        row = _SESSION_BY_TOKEN.first(self._database, {"token": token})
        return None if row is None else Session(*row).expires_at

    def change_session(self, token: str, values: Values) -> Session:
        """Change a session."""
        self._connection.execute(update(sessions).where(sessions.c.token == token).values(**values))
        return self._session(token)

    def end_session(self, token: str) -> None:
        """End one session."""
        self._connection.execute(delete(sessions).where(sessions.c.token == token))

    def end_sessions(self, user_id: int) -> None:
        """End all sessions of a user."""
        self._connection.execute(delete(sessions).where(sessions.c.user_id == user_id))

    def end_other_sessions(self, user_id: int, token: str) -> None:
        """End all sessions of a user but one."""
        self._connection.execute(
            delete(sessions).where(sessions.c.user_id == user_id, sessions.c.token != token)
        )

    def use_nonce(self, app_id: int, timestamp: int, nonce: int) -> bool:
        """Use a pair of timestamp and nonce; tell whether this was the first time."""
        values = {"app_id": app_id, "timestamp": timestamp, "nonce": nonce}
        outdated = nonces.c.timestamp < timestamp - 2 * clock.HOUR // clock.SECOND
        self._connection.execute(delete(nonces).where(nonces.c.app_id == app_id, outdated))
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(nonces).values(**values))
        except IntegrityError:
            return False
        return True

    def _session(self, token: str) -> Session:
        return Session(*_SESSION_BY_TOKEN.one(self._database, {"token": token}))

    # Users

    def add_user(self, values: Values, tags: Sequence[str] = ()) -> User:
        """Keep a new user.

        Raises:
            Refusal: The login or the e-mail is taken.
        """
        row = _new_user(tuple(values)).first(self._database, values)
        if row is None:
            raise self._taken(_names(values["app_id"], values))
        user = User(*row)
        self._tag(user.id, tags)
        return user

    def change_user(self, user: User, values: Values, tags: Sequence[str] | None = None) -> User:
        """Change a user; None leaves the tags as they are.

        Raises:
            Refusal: The login or the e-mail is taken.
        """
        with self._unique(_names(user.app_id, values)):
            self._connection.execute(update(users).where(users.c.id == user.id).values(**values))
        if tags is not None:
            self._connection.execute(delete(user_tags).where(user_tags.c.user_id == user.id))
            self._tag(user.id, tags)
        return self._user(user.app_id, user.id)

    def note_request(self, user_id: int, moment: int) -> None:
        """Note when a user made a request last."""
        noted = update(users).where(users.c.id == user_id)
        self._connection.execute(noted.values(last_request_at=moment))

    def delete_user(self, user: User) -> None:
        """Delete a user and all its sessions."""
        self._connection.execute(delete(users).where(users.c.id == user.id))

    def delete_ended_guests(self, now: int) -> None:
        """Delete the guests whose day is over."""
        self._connection.execute(_ENDED_GUESTS, {"now": now})

    def user(self, app_id: int, user_id: int) -> User | None:
        """Find a user by id."""
        row = _USER_BY_ID.first(self._database, {"app": app_id, "user": user_id})
        return None if row is None else User(*row)

    def first_user(self, app_id: int, condition: ColumnElement[bool]) -> User | None:
        """Find the user with the lowest id that fulfils a condition."""
        found = self.users(app_id, [condition], [users.c.id.asc()], 1, 0)
        return found[0] if found else None

    def users(
        self,
        app_id: int,
        conditions: Iterable[ColumnElement[bool]],
        order: Iterable[ColumnElement[Any]],
        limit: int,
        offset: int,
    ) -> list[User]:
        """Find the users who fulfil all conditions."""
        found = select(users).where(users.c.app_id == app_id, *conditions).order_by(*order)
        rows = self._connection.execute(found.limit(limit).offset(min(offset, LARGEST)))
        return [User(*row) for row in rows]

    def count_users(self, app_id: int, conditions: Iterable[ColumnElement[bool]]) -> int:
        """Count the users who fulfil all conditions."""
        found = select(func.count()).where(users.c.app_id == app_id, *conditions)
        return self._connection.execute(found).scalar_one()

    def _user(self, app_id: int, user_id: int) -> User:
        return User(*_USER_BY_ID.one(self._database, {"app": app_id, "user": user_id}))

    def _tag(self, user_id: int, tags: Sequence[str]) -> None:
        if tags:
            rows = [{"user_id": user_id, "tag": tag} for tag in tags]
            self._connection.execute(insert(user_tags), rows)

    @contextmanager
    def _unique(self, conditions: Mapping[str, ColumnElement[bool]]) -> Generator[None]:
        """Turn the database's refusal of a second one into the service's, by field."""
        try:
            with self._connection.begin_nested():
                yield
        except IntegrityError as error:
            raise self._taken(conditions) from error

    def _taken(self, conditions: Mapping[str, ColumnElement[bool]]) -> Exception:
        """Tell which fields' values another one has, that the database let in no second one."""
        taken = [
            field
            for field, condition in conditions.items()
            if self._connection.execute(select(func.count()).where(condition)).scalar_one()
        ]
        if not taken:  # by somebody who was faster, and whom this transaction does not see
            return Overtaken()
        return Refusal(422, {field: ["has already been taken"] for field in taken})

    # Password resets and messages

    def add_reset(self, digest: str, user_id: int, now: int, expires_at: int) -> None:
        """Keep a reset link, and forget those that are over."""
        self._connection.execute(delete(password_resets).where(password_resets.c.expires_at <= now))
        values = {"digest": digest, "user_id": user_id, "expires_at": expires_at}
        self._connection.execute(insert(password_resets).values(**values))

    def reset_user(self, digest: str, now: int) -> User | None:
        """Find whose password a reset link that has not expired may set."""
        resets = password_resets.c
        found = select(users).join(password_resets, resets.user_id == users.c.id)
        row = self._connection.execute(
            found.where(resets.digest == digest, resets.expires_at > now)
        ).first()
        return None if row is None else User(*row)

    def end_resets(self, user_id: int) -> None:
        """Forget all reset links of a user."""
        ended = delete(password_resets).where(password_resets.c.user_id == user_id)
        self._connection.execute(ended)

    def add_message(self, values: Values) -> None:
        """Keep a message, and forget the app's oldest beyond the most that are kept."""
        self._connection.execute(insert(messages).values(**values))
        of_app = messages.c.app_id == values["app_id"]
        newest = select(messages.c.id).where(of_app).order_by(messages.c.id.desc())
        first_to_go = newest.limit(1).offset(MOST_MESSAGES).scalar_subquery()
        self._connection.execute(delete(messages).where(of_app, messages.c.id <= first_to_go))

    def messages(self, app_id: int | None) -> list[Message]:
        """Find the messages of one app, or of all, the oldest first."""
        found = select(messages).where(*_of_app(messages, app_id)).order_by(messages.c.id)
        return [Message(*row) for row in self._connection.execute(found)]

    def delete_messages(self, app_id: int | None) -> None:
        """Forget the messages of one app, or of all."""
        self._connection.execute(delete(messages).where(*_of_app(messages, app_id)))

    # Blobs

    def add_blob(self, values: Values) -> Blob:
        """Keep a new file."""
        self._connection.execute(insert(blobs).values(**values))
        return Blob(
            *self._connection.execute(select(blobs).where(blobs.c.uid == values["uid"])).one()
        )

    def blob(self, app_id: int | None, reference: int | str) -> Blob | None:
        """Find a file of one app, or of any, by its id, a number, or its uid, a text."""
        column = blobs.c.id if isinstance(reference, int) else blobs.c.uid
        found = select(blobs).where(column == reference, *_of_app(blobs, app_id))
        row = self._connection.execute(found).first()
        return None if row is None else Blob(*row)

    def change_blob(self, blob: Blob, values: Values) -> Blob:
        """Change a file."""
        self._connection.execute(update(blobs).where(blobs.c.id == blob.id).values(**values))
        return Blob(*self._connection.execute(select(blobs).where(blobs.c.id == blob.id)).one())

    def delete_blob(self, blob: Blob) -> None:
        """Forget a file."""
        self._connection.execute(delete(blobs).where(blobs.c.id == blob.id))

    def blobs_of(self, owner_id: int, limit: int, offset: int) -> tuple[list[Blob], int]:
        """Find a page of a user's files, and how many there are in all."""
        own = blobs.c.owner_id == owner_id
        total = self._connection.execute(select(func.count()).where(own)).scalar_one()
        page = select(blobs).where(own).order_by(blobs.c.id).limit(limit)
        rows = self._connection.execute(page.offset(min(offset, LARGEST)))
        return [Blob(*row) for row in rows], total


@lru_cache(256)
def _new_user(names: tuple[str, ...]) -> Statement:
    """Make the statement of a new user; no row comes back if there is one with the same names."""
    dialects = {"sqlite": sqlite, "postgresql": postgresql}
    return Statement(
        {
            name: dialect.insert(users).on_conflict_do_nothing().returning(users)
            for name, dialect in dialects.items()
        },
        names,
    )


def online(now: int) -> ColumnElement[bool]:
    """Say which users are online: a live session of theirs made a request in 10 minutes."""
    active = select(sessions.c.user_id).where(
        sessions.c.user_id.is_not(None),
        sessions.c.updated_at >= now - 10 * clock.MINUTE,
        sessions.c.expires_at > now,
    )
    return users.c.id.in_(active)


def _of_app(table: Table, app_id: int | None) -> list[ColumnElement[bool]]:
    return [] if app_id is None else [table.c.app_id == app_id]


def _names(app_id: int, values: Values) -> dict[str, ColumnElement[bool]]:
    """Say who has the login or the e-mail in some values, by the field that gives it."""
    columns = (("login", users.c.login), ("email", users.c.email_key))
    return {
        field: and_(users.c.app_id == app_id, column == values[column.name])
        for field, column in columns
        if values.get(column.name) is not None
    }
