"""Renewal: ahead of an end, after one, after failures, and from what."""

from __future__ import annotations

from typing import Any

import pytest

from generated_client import Request
from tests.wrappers.clocks import FakeClock
from tests.wrappers.stub import LOST, Reply, StubServer, user_json
from wrappers import (
    ConnectyCube,
    ConnectyCubeError,
    CustomIdentity,
    Facebook,
    Guest,
    InvalidArgument,
    InvalidCredentials,
    NotFound,
    Password,
    RateLimited,
    ServerError,
    SessionExpired,
    UnexpectedResponseError,
    ValidationError,
)
from wrappers._configuration import Application
from wrappers._identity import Identity
from wrappers._retrying import Retries
from wrappers._session_state import Clocks
from wrappers._sync.core import Core
from wrappers._sync.httpx2_transport import Httpx2Transport
from wrappers._sync.patience import Patience

pytestmark = pytest.mark.anyio

ARTHUR = Password(login="arthur", password="42424242")
REFUSED = Reply(401, {"errors": ["Invalid password"]})
BUSY = Reply(503, {"errors": ["Try later"]})


@pytest.fixture
def users(stub: StubServer) -> StubServer:
    stub.user = user_json(7)
    return stub.always("GET", "/users/7", Reply(200, {"user": user_json(7)}))


def clocked(stub: StubServer, clock: FakeClock, identity: Identity | None = None) -> ConnectyCube:
    """A client whose time stands still, and whose back-off steps are as long as they can be."""
    settled = Application(app_id=1, auth_key="made-up-key", base_url=stub.base_url)
    patience = Patience(Retries(times=0), chance=lambda: 1.0)
    core = Core(
        settled,
        Httpx2Transport(stub.base_url),
        identity or Identity(ARTHUR),
        clocks=Clocks(monotonic=clock, wall=clock),
        patience=patience,
    )
    return ConnectyCube._over(core)


def fails(cube: ConnectyCube) -> ConnectyCubeError:
    with pytest.raises(ConnectyCubeError) as caught:
        cube.users.get(7)
    return caught.value


# Ahead of the end


def test_a_session_in_use_is_never_renewed_ahead(users: StubServer) -> None:
    clock = FakeClock()
    with clocked(users, clock) as cube:
        for _ in range(5):
            cube.users.get(7)
            clock.advance(7200 - 1)
        assert users.created == 1


def test_a_session_that_nothing_prolongs_is_renewed_in_its_last_minutes(
    users: StubServer,
) -> None:
    clock = FakeClock()
    with clocked(users, clock) as cube:
        cube.users.get(7)
        for passed, left in ((6000, 1200), (899, 301)):
            clock.advance(passed)
            users.lifetime = left  # its end stays where it is
            cube.users.get(7)
        assert users.created == 1
        clock.advance(1)
        users.lifetime = 7200
        cube.users.get(7)
        assert users.created == 2
        assert cube.session is not None
        assert users.seen[-1].token == cube.session.token


def test_renewing_ahead_that_fails_stops_nobody(users: StubServer) -> None:
    clock = FakeClock()
    with clocked(users, clock) as cube:
        cube.users.get(7)
        clock.advance(6900)
        users.lifetime = 300
        cube.users.get(7)
        users.once("POST", "/session", BUSY)
        for _ in range(3):
            cube.users.get(7)  # goes on with what it has
        assert users.count("POST", "/session") == 2
        clock.advance(1)  # a step later
        cube.users.get(7)
        assert users.created == 2


def test_the_callers_own_words_are_not_logged(
    users: StubServer, caplog: pytest.LogCaptureFixture
) -> None:
    def renew() -> Password:
        raise KeyError("made-up-secret")

    clock = FakeClock()
    with clocked(users, clock, Identity(Facebook("used"), renew=renew)) as cube:
        cube.users.get(7)
        clock.advance(6900)
        users.lifetime = 300
        for _ in range(2):
            cube.users.get(7)
    assert "KeyError" in caplog.text
    assert "made-up-secret" not in caplog.text


def test_renewing_ahead_never_swaps_the_user(users: StubServer) -> None:
    clock = FakeClock()
    with clocked(users, clock) as cube:
        cube.users.get(7)
        clock.advance(6900)
        users.lifetime = 300
        cube.users.get(7)
        users.user = user_json(8)
        for _ in range(3):
            cube.users.get(7)
            assert users.seen[-1].token == f"{1:036X}"
        assert users.created == 2
        clock.advance(300)
        with pytest.raises(SessionExpired, match="another user"):
            cube.users.get(7)


def test_a_guest_at_the_cap_stays_to_the_end_and_then_says_so(users: StubServer) -> None:
    clock = FakeClock()
    with clocked(users, clock, Identity(Guest("Arthur"))) as cube:
        cube.users.get(7)
        clock.advance(7000)
        users.lifetime = 200
        cube.users.get(7)
        clock.advance(200)
        users.forget_sessions()
        with pytest.raises(SessionExpired, match="a new one would be another user") as caught:
            cube.users.get(7)
        assert caught.value.status == 401
        assert users.created == 1


