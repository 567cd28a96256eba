"""Sessions: made on demand, upgraded, renewed, replayed once, ended."""

from __future__ import annotations

import pytest

from generated_client import AsyncClient
from generated_client.api.users import get_user
from mock_server import Settings, running
from tests.wrappers.clocks import FakeClock
from tests.wrappers.stub import LOST, Reply, Seen, StubServer, session_json, user_json
from tests.wrappers.worlds import MockWorld, somebody, stub_options
from wrappers import (
    AsyncConnectyCube,
    ClientClosed,
    CustomIdentity,
    Guest,
    InvalidArgument,
    InvalidCredentials,
    NeedUser,
    NotFound,
    Password,
    ServerError,
    Session,
    SessionExpired,
    ValidationError,
)
from wrappers._async.core import AsyncCore
from wrappers._async.httpx2_transport import AsyncHttpx2Transport
from wrappers._configuration import Application
from wrappers._identity import Identity
from wrappers._session_state import Clocks

pytestmark = pytest.mark.anyio


def clocked(stub: StubServer, clock: FakeClock) -> AsyncConnectyCube:
    """A client whose time stands still unless told otherwise."""
    settled = Application(app_id=1, auth_key="made-up-key", base_url=stub.base_url)
    adapter = AsyncHttpx2Transport(stub.base_url)
    clocks = Clocks(monotonic=clock, wall=clock)
    return AsyncConnectyCube._over(AsyncCore(settled, adapter, Identity(), clocks=clocks))


def current(cube: AsyncConnectyCube) -> Session | None:
    """The present session, asked for anew: type checkers think that it cannot change."""
    return cube.session


# Against the mock server


async def test_an_app_session_appears_with_the_first_call(mock: MockWorld) -> None:
    async with AsyncConnectyCube(**mock.options) as cube:
        assert current(cube) is None
        with pytest.raises(NotFound):
            await cube.users.get(9_999_999)
        first = current(cube)
        assert first is not None
        assert first.user_id is None
        again = await cube.create_session()
        assert (again.user_id, again.user) == (None, None)
        assert again.token != first.token


async def test_creating_a_user_session_makes_the_user_on_the_fly(mock: MockWorld) -> None:
    credentials = somebody()
    async with AsyncConnectyCube(**mock.options) as cube:
        session = await cube.create_session(credentials)
        assert session == cube.session
        assert session.user is not None
        assert session.user.login == credentials.login
        assert session.user_id == session.user.id
        assert (await cube.get_session()).user_id == session.user_id


async def test_an_email_signs_in_as_a_login_does(mock: MockWorld) -> None:
    who = somebody()
    email = f"{who.login}@example.com"
    by_email = Password(email=email, password=who.password)
    async with AsyncConnectyCube(**mock.options) as cube:
        user = await cube.users.sign_up(login=who.login or "", email=email, password=who.password)
        assert (await cube.create_session(by_email)).user_id == user.id
        assert (await cube.as_user(by_email).get_session()).user_id == user.id
        await cube.create_session()
        assert (await cube.login(by_email)).id == user.id


async def test_nobody_is_made_on_the_fly_where_the_app_denies_it() -> None:
    known, unknown = somebody(), somebody()
    with running(Settings(port=0, create_users_on_session=False)) as server:
        async with AsyncConnectyCube(**MockWorld(server).options) as cube:
            user = await cube.users.sign_up(login=known.login or "", password=known.password)
            for sign_in in (cube.create_session, cube.login):
                with pytest.raises(NotFound):
                    await sign_in(unknown)
            assert (await cube.login(known)).id == user.id
            assert (await cube.create_session(known)).user_id == user.id
            with pytest.raises(NotFound):
                await cube.users.get_by_login(unknown.login or "")


