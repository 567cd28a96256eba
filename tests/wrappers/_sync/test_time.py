"""Sessions as hours go by: the client's clocks are the mock server's, which the tests move."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mock_server import RunningServer, Settings, running
from tests.wrappers.worlds import MockWorld, somebody
from wrappers import ConnectyCube, Guest, NotFound, SessionExpired
from wrappers._configuration import application
from wrappers._identity import Identity
from wrappers._session_state import Clocks
from wrappers._sync.core import Core
from wrappers._sync.httpx2_transport import Httpx2Transport

pytestmark = pytest.mark.anyio

HOUR = 3600


@pytest.fixture
def mock() -> Iterator[MockWorld]:
    """A server of one's own: nobody else's sessions shall grow old with ours."""
    with running(Settings(port=0)) as server:
        yield MockWorld(server)


def clocked(server: RunningServer) -> ConnectyCube:
    def now() -> float:
        return server.clock.now() / 1000

    settled = application(
        app_id=1, auth_key="dev-auth-key", auth_secret="dev-auth-secret", base_url=server.base_url
    )
    adapter = Httpx2Transport(server.base_url)
    core = Core(settled, adapter, Identity(), clocks=Clocks(monotonic=now, wall=now))
    return ConnectyCube._over(core)


def test_two_hours_after_the_last_request_the_next_one_renews(mock: MockWorld) -> None:
    with clocked(mock.server) as cube:
        first = cube.create_session(somebody())
        user_id = first.user_id or 0
        for _ in range(3):  # each request prolongs it
            mock.server.clock.advance(seconds=1.5 * HOUR)
            cube.users.get(user_id)
            assert (cube.get_session()).token == first.token
        mock.server.clock.advance(seconds=2 * HOUR + 1)
        assert (cube.users.get(user_id)).id == user_id
        again = cube.get_session()
        assert again.token != first.token
        assert again.user_id == user_id
        with pytest.raises(SessionExpired):
            cube.as_user(first.token).get_session()


def test_a_guest_lives_for_a_day(mock: MockWorld) -> None:
    with clocked(mock.server) as cube:
        guest = cube.as_user(Guest(full_name="Arthur Dent"))
        session = guest.create_session(Guest(full_name="Arthur Dent"))
        assert session.user is not None
        assert (session.user.is_guest, session.user.full_name) == (True, "Arthur Dent")
        for _ in range(15):
            mock.server.clock.advance(seconds=1.5 * HOUR)
            assert (guest.users.get(session.user.id)).is_guest
        mock.server.clock.advance(seconds=1.6 * HOUR)
        # Another guest would be somebody else, so the client says that this one is gone.
        with pytest.raises(SessionExpired):
            guest.users.get(session.user.id)
        with pytest.raises(NotFound):
            cube.users.get(session.user.id)
