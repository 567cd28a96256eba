"""Files: up, down, named, deleted; whatever breaks off leaves nothing behind."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest
from attrs import evolve, field, frozen

from tests.wrappers.stub import Reply, StubServer, user_json
from tests.wrappers.worlds import LEFT_OVER, MockWorld, png, somebody, stub_options
from wrappers import (
    Blob,
    ConnectionFailed,
    ConnectyCube,
    FileChanged,
    FileTooLarge,
    FileUnreadable,
    Forbidden,
    InvalidArgument,
    InvalidFilter,
    NeedUser,
    NotFound,
    ObjectStoreError,
    Password,
    UnexpectedResponseError,
)
from wrappers._files import CHUNK, LARGEST_FILE
from wrappers._transport_choice import Library

pytestmark = pytest.mark.anyio

ARTHUR = Password(login="arthur", password="42424242")
UID = "0123456789ABCDEF0123456789ABCDEF0123"
HOSTILE = b'\r\n--+++\r\nContent-Disposition: form-data; name="key"\r\n\r\nstolen\r\n--+++--\r\n'


def blob_json(**changes: object) -> dict[str, object]:
    """A file as today's servers write one."""
    return {
        "id": 12,
        "uid": UID,
        "content_type": "text/plain",
        "name": "x.txt",
        "size": None,
        "created_at": "2023-09-15T13:43:31Z",
        "updated_at": "2023-09-15T13:43:31Z",
        "public": False,
        **changes,
    }


def scripted(stub: StubServer) -> StubServer:
    """Let a stub play the whole way of a file, with its store on the API's own origin."""
    stub.user = user_json(7)
    access = {
        "id": 12,
        "blob_id": 12,
        "expires": "2023-09-15T14:43:31Z",
        "object_access_type": "Write",
        "params": f"{stub.base_url}/store?key=a&policy=made-up&success_action_status=201",
    }
    return (
        stub.always("POST", "/blobs", Reply(201, {"blob": blob_json(blob_object_access=access)}))
        .always("POST", "/store", Reply(201, body=b"<PostResponse/>"))
        .always("PUT", "/blobs/12/complete", Reply())
        .always("DELETE", "/blobs/12", Reply())
    )


def own_files(cube: ConnectyCube) -> int:
    """How many files the signed-in user has at the service, complete or not."""
    return (cube.storage.list()).total


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("content", [b"", b"x", HOSTILE, bytes(CHUNK), HOSTILE * 9000])
def test_files_go_up_and_come_down_intact(mock: MockWorld, content: bytes) -> None:
    with ConnectyCube(**mock.options) as cube:
        cube.create_session(somebody())
        blob = cube.storage.upload(content, name='mé "€"\t.txt'.replace("\t", " "))
        assert (blob.name, blob.size) == ('mé "€" .txt', len(content))
        assert blob.content_type == "text/plain"
        assert cube.storage.download(blob) == content
        assert cube.storage.download(blob.uid) == content


def test_paths_and_file_objects(mock: MockWorld, tmp_path: Path) -> None:
    path = tmp_path / "me.bin"
    path.write_bytes(png())
    with ConnectyCube(**mock.options) as cube:
        cube.create_session(somebody())
        by_path = cube.storage.upload(str(path), content_type="application/x-me; v=1")
        assert (by_path.name, by_path.content_type) == ("me.bin", "application/x-me; v=1")
        file = io.BytesIO(b"before" + png())
        file.seek(6)
        by_file = cube.storage.upload(file)
        assert (by_file.name, by_file.content_type) == ("file.png", "image/png")
        assert not file.closed
        target = tmp_path / "down.png"
        assert cube.storage.download(by_file, target) == target
        assert target.read_bytes() == png()


def test_iterators_with_a_size(mock: MockWorld) -> None:
    ended: list[str] = []

    def waiting() -> Iterator[bytes]:
        try:
            for piece in (b"by ", b"", b"pieces"):
                yield piece
        finally:
            ended.append("waiting")

    def blocking() -> Iterator[bytes]:
        try:
            yield b"by "
            yield cast("bytes", bytearray(b"pieces"))
        finally:
            ended.append("blocking")

    with ConnectyCube(**mock.options) as cube:
        cube.create_session(somebody())
        for source in (waiting(), blocking(), [b"by pieces"], Pieces(b"by ", b"pieces")):
            blob = cube.storage.upload(source, size=9)
            assert (blob.name, blob.content_type) == ("file", "application/octet-stream")
            assert cube.storage.download(blob) == b"by pieces"
        named = cube.storage.upload(iter([b"x"]), size=1, name="x.pdf")
        assert named.content_type == "application/pdf"
    assert ended == ["waiting", "blocking"]


