"""Sessions as hours go by: the client's clocks are the mock server's, which the tests move."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mock_server import RunningServer, Settings, running
from tests.wrappers.worlds import MockWorld, somebody
from wrappers import AsyncConnectyCube, Guest, NotFound, SessionExpired
from wrappers._async.core import AsyncCore
from wrappers._async.httpx2_transport import AsyncHttpx2Transport
from wrappers._configuration import application
from wrappers._identity import Identity
from wrappers._session_state import Clocks

pytestmark = pytest.mark.anyio

HOUR = 3600


@pytest.fixture
def mock() -> Iterator[MockWorld]:
    """A server of one's own: nobody else's sessions shall grow old with ours."""
    with running(Settings(port=0)) as server:
        yield MockWorld(server)


def clocked(server: RunningServer) -> AsyncConnectyCube:
    def now() -> float:
        return server.clock.now() / 1000

    settled = application(
        app_id=1, auth_key="dev-auth-key", auth_secret="dev-auth-secret", base_url=server.base_url
    )
    adapter = AsyncHttpx2Transport(server.base_url)
    core = AsyncCore(settled, adapter, Identity(), clocks=Clocks(monotonic=now, wall=now))
    return AsyncConnectyCube._over(core)


async def test_two_hours_after_the_last_request_the_next_one_renews(mock: MockWorld) -> None:
    async with clocked(mock.server) as cube:
        first = await cube.create_session(somebody())
        user_id = first.user_id or 0
        for _ in range(3):  # each request prolongs it
            mock.server.clock.advance(seconds=1.5 * HOUR)
            await cube.users.get(user_id)
            assert (await cube.get_session()).token == first.token
        mock.server.clock.advance(seconds=2 * HOUR + 1)
        assert (await cube.users.get(user_id)).id == user_id
        again = await cube.get_session()
        assert again.token != first.token
        assert again.user_id == user_id
        with pytest.raises(SessionExpired):
            await cube.as_user(first.token).get_session()


async def test_a_guest_lives_for_a_day(mock: MockWorld) -> None:
    async with clocked(mock.server) as cube:
        guest = cube.as_user(Guest(full_name="Arthur Dent"))
        session = await guest.create_session(Guest(full_name="Arthur Dent"))
        assert session.user is not None
        assert (session.user.is_guest, session.user.full_name) == (True, "Arthur Dent")
        for _ in range(15):
            mock.server.clock.advance(seconds=1.5 * HOUR)
            assert (await guest.users.get(session.user.id)).is_guest
        mock.server.clock.advance(seconds=1.6 * HOUR)
        # Another guest would be somebody else, so the client says that this one is gone.
        with pytest.raises(SessionExpired):
            await guest.users.get(session.user.id)
        with pytest.raises(NotFound):
            await cube.users.get(session.user.id)
