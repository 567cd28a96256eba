"""What every session store promises, and what each one adds."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from tests.wrappers.worlds import PATIENT
from wrappers import (
    APIError,
    ConnectionFailed,
    ConnectyCubeError,
    FileSessionStore,
    InvalidCredentials,
    MemorySessionStore,
    Password,
    RateLimited,
    RedisSessionStore,
    ServerError,
    Session,
    SessionFailure,
    SessionStore,
    SessionStoreError,
    User,
    kept_until,
    stored_from_json,
    stored_to_json,
)
from wrappers._configuration import Application
from wrappers._session_keys import session_key

ROOT = Path(__file__).resolve().parent.parent.parent
NOW = datetime.now(UTC)
ENDS = NOW + timedelta(hours=2)
SESSION = Session(
    token="A" * 36, id=1, user_id=7, application_id=3, created_at=NOW, expires_at=ENDS
)
KINDS = ("memory", "file", "redis")


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path, valkey: str) -> Iterator[SessionStore]:
    if request.param == "memory":
        yield MemorySessionStore()
    elif request.param == "file":
        yield FileSessionStore(tmp_path / "sessions")
    else:
        redis = RedisSessionStore(valkey)
        yield redis
        redis.close()


@pytest.fixture
def key() -> str:
    return secrets.token_hex(32)


def saved(store: SessionStore, key: str, session: Session = SESSION) -> None:
    fence = store.acquire(key)
    assert fence is not None
    assert store.save(key, session, fence)
    store.release(key, fence)


def about(stored: object) -> tuple[str, int | None, int | None]:
    assert isinstance(stored, Session)
    assert stored.expires_at is not None
    assert stored.user is None
    return stored.token, stored.user_id, round(stored.expires_at.timestamp() - NOW.timestamp())


# Every store


def test_what_the_leader_saves_is_found(store: SessionStore, key: str) -> None:
    assert store.load(key) is None
    saved(store, key)
    assert about(store.load(key)) == ("A" * 36, 7, 7200)
    assert store.load(key[::-1]) is None


def test_one_leads(store: SessionStore, key: str) -> None:
    first = store.acquire(key)
    assert first is not None
    assert store.acquire(key) is None
    other = store.acquire(key[::-1])
    assert other is not None
    store.release(key[::-1], other)
    store.release(key, first)
    second = store.acquire(key)
    assert second is not None
    assert second > first
    store.release(key, first)  # not one's own any more
    assert store.acquire(key) is None
    store.release(key, second)


def test_who_led_once_saves_no_more(store: SessionStore, key: str) -> None:
    slow = store.acquire(key)
    assert slow is not None
    store.release(key, slow)  # as the end of a lease does
    saved(store, key)
    assert not store.save(key, evolve(SESSION, token="B" * 36), slow)
    assert about(store.load(key))[0] == "A" * 36


def test_only_the_session_that_is_kept_is_prolonged_or_discarded(
    store: SessionStore, key: str
) -> None:
    store.prolong(key, "A" * 36, ENDS)
    store.discard(key, "A" * 36)
    saved(store, key)
    later = ENDS + timedelta(hours=1)
    store.prolong(key, "B" * 36, later)
    store.discard(key, "B" * 36)
    assert about(store.load(key)) == ("A" * 36, 7, 7200)
    store.prolong(key, "A" * 36, later)
    assert about(store.load(key)) == ("A" * 36, 7, 10800)
    store.discard(key, "A" * 36)
    assert store.load(key) is None


def test_failures_are_kept_like_sessions(store: SessionStore, key: str) -> None:
    failure = SessionFailure.of(ServerError("no", status=503), 2, ENDS)
    fence = store.acquire(key)
    assert fence is not None
    assert store.save(key, failure, fence)
    assert store.load(key) == failure
    store.prolong(key, "A" * 36, ENDS)
    store.discard(key, "A" * 36)
    assert store.load(key) == failure


def test_many_threads_and_one_leader(store: SessionStore, key: str) -> None:
    barrier, fences = threading.Barrier(16), list[int | None]()

    def run() -> None:
        barrier.wait()
        fences.append(store.acquire(key))

    threads = [threading.Thread(target=run) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(fence is not None for fence in fences) == 1


# What is written down


def test_neither_a_profile_nor_what_made_the_session_is_written() -> None:
    user = User(id=7, email="arthur@example.com")
    text = stored_to_json(evolve(SESSION, user=user))
    assert stored_from_json(text) == SESSION
    assert "arthur" not in text
    assert stored_from_json(text.encode()) == SESSION


@pytest.mark.parametrize(
    "error",
    [
        RateLimited("slow", status=429, errors=["slow down"]),
        InvalidCredentials("no", status=401, fields={"login": ["is bad"]}),
        ConnectionFailed("no connection"),
    ],
)
def test_a_failure_is_made_again(error: ConnectyCubeError) -> None:
    if isinstance(error, RateLimited):
        error.retry_after = 7.0
    failure = stored_from_json(stored_to_json(SessionFailure.of(error, 3, ENDS)))
    assert isinstance(failure, SessionFailure)
    assert (failure.count, failure.until) == (3, ENDS)
    again = failure.error()
    assert type(again) is type(error)
    assert (str(again), again.status, again.errors, again.fields) == (
        str(error), error.status, error.errors, error.fields,
    )  # fmt: skip
    assert getattr(again, "retry_after", None) == getattr(error, "retry_after", None)
    assert kept_until(failure, NOW) == ENDS + timedelta(minutes=2)


def test_a_failure_of_a_class_unknown_here() -> None:
    for kind in ("NoSuchError", "annotations", "Sequence"):
        failure = SessionFailure(kind=kind, message="no", until=ENDS)
        assert type(failure.error()) is APIError


def test_a_session_without_an_end_is_kept_for_a_day() -> None:
    assert kept_until(evolve(SESSION, expires_at=None), NOW) == NOW + timedelta(days=1)


@PATIENT
@given(
    st.text()
    | st.recursive(
        st.none() | st.integers() | st.text() | st.just("A" * 36),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ).map(json.dumps)
    | st.dictionaries(
        st.sampled_from([*json.loads(stored_to_json(SESSION)), "failure"]),
        st.none() | st.integers() | st.text() | st.dictionaries(st.text(), st.integers()),
    ).map(lambda fields: json.dumps({"version": 1} | fields))
)
def test_what_is_damaged_is_none(text: str) -> None:
    assert isinstance(stored_from_json(text), Session | SessionFailure | None)


@pytest.mark.parametrize(
    "wrong", [{"token": 7}, {"id": "7"}, {"user_id": True}, {"expires_at": "soon"}, {"token": None}]
)
def test_a_session_with_a_wrong_field_is_none(wrong: dict[str, object]) -> None:
    written = json.loads(stored_to_json(SESSION))
    assert stored_from_json(json.dumps(written)) is not None
    assert stored_from_json(json.dumps(written | wrong)) is None


def test_another_version_is_none() -> None:
    text = stored_to_json(SESSION)
    assert stored_from_json(text.replace('"version": 1', '"version": 2')) is None


# Keys


def test_keys_tell_identities_apart_and_nothing_else() -> None:
    app = Application(app_id=1, auth_key="made-up-key", base_url="https://api.example.com")
    one, two = (Password(login="arthur", password=text) for text in ("42424242", "43434343"))
    keys = [
        session_key(app, None),
        session_key(app, one),
        session_key(app, two),
        session_key(app, Password(email="arthur", password="42424242")),
        session_key(evolve(app, app_id=2), one),
        session_key(evolve(app, base_url="https://other.example.com"), one),
        session_key(evolve(app, auth_key="another-key"), one),
    ]
    assert len(set(keys)) == len(keys)
    assert all(len(bytes.fromhex(key)) == 32 for key in keys)
    assert session_key(app, evolve(one)) == keys[1]
    started = time.perf_counter()
    assert session_key(app, one) == keys[1]
    assert time.perf_counter() - started < 0.02  # remembered


def test_only_so_many_keys_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wrappers._session_keys._REMEMBERED", 2)
    from wrappers import _session_keys  # noqa: PLC0415

    app = Application(app_id=1, auth_key="made-up-key")
    for number in range(4):
        session_key(app, Password(login="arthur", password=str(number)))
    assert len(_session_keys._known) == 2


# Memory


def test_memory_forgets_what_is_over(key: str) -> None:
    store = MemorySessionStore()
    saved(store, key, evolve(SESSION, expires_at=NOW - timedelta(seconds=1)))
    saved(store, key[::-1])
    assert store.load(key) is None


# Files


def lowest_free() -> int:
    """The number that the next descriptor gets: it grows when one was left open."""
    descriptor = os.dup(0)
    os.close(descriptor)
    return descriptor


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deeper" / "sessions"


def test_files_are_for_their_owner_alone(folder: Path, key: str) -> None:
    store = FileSessionStore(folder)
    saved(store, key)
    assert folder.stat().st_mode & 0o777 == 0o700
    files = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert files == dict.fromkeys((f"{key}.json", f"{key}.lead", f"{key}.lock"), 0o600)


def test_a_session_outlives_its_process(folder: Path, key: str) -> None:
    saved(FileSessionStore(folder), key)
    assert FileSessionStore(str(folder)).load(key) == SESSION


def test_a_file_that_others_may_read_is_refused(folder: Path, key: str) -> None:
    store = FileSessionStore(folder)
    saved(store, key)
    (folder / f"{key}.json").chmod(0o644)
    calls: list[Callable[[], object]] = [
        lambda: store.load(key),
        lambda: store.prolong(key, "A" * 36, ENDS),
        lambda: store.discard(key, "A" * 36),
    ]
    for call in calls:
        with pytest.raises(SessionStoreError, match="open to others"):
            call()


def test_a_damaged_file_is_none_and_written_over(folder: Path, key: str) -> None:
    store = FileSessionStore(folder)
    saved(store, key)
    path = folder / f"{key}.json"
    path.write_bytes(path.read_bytes()[:-9])
    assert store.load(key) is None
    store.prolong(key, "A" * 36, ENDS)
    saved(store, key)
    assert store.load(key) == SESSION


def test_a_link_is_not_followed(folder: Path, key: str) -> None:
    store = FileSessionStore(folder)
    saved(store, key)
    (folder / f"{key}.json").rename(folder / "elsewhere")
    (folder / f"{key}.json").symlink_to(folder / "elsewhere")
    with pytest.raises(SessionStoreError, match="could not be read"):
        store.load(key)


@pytest.mark.parametrize("call", ["load", "acquire", "discard"])
def test_a_folder_that_is_none_is_said_so(tmp_path: Path, key: str, call: str) -> None:
    (tmp_path / "file").touch()
    store = FileSessionStore(tmp_path / "file")
    calls: dict[str, Callable[[], object]] = {
        "load": lambda: store.load(key),
        "acquire": lambda: store.acquire(key),
        "discard": lambda: store.discard(key, "A"),
    }
    with pytest.raises(SessionStoreError, match="could not be"):
        calls[call]()


def test_a_lock_that_never_opens_is_given_up(
    folder: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wrappers._file_store._PATIENCE", 0.0)
    store = FileSessionStore(folder)
    saved(store, key)
    with store._alone(key), pytest.raises(SessionStoreError, match="locked by another"):
        store.discard(key, "A" * 36)
    store.discard(key, "A" * 36)


def test_a_lock_that_opens_is_waited_for(
    folder: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FileSessionStore(folder)
    saved(store, key)
    with ExitStack() as held:
        held.enter_context(store._alone(key))

        def sleep(_: float) -> None:
            held.close()

        monkeypatch.setattr("wrappers._file_store.time.sleep", sleep)
        store.discard(key, "A" * 36)
    assert store.load(key) is None


def test_writing_that_fails_leaves_the_former_file(
    folder: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FileSessionStore(folder)
    saved(store, key)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("wrappers._file_store.os.fsync", full)
    with pytest.raises(SessionStoreError, match="No space left"):
        saved(store, key, evolve(SESSION, token="B" * 36))
    monkeypatch.undo()
    assert store.load(key) == SESSION
    assert len(list(folder.iterdir())) == 3


def test_a_lock_that_cannot_be_had_leaks_nothing(
    folder: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: int, __: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr("wrappers._file_store.fcntl.flock", broken)
    before = lowest_free()
    with pytest.raises(SessionStoreError, match="No locks"):
        FileSessionStore(folder).acquire(key)
    assert lowest_free() == before


# Redis


@pytest.fixture
def redis(valkey: str) -> Iterator[Redis]:
    client = Redis(unix_socket_path=valkey.removeprefix("unix://"), socket_timeout=5)
    yield client
    client.close()


def test_records_end_with_the_sessions(redis: Redis, key: str) -> None:
    store = RedisSessionStore(redis, prefix="mine")
    saved(store, key)
    names = {f"mine:{{{key}}}:session", f"mine:{{{key}}}:fence"}
    assert all(redis.exists(name) for name in names)
    assert not redis.exists(f"mine:{{{key}}}:lead")
    life = timedelta(milliseconds=int(redis.pttl(f"mine:{{{key}}}:session")))
    assert abs(datetime.now(UTC) + life - ENDS) < timedelta(minutes=1)
    assert int(redis.pttl(f"mine:{{{key}}}:fence")) > 0
    saved(store, key, evolve(SESSION, expires_at=NOW - timedelta(seconds=1)))
    deadline = time.monotonic() + 10
    while store.load(key) is not None:
        assert time.monotonic() < deadline
    store.close()
    assert redis.exists("nothing") == 0  # the caller's own stays open


def test_a_lease_ends_and_a_late_write_is_refused(redis: Redis, key: str) -> None:
    store = RedisSessionStore(redis)
    late = store.acquire(key)
    assert late is not None
    lead = f"connectycube:1:{{{key}}}:lead"
    assert 14_000 < int(redis.pttl(lead)) <= 15_000
    redis.pexpire(lead, 1)
    fence = None
    deadline = time.monotonic() + 10
    while fence is None:
        assert time.monotonic() < deadline
        fence = store.acquire(key)
    assert not store.save(key, SESSION, late)
    store.release(key, late)
    assert redis.exists(lead)
    assert store.save(key, evolve(SESSION, token="B" * 36), fence)
    assert about(store.load(key))[0] == "B" * 36


def test_fences_grow_even_when_the_server_was_emptied(redis: Redis, key: str) -> None:
    store = RedisSessionStore(redis)
    first = store.acquire(key)
    assert first is not None
    for name in ("lead", "fence"):
        redis.delete(f"connectycube:1:{{{key}}}:{name}")
    assert not store.save(key, SESSION, first)
    second = store.acquire(key)
    assert second is not None
    assert second > first


def test_a_foreign_record_is_none(redis: Redis, key: str) -> None:
    store = RedisSessionStore(redis)
    for record in ("", "{", "7", '{"token": 7}'):
        redis.set(f"connectycube:1:{{{key}}}:session", record)
        assert store.load(key) is None
        store.prolong(key, "A", ENDS)
        store.discard(key, "A")
    redis.delete(f"connectycube:1:{{{key}}}:session")
    redis.rpush(f"connectycube:1:{{{key}}}:session", "a list")
    with pytest.raises(SessionStoreError, match="ResponseError"):
        store.load(key)


def test_a_server_that_is_out_is_said_so_at_once(tmp_path: Path, key: str) -> None:
    store = RedisSessionStore(f"unix://{tmp_path}/nobody?password=made-up-secret", timeout=0.5)
    with pytest.raises(SessionStoreError) as caught:
        store.load(key)
    assert "made-up-secret" not in str(caught.value)
    assert caught.value.__cause__ is None
    store.close()


def test_without_the_extra_the_package_works_and_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['redis'] = None; import wrappers\n"
        "from wrappers import ConnectyCube, FileSessionStore, SessionStore\n"
        "for name in ('RedisSessionStore', 'AsyncRedisSessionStore'):\n"
        "    try: getattr(wrappers, name)\n"
        "    except ModuleNotFoundError as error: print(error)\n"
    )
    output = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert output.count("connectycube-python[redis]") == 2


def test_no_store_is_loaded_unasked() -> None:
    code = "import sys; from wrappers import ConnectyCube; print(*sys.modules)"
    output = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"redis", "wrappers._file_store", "wrappers._memory_store"} & set(output)
