"""Any number of threads and tasks, one creation of a session."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import anyio
import anyio.to_thread
import pytest

from generated_client import RawResponse, Request
from tests.wrappers.clocks import FakeClock
from tests.wrappers.stub import Reply, Seen, StubServer, user_json
from tests.wrappers.worlds import stub_options
from wrappers import (
    AsyncConnectyCube,
    ConnectyCube,
    ConnectyCubeError,
    MemorySessionStore,
    Password,
    ServerError,
    Session,
    User,
)
from wrappers._async.core import AsyncCore
from wrappers._async.httpx2_transport import AsyncHttpx2Transport
from wrappers._concurrency_async import Event
from wrappers._concurrency_sync import finishing
from wrappers._configuration import Application
from wrappers._identity import Identity
from wrappers._session_state import Clocks, Follow, Lead, Live, SessionState
from wrappers._sync.core import Core
from wrappers._sync.httpx2_transport import Httpx2Transport

MANY = 64
ARTHUR = Password(login="arthur", password="42424242")


def settled(stub: StubServer) -> Application:
    return Application(app_id=1, auth_key="made-up-key", base_url=stub.base_url)


@contextmanager
def threads_client(stub: StubServer, clock: FakeClock) -> Generator[ConnectyCube]:
    clocks = Clocks(monotonic=clock, wall=clock)
    core = Core(settled(stub), Httpx2Transport(stub.base_url), Identity(ARTHUR), clocks=clocks)
    with ConnectyCube._over(core) as cube:
        yield cube


def tasks_client(stub: StubServer, clock: FakeClock) -> AsyncConnectyCube:
    clocks = Clocks(monotonic=clock, wall=clock)
    adapter = AsyncHttpx2Transport(stub.base_url)
    return AsyncConnectyCube._over(
        AsyncCore(settled(stub), adapter, Identity(ARTHUR), clocks=clocks)
    )


def in_threads(work: Callable[[], User]) -> list[User | ConnectyCubeError]:
    """Start 64 threads at once."""
    barrier = threading.Barrier(MANY)

    def run(_: int) -> User | ConnectyCubeError:
        barrier.wait()
        try:
            return work()
        except ConnectyCubeError as error:
            return error

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(run, range(MANY)))


async def in_tasks(work: Callable[[], Awaitable[User]]) -> list[User | ConnectyCubeError]:
    """Start 64 tasks at once."""
    results: list[User | ConnectyCubeError] = []

    async def run() -> None:
        try:
            results.append(await work())
        except ConnectyCubeError as error:
            results.append(error)

    async with anyio.create_task_group() as group:
        for _ in range(MANY):
            group.start_soon(run)
    return results


@pytest.fixture
def users(stub: StubServer) -> StubServer:
    stub.user = user_json(7)
    return stub.always("GET", "/users/7", Reply(200, {"user": user_json(7)}))


# The session has ended as the client knows (by the server's header), as only the server knows, or
# there was none yet.
ENDINGS = ("never began", "known to the client", "known to the server alone")


def end(how: str, stub: StubServer, clock: FakeClock) -> int:
    """End the session; tell how many were created before."""
    if how == "known to the client":
        clock.advance(7200)
    if how != "never began":
        stub.forget_sessions()
    return stub.created


@pytest.mark.parametrize("how", ENDINGS)
def test_64_threads_make_one_session(users: StubServer, how: str) -> None:
    clock = FakeClock()
    with threads_client(users, clock) as cube:
        if how != "never began":
            cube.users.get(7)
        before = end(how, users, clock)
        results = in_threads(lambda: cube.users.get(7))
    assert all(isinstance(result, User) for result in results)
    assert users.created - before == 1
    assert users.count("POST", "/session") == users.created


class Counting(MemorySessionStore):
    """A store that counts who asks for the lead."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def acquire(self, key: str) -> int | None:
        self.asked += 1
        return super().acquire(key)


def test_64_threads_send_one_of_theirs_to_the_store(users: StubServer) -> None:
    store = Counting()
    core = Core(settled(users), Httpx2Transport(users.base_url), Identity(ARTHUR), store=store)
    with ConnectyCube._over(core) as cube:
        cube.users.get(7)
        users.forget_sessions()
        results = in_threads(lambda: cube.users.get(7))
    assert all(isinstance(result, User) for result in results)
    assert (users.created, store.asked) == (2, 2)


