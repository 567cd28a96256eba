"""What tells SQLite and PostgreSQL apart: opening them, the numbers they give, who goes first."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    BigInteger,
    Boolean,
    Connection,
    Engine,
    Text,
    column,
    create_engine,
    delete,
    event,
    func,
    insert,
    literal_column,
    make_url,
    select,
    table,
)
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import StaticPool
from sqlalchemy.sql import ClauseElement

from mock_server.tables import metadata

T = TypeVar("T")

BUSY_SECONDS = 30
"""How long to wait for others that write to the same SQLite file."""

_SQLITE_COUNTERS = table("sqlite_sequence", column("name", Text), column("seq", BigInteger))
"""Where SQLite keeps the last number that each table gave."""
_NUMBERED = {
    each.name: each.autoincrement_column
    for each in metadata.sorted_tables
    if each.autoincrement_column is not None
}
"""The columns that the database numbers, by table."""
_OVERTAKEN = {"40001", "40P01"}
"""PostgreSQL's codes for a transaction that cannot come after another, and for a deadlock."""
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_SNAPSHOT}
"""SQLite's codes for a transaction that cannot write, since others do or have since it began."""
_SCHEMA_LOCK = 0x436F6E6E656374
"""Any number that other programs are unlikely to lock."""


class Overtaken(Exception):  # noqa: N818 - it is no failure: the work is done again
    """Another transaction was faster, in a way that this one cannot see; or the database left."""


def was_overtaken(error: Exception) -> bool:
    """Tell whether a transaction failed because of others at the same time.

    Args:
        error: What it raised.

    Returns:
        Whether doing it again may help.
    """
    return isinstance(error, Overtaken) or _driver_told(error, "sqlstate") in _OVERTAKEN


def _driver_told(error: BaseException, name: str) -> object:
    """Give what the driver's error holds under a name; None if there is no such thing."""
    return getattr(error.orig if isinstance(error, DBAPIError) else error, name, None)


class Database:
    """A database, with one connection: each process has one thread that uses it.

    Transactions are begun and ended on the driver's own connection, and what nearly every request
    asks is put to it as it is; SQLAlchemy's connection, for all else, takes part in them.

    Args:
        database: As in `mock_server.Settings`. The tables that it does not have yet are made.

    Attributes:
        name: Which kind it is, `sqlite` or `postgresql`.
        connection: SQLAlchemy's connection. It must neither commit nor roll back.
        driver: The driver's.

    Raises:
        OSError: It cannot be the database.
        ValueError: It is no database's URL.
    """

    def __init__(self, database: Path | str | None) -> None:
        self._engine = _opened(url_of(database))
        self.name = self._engine.dialect.name
        self._connect()

    def _connect(self) -> None:
        # Its transaction never ends: `transact` ends those that the database knows of.
        self.connection = self._engine.connect()
        self.driver: Any = self.connection.connection.driver_connection

    def transact(self, work: Callable[[], T], *, reads: bool = False) -> T:
        """Do some work in a transaction; its changes are kept unless it raises an exception.

        Args:
            work: The work.
            reads: Whether it seldom writes. On SQLite it then waits for nobody who does, and can
                write only if nobody else has since it began.

        Returns:
            What it gives.

        Raises:
            Overtaken: The connection was lost meanwhile, or others wrote; nothing was changed.
        """
        if self._is_lost():
            self.connection.invalidate()
            self.connection.close()
            self._connect()
        done = False
        try:
            if self.name == "sqlite":
                self.driver.execute("BEGIN" if reads else "BEGIN IMMEDIATE")
            result = work()
            done = True
            self.driver.commit()
        except BaseException as error:
            if not self._is_lost():
                self.driver.rollback()
                if reads and _driver_told(error, "sqlite_errorcode") in _BUSY:
                    raise Overtaken from error
            elif not done:
                raise Overtaken from error
            raise
        return result

    def _is_lost(self) -> bool:
        """Tell whether the other side has hung up, as PostgreSQL does when it restarts."""
        return self.name == "postgresql" and self.driver.closed

    def close(self) -> None:
        """Close it."""
        self.connection.close()
        self._engine.dispose()


