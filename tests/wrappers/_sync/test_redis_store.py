"""The store for fleets, as a client of one event loop uses it."""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve

from tests.wrappers.stub import Reply, StubServer, user_json
from tests.wrappers.worlds import stub_options
from wrappers import (
    ConfigurationError,
    ConnectyCube,
    Password,
    RedisSessionStore,
    Session,
    SessionStoreError,
)
from wrappers._redis_sync import Redis

pytestmark = pytest.mark.anyio

ENDS = datetime.now(UTC) + timedelta(hours=2)
SESSION = Session(token="A" * 36, id=1, user_id=7, expires_at=ENDS)


@pytest.fixture
def anyio_backend() -> str:
    """The library's asynchronous client knows asyncio alone."""
    return "sync"


@pytest.fixture
def store(valkey: str) -> Iterator[RedisSessionStore]:
    store = RedisSessionStore(valkey)
    yield store
    store.close()


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}"


def test_the_life_of_a_session(store: RedisSessionStore) -> None:
    key = secrets.token_hex(32)
    assert store.load(key) is None
    fence = store.acquire(key)
    assert fence is not None
    assert store.acquire(key) is None
    assert store.save(key, SESSION, fence)
    assert not store.save(key, evolve(SESSION, token="B" * 36), fence - 1)
    store.release(key, fence)
    second = store.acquire(key)
    assert second is not None
    assert second > fence
    assert store.load(key) == SESSION
    store.prolong(key, SESSION.token, ENDS + timedelta(hours=1))
    later = store.load(key)
    assert isinstance(later, Session)
    assert later.expires_at is not None
    assert abs(later.expires_at - ENDS - timedelta(hours=1)) < timedelta(seconds=5)
    store.discard(key, "B" * 36)
    assert store.load(key) == SESSION
    store.discard(key, SESSION.token)
    assert store.load(key) is None


def test_clients_find_each_others_session(store: RedisSessionStore, stub: StubServer) -> None:
    stub.user = user_json(7)
    stub.always("GET", "/users/7", Reply(200, {"user": user_json(7)}))
    user = Password(login=secrets.token_hex(8), password="42424242")
    for lost in (False, False, True):
        if lost:
            stub.forget_sessions()
        with ConnectyCube(**stub_options(stub.base_url), store=store) as cube:
            assert (cube.as_user(user).users.get(7)).id == 7
    assert stub.created == 2


@pytest.mark.parametrize("how", ["absent", "silent"])
def test_a_server_that_is_out_is_a_typed_error_soon(
    silent: str, stub: StubServer, tmp_path: Path, how: str
) -> None:
    address = silent if how == "silent" else f"unix://{tmp_path}/nobody"
    store = RedisSessionStore(address, timeout=0.2)
    started = time.monotonic()
    with ConnectyCube(**stub_options(stub.base_url), store=store) as cube:
        with pytest.raises(SessionStoreError, match="Redis server"):
            cube.get_session()
    assert time.monotonic() - started < 10
    assert stub.seen == []
    store.close()


def test_addresses_and_times_that_cannot_be() -> None:
    with pytest.raises(ConfigurationError, match="redis://"):
        RedisSessionStore("http://localhost")
    for timeout, lease in ((0, 15), (15, 15), (2, 3601)):
        with pytest.raises(ConfigurationError, match="timeout"):
            RedisSessionStore("redis://localhost", timeout=timeout, lease=lease)


def test_a_client_of_ones_own_stays_open(valkey: str) -> None:
    own = Redis(unix_socket_path=valkey.removeprefix("unix://"), socket_timeout=5)
    store = RedisSessionStore(own)
    fence = store.acquire(secrets.token_hex(32))
    assert fence is not None
    store.close()
    assert own.exists("nothing") == 0
    own.close()
