"""Setting an avatar is all or nothing: no user points at nothing, no file is left over."""

from __future__ import annotations

import json

import pytest
from attrs import define, field

from tests.wrappers.stub import Answer, Reply, Seen, StubServer, user_json
from tests.wrappers.worlds import MockWorld, png, somebody, stub_options
from wrappers import (
    ConnectionFailed,
    ConnectyCube,
    ConnectyCubeError,
    InvalidCustomData,
    NeedUser,
    NoAvatar,
    NotFound,
    Password,
    ServerError,
    User,
    ValidationError,
)

pytestmark = pytest.mark.anyio

ARTHUR = Password(login="arthur", password="42424242")
MOMENT = "2023-09-15T13:43:31Z"


@define(eq=False)
class Files:
    """A stub's storage that keeps count of its files, and its user 7."""

    stub: StubServer
    there: dict[int, str] = field(factory=dict[int, str])

    def blob(self, number: int, **changes: object) -> dict[str, object]:
        access = {
            "id": number, "blob_id": number, "expires": MOMENT, "object_access_type": "Write",
            "params": f"{self.stub.base_url}/store?key=a", "download_url": "http://store.invalid/",
        }  # fmt: skip
        return {
            "id": number, "uid": uid(number), "content_type": "image/png", "name": "avatar.png",
            "size": 1, "created_at": MOMENT, "updated_at": MOMENT, "public": False,
            "blob_object_access": access, **changes,
        }  # fmt: skip

    def create(self, _: Seen) -> Reply:
        number = 10 + self.stub.count("POST", "/blobs")
        self.there[number] = uid(number)
        self.stub.always("PUT", f"/blobs/{number}/complete", Reply())
        self.serve(number)
        return Reply(201, {"blob": self.blob(number, size=None)})

    def serve(self, number: int) -> None:
        def delete(_: Seen) -> Reply:
            return Reply() if self.there.pop(number, None) else Reply(404, {"errors": ["Gone"]})

        about = Reply(200, {"blob": self.blob(number)})
        self.stub.always("DELETE", f"/blobs/{number}", delete)
        self.stub.always("GET", f"/blobs/{uid(number)}/object", about)

    def save(self, seen: Seen) -> Reply:
        before = self.stub.user or {}
        self.stub.user = before | seen.json["user"]
        return Reply(200, {"user": self.stub.user})

    def then(self, reply: Reply) -> Answer:
        """Save, and answer something else."""

        def answer(seen: Seen) -> Reply:
            self.save(seen)
            return reply

        return answer

    @property
    def user(self) -> dict[str, object]:
        return self.stub.user or {}

    def consistent(self) -> bool:
        """Whether the user points at exactly the files that there are."""
        data = json.loads(str(self.user["custom_data"] or "{}"))
        named = {data.get("avatar_uid"), self.user["avatar"]} - {None}
        return named == set(self.there.values()) and data.get("mine") == 1


def uid(number: int) -> str:
    return f"{number:036X}"


@pytest.fixture
def files(stub: StubServer) -> Files:
    """User 7 with an avatar, file 5, and a key of their own."""
    made = Files(stub, {5: uid(5)})
    stub.user = user_json(7, custom_data=f'{{"mine":1,"avatar_uid":"{uid(5)}"}}', avatar=uid(5))
    made.serve(5)
    stub.always("GET", "/users/7", lambda _: Reply(200, {"user": stub.user}))
    stub.always("PUT", "/users/7", made.save)
    stub.always("POST", "/blobs", made.create)
    stub.always("POST", "/store", Reply(201))
    return made


def test_the_former_file_is_deleted(files: Files) -> None:
    with ConnectyCube(**stub_options(files.stub.base_url)) as cube:
        cube.create_session(ARTHUR)
        user = cube.avatars.set(png())
        assert cube.avatars.uid_of(user) == uid(11)
        assert files.consistent()
        assert files.there == {11: uid(11)}
        user = cube.avatars.remove()
        assert (user.avatar, user.custom_data) == (None, '{"mine":1}')
        assert files.consistent()
        assert files.there == {}
        saves = files.stub.count("PUT", "/users/7")
        assert cube.avatars.remove() == user
        assert files.stub.count("PUT", "/users/7") == saves


def test_two_former_files_are_both_deleted(files: Files) -> None:
    files.there[6] = uid(6)
    files.serve(6)
    files.stub.user = files.user | {"avatar": uid(6)}
    with ConnectyCube(**stub_options(files.stub.base_url)) as cube:
        cube.create_session(ARTHUR)
        cube.avatars.set(png())
    assert files.there == {11: uid(11)}


