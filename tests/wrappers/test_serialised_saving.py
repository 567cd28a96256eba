"""Changes of custom_data made through one client at the same time: none is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest

from tests.wrappers.worlds import MockWorld, png, somebody
from wrappers import AsyncConnectyCube, ConnectyCube

KEYS = [f"key{number}" for number in range(8)]


@pytest.mark.anyio
async def test_tasks_wait_for_each_other(mock: MockWorld) -> None:
    async with AsyncConnectyCube(**mock.options) as cube:
        session = await cube.create_session(somebody())
        twin = cube.with_options(retries=0)

        async def change(key: str) -> None:
            await (twin if key > "key3" else cube).users.update_custom_data({key: key}, timeout=20)

        async with anyio.create_task_group() as group:
            for key in KEYS:
                group.start_soon(change, key)
            group.start_soon(cube.avatars.set, png())
        user = await cube.users.get(session.user_id or 0)
        assert user.parse_custom_data().keys() == {*KEYS, "avatar_uid"}
        assert await cube.avatars.download(user) == png()


def test_threads_wait_for_each_other(mock: MockWorld) -> None:
    with ConnectyCube(**mock.options) as cube, ThreadPoolExecutor(9) as threads:
        session = cube.create_session(somebody())
        twin = cube.with_options(retries=0)

        def change(key: str) -> object:
            return (twin if key > "key3" else cube).users.update_custom_data({key: key}, timeout=20)

        setting = threads.submit(cube.avatars.set, png())
        assert len([*threads.map(change, KEYS)]) == len(KEYS)
        setting.result()
        user = cube.users.get(session.user_id or 0)
        assert user.parse_custom_data().keys() == {*KEYS, "avatar_uid"}
        assert cube.avatars.download(user) == png()
