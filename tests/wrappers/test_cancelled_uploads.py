"""Uploads that are cancelled, as only tasks can be, leave nothing behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import anyio
import pytest

from tests.wrappers.worlds import LEFT_OVER, MockWorld, somebody
from wrappers import AsyncConnectyCube


async def own_files(cube: AsyncConnectyCube) -> int:
    return (await cube.storage.list()).total


@LEFT_OVER
@pytest.mark.anyio
async def test_a_cancelled_upload_deletes_its_file(mock: MockWorld) -> None:
    async with AsyncConnectyCube(**mock.options) as cube:
        await cube.create_session(somebody())
        with anyio.CancelScope() as scope:

            async def source() -> AsyncIterator[bytes]:
                yield b"first"
                assert await own_files(cube) == 1
                scope.cancel()
                await anyio.sleep_forever()

            await cube.storage.upload(source(), size=9)
        assert scope.cancelled_caught
        assert await own_files(cube) == 0


async def _cancelled_by_its_task(mock: MockWorld) -> None:
    async with AsyncConnectyCube(**mock.options) as cube:
        await cube.create_session(somebody())
        begun = asyncio.Event()

        async def source() -> AsyncIterator[bytes]:
            yield b"first"
            begun.set()
            await asyncio.Event().wait()

        task = asyncio.create_task(cube.storage.upload(source(), size=9))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await own_files(cube) == 0


def test_a_task_that_asyncio_cancels_deletes_its_file(mock: MockWorld) -> None:
    asyncio.run(_cancelled_by_its_task(mock))
