"""Clients that share sessions by way of a store."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.wrappers.clocks import FakeClock
from tests.wrappers.stub import LOST, Reply, StubServer, user_json
from tests.wrappers.worlds import MockWorld, somebody
from wrappers import (
    ConnectyCube,
    CustomIdentity,
    Facebook,
    FileSessionStore,
    Guest,
    InvalidCredentials,
    MemorySessionStore,
    NeedUser,
    Password,
    ServerError,
    Session,
    SessionFailure,
    SessionStoreError,
    Stored,
)
from wrappers._configuration import Application
from wrappers._identity import Identity
from wrappers._retrying import Retries
from wrappers._session_keys import session_key
from wrappers._session_state import Clocks
from wrappers._stores_sync import AnySessionStore
from wrappers._sync.core import Core
from wrappers._sync.httpx2_transport import Httpx2Transport
from wrappers._sync.patience import Patience

pytestmark = pytest.mark.anyio

ARTHUR = Password(login="arthur", password="42424242")


@pytest.fixture
def users(stub: StubServer) -> StubServer:
    stub.user = user_json(7)
    stub.always("PUT", "/users/7", Reply(200, {"user": user_json(7)}))
    return stub.always("GET", "/users/7", Reply(200, {"user": user_json(7)}))


class Waiting:
    """Waits for nobody, and remembers for how long."""

    def __init__(self) -> None:
        self.waited = 0.0

    def __call__(self, seconds: float) -> None:
        self.waited += seconds


def settled(stub: StubServer) -> Application:
    return Application(app_id=1, auth_key="made-up-key", base_url=stub.base_url)


def client(
    stub: StubServer,
    store: AnySessionStore,
    *,
    clock: FakeClock | None = None,
    identity: Identity | None = None,
    waiting: Waiting | None = None,
) -> ConnectyCube:
    """A client of arthur's whose time stands still."""
    clock = clock or now()
    patience = Patience(Retries(times=0), pause=waiting or Waiting(), chance=lambda: 1.0)
    core = Core(
        settled(stub),
        Httpx2Transport(stub.base_url),
        identity or Identity(ARTHUR),
        clocks=Clocks(monotonic=clock, wall=clock),
        patience=patience,
        store=store,
    )
    return ConnectyCube._over(core)


def now() -> FakeClock:
    """A clock that stands still today: what stores keep ends by their own clocks."""
    clock = FakeClock()
    clock.now = float(int(time.time()))
    return clock


def key(stub: StubServer) -> str:
    return session_key(settled(stub), ARTHUR)


def kept(stub: StubServer, store: MemorySessionStore) -> Session | None:
    found = store.load(key(stub))
    assert found is None or isinstance(found, Session)
    return found


def test_a_session_is_found_where_another_client_left_it(users: StubServer, tmp_path: Path) -> None:
    for _ in range(3):
        with client(users, FileSessionStore(tmp_path)) as cube:
            cube.users.get(7)
            assert cube.session is not None
            assert cube.session.user_id == 7
            assert (cube._core.my_id()) == 7
    assert users.created == 1


def test_a_lost_session_is_made_once_for_both(users: StubServer) -> None:
    store = MemorySessionStore()
    with client(users, store) as one, client(users, store) as two:
        one.users.get(7)
        two.users.get(7)
        users.forget_sessions()
        one.users.get(7)
        two.users.get(7)  # refused too, and finds the new one
        assert users.created == 2
        found = kept(users, store)
        assert found is not None
        assert found.token == f"{2:036X}"


def test_an_end_that_another_client_moved_is_believed(users: StubServer) -> None:
    store, clock = MemorySessionStore(), now()
    with client(users, store, clock=clock) as one, client(users, store, clock=clock) as two:
        one.users.get(7)
        two.users.get(7)
        first = kept(users, store)
        for passed, told in ((599, False), (1, True), (7199 - 600, True)):
            clock.advance(passed)
            one.users.get(7)
            found = kept(users, store)
            assert found is not None
            assert first is not None
            assert (found.expires_at != first.expires_at) is told
        clock.advance(1)
        two.users.get(7)  # over, as far as it knew
        assert users.created == 1
        clock.advance(7201)
        two.users.get(7)
        assert users.created == 2


