"""Files on their way up and down."""

from __future__ import annotations

import io
from pathlib import Path
from typing import cast

import pytest

from tests.wrappers.worlds import png
from wrappers import FileUnreadable, FileUnwritable, InvalidImage
from wrappers._files import CHUNK, FileSource, Part, open_file, open_image
from wrappers._media_types import image_type, media_type


class Named(io.BytesIO):
    """A file with a name: a text, or a number as the files of pipes have."""

    def __init__(self, content: bytes, name: str | int) -> None:
        super().__init__(content)
        self.name = name


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (png()[:16], ("image/png", ".png")),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", ("image/jpeg", ".jpg")),
        (b"GIF87a..........", ("image/gif", ".gif")),
        (b"GIF89a..........", ("image/gif", ".gif")),
        (b"RIFF\x10\0\0\0WEBPVP8 ", ("image/webp", ".webp")),
        (b"RIFF\x10\0\0\0WAVEfmt ", None),
        (b"....\x10\0\0\0WEBPVP8 ", None),
        (b"<svg xmlns=", None),
        (b"\x89PNG", None),
        (b"", None),
    ],
)
def test_images_are_known_by_their_first_bytes(start: bytes, kind: tuple[str, str] | None) -> None:
    assert image_type(start) == kind


@pytest.mark.parametrize(
    ("file_name", "service_name"),
    [
        ("me.png", "me.png"),
        ("mé ✓ 'x'.png", "mé ✓ 'x'.png"),
        ("a\nb\x7f\u2028.png", "a_b__.png"),
        ("x" * 200 + ".jpeg", "x" * 95 + ".jpeg"),
        ("x." + "y" * 150, "x." + "y" * 48 + "." + "y" * 49),
        ("\udcff.png", "_.png"),
    ],
)
def test_names_fit_the_service(file_name: str, service_name: str) -> None:
    opened = open_image(Named(png(), f"some/where/{file_name}"))
    assert opened.name == service_name
    assert 1 <= len(opened.name) <= 100


def test_what_has_no_name_gets_one_of_its_kind() -> None:
    assert open_image(b"GIF89a\1\0\1\0" + bytes(20)).name == "avatar.gif"
    assert open_image(Named(png(), 7)).name == "avatar.png"


@pytest.mark.parametrize(
    ("name", "start", "kind"),
    [
        ("a.txt", png(), "text/plain"),
        ("a.tar.gz", b"\x1f\x8b", "application/gzip"),
        ("a.made-up", b"%PDF-1.7", "application/pdf"),
        ("", b"\0\0\0\x18ftypM4A ", "audio/mp4"),
        ("", b"\0\0\0\x18ftypisom", "video/mp4"),
        ("", png(), "image/png"),
        ("", b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        ("no suffix", b"", "application/octet-stream"),
    ],
)
def test_types_follow_the_name_then_the_content(name: str, start: bytes, kind: str) -> None:
    assert media_type(name, start) == kind


def test_any_file_can_be_opened_and_described(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"")
    for source, name, content_type, size in (
        (path, "a.json", "application/json", 0),
        (str(path), "a.json", "application/json", 0),
        (b"PK\x03\x04", "file.zip", "application/zip", 4),
        (b"?", "file", "application/octet-stream", 1),
    ):
        opened = open_file(source)
        assert (opened.name, opened.content_type, opened.size) == (name, content_type, size)
        opened.close()
    beyond = io.BytesIO(b"x")
    beyond.seek(9)
    assert open_file(beyond, "mine", "text/x").size == 0


def test_pieces_are_small_and_whole(tmp_path: Path) -> None:
    content = png(padding=bytes(CHUNK * 2))
    path = tmp_path / "me.png"
    path.write_bytes(content)
    opened = open_image(path)
    pieces: list[bytes] = []
    while piece := opened.read(sum(map(len, pieces))):
        pieces.append(piece)
    opened.close()
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) == CHUNK


def test_a_file_that_was_closed_meanwhile_is_a_typed_error() -> None:
    file = io.BytesIO(png())
    opened = open_image(file)
    file.close()
    with pytest.raises(FileUnreadable, match=r"avatar\.png cannot be read: ValueError"):
        opened.read(0)


class Pipe(io.RawIOBase):
    """Something that cannot be measured."""

    def seekable(self) -> bool:
        return False


@pytest.mark.parametrize(
    "source",
    [
        Pipe(),
        io.StringIO("text" * 20),
        object(),
        7,
        None,
    ],
    ids=lambda source: type(source).__name__,
)
def test_sources_that_are_none(source: object) -> None:
    with pytest.raises(FileUnreadable):
        open_image(cast("FileSource", source))


def test_a_refused_file_is_closed_again(tmp_path: Path) -> None:
    # An open one would be a ResourceWarning, which is an error here.
    path = tmp_path / "me.png"
    path.write_bytes(b"no image")
    with pytest.raises(InvalidImage, match=r"me\.png is no PNG"):
        open_image(path)


def test_a_part_appears_complete_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "me.png"
    part = Part.beside(target)
    part.write(b"half")
    assert not target.exists()
    part.discard()
    assert list(tmp_path.iterdir()) == []

    part = Part.beside(target)
    part.write(b"whole")
    assert part.move() == target
    part.discard()
    assert target.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [target]


def test_a_part_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(FileUnwritable):
        Part.beside(tmp_path / "missing" / "me.png")
    with pytest.raises(FileUnwritable):
        Part.beside(tmp_path / "nul\0" / "me.png")
    with Path("/dev/full").open("wb", buffering=0) as device:
        full = Part(tmp_path / "me.png", tmp_path / "part", device)
        with pytest.raises(FileUnwritable, match="No space left"):
            full.write(b"x")
        full.discard()
