"""What the clients put on the wire is what the contract says, to the last header."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from contract_tests.client.asking import problem
from contract_tests.client.histories import Author
from contract_tests.client.players import generated, wrappers_async, wrappers_sync
from contract_tests.conformity import operation_of
from contract_tests.contract import operations
from contract_tests.recording import Recorded, recording
from contract_tests.server import ServerUnderTest, mock_process
from wrappers import (
    APIError,
    AsyncConnectyCube,
    ConnectyCube,
    Facebook,
    FirebaseEmail,
    FirebasePhone,
    Guest,
    Password,
    Twitter,
)

LENGTH = 50
NOT_OURS = {
    "completeBlobByPost", "deleteUserByExternalId", "downloadBlob", "getUserByPhoneAlias",
    "listUsers", "requestPasswordResetByQuery",
}  # fmt: skip
"""Other spellings of what the wrappers do, and what they have no call for."""


@pytest.fixture(scope="module")
def server() -> Iterator[ServerUnderTest]:
    """A server of these tests' own: histories take the same logins each time."""
    with mock_process() as started:
        yield started


class Everything:
    """Calls everything that the wrappers have, for threads or for tasks."""

    def __init__(self, cube: Any) -> None:
        self.cube = cube

    async def call(self, name: str) -> None:
        """Sign up, and call one thing after another."""
        cube, me = self.cube, Password(login=name, password="a-long-password")
        await self.done(cube.users.sign_up(login=name, password="a-long-password", tags=["a"]))
        await self.done(cube.login(me))
        profile = {"email": f"{name}@x.org", "phone": "55501", "external_id": name}
        profile |= {"facebook_id": f"f{name}", "twitter_id": f"t{name}", "full_name": "Größe & co"}
        user = await self.done(cube.users.update(**profile))
        await self.done(cube.users.update_custom_data({"a": 1}))
        for field in ("login", "email", "phone", "external_id", "facebook_id", "twitter_id"):
            await self.done(getattr(cube.users, f"get_by_{field}")(getattr(user, field)))
        await self.done(cube.users.get(user.id))
        await self.all(cube.users.get_many([user.id, 1, 2]))
        await self.all(cube.users.find(full_name__start_with="Größe", sort="-created_at"))
        await self.all(cube.users.find(user_tags__in=["a", "b&c"], id__nin=[1], limit=2))
        await self.all(cube.users.find_by_full_name("Größe & co"))
        await self.all(cube.users.find_by_phones(["55501", "55502"]))
        await self.all(cube.users.find_by_tags(["a", "b c"]))
        await self.all(cube.users.online(limit=5))
        await self.done(cube.users.online_count())
        await self.done(cube.users.reset_password(f"{name}@x.org"))
        await self.done(cube.get_session())
        await self.done(cube.chat_credentials())
        blob = await self.done(cube.storage.upload(b"bytes", name="a.txt", public=True))
        await self.done(cube.storage.get(blob))
        await self.done(cube.storage.rename(blob, "ö & ü.txt"))
        await self.all(cube.storage.list(limit=3))
        await self.done(cube.storage.signed_url(blob))
        assert await self.done(cube.storage.download(blob)) == b"bytes"
        await self.done(cube.storage.delete(blob))
        await self.done(cube.users.delete())

    async def sign_in(self) -> None:
        """Ask for a session by each way there is; most are refused, which is no matter here."""
        for credentials in (
            Guest(full_name="A guest"), Facebook("token"), Twitter("token", "secret"),
            FirebasePhone("project", "token"), FirebaseEmail("project", "token"), None,
        ):  # fmt: skip
            with suppress(APIError):
                await self.done(self.cube.create_session(credentials))

    async def done(self, result: Any) -> Any:
        """Wait for a result where one has to."""
        return await result if inspect.isawaitable(result) else result

    async def all(self, found: Any) -> None:
        """Read all that was found."""
        pages = await found if inspect.iscoroutine(found) else found
        if hasattr(pages, "__aiter__"):
            async for _ in pages:
                pass
        else:
            list(pages)


def check(passed: list[Recorded]) -> set[str]:
    """Hold requests to the contract; tell the operations that they were for."""
    problems = [found for each in passed if (found := problem(each)) is not None]
    assert not problems
    asked = [operation_of(each.method, each.target) for each in passed]
    return {operation.id for operation in asked if operation is not None}


@pytest.mark.parametrize("make", [ConnectyCube, AsyncConnectyCube])
@pytest.mark.parametrize("signs", [True, False])
def test_everything_that_the_wrappers_ask(server: ServerUnderTest, make: Any, signs: bool) -> None:
    async def call(recorded: ServerUnderTest) -> None:
        cube = make(
            app_id=recorded.application_id,
            auth_key=recorded.auth_key,
            auth_secret=recorded.auth_secret if signs else None,
            base_url=recorded.base_url,
        )
        everything = Everything(cube)
        await everything.call(f"{make.__name__}{signs}")
        await everything.sign_in()
        await everything.done(cube.destroy_session())
        await everything.done(cube.aclose() if make is AsyncConnectyCube else cube.close())

    with recording(server) as (recorded, passed):
        asyncio.run(call(recorded))
    assert check(passed) >= {each.id for each in operations()} - NOT_OURS - {"logout"}


@pytest.mark.parametrize("play", [wrappers_sync, wrappers_async, generated])
def test_a_history(server: ServerUnderTest, seed: int, play: Any) -> None:
    with recording(server) as (recorded, passed), play(recorded) as player:
        for step in Author(seed).history(LENGTH):
            player.play(_named(step, play.__name__))
    assert len(passed) >= LENGTH
    assert check(passed) >= {"signUp", "createSession", "updateUser", "completeBlob", "logout"}


def _named(step: dict[str, Any], name: str) -> dict[str, Any]:
    """Give a step names of its own, so that histories do not meet on one server."""
    email = step.get("profile", {}).get("email")
    profile = {**step.get("profile", {}), **({"email": name + email} if email else {})}
    return {**step, "who": name + step["who"], **({"profile": profile} if profile else {})}


GOOD = Recorded(
    method="PUT",
    target="/users/5",
    headers=(("cb-token", "A" * 36), ("content-type", "application/json")),
    body=b'{"user":{"full_name":"Marvin"}}',
    status=200,
    answer_headers=(),
    answer=b"",
)


@pytest.mark.parametrize(
    "changed",
    [
        {"method": "PATCH"},
        {"target": "/users/5?a=1"},
        {"target": "/users/x"},
        {"target": "/users/5?token=x"},
        {"headers": GOOD.headers[1:]},
        {"headers": (*GOOD.headers, ("cb-authkey", "key"))},
        {"headers": GOOD.headers[:1]},
        {"body": b'{"user":{"full_name":1}}'},
        {"body": b'{"user":{"fullname":"Marvin"}}'},
        {"body": b'{"user":{"full_name":"Marvin"},"a":1}'},
        {"body": b"{}"},
        {"method": "GET"},
    ],
)
def test_what_the_contract_does_not_say_is_told(changed: dict[str, Any]) -> None:
    assert problem(GOOD) is None
    assert problem(replace(GOOD, **changed)) is not None