async def test_login_upgrades_the_session_and_logout_takes_it_back(mock: MockWorld) -> None:
    credentials = somebody()
    async with AsyncConnectyCube(**mock.options) as cube:
        await cube.users.sign_up(login=credentials.login or "", password=credentials.password)
        before = cube.session
        user = await cube.login(credentials)
        assert before is not None
        assert cube.session is not None
        assert cube.session.token == before.token
        assert cube.session.user == user
        await cube.logout()
        assert cube.session.token == before.token
        assert cube.session.user_id is None
        assert (await cube.get_session()).user_id is None
        with pytest.raises(NeedUser):
            await cube.users.update(full_name="nobody")


async def test_a_wrong_password_is_said_so_and_the_session_stays(mock: MockWorld) -> None:
    credentials = somebody()
    wrong = Password(login=credentials.login, password="not the password")
    async with AsyncConnectyCube(**mock.options) as cube:
        session = await cube.create_session(credentials)
        with pytest.raises(InvalidCredentials) as caught:
            await cube.create_session(wrong)
        assert (caught.value.status, caught.value.errors) == (401, ("Invalid password",))
        with pytest.raises(InvalidCredentials):
            await cube.login(wrong)
        assert cube.session == session


async def test_a_wrong_secret_is_a_validation_error(mock: MockWorld) -> None:
    options = mock.options
    options["auth_secret"] = "not the secret"
    async with AsyncConnectyCube(**options) as cube:
        with pytest.raises(ValidationError, match="Unexpected signature"):
            await cube.create_session()


async def test_a_destroyed_session_is_dead_and_the_next_call_makes_an_app_session(
    mock: MockWorld,
) -> None:
    async with AsyncConnectyCube(**mock.options) as cube:
        session = await cube.create_session(somebody())
        handed_out = cube.as_user(session.token)
        await cube.destroy_session()
        assert current(cube) is None
        await cube.destroy_session()  # nothing to do
        with pytest.raises(SessionExpired):
            await handed_out.get_session()
        again = await cube.get_session()
        assert again.user_id is None
        assert again.token != session.token


async def test_children_have_sessions_of_their_own(mock: MockWorld) -> None:
    async with AsyncConnectyCube(**mock.options) as cube:
        one, two = cube.as_user(somebody()), cube.as_user(Guest("Arthur"))
        ids = {(await each.get_session()).user_id for each in (one, two)}
        assert len(ids) == 2
        assert None not in ids
        assert two.session is not None
        assert two.session.user is not None
        assert two.session.user.is_guest
        assert (await cube.get_session()).user_id is None


async def test_a_session_can_be_handed_out_and_taken_in(mock: MockWorld) -> None:
    credentials = somebody()
    async with AsyncConnectyCube(**mock.options) as cube, AsyncConnectyCube(**mock.options) as web:
        session = await cube.create_session(credentials)
        mobile = web.as_user(session.token)
        taken_in = current(mobile)
        assert taken_in is not None
        assert taken_in.user_id is None  # not asked yet
        user = await mobile.users.update(full_name="Ford")
        assert user.id == session.user_id
        known = current(mobile)
        assert known is not None
        assert known.user_id == session.user_id
        await mobile.logout()
        assert (await mobile.get_session()).user_id is None


async def test_closing_a_child_leaves_the_parent_at_work(mock: MockWorld) -> None:
    async with AsyncConnectyCube(**mock.options) as cube:
        await cube.get_session()
        async with cube.as_user(somebody()) as child:
            await child.get_session()
        with pytest.raises(ClientClosed):
            await child.get_session()
        orphan = cube.as_user(somebody())
        await cube.get_session()
    with pytest.raises(ClientClosed):
        await orphan.get_session()
    with pytest.raises(ClientClosed):
        await cube.get_session()


# Renewal, against a server that forgets


async def test_a_lost_session_is_replaced_and_the_call_replayed(stub: StubServer) -> None:
    stub.always("GET", "/users/7", Reply(200, {"user": user_json()}))
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        await cube.users.get(7)
        stub.forget_sessions()
        assert (await cube.users.get(7)).id == 7
        assert (stub.created, stub.count("GET", "/users/7")) == (2, 3)
        tokens = [each.token for each in stub.seen if each.path == "/users/7"]
        assert tokens[1] == tokens[0] != tokens[2]


