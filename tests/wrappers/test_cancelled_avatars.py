"""Setting an avatar in a task that is cancelled while the user is being saved."""

from __future__ import annotations

import anyio
import pytest

from tests.wrappers._async.test_avatar_transactions import ARTHUR, Files, files
from tests.wrappers.stub import Reply, Seen
from tests.wrappers.worlds import png, stub_options
from wrappers import AsyncConnectyCube, ConnectyCube, User

__all__ = ["files"]

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("saved", [True, False])
async def test_a_cancelled_saving_leaves_exactly_one_file(files: Files, saved: bool) -> None:
    async with AsyncConnectyCube(**stub_options(files.stub.base_url)) as cube:
        await cube.create_session(ARTHUR)
        with anyio.CancelScope() as scope:

            def lose(seen: Seen) -> Reply:
                if saved:
                    files.save(seen)
                anyio.from_thread.run_sync(scope.cancel, token=token)
                return Reply(500)

            token = anyio.lowlevel.current_token()
            files.stub.always("PUT", "/users/7", lose)
            await cube.avatars.set(png())
        assert scope.cancelled_caught
    assert files.consistent()
    assert len(files.there) == 1


def test_an_interrupt_after_saving_leaves_exactly_one_file(
    files: Files,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with ConnectyCube(**stub_options(files.stub.base_url)) as cube:
        cube.create_session(ARTHUR)
        save = cube._core.save_user

        def interrupted(user_id: int, fields: dict[str, object]) -> User:
            save(user_id, fields)
            raise KeyboardInterrupt

        monkeypatch.setattr(cube._core, "save_user", interrupted)
        with pytest.raises(KeyboardInterrupt):
            cube.avatars.set(png())
    assert files.consistent()
    assert files.there == {11: files.user["avatar"]}