def test_progress_is_told_both_ways(mock: MockWorld) -> None:
    up, down = Heard(), Heard()
    content = bytes(CHUNK + 5)
    with ConnectyCube(**mock.options) as cube:
        cube.create_session(somebody())
        blob = cube.storage.upload(content, progress=up)
        cube.storage.download(blob, progress=down)
    assert up.told == [(0, CHUNK + 5), (CHUNK, CHUNK + 5), (CHUNK + 5, CHUNK + 5)]
    assert down.told[0] == (0, CHUNK + 5)
    assert down.told[-1] == (CHUNK + 5, CHUNK + 5)
    assert down.told == sorted(down.told)


def test_a_file_is_streamed(mock: MockWorld) -> None:
    with ConnectyCube(**mock.options) as cube:
        cube.create_session(somebody())
        blob = cube.storage.upload(HOSTILE * 5000)
        body = bytearray()
        with cube.storage.stream(blob) as pieces:
            for piece in pieces:
                body += piece
        assert body == HOSTILE * 5000


@LEFT_OVER
def test_a_stream_can_be_left_early(mock: MockWorld) -> None:
    with ConnectyCube(**mock.options) as cube:
        cube.create_session(somebody())
        blob = cube.storage.upload(bytes(CHUNK * 4))
        with cube.storage.stream(blob) as pieces:
            for _ in pieces:
                break
        assert len(cube.storage.download(blob)) == CHUNK * 4


def test_files_are_looked_up_named_and_deleted(mock: MockWorld) -> None:
    with ConnectyCube(**mock.options) as cube:
        cube.create_session(somebody())
        blob = cube.storage.upload(b"x", name="old.txt")
        assert blob.created_at is not None
        assert blob.updated_at is not None
        for reference in (blob, blob.id, blob.uid):
            found = cube.storage.get(reference)
            # Declaring it complete changed it, and may have done so in the second that followed.
            assert found.updated_at is not None
            assert found.updated_at >= blob.updated_at
            assert evolve(found, updated_at=blob.updated_at) == blob
        renamed = cube.storage.rename(blob, "new €.txt")
        assert (renamed.name, renamed.uid) == ("new €.txt", blob.uid)
        assert (cube.storage.rename(blob.id, "newer.txt")).name == "newer.txt"

        other = cube.as_user(somebody())
        with pytest.raises(Forbidden):
            other.storage.rename(blob, "mine.txt")
        with pytest.raises(Forbidden):
            other.storage.delete(blob)
        assert other.storage.get(blob.uid) == cube.storage.get(blob)

        cube.storage.delete(blob)
        for gone in (blob.id, blob.uid):
            with pytest.raises(NotFound):
                cube.storage.get(gone)
        with pytest.raises(NotFound):
            cube.storage.download(blob)
        with pytest.raises(NotFound):
            cube.storage.delete(blob.id)
        assert own_files(cube) == 0


def test_ones_own_files_in_pages(mock: MockWorld) -> None:
    with ConnectyCube(**mock.options) as cube:
        with pytest.raises(NeedUser):
            cube.storage.list()
        cube.create_session(somebody())
        assert [blob.uid for blob in cube.storage.list()] == []
        made = [cube.storage.upload(b"x" * size) for size in range(5)]
        cube.as_user(somebody()).storage.upload(b"not mine")
        files = cube.storage.list(limit=2)
        assert (files.total, len(files.first)) == (5, 2)
        sizes = [(blob.uid, blob.size) for blob in files]
        assert sizes == [(blob.uid, size) for size, blob in enumerate(made)]
        pages = [(page.number, page.offset, len(page)) for page in files.pages()]
        assert pages == [(1, 0, 2), (2, 2, 2), (3, 4, 1)]
        with pytest.raises(InvalidFilter):
            cube.storage.list(limit=101)


def test_one_unreadable_file_loses_no_other(stub: StubServer) -> None:
    items: list[object] = [{"blob": blob_json(id=1)}, {"blob": {"id": "odd"}}]
    page: object = {"current_page": 1, "per_page": 100, "total_entries": 2, "items": items}
    stub.always("GET", "/blobs", Reply(200, page))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        files = cube.storage.list()
    assert [blob.id for blob in files.first] == [1]
    (odd,) = files.first.unreadable
    assert odd.raw == items[1]