# Failures


def test_nobody_asks_again_within_a_step(users: StubServer) -> None:
    clock = FakeClock()
    users.always("POST", "/session", BUSY)
    with clocked(users, clock) as cube:
        for asked, step in enumerate((1, 2, 4, 8, 16, 32, 60, 60), 1):
            first = fails(cube)
            clock.advance(step - 0.01)
            again = fails(cube)
            assert users.count("POST", "/session") == asked
            assert isinstance(again, ServerError)
            assert again is not first
            assert str(again) == str(first)
            clock.advance(0.01)


def test_a_step_is_as_long_as_the_service_asks(users: StubServer) -> None:
    clock = FakeClock()
    users.once("POST", "/session", Reply(429, {"errors": ["x"]}, headers={"Retry-After": "90"}))
    with clocked(users, clock) as cube:
        assert isinstance(fails(cube), RateLimited)
        clock.advance(89)
        assert isinstance(fails(cube), RateLimited)
        assert users.count("POST", "/session") == 1
        clock.advance(1)
        cube.users.get(7)


def test_a_success_ends_the_steps(users: StubServer) -> None:
    clock = FakeClock()
    with clocked(users, clock) as cube:
        for _ in range(2):
            users.once("POST", "/session", BUSY)
            fails(cube)
            clock.advance(1)
            cube.users.get(7)
            users.forget_sessions()
        assert users.created == 2


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (REFUSED, InvalidCredentials),
        (Reply(422, {"errors": {"password": ["cannot be blank"]}}), ValidationError),
        (Reply(422, {"errors": ["Unexpected signature"]}), ValidationError),
    ],
)
def test_refused_credentials_are_not_sent_again(
    users: StubServer, reply: Reply, kind: type[ConnectyCubeError]
) -> None:
    clock = FakeClock()
    users.once("POST", "/session", reply)
    with clocked(users, clock) as cube:
        for _ in range(3):
            assert isinstance(fails(cube), kind)
            clock.advance(10**9)
        assert users.count("POST", "/session") == 1
        cube.create_session(ARTHUR)  # asked for in so many words
        cube.users.get(7)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(422, {"errors": {"timestamp": ["invalid timestamp"]}}), ValidationError),
        (Reply(422, {"errors": {"nonce": ["must be unique"]}}), ValidationError),
        (
            Reply(422, {"errors": {"base": [
                'Custom Identity Provider responded with an error = "". Status code = 502'
            ]}}),
            ValidationError,
        ),
        (Reply(404, {"errors": ["User not found"]}), NotFound),
        (Reply(201, {"session": 7}), UnexpectedResponseError),
    ],
)  # fmt: skip
def test_what_time_can_mend_is_tried_again(
    users: StubServer, reply: Reply, kind: type[ConnectyCubeError]
) -> None:
    clock = FakeClock()
    users.once("POST", "/session", reply)
    with clocked(users, clock) as cube:
        assert isinstance(fails(cube), kind)
        clock.advance(1)
        cube.users.get(7)


def test_what_was_never_sent_is_no_failure_of_the_service(users: StubServer) -> None:
    no_text: Any = 7  # what callers without a type checker may give
    broken = Identity(Facebook(no_text))
    with clocked(users, FakeClock(), broken) as cube:
        for _ in range(2):
            assert isinstance(fails(cube), InvalidArgument)
        assert users.seen == []
        cube.create_session(ARTHUR)
        cube.users.get(7)


def test_a_changed_password_is_tried_at_once(users: StubServer) -> None:
    with clocked(users, FakeClock()) as cube:
        users.always("PUT", "/users/7", Reply(200, {"user": user_json(7)}))
        cube.users.get(7)
        users.once("POST", "/session", REFUSED)
        users.once("PUT", "/users/7", Reply(401, LOST))
        with pytest.raises(InvalidCredentials):
            cube.users.change_password(old="42424242", new="43434343")
        state = cube._core.sessions.state
        state.replace_credentials(ARTHUR, Password(login="arthur", password="43434343"))
        cube.users.get(7)
        assert users.seen[-2].json["user"]["password"] == "43434343"


def test_a_user_made_anew_is_not_asked_for_twice(users: StubServer) -> None:
    with clocked(users, FakeClock()) as cube:
        cube.users.get(7)
        users.forget_sessions()
        users.user = user_json(8)
        for _ in range(3):
            with pytest.raises(SessionExpired, match="another user"):
                cube.users.get(7)
        assert users.created == 2


# From what


def fresh_tokens(given: list[str]) -> Identity:
    def renew() -> CustomIdentity:
        given.append(f"fresh-{len(given)}")
        return CustomIdentity(given[-1])

    return Identity(CustomIdentity("first"), renew=renew)


def logins(stub: StubServer) -> list[str]:
    return [each.json["user"]["login"] for each in stub.seen if each.path == "/session"]


def test_a_used_token_is_replaced_before_the_service_is_asked(users: StubServer) -> None:
    given: list[str] = []
    with clocked(users, FakeClock(), fresh_tokens(given)) as cube:
        for _ in range(3):
            cube.users.get(7)
            users.forget_sessions()
        assert logins(users) == ["first", "fresh-0", "fresh-1"]