@pytest.mark.anyio
@pytest.mark.parametrize("how", ENDINGS)
async def test_64_tasks_make_one_session(users: StubServer, how: str) -> None:
    clock = FakeClock()
    async with tasks_client(users, clock) as cube:
        if how != "never began":
            await cube.users.get(7)
        before = end(how, users, clock)
        results = await in_tasks(lambda: cube.users.get(7))
    assert all(isinstance(result, User) for result in results)
    assert users.created - before == 1
    assert users.count("POST", "/session") == users.created


def at_the_cap(stub: StubServer, clock: FakeClock) -> None:
    """Bring a session into its last minutes, with an end that nothing moves."""
    clock.advance(7000)
    stub.lifetime = 200


def test_64_threads_near_the_end_go_on_while_one_renews(users: StubServer) -> None:
    clock = FakeClock()
    with threads_client(users, clock) as cube:
        cube.users.get(7)
        at_the_cap(users, clock)
        cube.users.get(7)
        old = users.seen[-1].token
        gate = Gate(lambda _: Reply(201, {"session": users.new_session()}))
        users.once("POST", "/session", gate)
        with ThreadPoolExecutor(1) as pool:
            renewing = pool.submit(cube.users.get, 7)
            assert gate.reached.wait(60)
            # None of these waits: the creation is held back until all of them are through.
            assert all(isinstance(each, User) for each in in_threads(lambda: cube.users.get(7)))
            gate.opened.set()
            assert renewing.result(60).id == 7
    assert users.created == 2
    tokens = [each.token for each in users.seen if each.path == "/users/7"]
    assert tokens == [old] * (MANY + 2) + [f"{2:036X}"]


@pytest.mark.anyio
async def test_64_tasks_near_the_end_go_on_while_one_renews(users: StubServer) -> None:
    clock = FakeClock()
    async with tasks_client(users, clock) as cube:
        await cube.users.get(7)
        at_the_cap(users, clock)
        await cube.users.get(7)
        gate = Gate(lambda _: Reply(201, {"session": users.new_session()}))
        users.once("POST", "/session", gate)
        results: list[User | ConnectyCubeError] = []
        async with anyio.create_task_group() as group:
            group.start_soon(cube.users.get, 7)
            await anyio.to_thread.run_sync(gate.reached.wait)
            results += await in_tasks(lambda: cube.users.get(7))
            gate.opened.set()
    assert all(isinstance(each, User) for each in results)
    assert (users.created, users.seen[-1].token) == (2, f"{2:036X}")


class Gate:
    """Holds an answer back until told, so that everyone else is waiting by then."""

    def __init__(self, reply: Callable[[Seen], Reply]) -> None:
        self._reply = reply
        self.reached = threading.Event()
        self.opened = threading.Event()

    def __call__(self, seen: Seen) -> Reply:
        self.reached.set()
        assert self.opened.wait(60)
        return self._reply(seen)