def test_a_session_near_a_fixed_end_is_followed_by_another(users: StubServer) -> None:
    store, clock = MemorySessionStore(), now()
    with client(users, store, clock=clock) as cube:
        cube.users.get(7)
        clock.advance(7000)
        users.lifetime = 200
        cube.users.get(7)
        users.lifetime = 7200
        cube.users.get(7)
        assert users.created == 2
        found = kept(users, store)
        assert found is not None
        assert found.token == f"{2:036X}"


def test_a_failure_is_everybodys_until_its_step_is_over(users: StubServer) -> None:
    store, clock = MemorySessionStore(), now()
    users.once("POST", "/session", *[Reply(503, {"errors": ["Try later"]})] * 3)
    for asked, step in enumerate((1, 2, 4), 1):
        for _ in range(3):
            with client(users, store, clock=clock) as cube:
                with pytest.raises(ServerError, match="Try later") as caught:
                    cube.users.get(7)
                assert caught.value.status == 503
            clock.advance(step / 4)
        assert users.count("POST", "/session") == asked
        clock.advance(step / 4)
    with client(users, store, clock=clock) as cube:
        cube.users.get(7)


def test_refused_credentials_are_tried_again_by_others_after_a_while(
    users: StubServer,
) -> None:
    store, clock = MemorySessionStore(), now()
    users.once("POST", "/session", Reply(401, {"errors": ["Invalid password"]}))
    for _ in range(2):
        with client(users, store, clock=clock) as cube, pytest.raises(InvalidCredentials):
            cube.users.get(7)
    assert users.count("POST", "/session") == 1
    clock.advance(60)
    with client(users, store, clock=clock) as cube:
        cube.users.get(7)


def test_who_does_not_know_the_password_finds_nothing(users: StubServer) -> None:
    store = MemorySessionStore()
    with client(users, store) as cube:
        cube.users.get(7)
        users.once("POST", "/session", Reply(401, {"errors": ["Invalid password"]}))
        with pytest.raises(InvalidCredentials):
            cube.as_user(Password(login="arthur", password="a guess")).users.get(7)
        same = cube.as_user(Password(login="arthur", password="42424242"))
        same.users.get(7)
        assert users.created == 1


def test_guests_and_bare_tokens_are_never_shared(users: StubServer) -> None:
    store = MemorySessionStore()
    with client(users, store) as cube:
        for _ in range(2):
            cube.as_user(Guest("Arthur")).users.get(7)
        assert users.created == 2
        token = users.new_session()["token"]
        assert isinstance(token, str)
        cube.as_user(token).users.get(7)
        assert store._kept == {}


def test_logging_in_and_out_leaves_the_others_theirs(mock: MockWorld) -> None:
    store, credentials = MemorySessionStore(), somebody()
    with (
        ConnectyCube(**mock.options, store=store) as one,
        ConnectyCube(**mock.options, store=store) as two,
    ):
        app = one.get_session()
        assert (two.get_session()).token == app.token
        user = one.login(credentials)
        assert one.session is not None
        assert one.session.token != app.token
        assert (two.get_session()).user_id is None
        other = two.as_user(credentials)
        assert (other.get_session()).token == one.session.token
        one.logout()
        assert (other.get_session()).user_id == user.id
        assert (one.get_session()).token == app.token


def test_a_login_that_brings_no_user_is_said_so(users: StubServer) -> None:
    users.user = None
    with client(users, MemorySessionStore(), identity=Identity()) as cube:
        with pytest.raises(NeedUser):
            cube.login(ARTHUR)