def test_urls(mock: MockWorld) -> None:
    with ConnectyCube(**mock.options) as cube:
        session = cube.create_session(somebody())
        private = cube.storage.upload(b"private")
        public = cube.storage.upload(b"public", public=True)
        base = mock.server.base_url
        url = cube.storage.private_url(private)
        assert url == f"{base}/blobs/{private.uid}?token={session.token}"
        assert cube.storage.public_url(public) == f"{base}/blobs/{public.uid}"
        assert cube.storage.public_url(public.uid) == f"{base}/blobs/{public.uid}"
        with pytest.raises(InvalidArgument):
            cube.storage.public_url(private)
        signed = cube.storage.signed_url(private)
        assert session.token not in signed
        assert private.uid in signed
        # Whoever has one of them needs nothing of ours.
        with httpx2.Client(follow_redirects=True) as browser:
            lasting = cube.storage.public_url(public)
            for address, content in ((url, b"private"), (signed, b"private"), (lasting, b"public")):
                assert (browser.get(address)).content == content
            assert (browser.get(f"{base}/blobs/{private.uid}")).status_code == 403


def test_what_is_refused_before_anything_is_sent(stub: StubServer, tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    cases: list[tuple[Any, dict[str, Any], type[Exception]]] = [
        (b"x", {"name": ""}, InvalidArgument),
        (b"x", {"name": "x" * 101}, InvalidArgument),
        (b"x", {"name": "a\nb"}, InvalidArgument),
        (b"x", {"content_type": "text"}, InvalidArgument),
        (b"x", {"content_type": "text/plain\r\nX: y"}, InvalidArgument),
        (b"x", {"content_type": "text/" + "x" * 255}, InvalidArgument),
        (b"x", {"size": 1}, InvalidArgument),
        (iter([b"x"]), {}, InvalidArgument),
        (iter([b"x"]), {"size": -1}, InvalidArgument),
        (iter([b"x"]), {"size": LARGEST_FILE + 1}, FileTooLarge),
        (large, {}, FileTooLarge),
        (tmp_path / "missing", {}, FileUnreadable),
    ]
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        for source, options, error in cases:
            with pytest.raises(error):
                cube.storage.upload(source, **options)
        with pytest.raises(InvalidArgument):
            cube.storage.rename(12, "")
        for no_uid in ("", "../session", "a?b", "é"):
            with pytest.raises(InvalidArgument):
                cube.storage.get(no_uid)
            with pytest.raises(InvalidArgument):
                cube.storage.stream(no_uid)
    assert stub.seen == []


def test_uploading_needs_a_user(mock: MockWorld) -> None:
    with ConnectyCube(**mock.options) as cube, pytest.raises(NeedUser):
        cube.storage.upload(b"x")


@frozen
class Heard:
    """Who is told of progress."""

    told: list[tuple[int, int | None]] = field(factory=list[tuple[int, int | None]])

    def __call__(self, done: int, total: int | None) -> None:
        self.told.append((done, total))


class Pieces:
    """An iterator that is no generator."""

    def __init__(self, *pieces: bytes) -> None:
        self.left = [*pieces]

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if not self.left:
            raise StopIteration
        return self.left.pop(0)


class BrokenError(Exception):
    """The caller's own."""


@pytest.mark.parametrize(
    ("pieces", "error"),
    [
        ([b"short"], FileChanged),
        ([b"much", b" too long"], FileChanged),
        ([b"x", "text"], InvalidArgument),
        ([b"x", BrokenError()], BrokenError),
        ([b"x", OSError(5, "made up")], FileUnreadable),
        ([b"x", ConnectionFailed("ours")], ConnectionFailed),
    ],
)
def test_an_iterator_that_fails_leaves_no_file(
    mock: MockWorld, pieces: list[object], error: type[Exception]
) -> None:
    def source() -> Iterator[bytes]:
        for piece in pieces:
            if isinstance(piece, Exception):
                raise piece
            yield cast("bytes", piece)

    with ConnectyCube(**mock.options) as cube:
        cube.create_session(somebody())
        with pytest.raises(error):
            cube.storage.upload(source(), size=9)
        assert own_files(cube) == 0


@pytest.mark.parametrize("content", [b"fewer", b"o" * 3 * CHUNK, b"x" * 3 * CHUNK + b"more"])
def test_a_file_that_changes_on_its_way_leaves_no_file(
    mock: MockWorld, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "changing"
    path.write_bytes(b"x" * 3 * CHUNK)
    # Written long ago, so that a coarse clock of the disk's tells the difference.
    os.utime(path, (1, 1))

    def progress(done: int, _: int | None) -> None:
        if done == CHUNK:
            path.write_bytes(content)

    with ConnectyCube(**mock.options) as cube:
        cube.create_session(somebody())
        with pytest.raises(FileChanged, match="changing changed while"):
            cube.storage.upload(path, progress=progress)
        assert own_files(cube) == 0
        path.write_bytes(b"stays")
        with path.open("rb") as file:
            blob = cube.storage.upload(file)
        assert cube.storage.download(blob) == b"stays"


def test_a_callback_that_fails_leaves_no_file(mock: MockWorld) -> None:
    def progress(done: int, _: int | None) -> None:
        if done:
            raise BrokenError

    with ConnectyCube(**mock.options) as cube:
        cube.create_session(somebody())
        with pytest.raises(BrokenError):
            cube.storage.upload(b"x", progress=progress)
        assert own_files(cube) == 0


@pytest.mark.parametrize(
    ("step", "reply", "error"),
    [
        ("/store", Reply(403), ObjectStoreError),
        ("/store", Reply(500), ObjectStoreError),
        ("/store", Reply(200, body=b"<html>Welcome</html>"), UnexpectedResponseError),
        ("/store", Reply(0), ConnectionFailed),
        ("/blobs/12/complete", Reply(0), ConnectionFailed),
        ("/blobs/12/complete", Reply(404, {"errors": ["Blob not found"]}), NotFound),
        ("/blobs/12/complete", Reply(418), Exception),
    ],
)
def test_a_step_that_fails_deletes_the_file(
    stub: StubServer, step: str, reply: Reply, error: type[Exception]
) -> None:
    scripted(stub).always("POST" if step == "/store" else "PUT", step, reply)
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        cube.create_session(ARTHUR)
        with pytest.raises(error) as caught:
            cube.storage.upload(b"x")
    assert not hasattr(caught.value, "__notes__")
    assert stub.count("DELETE", "/blobs/12") == 1
    assert (stub.seen[-1].method, stub.seen[-1].path) == ("DELETE", "/blobs/12")


@pytest.mark.parametrize(
    ("reply", "stays"), [(Reply(404, {"errors": ["Gone"]}), False), (Reply(0), True)]
)
def test_who_cannot_clean_up_says_so(stub: StubServer, reply: Reply, stays: bool) -> None:
    scripted(stub).always("POST", "/store", Reply(403)).always("DELETE", "/blobs/12", reply)
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        cube.create_session(ARTHUR)
        with pytest.raises(ObjectStoreError) as caught:
            cube.storage.upload(b"x")
    notes: list[str] = getattr(caught.value, "__notes__", [])
    assert any("file 12 could not be deleted" in note for note in notes) is stays


def test_an_object_store_that_does_not_say_how_much_comes(stub: StubServer) -> None:
    stub.always("GET", f"/blobs/{UID}/download", Reply(301, headers={"Location": "/store/x"}))
    chunked = Reply(200, body=b"1\r\nx\r\n0\r\n\r\n", headers={"Transfer-Encoding": "chunked"})
    stub.always("GET", "/store/x", chunked)
    heard = Heard()
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        content = cube.storage.download(UID, progress=heard)
    # A length next to chunks is void.
    assert content == b"x"
    assert [done for done, _ in heard.told] == [0, 1]


def test_a_file_cut_short_where_only_its_size_can_tell(
    stub: StubServer, library: Library, tmp_path: Path
) -> None:
    stub.always("GET", f"/blobs/{UID}/download", Reply(301, headers={"Location": "/store/x"}))
    stub.always("GET", "/store/x", Reply(200, body=b"half", headers={"Connection": "close"}))
    whole = Blob(id=12, uid=UID, name="x", content_type="text/plain", size=4, public=False)
    longer = evolve(whole, size=8)
    heard = Heard()
    with ConnectyCube(**stub_options(stub.base_url), transport=library) as cube:
        assert cube.storage.download(whole) == b"half"
        assert cube.storage.download(UID) == b"half"
        with pytest.raises(ConnectionFailed, match="ended after 4 of 8 bytes"):
            cube.storage.download(longer, tmp_path / "down", progress=heard)
        body = bytearray()
        with cube.storage.stream(whole) as pieces:
            for piece in pieces:
                body += piece
        assert body == b"half"
    assert heard.told == [(0, 8), (4, 8)]
    assert names_in(tmp_path) == []


def test_answers_that_a_call_cannot_use(stub: StubServer) -> None:
    stub.always("GET", "/blobs/12", Reply(301, headers={"Location": "/store/x"}))
    with ConnectyCube(**stub_options(stub.base_url)) as cube:
        with pytest.raises(UnexpectedResponseError):
            cube.storage.get(
                Blob(id=12, uid=UID, name="x", content_type="text/plain", size=1, public=False)
            )