class CountedEvent(threading.Event):
    """An event that opens a gate when enough threads wait for it."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._gate = gate
        self._waiting = 0
        self._count = threading.Lock()

    def wait(self, timeout: float | None = None) -> bool:
        with self._count:
            self._waiting += 1
            if self._waiting == MANY - 1:
                self._gate.opened.set()
        return super().wait(timeout)


def test_a_failed_creation_is_everyones_error(users: StubServer) -> None:
    gate = Gate(lambda _: Reply(503, {"errors": ["Try later"]}, headers={"Retry-After": "7"}))
    users.once("POST", "/session", gate)
    clock = FakeClock()
    with threads_client(users, clock) as cube:
        cube._core.sessions.state._event = lambda: CountedEvent(gate)
        results = in_threads(lambda: cube.users.get(7))
        assert users.count("POST", "/session") == 1
        assert all(isinstance(result, ServerError) for result in results)
        errors = [result for result in results if isinstance(result, ServerError)]
        assert {(each.status, each.errors, each.retry_after) for each in errors} == {
            (503, ("Try later",), 7.0)
        }
        # An exception object belongs to one thread: its traceback would grow in all of them.
        assert len({id(each) for each in errors}) == MANY
        clock.advance(7)
        assert cube.users.get(7).id == 7  # who comes when the service said tries anew
    assert users.count("POST", "/session") == 2


@pytest.mark.anyio
async def test_a_failed_creation_is_every_tasks_error(users: StubServer) -> None:
    gate = Gate(lambda _: Reply(503, {"errors": ["Try later"]}))
    users.once("POST", "/session", gate)
    clock = FakeClock()
    async with tasks_client(users, clock) as cube:

        async def open_gate() -> None:
            # All tasks were started before this one and wait by the time the server is reached.
            await anyio.to_thread.run_sync(gate.reached.wait)
            gate.opened.set()

        results: list[User | ConnectyCubeError] = []
        async with anyio.create_task_group() as group:

            async def run() -> None:
                results.extend(await in_tasks(lambda: cube.users.get(7)))

            group.start_soon(run)
            group.start_soon(open_gate)
        assert users.count("POST", "/session") == 1
        assert all(isinstance(result, ServerError) for result in results)
        assert len({id(result) for result in results}) == MANY
        clock.advance(1)
        assert (await cube.users.get(7)).id == 7


@pytest.mark.anyio
async def test_a_cancelled_leader_strands_nobody(users: StubServer) -> None:
    gate = Gate(lambda _: Reply(201, {"session": users.new_session()}))
    users.once("POST", "/session", gate)
    async with tasks_client(users, FakeClock()) as cube:
        results: list[User] = []
        leader = anyio.CancelScope()

        async def lead() -> None:
            with leader:
                results.append(await cube.users.get(7))

        async def follow() -> None:
            results.append(await cube.users.get(7))

        async with anyio.create_task_group() as group:
            group.start_soon(lead)
            await anyio.to_thread.run_sync(gate.reached.wait)
            for _ in range(MANY - 1):
                group.start_soon(follow)
            await anyio.wait_all_tasks_blocked()
            leader.cancel()
        gate.opened.set()
    assert len(results) == MANY - 1
    # The leader's own, whose answer nobody read, and one for everybody else.
    assert users.count("POST", "/session") == 2


@pytest.mark.anyio
async def test_a_cancelled_follower_disturbs_nobody(users: StubServer) -> None:
    gate = Gate(lambda _: Reply(201, {"session": users.new_session()}))
    users.once("POST", "/session", gate)
    async with tasks_client(users, FakeClock()) as cube:
        results: list[User] = []
        follower = anyio.CancelScope()

        async def get() -> None:
            results.append(await cube.users.get(7))

        async def cancelled() -> None:
            with follower:
                await get()

        async with anyio.create_task_group() as group:
            group.start_soon(get)
            await anyio.to_thread.run_sync(gate.reached.wait)
            group.start_soon(cancelled)
            await anyio.wait_all_tasks_blocked()
            follower.cancel()
            gate.opened.set()
    assert (len(results), users.created) == (1, 1)


def test_a_login_overtakes_a_creation_under_way(users: StubServer) -> None:
    first = users.new_session()
    gate = Gate(lambda _: Reply(201, {"session": first}))
    users.once("POST", "/session", gate)
    with threads_client(users, FakeClock()) as cube, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(cube.users.get, 7)
        assert gate.reached.wait(60)
        session = cube.create_session(ARTHUR)
        gate.opened.set()
        assert waiting.result(60).id == 7
        # The overtaken session is nobody's: both calls go on with the newer one.
        assert cube.session == session
        assert users.seen[-1].token == session.token


def test_an_error_of_the_callers_own_is_shared_as_it_is() -> None:
    state = SessionState(Identity(), clock=FakeClock(), event=threading.Event)
    lead, follow = state.claim(), state.claim()
    assert isinstance(lead, Lead)
    assert isinstance(follow, Follow)
    assert follow.flight is lead.flight
    mine = KeyError("from a hook")
    state.fail(lead.flight, mine)
    with pytest.raises(KeyError) as caught:
        follow.flight.outcome()
    assert caught.value is mine


def flights() -> tuple[SessionState[threading.Event], Lead[threading.Event], Live]:
    """A creation under way, and what it will bring."""
    state = SessionState(Identity(), clock=FakeClock(), event=threading.Event)
    lead = state.claim()
    assert isinstance(lead, Lead)
    return state, lead, Live(Session(token="the first identity's"))


def test_an_overtaken_creation_decides_nothing_any_more() -> None:
    newer = Live(Session(token="the newer identity's"))
    for how in ("land", "fail", "abandon"):
        state, lead, live = flights()
        state.adopt(Identity(ARTHUR), newer)
        if how == "land":
            assert state.land(lead.flight, live, Identity()) is None
        elif how == "fail":
            state.fail(lead.flight, KeyError("late"))
        else:
            state.abandon(lead.flight)
        assert lead.flight.landed.is_set()
        assert lead.flight.outcome() is None  # its followers claim again
        assert state.claim() is newer


def test_a_password_changed_during_a_creation_stays_changed() -> None:
    state = SessionState(Identity(ARTHUR), clock=FakeClock(), event=threading.Event)
    lead = state.claim()
    assert isinstance(lead, Lead)
    changed = Password(login="arthur", password="43434343")
    state.replace_credentials(ARTHUR, changed)
    state.land(lead.flight, Live(Session(token="made-up")), Identity(ARTHUR, used=True))
    assert state.identity.credentials is changed


def test_an_iterator_that_is_no_generator_needs_no_end() -> None:
    with finishing(iter([1, 2])) as numbers:
        assert next(numbers) == 1


def test_an_interrupted_creation_strands_nobody(users: StubServer) -> None:
    class Interrupted(Httpx2Transport):
        def send(self, request: Request) -> RawResponse:
            if request.operation_id == "createSession" and not users.seen:
                users.seen.append(Seen("POST", "/interrupted", {}, {}, b""))
                raise KeyboardInterrupt
            return super().send(request)

    adapter = Interrupted(users.base_url)
    with ConnectyCube._over(Core(settled(users), adapter, Identity())) as cube:
        with pytest.raises(KeyboardInterrupt):
            cube.users.get(7)
        assert cube.users.get(7).id == 7


def test_what_changed_about_others_changes_nothing_here(users: StubServer) -> None:
    with threads_client(users, FakeClock()) as cube:
        session = cube.create_session(ARTHUR)
        state = cube._core.sessions.state
        state.user_changed(User(id=8))
        state.replace_credentials(Password(login="other", password="x"), None)
        state.upgrade(state.identity, None, None)
        assert cube.session is None
        state.user_changed(User(id=7))
        state.learn(session)
        assert cube.session is None
        assert state.identity == Identity(ARTHUR)


def test_what_there_is_to_tell_a_store(users: StubServer) -> None:
    clock = FakeClock()
    with threads_client(users, clock) as cube:
        cube.users.get(7)
        state = cube._core.sessions.state
        live = state.current
        assert live is not None
        assert state.to_tell(Live(Session(token="another"))) is None
        clock.advance(600)
        cube.users.get(7)
        assert state.to_tell(live) == clock() + 7200
        assert state.to_tell(live) is None
        # The service says nothing of ends: there is none to tell.
        state.adopt(state.identity, Live(live.session))
        assert state.to_tell(live) is None


def test_a_login_with_a_session_that_was_replaced_meanwhile_takes_it_back() -> None:
    state = SessionState(Identity(), clock=FakeClock(), event=threading.Event)
    former = Live(Session(token="former"))
    state.adopt(Identity(), Live(Session(token="newer")))
    state.upgrade(Identity(ARTHUR), former, User(id=7))
    now = state.current
    assert now is not None
    assert (now.token, now.session.user_id) == ("former", 7)


def test_late_answers_never_shorten_a_session(users: StubServer) -> None:
    clock = FakeClock()
    with threads_client(users, clock) as cube:
        cube.users.get(7)
        state = cube._core.sessions.state
        live = state.current
        assert live is not None
        state.saw(live, 7200, clock() - 7000)
        assert state.current is not None
        assert state.current.deadline == clock() + 7200


def test_a_refusal_of_an_older_token_keeps_the_newer_session(users: StubServer) -> None:
    with threads_client(users, FakeClock()) as cube:
        cube.users.get(7)
        state = cube._core.sessions.state
        old = state.current
        assert old is not None
        new = cube.create_session(ARTHUR)
        state.refuse(old)
        state.saw(old, 1, 0)
        assert cube.session == new


def test_the_options_reach_a_client(stub: StubServer) -> None:
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        assert repr(cube) == f"ConnectyCube(app_id=1, base_url='{stub.base_url}')"


def test_tasks_of_several_event_loops_wait_for_one_creation() -> None:
    state = SessionState(Identity(), clock=FakeClock(), event=Event)
    lead = state.claim()
    assert isinstance(lead, Lead)
    waiting = threading.Barrier(3)

    async def follow() -> Live | None:
        claim = state.claim()
        assert isinstance(claim, Follow)
        async with anyio.create_task_group() as group:

            async def all_wait() -> None:
                await anyio.wait_all_tasks_blocked()
                waiting.wait(60)

            group.start_soon(all_wait)
            await claim.flight.landed.wait()
        return claim.flight.outcome()

    def run(backend: str) -> Live | None:
        return anyio.run(follow, backend=backend)

    live = Live(Session(token="made-up"))
    with ThreadPoolExecutor(2) as pool:
        following = [pool.submit(run, backend) for backend in ("asyncio", "trio")]
        waiting.wait(60)
        state.land(lead.flight, live, Identity())
        assert [each.result(60) for each in following] == [live, live]


def test_an_event_wakes_nobody_in_a_loop_that_is_over() -> None:
    event = Event()

    async def wait() -> None:
        with anyio.move_on_after(0):
            await event.wait()

    anyio.run(wait)
    event.set()
    anyio.run(event.wait)