class Statement:
    """A statement that many requests make: compiled once, and put to the driver as it is.

    Args:
        meant: The statement, perhaps another one by the database's name; its columns hold numbers
            and texts alone, which no driver takes or gives otherwise.
        names: The columns that it writes, where it does.
    """

    def __init__(
        self, meant: ClauseElement | Mapping[str, ClauseElement], names: Sequence[str] | None = None
    ) -> None:
        self._meant = meant
        self._names = names
        self._compiled: dict[str, tuple[str, Sequence[str] | None]] = {}

    def first(self, database: Database, values: Mapping[str, object]) -> Sequence[Any] | None:
        """Find the first row.

        Args:
            database: The database, in a transaction.
            values: The statement's parameters.

        Returns:
            The row; None if there is none.
        """
        text, names = self._compiled.get(database.name) or self._compile(database)
        given = values if names is None else [values[each] for each in names]
        row: Sequence[Any] | None = database.driver.execute(text, given).fetchone()
        return row

    def one(self, database: Database, values: Mapping[str, object]) -> Sequence[Any]:
        """Find the row that must be there; see `first`."""
        row = self.first(database, values)
        if row is None:
            raise LookupError("a row that was just written is not there")
        return row

    def _compile(self, database: Database) -> tuple[str, Sequence[str] | None]:
        """Give the text for a database, and its parameters' order if they have no names in it."""
        meant = self._meant
        statement = meant if isinstance(meant, ClauseElement) else meant[database.name]
        dialect = database.connection.dialect
        compiled = statement.compile(dialect=dialect, column_keys=self._names)
        found = (str(compiled), getattr(compiled, "positiontup", None))
        self._compiled[database.name] = found
        return found


def _opened(url: URL) -> Engine:
    engine = _postgresql(url) if url.get_backend_name() == "postgresql" else _sqlite(url)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                # Whoever waits for the lock must then see the tables that the other one made.
                connection.execution_options(isolation_level="READ COMMITTED")
                connection.execute(select(func.pg_advisory_xact_lock(_SCHEMA_LOCK)))
            else:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            metadata.create_all(connection)
            connection.commit()
    except DBAPIError as error:
        engine.dispose()
        shown = url.render_as_string(hide_password=True)
        raise OSError(f"{shown} cannot be the database: {error.orig}") from None
    return engine


def url_of(database: Path | str | None) -> URL:
    """Give the URL of a database.

    Args:
        database: As in `mock_server.Settings`.

    Returns:
        The URL, which names the driver.

    Raises:
        ValueError: It is no database's URL.
    """
    if database is None:
        return URL.create("sqlite+pysqlite")
    if isinstance(database, Path) or "://" not in database:
        return URL.create("sqlite+pysqlite", database=str(database))
    try:
        url = make_url(database)
    except (ArgumentError, ValueError):
        raise ValueError("the database's URL is none") from None
    drivers = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
    name = url.get_backend_name()
    if name not in drivers or url.drivername not in {name, drivers[name]}:
        raise ValueError(f"a database is of sqlite or postgresql, not of {url.drivername}")
    return url.set(drivername=drivers[name])


def _sqlite(url: URL) -> Engine:
    # Statements' values never show in errors or logs.
    engine = create_engine(
        url,
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
        hide_parameters=True,
    )

    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # whoever wants a transaction says BEGIN
        _write_ahead(connection)
        # Of a process that is killed, the system keeps what was written: NORMAL is enough for that.
        for pragma in ("foreign_keys=ON", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", prepare)
    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to a write-ahead log; of several that do so at once, SQLite lets none wait."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _postgresql(url: URL) -> Engine:
    # Scans of whole tables would lock them as a whole against the serializable others.
    options = "-c enable_seqscan=off -c jit=off -c client_encoding=utf8"
    try:
        return create_engine(
            url,
            poolclass=StaticPool,
            connect_args={"options": options},
            isolation_level="SERIALIZABLE",
            hide_parameters=True,
        )
    except ModuleNotFoundError:
        raise ValueError(
            "a PostgreSQL database needs psycopg: pip install 'connectycube-python[postgresql]'"
        ) from None


def counters(connection: Connection) -> dict[str, int]:
    """Give the last number that each table gave, of those that gave any.

    Args:
        connection: A connection, in a transaction.

    Returns:
        The numbers by table.
    """
    if connection.dialect.name == "sqlite":
        found = connection.execute(select(_SQLITE_COUNTERS).order_by(_SQLITE_COUNTERS.c.name))
        return {row.name: row.seq for row in found}
    last: dict[str, int] = {}
    for name, numbers in sorted(_NUMBERED.items()):
        sequence = table(f"{name}_{numbers.name}_seq")
        given = select(literal_column("last_value", BigInteger)).select_from(sequence)
        used = connection.execute(given.where(literal_column("is_called", Boolean)))
        last.update((name, number) for number in used.scalars())
    return last


def set_counters(connection: Connection, last: Mapping[str, int]) -> None:
    """Have the tables go on after other numbers.

    Args:
        connection: A connection, in a transaction.
        last: The last number that each table gave; none for the others.
    """
    if connection.dialect.name == "sqlite":
        connection.execute(delete(_SQLITE_COUNTERS))
        if last:
            given = [{"name": name, "seq": number} for name, number in last.items()]
            connection.execute(insert(_SQLITE_COUNTERS), given)
        return
    for name, numbers in _NUMBERED.items():
        highest = connection.execute(select(func.max(numbers))).scalar_one() or 0
        number = max(last.get(name, 0), highest)
        sequence = f"{name}_{numbers.name}_seq"
        connection.execute(select(func.setval(sequence, max(number, 1), number > 0)))