def test_a_session_made_on_purpose_is_the_others_too(users: StubServer) -> None:
    store = MemorySessionStore()
    with client(users, store) as one, client(users, store) as two:
        one.users.get(7)
        session = one.create_session(ARTHUR)
        two.users.get(7)
        assert two.session is not None
        assert two.session.token == session.token


def test_an_ended_session_is_taken_out(users: StubServer) -> None:
    store = MemorySessionStore()
    users.always("DELETE", "/session", Reply())
    users.always("DELETE", "/users/7", Reply())
    with client(users, store) as cube:
        for end in (cube.destroy_session, cube.users.delete):
            cube.create_session(ARTHUR)
            assert kept(users, store) is not None
            end()
            assert kept(users, store) is None
        cube.destroy_session()  # nothing there


def test_a_changed_password_moves_the_session(users: StubServer) -> None:
    store = MemorySessionStore()
    with client(users, store) as cube:
        cube.users.get(7)
        session = kept(users, store)
        cube.users.update(full_name="Arthur")
        assert kept(users, store) == session
        cube.users.change_password(old="42424242", new="43434343")
        assert kept(users, store) is None
        changed = Password(login="arthur", password="43434343")
        found = store.load(session_key(settled(users), changed))
        assert found == session
        cube.as_user(Guest("Arthur")).users.update(full_name="Ford")


def test_fresh_tokens_of_a_provider_keep_the_place_of_the_first(users: StubServer) -> None:
    store = MemorySessionStore()
    identity = Identity(CustomIdentity("first"), renew=lambda: CustomIdentity("fresh"))
    with client(users, store, identity=identity) as cube:
        cube.users.get(7)
        users.forget_sessions()
        cube.users.get(7)
        found = store.load(session_key(settled(users), CustomIdentity("first")))
        assert isinstance(found, Session)
        assert found.token == f"{2:036X}"


def test_a_password_asked_for_has_a_place_of_its_own(users: StubServer) -> None:
    store = MemorySessionStore()
    fresh = Password(login="arthur", password="from the vault")
    users.once("POST", "/session", Reply(401, {"errors": ["Invalid password"]}))
    with client(users, store, identity=Identity(ARTHUR, renew=lambda: fresh)) as cube:
        cube.users.get(7)
        assert kept(users, store) is None
        users.forget_sessions()
        cube.users.get(7)
        assert isinstance(store.load(session_key(settled(users), fresh)), Session)


# Leaders


class Slow(MemorySessionStore):
    """A store in which the leader turns out to be late, or another one to be faster."""

    def __init__(self, others: Stored | None = None, *, lost: bool = False) -> None:
        super().__init__()
        self.others = others
        self.lost = lost

    def acquire(self, key: str) -> int | None:
        fence = super().acquire(key)
        if fence is not None and self.others is not None:
            super().save(key, self.others, fence)
            self.others = None
        return fence

    def save(self, key: str, stored: Stored, fence: int) -> bool:
        if self.lost:
            self.lost = False
            super().release(key, fence)
            other = super().acquire(key)
            assert other is not None
            super().save(key, Session(token=f"{1:036X}", id=1, user_id=7), other)
            super().release(key, other)
        return super().save(key, stored, fence)


def test_who_leads_looks_again_first(users: StubServer) -> None:
    token = users.new_session()["token"]
    assert isinstance(token, str)
    store = Slow(Session(token=token, id=1, user_id=7))
    with client(users, store) as cube:
        cube.users.get(7)
    assert users.created == 1


def test_a_leader_that_was_late_follows(users: StubServer) -> None:
    users.new_session()
    with client(users, Slow(lost=True)) as cube:
        cube.users.get(7)
        assert users.seen[-1].token == f"{1:036X}"


def test_a_leader_that_does_nothing_is_not_waited_for_for_ever(users: StubServer) -> None:
    store, waiting = MemorySessionStore(), Waiting()
    store.acquire(key(users))
    with client(users, store, waiting=waiting) as cube:
        with pytest.raises(SessionStoreError, match="for too long"):
            cube.users.get(7)
        assert 60 <= waiting.waited < 61
        # A session made on purpose serves this client all the same.
        cube.create_session(ARTHUR)
        cube.users.get(7)
    assert users.created == 1


