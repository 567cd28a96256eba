"""Sending again, over real sockets; nobody waits for real."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator

import pytest
from attrs import field, frozen

from generated_client import Request
from tests.wrappers.stub import Reply, Seen, StubServer, user_json
from tests.wrappers.worlds import MockWorld, somebody, stub_options
from wrappers import (
    AsyncConnectyCube,
    ConfigurationError,
    ConnectionFailed,
    Credentials,
    Guest,
    NotFound,
    Password,
    RateLimited,
    ServerError,
    TransportTimeout,
)
from wrappers._async.core import AsyncCore
from wrappers._async.httpx2_transport import AsyncHttpx2Transport
from wrappers._async.patience import AsyncPatience
from wrappers._async.retry_transport import AsyncRetryTransport
from wrappers._configuration import Application
from wrappers._identity import Identity
from wrappers._retrying import Retries

pytestmark = pytest.mark.anyio

ARTHUR = Password(login="arthur", password="42424242")
CUT = Reply(0)
BUSY = Reply(503, {"errors": ["Try again later"]}, headers={"Retry-After": "7"})
LIMITED = Reply(429, {"errors": ["Too many requests"]})
GATEWAY = Reply(502, body=b"<html>Bad gateway</html>", headers={"Content-Type": "text/html"})


@frozen
class Pauses:
    """Waiting that takes no time."""

    waited: list[float] = field(factory=list[float])

    async def __call__(self, seconds: float) -> None:
        self.waited.append(seconds)


def patient(
    base_url: str, pauses: Pauses, times: int = 2, identity: Credentials | None = None
) -> AsyncConnectyCube:
    """A client that waits without waiting, and as long as it ever would."""
    settled = Application(
        app_id=1, auth_key="made-up-key", auth_secret="made-up-secret", base_url=base_url
    )
    adapter = AsyncHttpx2Transport(base_url, timeout=10)
    patience = AsyncPatience(Retries(times=times), pause=pauses, chance=lambda: 1.0)
    core = AsyncCore(settled, adapter, Identity(identity), patience=patience)
    return AsyncConnectyCube._over(core)


@pytest.mark.parametrize("trouble", [CUT, BUSY, LIMITED, GATEWAY, Reply(503), Reply(504)])
async def test_reads_are_sent_again(stub: StubServer, trouble: Reply) -> None:
    stub.once("GET", "/users/7", trouble, trouble, Reply(200, {"user": user_json(7)}))
    pauses = Pauses()
    async with patient(stub.base_url, pauses) as cube:
        assert (await cube.users.get(7)).id == 7
    asked = 7 if trouble is BUSY else 0
    assert pauses.waited == [asked + 0.5, asked + 1]
    assert (stub.count("GET", "/users/7"), stub.created) == (3, 1)


@pytest.mark.parametrize(("trouble", "error"), [(CUT, ConnectionFailed), (GATEWAY, ServerError)])
async def test_the_last_failure_is_handed_on(
    stub: StubServer, trouble: Reply, error: type[Exception]
) -> None:
    stub.always("GET", "/users/7", trouble)
    pauses = Pauses()
    async with patient(stub.base_url, pauses, times=3) as cube:
        with pytest.raises(error) as caught:
            await cube.users.get(7)
    assert caught.value.__context__ is None or error is ServerError
    assert pauses.waited == [0.5, 1, 2]
    assert stub.count("GET", "/users/7") == 4


@pytest.mark.parametrize("reply", [Reply(404, {"errors": ["User not found"]}), Reply(500)])
async def test_other_answers_are_final(stub: StubServer, reply: Reply) -> None:
    stub.always("GET", "/users/7", reply)
    pauses = Pauses()
    async with patient(stub.base_url, pauses) as cube:
        with pytest.raises((NotFound, ServerError)):
            await cube.users.get(7)
    assert (pauses.waited, stub.count("GET", "/users/7")) == ([], 1)


async def test_a_service_that_asks_for_too_long_is_not_waited_for(stub: StubServer) -> None:
    stub.always("GET", "/users/7", Reply(429, headers={"Retry-After": "3600"}))
    pauses = Pauses()
    async with patient(stub.base_url, pauses) as cube:
        with pytest.raises(RateLimited) as caught:
            await cube.users.get(7)
    assert caught.value.retry_after == 3600
    assert (pauses.waited, stub.count("GET", "/users/7")) == ([], 1)


@pytest.mark.parametrize(("trouble", "sent"), [(CUT, 1), (GATEWAY, 1), (Reply(503), 1), (BUSY, 2)])
async def test_a_sign_up_that_may_have_happened_is_not_sent_again(
    stub: StubServer, trouble: Reply, sent: int
) -> None:
    stub.once("POST", "/users", trouble, Reply(201, {"user": user_json(7)}))
    pauses = Pauses()
    async with patient(stub.base_url, pauses) as cube:
        if sent == 1:
            with pytest.raises((ConnectionFailed, ServerError)):
                await cube.users.sign_up(login="arthur", password="42424242")
        else:
            await cube.users.sign_up(login="arthur", password="42424242")
    assert (stub.count("POST", "/users"), len(pauses.waited)) == (sent, sent - 1)


async def test_a_login_is_sent_again_only_when_it_was_refused(stub: StubServer) -> None:
    stub.once("POST", "/login", LIMITED, Reply(202, {"user": user_json(7)}), CUT)
    async with patient(stub.base_url, Pauses()) as cube:
        assert (await cube.login(ARTHUR)).id == 7
        with pytest.raises(ConnectionFailed):
            await cube.login(ARTHUR)
    assert stub.count("POST", "/login") == 3


async def test_nobody_listens_so_everything_may_be_sent_again() -> None:
    with socket.socket() as taken:
        # Bound, never listening: the port stays ours and refuses every connection.
        taken.bind(("127.0.0.1", 0))
        pauses = Pauses()
        transport = AsyncHttpx2Transport(f"http://127.0.0.1:{taken.getsockname()[1]}")
        retrying = AsyncRetryTransport(transport, AsyncPatience(pause=pauses))
        for method in ("GET", "POST"):
            with pytest.raises(ConnectionFailed) as caught:
                await retrying.send(Request(method=method, url="/x", content=b""))
            assert caught.value.maybe_sent is False
        assert len(pauses.waited) == 4
        await transport.aclose()


async def test_the_layer_stands_alone(stub: StubServer) -> None:
    stub.once("GET", "/x", Reply(200, {}))
    transport = AsyncHttpx2Transport(stub.base_url)
    assert (await AsyncRetryTransport(transport).send(Request(method="GET", url="/x"))).status
    await transport.aclose()


async def test_every_attempt_to_create_a_session_has_a_nonce_of_its_own(stub: StubServer) -> None:
    stub.once("POST", "/session", CUT, GATEWAY)
    pauses = Pauses()
    async with patient(stub.base_url, pauses) as cube:
        session = await cube.create_session(ARTHUR)
        assert session.token == f"{1:036X}"
    assert pauses.waited == [0.5, 1]
    nonces = {each.json["nonce"] for each in stub.seen}
    assert len(nonces) == len(stub.seen) == 3


async def test_creating_a_session_gives_up(stub: StubServer) -> None:
    stub.always("POST", "/session", BUSY)
    pauses = Pauses()
    async with patient(stub.base_url, pauses) as cube:
        with pytest.raises(ServerError) as caught:
            await cube.create_session()
    assert caught.value.retry_after == 7
    assert (stub.count("POST", "/session"), pauses.waited) == (3, [7.5, 8])


async def test_a_guest_is_made_again_only_when_none_was_made(stub: StubServer) -> None:
    stub.once("POST", "/session", LIMITED, CUT)
    pauses = Pauses()
    async with patient(stub.base_url, pauses) as cube:
        with pytest.raises(ConnectionFailed):
            await cube.create_session(Guest(full_name="Ford"))
    assert (stub.count("POST", "/session"), pauses.waited) == (2, [0.5])


async def test_a_deletion_finds_its_own_work(stub: StubServer) -> None:
    """The first attempt deleted the file, and its answer was lost."""
    gone = Reply(404, {"errors": ["Blob not found"]})
    stub.once("DELETE", "/blobs/12", CUT, gone, LIMITED, gone)
    request = Request(method="DELETE", url="/blobs/12", operation_id="deleteBlob")
    transport = AsyncHttpx2Transport(stub.base_url)
    retrying = AsyncRetryTransport(transport, AsyncPatience(pause=Pauses()))
    statuses = [(await retrying.send(request)).status for _ in range(2)]
    await transport.aclose()
    assert statuses == [200, 404]


async def test_streams_are_sent_again_until_they_begin(stub: StubServer) -> None:
    stub.once("GET", "/x", CUT, LIMITED, Reply(200, body=b"bytes"))
    pauses = Pauses()
    async with patient(stub.base_url, pauses) as cube:
        request = Request(method="GET", url="/x")
        async with cube._core.sessions.stream(request) as response:
            assert await response.read() == b"bytes"
        stub.always("GET", "/x", CUT)
        with pytest.raises(ConnectionFailed):
            async with cube._core.sessions.stream(request):
                pass
    assert pauses.waited == [0.5, 1, 0.5, 1]


async def test_a_body_that_breaks_is_not_sent_again(stub: StubServer) -> None:
    cut = Reply(200, body=b"half", headers={"Content-Length": "8", "Connection": "close"})
    stub.always("GET", "/x", cut)
    async with patient(stub.base_url, Pauses()) as cube:
        with pytest.raises(ConnectionFailed):
            async with cube._core.sessions.stream(Request(method="GET", url="/x")) as response:
                await response.read()
    assert stub.count("GET", "/x") == 1


async def test_a_streamed_request_is_sent_once(stub: StubServer) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"once"

    stub.always("POST", "/x", LIMITED)
    async with patient(stub.base_url, Pauses()) as cube:
        response = await cube._core.sessions.send(Request(method="POST", url="/x", content=body()))
    assert (response.status, stub.count("POST", "/x")) == (429, 1)


async def test_a_lost_session_and_a_busy_service_at_once(stub: StubServer) -> None:
    """The layers stack: renewed by one, sent again by the other."""

    def lose(_: Seen) -> Reply:
        stub.forget_sessions()
        return LIMITED

    stub.once("GET", "/users/7", lose)
    stub.always("GET", "/users/7", Reply(200, {"user": user_json(7)}))
    async with patient(stub.base_url, Pauses(), identity=ARTHUR) as cube:
        assert (await cube.users.get(7)).id == 7
    assert stub.created == 2


async def test_options_change_the_manners_and_share_the_session(stub: StubServer) -> None:
    stub.once("GET", "/users/7", CUT)
    pauses = Pauses()
    async with patient(stub.base_url, pauses) as cube:
        other = cube.with_options(retries=0)
        with pytest.raises(ConnectionFailed):
            await other.users.get(7)
        stub.once("GET", "/users/7", *[CUT] * 4, Reply(200, {"user": user_json(7)}))
        async with other.with_options(retries=4) as third:
            assert (await third.users.get(7)).id == 7
            assert third.session == other.session == cube.session
        # The closed one closed nothing.
        with pytest.raises(NotFound):
            await other.users.get(8)
    assert (stub.created, len(pauses.waited)) == (1, 4)


async def test_who_signs_in_is_signed_in_on_both(mock: MockWorld) -> None:
    async with AsyncConnectyCube(**mock.options) as cube:
        other = cube.with_options(timeout=5)
        await other.create_session(somebody())
        assert cube.session is not None
        assert cube.session == other.session
        assert (await cube.users.get(cube.session.user_id or 0)).id == cube.session.user_id


async def test_a_timeout_for_some_calls() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        options = stub_options(f"http://127.0.0.1:{silent.getsockname()[1]}")
        async with AsyncConnectyCube(**options) as cube:
            hasty = cube.with_options(timeout=0.05)
            with pytest.raises(TransportTimeout) as caught:
                await hasty.create_session()
            assert caught.value.maybe_sent
            with pytest.raises(TransportTimeout):
                await hasty.as_user(ARTHUR).users.get(7)
            with pytest.raises(TransportTimeout):
                async with hasty._core.retrying.stream(Request(method="GET", url="/")):
                    pass


async def test_options_that_are_none(stub: StubServer) -> None:
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        with pytest.raises(ConfigurationError):
            cube.with_options(timeout=0)
        with pytest.raises(ConfigurationError):
            cube.with_options(retries=-1)
        await cube.with_options().aclose()


async def test_a_timeout_of_the_requests_own_wins() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        options = stub_options(f"http://127.0.0.1:{silent.getsockname()[1]}")
        async with AsyncConnectyCube(**options) as cube:
            with pytest.raises(TransportTimeout):
                await cube.with_options(timeout=60)._core.retrying.send(
                    Request(method="GET", url="/", timeout=0.05)
                )
