"""Avatars: set as one flow, read by others, bytes intact."""

from __future__ import annotations

import io
import json
from pathlib import Path

import httpx2
import pytest

from tests.wrappers.stub import Reply, Seen, StubServer, user_json
from tests.wrappers.worlds import LEFT_OVER, MockWorld, png, somebody, stub_options
from wrappers import (
    ConnectyCube,
    FileChanged,
    FileEmpty,
    FileTooLarge,
    FileUnreadable,
    FileUnwritable,
    InvalidCustomData,
    InvalidImage,
    NeedUser,
    NoAvatar,
    NotFound,
    ObjectStoreError,
    Password,
    UnexpectedResponseError,
    User,
)
from wrappers._files import LARGEST_FILE
from wrappers._sync import downloads

pytestmark = pytest.mark.anyio

UID = "0123456789ABCDEF0123456789ABCDEF0123"
ARTHUR = Password(login="arthur", password="42424242")
HOSTILE = b'\r\n--+++\r\nContent-Disposition: form-data; name="key"\r\n\r\nstolen\r\n--+++--\r\n'


def scripted(stub: StubServer, *, custom_data: str | None = None) -> StubServer:
    """Let a stub play the avatar's whole way, with its store on the API's own origin."""
    stub.user = user_json(7, custom_data=custom_data)

    def created(_: Seen) -> Reply:
        fields = "Content-Type=image%2Fpng&key=a%2Bb%20c&policy=made-up&x-amz-signature=made-up"
        new = {
            "id": 12,
            "uid": UID,
            "content_type": "image/png",
            "name": "avatar.png",
            "size": None,
            "created_at": "2023-09-15T13:43:31Z",
            "updated_at": "2023-09-15T13:43:31Z",
            "public": False,
            "blob_object_access": {
                "id": 12,
                "blob_id": 12,
                "expires": "2023-09-15T14:43:31Z",
                "object_access_type": "Write",
                "params": f"{stub.base_url}/store?{fields}",
            },
        }
        return Reply(201, {"blob": new})

    def saved(seen: Seen) -> Reply:
        stub.user = user_json(7, **seen.json["user"])
        return Reply(200, {"user": stub.user})

    return (
        stub.always("GET", "/users/7", lambda _: Reply(200, {"user": stub.user}))
        .always("POST", "/blobs", created)
        .always("POST", "/store", Reply(201, body=b"<PostResponse/>"))
        .always("PUT", "/blobs/12/complete", Reply())
        .always("PUT", "/users/7", saved)
    )


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_an_avatar_is_set_and_others_download_it(mock: MockWorld, tmp_path: Path) -> None:
    image = png(padding=HOSTILE)
    path = tmp_path / "mé €.png"
    path.write_bytes(image)
    with ConnectyCube(**mock.options) as cube:
        cube.create_session(somebody())
        cube.users.update(custom_data={"z": [1.5, None], "avatar_uid": "old", "a": "ü"})
        user = cube.avatars.set(path)
        uid = cube.avatars.uid_of(user)
        assert user.avatar == uid
        assert user.custom_data == f'{{"z":[1.5,null],"avatar_uid":"{uid}","a":"ü"}}'

        other = cube.as_user(somebody())
        seen = other.users.get(user.id)
        assert other.avatars.download(seen) == image
        target = tmp_path / "downloaded.png"
        assert other.avatars.download(seen, target) == target
        assert target.read_bytes() == image
        url = other.avatars.url(seen)
        assert other.session is not None
        assert url == f"{mock.server.base_url}/blobs/{uid}?token={other.session.token}"
        with httpx2.Client(follow_redirects=True) as browser:
            assert (browser.get(url)).content == image


