"""Two clients that save the same user: the last one wins, and who notices the loss says so."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest

from tests.wrappers._sync.test_avatar_transactions import ARTHUR, Files, files, uid
from tests.wrappers.stub import Answer, Reply, Seen
from tests.wrappers.worlds import png, stub_options
from wrappers import ConnectyCube, LostUpdate

__all__ = ["files"]

pytestmark = pytest.mark.anyio


def overwritten(files: Files, change: Callable[[], dict[str, object]]) -> Answer:
    """Save, answer that it was saved, and let somebody else save at once."""

    def answer(seen: Seen) -> Reply:
        reply = files.save(seen)
        files.stub.user = files.user | change()
        return reply

    return answer


@pytest.mark.parametrize(
    "theirs", ['{"mine":1}', '{"mine":1,"towel":false,"planet":"Earth"}', "text", None]
)
def test_overwritten_keys_are_told_with_both_values(files: Files, theirs: str | None) -> None:
    files.stub.always("PUT", "/users/7", overwritten(files, lambda: {"custom_data": theirs}))
    with ConnectyCube(**stub_options(files.stub.base_url)) as cube:
        cube.create_session(ARTHUR)
        with pytest.raises(LostUpdate, match="custom_data of user 7") as caught:
            cube.users.update_custom_data(towel=True, avatar_uid=None)
        assert cube.session is not None
        assert cube.session.user == caught.value.found
    saved, found = caught.value.saved, caught.value.found
    assert saved is not None
    assert found is not None
    assert (saved.custom_data, found.custom_data) == ('{"mine":1,"towel":true}', theirs)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.saved, again.found, str(again)) == (saved, found, str(caught.value))


def test_other_keys_may_change_meanwhile(files: Files) -> None:
    theirs: dict[str, object] = {"custom_data": '{"theirs":1,"towel":true}'}
    files.stub.always("PUT", "/users/7", overwritten(files, lambda: theirs))
    with ConnectyCube(**stub_options(files.stub.base_url)) as cube:
        cube.create_session(ARTHUR)
        user = cube.users.update_custom_data(towel=True, mine=None)
    assert user.custom_data == '{"theirs":1,"towel":true}'


def test_a_reading_back_that_fails_spoils_nothing(files: Files) -> None:
    def then_silent(seen: Seen) -> Reply:
        files.stub.always("GET", "/users/7", Reply(0))
        return files.save(seen)

    files.stub.always("PUT", "/users/7", then_silent)
    with ConnectyCube(**stub_options(files.stub.base_url)) as cube:
        cube.create_session(ARTHUR)
        user = cube.users.update_custom_data(towel=True)
    assert user.parse_custom_data()["towel"] is True


def test_another_clients_avatar_stays_and_ours_is_deleted(files: Files) -> None:
    files.there[6] = uid(6)
    theirs: dict[str, object] = {
        "custom_data": f'{{"mine":1,"avatar_uid":"{uid(6)}"}}', "avatar": uid(6)
    }  # fmt: skip
    files.stub.always("PUT", "/users/7", overwritten(files, lambda: theirs))
    with ConnectyCube(**stub_options(files.stub.base_url)) as cube:
        cube.create_session(ARTHUR)
        with pytest.raises(LostUpdate, match="the avatar of user 7") as caught:
            cube.avatars.set(png())
    assert caught.value.saved is not None
    assert caught.value.found is not None
    assert (caught.value.saved.avatar, caught.value.found.avatar) == (uid(11), uid(6))
    assert files.there == {6: uid(6)}
    assert files.consistent()


@pytest.mark.parametrize("remove", [True, False])
def test_a_former_avatar_that_was_written_back_is_not_deleted(files: Files, remove: bool) -> None:
    """Somebody saves all of an old custom_data; the field beside it still has the new file."""
    old = files.user["custom_data"]
    files.stub.always("PUT", "/users/7", overwritten(files, lambda: {"custom_data": old}))
    with ConnectyCube(**stub_options(files.stub.base_url)) as cube:
        cube.create_session(ARTHUR)
        with pytest.raises(LostUpdate):
            (cube.avatars.remove() if remove else cube.avatars.set(png()))
    assert set(files.there) == ({5} if remove else {5, 11})
    assert {files.user["avatar"]} <= {None, *files.there.values()}
