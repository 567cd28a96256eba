"""What must be the same on every database, and how one is named."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import Text, make_url
from sqlalchemy.schema import CreateTable

from mock_server import ManualClock, RunningServer, Settings, running
from mock_server.database import Database, Overtaken, url_of
from mock_server.repository import Repository, State
from mock_server.tables import AppRow, metadata
from tests.mock_server.caller import PASSWORD, START, Caller, errors
from tests.mock_server.postgresql import Cluster

pytestmark = pytest.mark.each_database

# By code points; a database in some language would have another order.
ORDERED = ["Zebra", "Zoë", "a-b", "ab", "zebra", "Äpfel", "äpfel", "ﬁre", "𐍈"]


def test_texts_are_ordered_by_their_code_points(caller: Caller) -> None:
    app = caller.app()
    for number, name in enumerate(reversed(ORDERED)):
        app.sign_up(login=f"user{number}", full_name=name, tag_list=["all"])
    found = app.get("/users/v2", {"user_tags": "all", "sort_asc": "full_name"}).json()["items"]
    assert [each["full_name"] for each in found] == ORDERED
    later = app.get("/users", {"filter[]": "string full_name gt ab"}).json()["items"]
    assert {each["user"]["full_name"] for each in later} == set(ORDERED[4:])
    exactly = app.get("/users/v2", {"full_name[start_with]": "Äpfe"}).json()["items"]
    assert [each["full_name"] for each in exactly] == ["Äpfel"]


def test_only_emails_are_compared_without_regard_to_case(caller: Caller) -> None:
    app = caller.app()
    app.sign_up(login="amigo", email="Amigo@x.org", full_name="Amigo")
    assert app.get("/users/by_login", {"login": "Amigo"}).status_code == 404
    assert app.get("/users/by_email", {"email": "aMIGO@X.org"}).status_code == 200
    named = app.get("/users/by_full_name", {"full_name": "amigo"})
    assert named.json()["total_entries"] == 0


def test_long_texts_of_many_bytes_are_kept(caller: Caller) -> None:
    """Longer than what an ordinary index of PostgreSQL takes, and of no two the same."""
    letters = "".join(chr(0x20000 + 7919 * number % 40000) for number in range(1000))
    app = caller.app()
    fields = {"full_name": letters, "phone": letters, "external_id": letters[:900]}
    user = app.sign_up(login="amigo", tag_list=letters, **fields)
    assert app.get(f"/users/{user['id']}").json()["user"] == user
    assert app.get("/users/by_full_name", {"full_name": letters}).json()["total_entries"] == 1


def test_what_is_refused_changes_nothing(caller: Caller, server: RunningServer) -> None:
    app = caller.app()
    user = app.sign_up(login="amigo", email="a@x.org")
    before = server.snapshot()["tables"]
    body = {"user": {"login": "amigo", "email": "A@x.org", "password": PASSWORD, "tag_list": "a"}}
    assert set(errors(app.post("/users", body), 422)) == {"login", "email"}
    assert errors(app.get("/users/99"), 404)
    assert server.snapshot()["tables"] == before
    assert app.get("/users/by_login", {"login": "amigo"}).json()["user"] == user


def test_every_text_of_postgresql_is_compared_by_code_points() -> None:
    dialect = make_url("postgresql+psycopg://").get_dialect()()
    for table in metadata.sorted_tables:
        created = str(CreateTable(table).compile(dialect=dialect))
        texts = [column for column in table.columns if isinstance(column.type, Text)]
        assert created.count('TEXT COLLATE "C"') == len(texts), table.name


def open_at_once(database: str | Path, many: int) -> None:
    def open_and_close(_: int) -> None:
        state = State(database)
        assert state.run(lambda repository: repository.apps()) == []
        state.close()

    with ThreadPoolExecutor(many) as threads:
        list(threads.map(open_and_close, range(many)))


def test_many_make_the_tables_of_a_file_at_once(tmp_path: Path) -> None:
    # SQLite lets nobody wait who switches to its write-ahead log: about one turn in twenty met it.
    for turn in range(40):
        open_at_once(tmp_path / f"state-{turn}.db", 16)


def test_a_reader_that_writes_comes_after_whoever_wrote_since_it_began(tmp_path: Path) -> None:
    state, other = (State(tmp_path / "state.db") for _ in range(2))
    seen: list[int] = []

    def read_and_write(repository: Repository) -> None:
        seen.append(len(repository.apps()))
        if len(seen) == 1:
            other.run(lambda others: others.add_app(AppRow(1, "other", "-", "{}", "{}")))
        repository.add_app(AppRow(2, "own", "-", "{}", "{}"))

    state.run(read_and_write, reads=True)
    assert seen == [0, 1]
    assert [app.id for app in other.run(lambda repository: repository.apps())] == [1, 2]
    state.close()
    other.close()


def test_a_reader_waits_for_no_writer(tmp_path: Path) -> None:
    database, other = (Database(tmp_path / "state.db") for _ in range(2))
    repository = Repository(database)

    def read_beside_a_writer() -> None:
        assert database.transact(repository.apps, reads=True) == []
        with pytest.raises(Overtaken):
            database.transact(lambda: repository.delete_messages(None), reads=True)

    other.transact(read_beside_a_writer)
    database.close()
    other.close()


def test_many_make_the_tables_of_a_database_at_once(postgresql: Cluster) -> None:
    with postgresql.database(prepared=False) as url:
        open_at_once(url, 8)


@pytest.mark.parametrize("kind", ["file", "postgresql"])
def test_settings_and_state_survive_a_restart(
    kind: str, postgresql: Cluster, tmp_path: Path, http: httpx2.Client
) -> None:
    clock = ManualClock(START, frozen=True)
    with postgresql.database() as url:
        chosen = f"sqlite:///{tmp_path}/state.db" if kind == "file" else url
        kept = Settings(port=0, database=chosen, objects=tmp_path / "objects")
        with running(kept, clock=clock) as server:
            caller = Caller(server, http)
            amigo = caller.signed_in("amigo")
            blob, user = amigo.stored_blob(b"bytes"), amigo.user()
            server.change_settings(list_users_v1=False)
            added = caller.post("/__mock__/apps", {"id": 7, "rate_limit": None}).json()
            limit = {"rate_limit": {"requests": 1, "seconds": 60}}
            caller.call("PATCH", "/__mock__/apps/7", json=limit)
            taken = server.snapshot()
        with running(kept, clock=clock) as server:
            assert server.snapshot() == taken
            again = Caller(server, http, amigo.token)
            assert again.user() == user
            link = again.get(f"/blobs/{blob['uid']}").headers["location"]
            assert http.get(link).content == b"bytes"
            assert again.get("/users").status_code == 403
            seven = {"application_id": 7, "auth_key": added["auth_key"]}
            asked = [again.post("/session", seven).status_code for _ in range(2)]
            assert asked == [201, 429]


def test_postgresql_may_hang_up_between_requests(postgresql: Cluster, http: httpx2.Client) -> None:
    with postgresql.database() as url, running(Settings(port=0, database=url)) as server:
        caller = Caller(server, http).signed_in("amigo")
        for _ in range(2):
            assert postgresql.hang_up(url) == 1
            assert caller.user()["login"] == "amigo"
            assert postgresql.hang_up(url) == 1
            assert caller.sign_up(login=f"other{time.time_ns()}")["id"]


def test_a_snapshot_moves_to_another_database(postgresql: Cluster, http: httpx2.Client) -> None:
    clock = ManualClock(START, frozen=True)
    with postgresql.database() as url, running(Settings(port=0), clock=clock) as source:
        caller = Caller(source, http)
        amigo = caller.signed_in("amigo")
        amigo.stored_blob(b"bytes")
        with running(Settings(port=0, database=url), clock=clock) as target:
            target.restore(source.snapshot())
            assert target.snapshot() == source.snapshot()
            moved = Caller(target, http, amigo.token)
            assert moved.user() == amigo.user()
            assert moved.signed_in("other").user()["id"] == amigo.user()["id"] + 1
            source.restore(target.snapshot())
            assert source.snapshot() == target.snapshot()


@pytest.mark.parametrize(
    ("named", "url"),
    [
        (None, "sqlite+pysqlite://"),
        ("a b.db", "sqlite+pysqlite:///a b.db"),
        (Path("/x/y.db"), "sqlite+pysqlite:////x/y.db"),
        ("sqlite:///y.db", "sqlite+pysqlite:///y.db"),
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
    ],
)
def test_names_of_databases(named: Path | str | None, url: str) -> None:
    assert url_of(named).render_as_string() == url


@pytest.mark.parametrize("url", ["mysql://h/d", "postgresql+asyncpg://h/d", "://", "http://x:y/"])
def test_what_names_no_database(url: str) -> None:
    with pytest.raises(ValueError, match=r"database"):
        url_of(url)


def test_a_database_s_password_is_never_shown() -> None:
    settings = Settings(database="postgresql://me:hush@127.0.0.1:1/none?connect_timeout=2")
    assert "hush" not in repr(settings)
    with pytest.raises(OSError, match="cannot be the database") as raised:
        State(settings.database)
    assert "hush" not in str(raised.value)