async def test_a_call_is_replayed_once_only(stub: StubServer) -> None:
    stub.once("GET", "/users/7", Reply(401, LOST), Reply(401, LOST))
    stub.always("GET", "/users/7", Reply(200, {"user": user_json()}))
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        with pytest.raises(SessionExpired) as caught:
            await cube.users.get(7)
        assert caught.value.status == 401
        assert (stub.created, stub.count("GET", "/users/7")) == (2, 2)
        assert (await cube.users.get(7)).id == 7  # with a third session


async def test_other_refusals_are_not_replayed(stub: StubServer) -> None:
    stub.once("GET", "/users/7", Reply(401, {"errors": ["Unauthorized"]}), Reply(503))
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        for status in (401, 503):
            with pytest.raises(Exception, match=str(status)):
                await cube.users.get(7)
        assert (stub.created, stub.count("GET", "/users/7")) == (1, 2)


async def test_calls_on_the_generated_client_renew_as_well(stub: StubServer) -> None:
    stub.always("GET", "/users/7", Reply(200, {"user": user_json()}))
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        direct = AsyncClient(transport=cube._core.sessions)
        await get_user.asyncio(7, client=direct)
        stub.forget_sessions()
        response = await get_user.asyncio_detailed(7, client=direct)
        assert response.status == 200
        own = direct.with_credentials({"sessionToken": "a token of the caller's"})
        assert (await get_user.asyncio_detailed(7, client=own)).status == 401
        assert stub.created == 2


async def test_expiry_slides_by_the_servers_clock(stub: StubServer) -> None:
    stub.always("GET", "/users/7", Reply(200, {"user": user_json()}))
    clock = FakeClock()
    async with clocked(stub, clock) as cube:
        await cube.users.get(7)
        for _ in range(3):
            clock.advance(7199)
            await cube.users.get(7)
        assert stub.created == 1
        clock.advance(7200)
        await cube.users.get(7)
        assert stub.created == 2
        # It was known beforehand: no request went out with the old token.
        assert stub.count("GET", "/users/7") == 5


async def test_without_the_headers_only_the_service_ends_a_session(stub: StubServer) -> None:
    stub.lifetime = None
    stub.always("GET", "/users/7", Reply(200, {"user": user_json()}))
    clock = FakeClock()
    async with clocked(stub, clock) as cube:
        await cube.users.get(7)
        clock.advance(10**9)
        await cube.users.get(7)
        assert stub.created == 1


async def test_renewal_signs_the_user_in_again(stub: StubServer) -> None:
    stub.user = user_json(7)
    stub.always("POST", "/login", Reply(202, {"user": user_json(7)}))
    stub.always("GET", "/users/7", Reply(200, {"user": user_json()}))
    credentials = Password(email="arthur@example.com", password="42424242")
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        await cube.login(credentials)
        stub.forget_sessions()
        await cube.users.get(7)
        assert cube.session is not None
        assert cube.session.user_id == 7
        assert stub.seen[-2].json["user"] == credentials.login_fields()


async def test_after_logout_renewal_is_the_applications(stub: StubServer) -> None:
    stub.always("POST", "/login", Reply(202, {"user": user_json(7)}))
    stub.always("DELETE", "/login", Reply())
    stub.always("GET", "/users/7", Reply(200, {"user": user_json()}))
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        await cube.login(CustomIdentity("an external token"))
        await cube.logout()
        stub.forget_sessions()
        await cube.users.get(7)
        assert "user" not in stub.seen[-2].json


async def test_logging_out_of_what_has_ended_is_done_without_renewing(stub: StubServer) -> None:
    stub.user = user_json(7)
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        await cube.logout()  # nobody, nothing sent
        assert stub.seen == []
        for end in (cube.logout, cube.destroy_session):
            await cube.create_session(Password(login="arthur", password="42424242"))
            stub.forget_sessions()
            await end()
            assert cube.session is None
        assert stub.created == 2