def test_an_interrupted_leader_gives_the_lead_up(users: StubServer) -> None:
    def interrupted() -> Password:
        raise KeyboardInterrupt

    store, used = MemorySessionStore(), Facebook("used")
    identity = Identity(used, renew=interrupted, used=True)
    with client(users, store, identity=identity) as cube, pytest.raises(KeyboardInterrupt):
        cube.users.get(7)
    assert store.acquire(session_key(settled(users), used)) is not None


# A store that is out


class Out(MemorySessionStore):
    """A store of which some methods fail."""

    def __init__(self, *failing: str) -> None:
        super().__init__()
        self.failing = set(failing)

    def _check(self, name: str) -> None:
        if name in self.failing:
            raise SessionStoreError(f"cannot {name}")

    def load(self, key: str) -> Stored | None:
        self._check("load")
        return super().load(key)

    def acquire(self, key: str) -> int | None:
        self._check("acquire")
        return super().acquire(key)

    def save(self, key: str, stored: Stored, fence: int) -> bool:
        self._check("save")
        return super().save(key, stored, fence)

    def release(self, key: str, fence: int) -> None:
        self._check("release")
        super().release(key, fence)

    def prolong(self, key: str, token: str, expires_at: datetime) -> None:
        self._check("prolong")
        super().prolong(key, token, expires_at)

    def discard(self, key: str, token: str) -> None:
        self._check("discard")
        super().discard(key, token)


@pytest.mark.parametrize("what", ["load", "acquire"])
def test_without_its_store_a_client_gets_no_session(users: StubServer, what: str) -> None:
    store, clock = Out(what), now()
    with client(users, store, clock=clock) as cube:
        for _ in range(2):
            with pytest.raises(SessionStoreError, match=what):
                cube.users.get(7)
        assert users.seen == []
        store.failing.clear()
        clock.advance(1)
        cube.users.get(7)


@pytest.mark.parametrize("what", ["save", "release", "prolong"])
def test_a_session_serves_though_the_store_is_out(users: StubServer, what: str) -> None:
    clock = now()
    with client(users, Out(what), clock=clock) as cube:
        cube.users.get(7)
        clock.advance(601)
        cube.users.get(7)
        cube.create_session(ARTHUR)
        cube.users.get(7)


def test_a_refused_session_needs_its_store(users: StubServer) -> None:
    users.always("DELETE", "/session", Reply())
    with client(users, Out("discard")) as cube:
        cube.users.get(7)
        cube.destroy_session()
        cube.create_session(ARTHUR)
        users.once("GET", "/users/7", Reply(401, LOST))
        with pytest.raises(SessionStoreError, match="discard"):
            cube.users.get(7)


def test_a_failure_that_cannot_be_stored_is_the_stores(users: StubServer) -> None:
    users.once("POST", "/session", Reply(503))
    with client(users, Out("save")) as cube:
        with pytest.raises(SessionStoreError, match="save") as caught:
            cube.users.get(7)
        assert isinstance(caught.value.__context__, ServerError)


def test_a_session_without_a_known_end_is_shared_too(users: StubServer) -> None:
    users.lifetime = None
    store = MemorySessionStore()
    for _ in range(2):
        with client(users, store) as cube:
            cube.users.get(7)
    assert users.created == 1
    found = kept(users, store)
    assert found is not None
    assert found.expires_at is None


def test_an_old_failure_stops_nobody(users: StubServer) -> None:
    store, clock = MemorySessionStore(), now()
    fence = store.acquire(key(users))
    assert fence is not None
    until = datetime.fromtimestamp(clock(), UTC)
    store.save(key(users), SessionFailure(kind="ServerError", message="no", until=until), fence)
    store.release(key(users), fence)
    with client(users, store, clock=clock) as cube:
        cube.users.get(7)
