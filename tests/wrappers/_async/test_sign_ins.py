"""Signing in with what providers hand out, against the mock server's real checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.wrappers.providers import ProvidedWorld, firebase_token, provided_world
from wrappers import (
    AsyncConnectyCube,
    Credentials,
    CustomIdentity,
    Facebook,
    FirebaseEmail,
    FirebasePhone,
    SessionExpired,
    Twitter,
    ValidationError,
)

pytestmark = pytest.mark.anyio

PHONE, EMAIL = {"phone_number": "+15550100"}, {"email": "amigo@x.org"}

# How to sign in, and what tells the user afterwards.
KINDS: list[tuple[Callable[[], Credentials], str, str]] = [
    (lambda: FirebasePhone("shop", firebase_token(PHONE)), "phone", "+15550100"),
    (lambda: FirebaseEmail("shop", firebase_token(EMAIL)), "email", "amigo@x.org"),
    (lambda: Facebook("face-token"), "facebook_id", "f1"),
    (lambda: Twitter("tweet", "tweet-secret"), "twitter_id", "t1"),
    (lambda: CustomIdentity("good:17"), "external_id", "17"),
]
NAMES = ["FirebasePhone", "FirebaseEmail", "Facebook", "Twitter", "CustomIdentity"]


@pytest.fixture(scope="module")
def mock() -> Iterator[ProvidedWorld]:
    with provided_world() as world:
        yield world


@pytest.mark.parametrize(("credentials", "name", "value"), KINDS, ids=NAMES)
async def test_a_session_and_a_login(
    mock: ProvidedWorld, credentials: Callable[[], Credentials], name: str, value: str
) -> None:
    async with AsyncConnectyCube(**mock.options) as cube:
        session = await cube.as_user(credentials()).get_session()
        assert session.user is not None
        assert getattr(session.user, name) == value
        before = await cube.create_session()
        assert (await cube.login(credentials())).id == session.user_id
        assert cube.session is not None
        assert cube.session.token == before.token
        chat = await cube.chat_credentials()
        assert chat.jid.startswith(f"{session.user_id}-1@")
        assert chat.password == before.token


@pytest.mark.parametrize(("credentials", "name", "value"), KINDS, ids=NAMES)
async def test_renewal_asks_for_a_fresh_one(
    mock: ProvidedWorld, credentials: Callable[[], Credentials], name: str, value: str
) -> None:
    asked: list[Credentials] = []

    async def renew() -> Credentials:
        asked.append(credentials())
        return asked[-1]

    async with AsyncConnectyCube(**mock.options) as cube:
        user = cube.as_user(credentials(), renew=renew)
        session = await user.get_session()
        assert asked == []
        await cube.as_user(session.token).destroy_session()
        again = await user.get_session()
        assert len(asked) == 1
        assert again.token != session.token
        assert again.user_id == session.user_id
        assert again.user is not None
        assert getattr(again.user, name) == value


@pytest.mark.parametrize("how", ["as_user", "login"])
async def test_a_token_used_up_says_what_to_do(mock: ProvidedWorld, how: str) -> None:
    token = CustomIdentity("good:18")
    async with AsyncConnectyCube(**mock.options) as cube:
        user = cube.as_user(token) if how == "as_user" else cube
        if how == "login":
            await cube.login(token)
        session = await user.get_session()
        await cube.as_user(session.token).destroy_session()
        answering = mock.provider.reply
        mock.provider.reply = lambda: (403, {}, b'{"error": "used"}')
        try:
            before = len(mock.provider.asked)
            for _ in range(2):
                with pytest.raises(SessionExpired, match=r"CustomIdentity token.*give renew="):
                    await user.get_session()
            assert len(mock.provider.asked) - before == 1
        finally:
            mock.provider.reply = answering
        await user.create_session(CustomIdentity("good:18"))
        assert (await user.get_session()).user_id == session.user_id


async def test_an_expired_token_at_the_very_first(mock: ProvidedWorld) -> None:
    old = FirebasePhone("shop", firebase_token(PHONE, expired=True))
    async with AsyncConnectyCube(**mock.options) as cube:
        with pytest.raises(ValidationError, match="Firebase token is refused"):
            await cube.as_user(old).get_session()

        def renew() -> Credentials:
            return FirebasePhone("shop", firebase_token(PHONE))

        session = await cube.as_user(old, renew=renew).get_session()
        assert session.user is not None
        assert session.user.phone == "+15550100"


async def test_a_fresh_one_of_another_user_is_refused(mock: ProvidedWorld) -> None:
    async with AsyncConnectyCube(**mock.options) as cube:
        user = cube.as_user(CustomIdentity("good:19"), renew=lambda: CustomIdentity("good:20"))
        session = await user.get_session()
        await cube.as_user(session.token).destroy_session()
        with pytest.raises(SessionExpired, match="another user"):
            await user.get_session()