@pytest.mark.parametrize("size", [1, 262_143, 262_144, 262_145, 700_000])
def test_images_of_every_size_arrive_whole(mock: MockWorld, size: int) -> None:
    image = png(padding=b"\r\n-" * (size // 3))
    with ConnectyCube(**mock.options) as cube:
        cube.create_session(somebody())
        user = cube.avatars.set(io.BytesIO(image))
        assert cube.avatars.download(user) == image


def test_a_file_object_is_read_from_where_it_stands_and_stays_open(mock: MockWorld) -> None:
    file = io.BytesIO(b"before" + png())
    file.seek(6)
    with ConnectyCube(**mock.options) as cube:
        cube.create_session(somebody())
        user = cube.avatars.set(file)
        assert cube.avatars.download(user) == png()
    assert not file.closed


def test_the_form_has_no_token_its_length_and_the_file_last(stub: StubServer) -> None:
    image = png()
    with ConnectyCube(**stub_options(scripted(stub).base_url)) as cube:
        cube.create_session(ARTHUR)
        cube.avatars.set(image)
    sent = next(each for each in stub.seen if each.path == "/store")
    assert sent.token is None
    assert int(sent.headers["content-length"]) == len(sent.body)
    assert "transfer-encoding" not in sent.headers
    boundary = sent.headers["content-type"].partition("boundary=")[2].encode()
    parts = sent.body.split(b"--" + boundary)
    names = [part.partition(b'name="')[2].partition(b'"')[0] for part in parts[1:-1]]
    assert names == [b"Content-Type", b"key", b"policy", b"x-amz-signature", b"file"]
    assert parts[2].endswith(b"\r\n\r\na+b c\r\n")
    assert parts[5].endswith(b"Content-Type: image/png\r\n\r\n" + image + b"\r\n")
    assert next(each for each in stub.seen if each.path == "/blobs").json == {
        "blob": {"content_type": "image/png", "name": "avatar.png", "public": False}
    }
    complete = next(each for each in stub.seen if each.path == "/blobs/12/complete")
    assert complete.json == {"blob": {"size": len(image)}}


def test_what_others_save_during_the_upload_stays(stub: StubServer) -> None:
    def meanwhile(_: Seen) -> Reply:
        stub.user = user_json(7, custom_data='{"mine":1,"theirs":2}')
        return Reply(201)

    scripted(stub, custom_data='{"mine":1}').always("POST", "/store", meanwhile)
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        cube.create_session(ARTHUR)
        user = cube.avatars.set(png())
    assert json.loads(user.custom_data or "") == {"mine": 1, "theirs": 2, "avatar_uid": UID}


@pytest.mark.parametrize("custom_data", ["[1]", "plain text", '"text"', "7", "NaN", '{"a":1e999}'])
def test_custom_data_that_is_no_object_stays_and_nothing_is_uploaded(
    stub: StubServer, custom_data: str
) -> None:
    with ConnectyCube(**stub_options(scripted(stub, custom_data=custom_data).base_url)) as cube:
        cube.create_session(ARTHUR)
        with pytest.raises(InvalidCustomData) as caught:
            cube.avatars.set(png())
    assert custom_data not in str(caught.value)
    assert {(each.method, each.path) for each in stub.seen} == {
        ("POST", "/session"),
        ("GET", "/users/7"),
    }


def test_files_that_cannot_be_avatars_are_refused_before_anything_is_sent(
    stub: StubServer, tmp_path: Path
) -> None:
    large = tmp_path / "large.png"
    with large.open("wb") as file:
        file.write(png())
        file.truncate(LARGEST_FILE + 1)
    text = tmp_path / "text.png"
    text.write_text("<svg onload='alert(1)'/>")
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        for source, error in (
            (tmp_path / "missing.png", FileUnreadable),
            (tmp_path, FileUnreadable),
            ("nul\0.png", FileUnreadable),
            (b"", FileEmpty),
            (large, FileTooLarge),
            (str(text), InvalidImage),
            (b"RIFF\0\0\0\0WAVE", InvalidImage),
        ):
            with pytest.raises(error):
                cube.avatars.set(source)
    assert stub.seen == []


def test_setting_an_avatar_needs_a_user(stub: StubServer) -> None:
    with ConnectyCube(**stub_options(stub.base_url)) as cube, pytest.raises(NeedUser):
        cube.avatars.set(png())


def test_a_file_that_shrinks_or_grows_breaks_the_upload_off(stub: StubServer) -> None:
    class Changing(io.BytesIO):
        """Measured at one size, read at another."""

        def __init__(self, content: bytes, change: int) -> None:
            super().__init__(content)
            self.change = change

        def seek(self, offset: int, whence: int = 0, /) -> int:
            place = super().seek(offset, whence)
            return place + self.change if whence == 2 else place

    with ConnectyCube(**stub_options(scripted(stub).base_url)) as cube:
        cube.create_session(ARTHUR)
        for change in (-5, 5):
            with pytest.raises(FileChanged):
                cube.avatars.set(Changing(png(), change))
    assert stub.count("PUT", "/blobs/12/complete") == 0
    assert stub.count("PUT", "/users/7") == 0


def test_a_refusal_of_the_store_is_said_with_its_code(stub: StubServer) -> None:
    xml = b"<Error><Code>AccessDenied</Code><Message>Policy expired.</Message></Error>"
    scripted(stub).once("POST", "/store", Reply(403, body=xml), Reply(500, body=b"oops"))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        cube.create_session(ARTHUR)
        with pytest.raises(ObjectStoreError, match=r"403 .*/store: AccessDenied: Policy") as caught:
            cube.avatars.set(png())
        assert (caught.value.code, caught.value.errors) == ("AccessDenied", ("Policy expired.",))
        assert "made-up" not in str(caught.value)
        with pytest.raises(ObjectStoreError, match="no reason given"):
            cube.avatars.set(png())
    assert stub.count("PUT", "/users/7") == 0


def test_an_upload_address_that_is_none(stub: StubServer) -> None:
    blob = {
        "id": 12, "uid": UID, "content_type": "image/png", "name": "a.png",
        "created_at": "2023-09-15T13:43:31Z", "updated_at": "2023-09-15T13:43:31Z", "public": False,
        "blob_object_access": {
            "id": 12, "blob_id": 12, "expires": "2023-09-15T14:43:31Z",
            "object_access_type": "Write", "params": "ftp://example.com/?policy=made-up",
        },
    }  # fmt: skip
    scripted(stub).always("POST", "/blobs", Reply(201, {"blob": blob}))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        cube.create_session(ARTHUR)
        with pytest.raises(UnexpectedResponseError, match="upload address"):
            cube.avatars.set(png())


def test_the_redirect_is_followed_without_the_token(stub: StubServer) -> None:
    stub.always("GET", f"/blobs/{UID}/download", Reply(301, headers={"Location": "/store/x?s=1"}))
    stub.always("GET", "/store/x", Reply(200, body=b"bytes"))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        assert cube.avatars.download(User(id=7, avatar=UID)) == b"bytes"
    link, store = stub.seen[-2:]
    assert link.token is not None
    assert store.token is None
    assert store.query == {"s": "1"}
    assert "cb-sdk" not in store.headers


@pytest.mark.parametrize("location", ["http://[broken", "ftp://example.com/x", "//[x"])
def test_a_redirect_to_nowhere(stub: StubServer, location: str) -> None:
    stub.always("GET", f"/blobs/{UID}/download", Reply(301, headers={"Location": location}))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        with pytest.raises(UnexpectedResponseError):
            cube.avatars.download(User(id=7, avatar=UID))


def test_downloads_that_fail_leave_nothing_behind(stub: StubServer, tmp_path: Path) -> None:
    target = tmp_path / "me.png"
    target.write_bytes(b"as before")
    stub.always("GET", f"/blobs/{UID}/download", Reply(301, headers={"Location": "/store/x"}))
    cut = Reply(200, body=b"half", headers={"Content-Length": "8", "Connection": "close"})
    redirect = Reply(302, headers={"Location": "/store/y"})
    stub.once("GET", "/store/x", Reply(403), redirect, cut)
    user = User(id=7, avatar=UID)
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        for error in (ObjectStoreError, ObjectStoreError, ConnectionError):
            with pytest.raises(error):
                cube.avatars.download(user, target)
        with pytest.raises(FileUnwritable):
            cube.avatars.download(user, tmp_path / "missing" / "me.png")
        stub.once("GET", "/store/x", Reply(200, body=b"whole"))
        with pytest.raises(FileUnwritable):
            cube.avatars.download(user, tmp_path)
    assert target.read_bytes() == b"as before"
    assert names_in(tmp_path) == ["me.png"]


@LEFT_OVER
def test_a_download_without_end_is_cut(stub: StubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "LARGEST_FILE", 4)
    stub.always("GET", f"/blobs/{UID}/download", Reply(301, headers={"Location": "/store/x"}))
    stub.always("GET", "/store/x", Reply(200, body=b"bytes"))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        with pytest.raises(UnexpectedResponseError, match="more than 4 bytes"):
            cube.avatars.download(User(id=7, avatar=UID))


def test_users_without_an_avatar(mock: MockWorld) -> None:
    with ConnectyCube(**mock.options) as cube:
        for user in (User(id=7), User(id=7, custom_data="[]", avatar="https://example.com/a.png")):
            assert cube.avatars.uid_of(user) is None
            with pytest.raises(NoAvatar):
                cube.avatars.download(user)
            with pytest.raises(NoAvatar):
                cube.avatars.url(user)
        with pytest.raises(NotFound):
            cube.avatars.download(User(id=7, avatar=UID))