def test_a_token_refused_at_first_is_replaced_once(users: StubServer) -> None:
    given: list[str] = []
    clock = FakeClock()
    users.once("POST", "/session", REFUSED, REFUSED, REFUSED)
    with clocked(users, clock, fresh_tokens(given)) as cube:
        for _ in range(2):
            assert isinstance(fails(cube), InvalidCredentials)
        assert given == ["fresh-0"]
        clock.advance(1)
        # The next step asks for another one, instead of giving up for good.
        assert isinstance(fails(cube), InvalidCredentials)
        clock.advance(2)
        cube.users.get(7)
        assert logins(users) == ["first", "fresh-0", "fresh-1", "fresh-2"]


def test_a_refused_password_is_asked_for_and_an_accepted_one_is_not(
    users: StubServer,
) -> None:
    def renew() -> Password:
        return Password(login="arthur", password="from the vault")

    with clocked(users, FakeClock(), Identity(ARTHUR, renew=renew)) as cube:
        cube.users.get(7)
        users.forget_sessions()
        cube.users.get(7)
        users.forget_sessions()
        users.once("POST", "/session", REFUSED)
        cube.users.get(7)
        sent = [each.json["user"] for each in users.seen if each.path == "/session"]
        old, new = ARTHUR.login_fields(), renew().login_fields()
        assert sent == [old, old, old, new]


def test_a_token_taken_in_can_be_followed_by_credentials(users: StubServer) -> None:
    with clocked(users, FakeClock()) as cube:
        session = cube.create_session(ARTHUR)
        taken = cube.as_user(session, renew=lambda: ARTHUR)
        assert (taken.users.get(7)).id == 7
        assert taken.session is not None
        assert taken.session.user_id == 7
        users.forget_sessions()
        taken.users.get(7)
        users.forget_sessions()
        users.user = user_json(8)
        with pytest.raises(SessionExpired, match="another user"):
            taken.users.get(7)


def test_what_is_not_credentials_is_refused(users: StubServer) -> None:
    def renew() -> object:
        return "a token"

    with clocked(users, FakeClock(), Identity(taken_in=True, renew=renew)) as cube:
        with pytest.raises(InvalidArgument, match="a str"):
            cube.users.get(7)
    assert users.seen == []


def test_an_error_of_the_callers_own_comes_out_as_it_is(users: StubServer) -> None:
    def renew() -> Password:
        raise KeyError("vault")

    identity = Identity(Facebook("used"), renew=renew, used=True)
    with clocked(users, FakeClock(), identity) as cube, pytest.raises(KeyError):
        cube.users.get(7)
    assert users.seen == []


def test_a_token_refused_the_second_time_says_what_to_do(users: StubServer) -> None:
    with clocked(users, FakeClock(), Identity(CustomIdentity("once"))) as cube:
        cube.users.get(7)
        users.forget_sessions()
        users.once("POST", "/session", REFUSED)
        for _ in range(2):
            with pytest.raises(SessionExpired, match="give renew=") as caught:
                cube.users.get(7)
            assert "once" not in str(caught.value).split()
        assert logins(users) == ["once", "once"]


def test_login_and_create_session_take_the_callback_as_well(users: StubServer) -> None:
    users.always("POST", "/login", Reply(202, {"user": user_json(7)}))
    used, fresh = Facebook("used"), Facebook("fresh")
    with clocked(users, FakeClock(), Identity()) as cube:
        cube.login(used, renew=lambda: fresh)
        users.forget_sessions()
        cube.users.get(7)
        cube.create_session(used, renew=lambda: fresh)
        users.forget_sessions()
        cube.users.get(7)
        keys = [each.json.get("keys") for each in users.seen if each.path == "/session"]
        assert [each and each["token"] for each in keys] == [None, "fresh", "used", "fresh"]


# Handing out and taking in


def test_a_session_tells_when_it_ends_by_the_local_clock(users: StubServer) -> None:
    clock = FakeClock()
    with clocked(users, clock) as cube:
        session = cube.create_session(ARTHUR)
        assert session.expires_at is not None
        assert session.expires_at.timestamp() == clock() + 7200
        clock.advance(100)
        cube.users.get(7)
        later = cube.session
        assert later == session
        assert later is not None
        assert later.expires_at is not None
        assert later.expires_at.timestamp() == clock() + 7200
        taken = cube.as_user(later, renew=lambda: ARTHUR)
        assert taken.session == later
        clock.advance(7200)
        taken.users.get(7)  # known to have ended: renewed without asking
        assert users.count("GET", "/users/7") == 2


def test_a_streamed_call_says_what_to_do_as_well(users: StubServer) -> None:
    users.always("GET", "/x", Reply(401, LOST))
    request = Request(method="GET", url="/x", security=(("sessionToken",),))
    with clocked(users, FakeClock(), Identity(Guest("Arthur"))) as cube:
        with pytest.raises(SessionExpired, match="another user") as caught:
            with cube._core.sessions.stream(request):
                pass
        assert caught.value.status == 401