def test_a_file_that_something_else_points_at_stays(files: Files) -> None:
    data = {"mine": 1, "avatar_uid": uid(5), "banner": uid(5)}
    files.stub.user = files.user | {"custom_data": json.dumps(data)}
    with ConnectyCube(**stub_options(files.stub.base_url)) as cube:
        cube.create_session(ARTHUR)
        cube.avatars.set(png())
    assert set(files.there) == {5, 11}


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(422, {"errors": {"custom_data": ["is too long"]}}), ValidationError),
        (Reply(404, {"errors": ["User not found"]}), NotFound),
        (Reply(0), ConnectionFailed),
        (Reply(500), ServerError),
        (Reply(502, body=b"<html>"), ServerError),
        (Reply(200, body=b"no JSON"), ConnectyCubeError),
    ],
)
def test_what_was_not_saved_is_rolled_back(
    files: Files, reply: Reply, error: type[Exception]
) -> None:
    before = dict(files.user)
    files.stub.always("PUT", "/users/7", reply)
    with ConnectyCube(**stub_options(files.stub.base_url)) as cube:
        cube.create_session(ARTHUR)
        with pytest.raises(error):
            cube.avatars.set(png())
        assert files.there == {5: uid(5)}
        with pytest.raises(error):
            cube.avatars.remove()
    assert files.user == before
    assert files.consistent()


@pytest.mark.parametrize(
    "reply", [Reply(0), Reply(500), Reply(504, body=b"<html>"), Reply(200, body=b"no JSON")]
)
def test_a_lost_answer_to_what_was_saved_is_a_success(files: Files, reply: Reply) -> None:
    files.stub.always("PUT", "/users/7", files.then(reply))
    with ConnectyCube(**stub_options(files.stub.base_url)) as cube:
        cube.create_session(ARTHUR)
        user = cube.avatars.set(png())
        assert cube.avatars.uid_of(user) == uid(11)
        assert cube.session is not None
        assert cube.session.user == user
        assert files.consistent()
        assert cube.avatars.uid_of(cube.avatars.remove()) is None
        assert files.consistent()
    assert files.there == {}


@pytest.mark.parametrize("saved", [True, False])
def test_when_nobody_knows_nothing_is_deleted(files: Files, saved: bool) -> None:
    def lose(seen: Seen) -> Reply:
        if saved:
            files.save(seen)
        files.stub.always("GET", "/users/7", Reply(0))
        return Reply(0)

    files.stub.always("PUT", "/users/7", lose)
    with ConnectyCube(**stub_options(files.stub.base_url)) as cube:
        cube.create_session(ARTHUR)
        with pytest.raises(ConnectionFailed) as caught:
            cube.avatars.set(png())
    assert caught.value.__notes__ == [
        "whether the avatar was saved is not known, so no file was deleted"
    ]
    assert set(files.there) == {5, 11}


def test_what_turns_up_during_the_upload_is_looked_at(files: Files) -> None:
    """Somebody saves text in custom_data meanwhile: it stays, and the new file goes."""

    def meanwhile(_: Seen) -> Reply:
        files.stub.user = files.user | {"custom_data": "plain text"}
        return Reply(201)

    files.stub.always("POST", "/store", meanwhile)
    with ConnectyCube(**stub_options(files.stub.base_url)) as cube:
        cube.create_session(ARTHUR)
        with pytest.raises(InvalidCustomData):
            cube.avatars.set(png())
        assert files.there == {5: uid(5)}
        # Taking the avatar away needs no JSON: the field beside is enough.
        user = cube.avatars.remove()
    assert (user.avatar, user.custom_data) == (None, "plain text")
    assert files.there == {}


def test_a_former_file_that_cannot_be_deleted_spoils_nothing(files: Files) -> None:
    forbidden = Reply(403, {"errors": ["You are not owner of this object"]})
    files.stub.always("DELETE", "/blobs/5", forbidden)
    with ConnectyCube(**stub_options(files.stub.base_url)) as cube:
        cube.create_session(ARTHUR)
        assert cube.avatars.uid_of(cube.avatars.set(png())) == uid(11)


def test_an_avatar_against_the_mock_server(mock: MockWorld) -> None:
    heard: list[int] = []

    def progress(done: int, _: int | None) -> None:
        heard.append(done)

    with ConnectyCube(**mock.options) as cube:
        session = cube.create_session(somebody())
        cube.users.update(custom_data={"mine": 1})
        first = cube.avatars.set(png(), progress=progress)
        old = cube.avatars.uid_of(first) or ""
        second = cube.avatars.set(png(4, 4))
        assert cube.avatars.download(second, progress=progress) == png(4, 4)
        assert session.token not in cube.avatars.signed_url(second)
        with pytest.raises(NotFound):
            cube.storage.get(old)
        user = cube.avatars.remove()
        assert (user.avatar, user.custom_data) == (None, '{"mine":1}')
        with pytest.raises(NotFound):
            cube.storage.get(cube.avatars.uid_of(second) or "")
        with pytest.raises(NoAvatar):
            cube.avatars.signed_url(User(id=7))
    assert heard[0] == 0
    assert heard[-1] == len(png(4, 4))


def test_removing_needs_a_user(mock: MockWorld) -> None:
    with ConnectyCube(**mock.options) as cube, pytest.raises(NeedUser):
        cube.avatars.remove()