async def test_logging_out_that_fails_leaves_the_user_signed_in(stub: StubServer) -> None:
    stub.user = user_json(7)
    stub.once("DELETE", "/login", Reply(503))
    stub.once("DELETE", "/session", Reply(503))
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        session = await cube.create_session(Password(login="arthur", password="42424242"))
        for end in (cube.logout, cube.destroy_session):
            with pytest.raises(ServerError):
                await end()
        assert cube.session == session


async def test_a_token_taken_in_cannot_be_renewed(stub: StubServer) -> None:
    stub.always("GET", "/users/7", Reply(200, {"user": user_json()}))
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        session = await cube.create_session()
        taken = cube.as_user(session.token)
        await taken.users.get(7)
        stub.forget_sessions()
        with pytest.raises(SessionExpired, match="take in a new token") as said:
            await taken.users.get(7)
        assert said.value.status == 401
        before = len(stub.seen)
        with pytest.raises(SessionExpired, match="take in a new token") as known:
            await taken.users.get(7)
        assert known.value.status is None
        assert len(stub.seen) == before
        assert stub.created == 1


async def test_a_guest_is_never_renewed_into_another_guest(stub: StubServer) -> None:
    stub.user = user_json(7, is_guest=True)
    stub.always("GET", "/users/7", Reply(200, {"user": user_json()}))
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        guest = cube.as_user(Guest("Arthur"))
        await guest.users.get(7)
        stub.forget_sessions()
        for _ in range(2):
            with pytest.raises(SessionExpired):
                await guest.users.get(7)
        assert stub.created == 1
        await guest.create_session(Guest("Arthur"))
        await guest.users.get(7)


async def test_a_guest_cannot_upgrade_a_session(stub: StubServer) -> None:
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        with pytest.raises(InvalidArgument, match="session of its own"):
            await cube.login(Guest("Arthur"))
        assert stub.seen == []


async def test_renewal_never_swaps_the_user(stub: StubServer) -> None:
    stub.user = user_json(7)
    stub.always("GET", "/users/7", Reply(200, {"user": user_json()}))
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        arthur = cube.as_user(Password(login="arthur", password="42424242"))
        await arthur.users.get(7)
        stub.forget_sessions()
        stub.user = user_json(8)  # deleted meanwhile, and made again on the fly
        with pytest.raises(SessionExpired, match="another user"):
            await arthur.users.get(7)
        assert arthur.session is None


async def test_a_login_that_finds_its_session_lost_upgrades_the_new_one(stub: StubServer) -> None:
    stub.always("POST", "/login", Reply(202, {"user": user_json(7)}))
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        await cube.create_session()
        stub.forget_sessions()
        await cube.login(Password(login="arthur", password="42424242"))
        assert cube.session is not None
        assert cube.session.user_id == 7
        assert cube.session.token in stub.tokens


async def test_every_attempt_is_signed_with_a_nonce_of_its_own(stub: StubServer) -> None:
    stub.once("POST", "/session", Reply(503))
    options = stub_options(stub.base_url) | {"auth_secret": "made-up-secret"}
    async with AsyncConnectyCube(**options) as cube:
        with pytest.raises(ServerError):
            await cube.create_session()
        await cube.create_session()
    first, second = (each.json for each in stub.seen)
    assert first["nonce"] != second["nonce"]
    assert first["signature"] != second["signature"]


async def test_a_session_request_carries_no_token(stub: StubServer) -> None:
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        await cube.create_session()
        await cube.create_session()
        assert [each.token for each in stub.seen] == [None, None]


async def test_an_answer_of_another_session_teaches_nothing(stub: StubServer) -> None:
    def another(_: Seen) -> Reply:
        return Reply(200, {"session": session_json("F" * 36, user_json(9))})

    stub.always("GET", "/session", another)
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        session = await cube.create_session()
        assert (await cube.get_session()).user_id == 9
        assert cube.session == session


def test_a_token_that_cannot_be_one_is_refused_without_being_shown() -> None:
    cube = AsyncConnectyCube(app_id=1, auth_key="made-up-key")
    for token in ("", "with space", "with\nline", "ünicode", "x" * 513):
        with pytest.raises(InvalidArgument) as caught:
            cube.as_user(token)
        assert not token or token not in str(caught.value)
