"""Users looked up one by one, found in lists, and counted."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.wrappers.recorded_mock import recorded_mock
from tests.wrappers.stub import Reply, StubServer, user_json
from tests.wrappers.worlds import MockWorld, somebody, stub_options
from wrappers import (
    AsyncConnectyCube,
    CustomIdentity,
    Guest,
    InvalidArgument,
    InvalidCustomData,
    InvalidFilter,
    NeedUser,
    NotFound,
    User,
    ValidationError,
)

pytestmark = pytest.mark.anyio


async def people(cube: AsyncConnectyCube, number: int, **fields: Any) -> list[User]:
    """Sign up some users who are alike."""
    made: list[User] = []
    for _ in range(number):
        who = somebody()
        made.append(
            await cube.users.sign_up(login=who.login or "", password=who.password, **fields)
        )
    return made


def ids(users: list[User]) -> list[int]:
    return [user.id for user in users]


async def test_looking_up_by_every_key(mock: MockWorld) -> None:
    key = secrets.token_hex(8)
    async with AsyncConnectyCube(**mock.options) as cube:
        (user,) = await people(
            cube,
            1,
            email=f"{key}@example.com",
            phone=f"+44{key}",
            external_id=f"a/{key} ü",
            facebook_id=f"f{key}",
            twitter_id=f"t{key}",
        )
        users = cube.users
        assert await users.get_by_login(user.login or "") == user
        assert await users.get_by_email(f"{key}@EXAMPLE.com") == user
        assert await users.get_by_phone(f"+44{key}") == user
        assert await users.get_by_external_id(f"a/{key} ü") == user
        assert await users.get_by_facebook_id(f"f{key}") == user
        assert await users.get_by_twitter_id(f"t{key}") == user


@pytest.mark.parametrize(
    "call",
    [
        "get_by_login",
        "get_by_email",
        "get_by_phone",
        "get_by_external_id",
        "get_by_facebook_id",
        "get_by_twitter_id",
    ],
)
async def test_who_is_not_there(mock: MockWorld, call: str) -> None:
    async with AsyncConnectyCube(**mock.options) as cube:
        with pytest.raises(NotFound) as caught:
            await getattr(cube.users, call)("nobody@example.com")
        assert caught.value.errors == ("User not found",)
        for unspeakable in ("", "a\nb", "\ud800", "x" * 1001, 51):
            with pytest.raises(InvalidFilter):
                await getattr(cube.users, call)(unspeakable)


@pytest.mark.parametrize("dots", [".", ".."])
async def test_an_external_id_that_would_be_another_path(mock: MockWorld, dots: str) -> None:
    async with AsyncConnectyCube(**mock.options) as cube:
        with pytest.raises(InvalidFilter, match="dots"):
            await cube.users.get_by_external_id(dots)


async def test_finding_by_full_name_over_all_pages(mock: MockWorld) -> None:
    name = f"Marvin {secrets.token_hex(4)}"
    async with AsyncConnectyCube(**mock.options) as cube:
        made = await people(cube, 5, full_name=name)
        found = await cube.users.find_by_full_name(name, limit=2)
        assert found.total == 5
        assert [user.id async for user in found] == ids(made)
        numbers = [(page.number, page.offset, len(page)) async for page in found.pages()]
        assert numbers == [(1, 0, 2), (2, 2, 2), (3, 4, 1)]
        nobody = await cube.users.find_by_full_name(f"not {name}")
        assert nobody.total == 0
        assert [user.id async for user in nobody] == []


async def test_finding_by_phones(mock: MockWorld) -> None:
    phones = [f"+44{secrets.token_hex(4)}" for _ in range(3)]
    async with AsyncConnectyCube(**mock.options) as cube:
        made = [(await people(cube, 1, phone=phone))[0] for phone in phones]
        found = await cube.users.find_by_phones([*phones, "+441"], limit=2)
        assert found.total == 3
        assert [user.id async for user in found] == ids(made)


async def test_more_phones_than_one_request_can_ask_for(mock: MockWorld) -> None:
    shared, alone, last = (f"+44{secrets.token_hex(4)}" for _ in range(3))
    nobodys = [f"+1{number}" for number in range(300)]
    async with AsyncConnectyCube(**mock.options) as cube:
        sharers = await people(cube, 3, phone=shared)
        others = [(await people(cube, 1, phone=phone))[0] for phone in (last, alone)]
        phones = [shared, shared, *nobodys[:99], *nobodys, alone, last]
        found = await cube.users.find_by_phones(phones, limit=2)
        assert found.total == 5
        assert [user.id async for user in found] == ids([*sharers, *others])
        pages = [page async for page in found.pages()]
        assert [(page.number, page.offset, len(page)) for page in pages] == [
            (1, 0, 2), (2, 2, 1), (3, 3, 0), (4, 3, 0), (5, 3, 2),
        ]  # fmt: skip
        assert {page.total for page in pages} == {5}
        with pytest.raises(InvalidFilter, match="at least one"):
            await cube.users.find_by_phones([])


async def test_finding_by_any_of_some_tags(mock: MockWorld) -> None:
    one, two = (f"tag{secrets.token_hex(4)}" for _ in range(2))
    async with AsyncConnectyCube(**mock.options) as cube:
        made = [
            *await people(cube, 2, tags=[one]),
            *await people(cube, 2, tags=[two]),
            *await people(cube, 1, tags=[one, two]),
        ]
        found = await cube.users.find_by_tags([one, two], limit=2)
        assert found.total == 5
        assert [user.id async for user in found] == ids(made)
        with pytest.raises(InvalidFilter, match="comma"):
            await cube.users.find_by_tags(["a,b"])
        with pytest.raises(InvalidFilter, match="at most 100"):
            await cube.users.find_by_tags(["a"] * 101)


async def test_finding_by_filters(mock: MockWorld) -> None:
    tag = f"tag{secrets.token_hex(4)}"
    async with AsyncConnectyCube(**mock.options) as cube:
        made = await people(cube, 7, tags=[tag], full_name=f"dive {tag}")
        find = cube.users.find
        newest_first = await find(user_tags=tag, sort="-id", limit=3)
        assert newest_first.total == 7
        assert [user.id async for user in newest_first] == ids(made)[::-1]
        # The service answers a start of a text in pages of five.
        started = await find(full_name__start_with=f"dive {tag}", id__nin=[made[0].id], sort="id")
        assert len(started.first) == 5
        assert [user.id async for user in started] == ids(made)[1:]
        skipped = await find(user_tags__in=[tag], offset=5, limit=1)
        assert [user.id async for user in skipped] == ids(made)[5:]
        long_ago = datetime.now(UTC) - timedelta(days=400)
        found = await find(
            full_name__start_with=f"dive {tag}", created_at__gt=long_ago, sort="-created_at"
        )
        assert {user.id async for user in found} == {*ids(made)}
        moments = [user.created_at or long_ago async for user in found]
        assert moments == sorted(moments, reverse=True)
        assert (await find(user_tags=tag, created_at__gt=long_ago)).total == 7
        assert (await find(user_tags=tag, created_at__lt=int(long_ago.timestamp()))).total == 0
        assert (await find(id=made[0].id, user_tags__nin=[])).total == 1


async def test_finding_by_filters_that_break_a_rule(stub: StubServer) -> None:
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        with pytest.raises(InvalidFilter, match="take") as caught:
            await cube.users.find(login__nin=["a"])
        assert (caught.value.rule, caught.value.argument) == ("nin_alone", None)
        assert stub.seen == []


async def test_who_is_online(mock: MockWorld) -> None:
    async with AsyncConnectyCube(**mock.options) as cube:
        here: list[int | None] = []
        for _ in range(3):
            session = await cube.as_user(somebody()).create_session(somebody())
            here.append(session.user_id)
            await cube.as_user(session.token).get_session()
        count = await cube.users.online_count()
        online = await cube.users.online(limit=2)
        ids = [user.id async for user in online]
        assert count >= 3
        assert online.total >= 3
        assert {user_id for user_id in here if user_id} <= set(ids)
        assert len(ids) == len(set(ids))


async def test_many_users_by_their_ids(mock: MockWorld) -> None:
    async with AsyncConnectyCube(**mock.options) as cube:
        one, two, three = await people(cube, 3)
        found = await cube.users.get_many([three.id, 2**62, one.id, three.id, 2**62 + 1])
        assert [*found] == [three, one, three]
        assert found.missing == (2**62, 2**62 + 1)
        assert (found[0], found[1:], len(found)) == (three, (one, three), 3)
        assert two not in found
        nobody = await cube.users.get_many(())
        assert (len(nobody), nobody.missing) == (0, ())
        wrong: list[Any] = [[0], [2**63], ["7"], [True], "77", None]
        for user_ids in wrong:
            with pytest.raises(InvalidFilter):
                await cube.users.get_many(user_ids)


async def test_many_ids_go_out_a_hundred_at_a_time() -> None:
    with recorded_mock() as mock:
        async with AsyncConnectyCube(
            app_id=1, auth_key="dev-auth-key", base_url=mock.base_url
        ) as cube:
            (user,) = await people(cube, 1)
            wanted = [*range(10**9, 10**9 + 950), user.id]
            found = await cube.users.get_many(wanted + wanted)
        asked = [each.query.count(b"id%5Bin%5D%5B%5D=") for each in mock.arrived]
    assert [*found] == [user, user]
    assert found.missing == tuple(wanted[:-1])
    assert sorted(filter(None, asked)) == [51] + [100] * 9


async def test_one_unreadable_user_is_neither_lost_nor_missing(stub: StubServer) -> None:
    items: list[object] = [
        user_json(7),
        {"id": 8, "login": 8},
        {"user": {"id": 9, "login": []}},
        "odd",
        {},
    ]
    page: object = {"limit": 100, "skip": 0, "total_entries": 5, "items": items}
    stub.always("GET", "/users/v2", Reply(200, page))
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        found = await cube.users.get_many([7, 8, 9, 10])
    assert [user.id for user in found] == [7]
    assert found.missing == (10,)
    assert len(found.unreadable) == 4
    assert "odd" not in repr(found)


async def test_mailing_a_link_to_reset_the_password(mock: MockWorld) -> None:
    email = f"{secrets.token_hex(8)}@example.com"
    async with AsyncConnectyCube(**mock.options) as cube:
        await people(cube, 1, email=email)
        await cube.users.reset_password(email)
        mail = mock.server.mailbox.latest(email)
        assert mail is not None
        assert mail.link.startswith(f"{mock.server.base_url}/__reset__/")
        with pytest.raises(NotFound):
            await cube.users.reset_password(f"not-{email}")
        with pytest.raises(ValidationError):
            await cube.users.reset_password("a\0b@example.com")
        wrong: Any = 7
        with pytest.raises(InvalidArgument):
            await cube.users.reset_password(wrong)


async def test_what_the_chat_wants(mock: MockWorld) -> None:
    credentials = somebody()
    async with AsyncConnectyCube(**mock.options) as cube:
        with pytest.raises(NeedUser):
            await cube.chat_credentials()
        session = await cube.create_session(credentials)
        chat = await cube.chat_credentials()
        assert chat.jid == f"{session.user_id}-1@chat.connectycube.com"
        assert chat.password == credentials.password
        assert credentials.password not in repr(chat)
        await cube.users.change_password(old=credentials.password, new="another-password")
        assert (await cube.chat_credentials()).password == "another-password"
        # Whoever has the token alone knows no password.
        taken_in = await cube.as_user(session.token).chat_credentials()
        assert (taken_in.jid, taken_in.password) == (chat.jid, session.token)
        guest = cube.as_user(Guest("Arthur"))
        assert (await guest.chat_credentials()).password == (await guest.get_session()).token


async def test_the_chat_password_of_an_identity_providers_user(stub: StubServer) -> None:
    stub.user = user_json(7)
    async with AsyncConnectyCube(**stub_options(stub.base_url)) as cube:
        session = await cube.create_session(CustomIdentity("a-token", password="not-the-chats"))
        chat = await cube.chat_credentials()
    assert (chat.jid, chat.password) == ("7-1@chat.connectycube.com", session.token)


async def test_changing_keys_of_custom_data(mock: MockWorld) -> None:
    async with AsyncConnectyCube(**mock.options) as cube:
        await cube.create_session(somebody())
        await cube.users.update(custom_data={"towel": True, "avatar_uid": "A1"})
        user = await cube.users.update_custom_data(planet="Earth", towel=None)
        assert user.custom_data == '{"avatar_uid":"A1","planet":"Earth"}'
        user = await cube.users.update_custom_data(planet={"old": "Earth"})
        assert user.custom_data == '{"avatar_uid":"A1","planet":{"old":"Earth"}}'
        assert user.parse_custom_data() == {"avatar_uid": "A1", "planet": {"old": "Earth"}}
        # A client that only has the token can do so as well; keys need not be names.
        taken_in = cube.as_user(cube.session.token if cube.session else "")
        user = await taken_in.users.update_custom_data(
            {"home-town": "x", "planet": None}, timeout=9
        )
        assert user.custom_data == '{"avatar_uid":"A1","home-town":"x"}'
        with pytest.raises(InvalidArgument, match="at least one"):
            await cube.users.update_custom_data()
        with pytest.raises(InvalidArgument, match="JSON"):
            await cube.users.update_custom_data(x=object())
        await cube.users.update(custom_data="my own notes")
        with pytest.raises(InvalidCustomData):
            await cube.users.update_custom_data(x=1)
        assert cube.session is not None
        read = await cube.users.get(cube.session.user_id or 0)
        assert read.custom_data == "my own notes"
        with pytest.raises(InvalidCustomData):
            read.parse_custom_data()


async def test_custom_data_needs_a_user(mock: MockWorld) -> None:
    async with AsyncConnectyCube(**mock.options) as cube:
        with pytest.raises(NeedUser):
            await cube.users.update_custom_data(x=1)
