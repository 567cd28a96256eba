"""Sessions as hours go by: the client's clocks are the mock server's, which the tests move."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import formatdate

import pytest

from mock_server import RunningServer, Settings, running
from tests.wrappers.stub import Reply, Seen, StubServer
from tests.wrappers.worlds import MockWorld, somebody, stub_options
from wrappers import ConnectyCube, Guest, NotFound, SessionExpired, ValidationError
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


def test_a_session_that_many_find_ended_is_replaced_once(mock: MockWorld) -> None:
    """Only the service knows that it has ended: eight pages at once meet the refusal."""
    with ConnectyCube(**mock.options) as cube:
        first = cube.create_session(somebody())
        mock.server.clock.advance(seconds=2 * HOUR + 1)
        found = cube.users.get_many([first.user_id or 0, *range(10**9, 10**9 + 799)])
        assert [user.id for user in found] == [first.user_id]
        assert cube.session is not None
        assert cube.session.token != first.token
        done = [each["operation"] for each in mock.server.journal.latest() if each["status"] < 400]
        assert done.count("findUsers") == 8
        assert done.count("createSession") == 2


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


@pytest.mark.parametrize("hours", [2, -30])
def test_a_client_whose_clock_is_wrong_signs_with_the_services_time(
    mock: MockWorld, caplog: pytest.LogCaptureFixture, hours: int
) -> None:
    mock.server.clock.advance(seconds=hours * HOUR)
    with ConnectyCube(**mock.options) as cube:
        session = cube.create_session(somebody())
        assert (cube.get_session()).token == session.token
        assert statuses(mock.server) == [422, 201, 200]
        said = re.search(r"clock is (-?\d+) s from the service's", caplog.text)
        assert said
        assert abs(int(said[1]) - hours * HOUR) < 60
        # Whoever descends from this client knows the time as well, also one made before.
        cube.as_user(somebody()).get_session()
        cube.with_options(retries=0).create_session()
        assert statuses(mock.server)[3:] == [201, 200, 201]
        # The clock of a machine may be put right meanwhile.
        mock.server.clock.advance(seconds=-hours * HOUR)
        assert (cube.create_session(Guest(full_name="Arthur Dent"))).user_id is not None
        assert statuses(mock.server)[6:] == [422, 201]


def statuses(server: RunningServer) -> list[int]:
    return [each["status"] for each in server.journal.latest()]


REFUSED = {"errors": {"timestamp": ["invalid timestamp"]}}


@pytest.mark.parametrize(
    ("date", "sent"),
    [
        ("Sun, 15 Sep 2019 13:00:00 GMT", 2),  # another time, and still refused
        ("now", 1),  # the same time: that was not what is wrong
        ("yesterday", 1),
        ("", 1),
    ],
)
def test_a_timestamp_that_stays_refused(stub: StubServer, date: str, sent: int) -> None:
    def refuse(_: Seen) -> Reply:
        told = formatdate(usegmt=True) if date == "now" else date
        return Reply(422, REFUSED, headers={"Date": told} if told else {})

    stub.always("POST", "/session", refuse)
    options = stub_options(stub.base_url)
    options["auth_secret"] = "made-up-secret"
    with ConnectyCube(**options) as cube, pytest.raises(ValidationError) as caught:
        cube.create_session()
    assert caught.value.fields == {"timestamp": ("invalid timestamp",)}
    assert len(stub.seen) == sent


def test_what_is_not_signed_has_no_time_to_put_right(stub: StubServer) -> None:
    stub.always("POST", "/session", Reply(422, REFUSED, headers=stub.times()))
    with ConnectyCube(**stub_options(stub.base_url)) as cube, pytest.raises(ValidationError):
        cube.create_session()
    assert len(stub.seen) == 1
