"""What an image's header says: real images of every kind, and what only begins like one."""

from __future__ import annotations

import io
import struct
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wrappers.worlds import PATIENT, png
from wrappers import FileTooLarge, FileUnreadable, InvalidArgument, InvalidFile, InvalidImage
from wrappers._files import open_image
from wrappers._images import Image, image_in

# 37 pixels wide and 21 high each, written by Pillow.
JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////"
    "////////////////////2wBDAVVaWnhpeOuCguv/////////////////////////////////////////////////////////////"
    "////////////wAARCAAVACUDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAP/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QA"
    "FQEBAQAAAAAAAAAAAAAAAAAAAAL/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCQCFgAAAAAAAAAP//Z"
)
PROGRESSIVE = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////"
    "////////////////////2wBDAVVaWnhpeOuCguv/////////////////////////////////////////////////////////////"
    "////////////wgARCAAVACUDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAL/xAAWAQEBAQAAAAAAAAAAAAAAAAAAAQL/"
    "2gAMAwEAAhADEAAAAYGaAAAAB//Z"
)
GIF = b64decode(
    "R0lGODdhJQAVAIEAAIBAIAAAAAAAAAAAACwAAAAAJQAVAEAILwABCBxIsKDBgwgTKlzIsKHDhxAjSpxIsaLFixgzatzIsaPHjyBD"
    "ihxJsqRJkgEBADs="
)
LOSSY = b64decode(
    "UklGRjoAAABXRUJQVlA4IC4AAADwAgCdASolABUAP83m7XA/uDIrJWgD8DmJZwAAKUNt8AD+1JllScbzse1wAAAA"
)
LOSSLESS = b64decode("UklGRh4AAABXRUJQVlA4TBEAAAAvJAAFAAdQoAIWpP+BiOh/AAA=")
EXTENDED = b64decode(
    "UklGRkIAAABXRUJQVlA4WAoAAAAIAAAAJAAAFAAAVlA4TBEAAAAvJAAFAAdQoAIWpP+BiOh/AABFWElGCgAAAElJKgAIAAAAAAA="
)
ALL = {
    "png": png(37, 21), "jpeg": JPEG, "progressive": PROGRESSIVE, "gif": GIF, "lossy": LOSSY,
    "lossless": LOSSLESS, "extended": EXTENDED,
}  # fmt: skip
BEFORE_THE_SIZE = {
    "png": 24, "jpeg": 167, "progressive": 167, "gif": 10, "lossy": 30, "lossless": 25,
    "extended": 30,
}  # fmt: skip


@pytest.mark.parametrize("kind", ALL)
def test_real_images(kind: str) -> None:
    found = image_in(io.BytesIO(ALL[kind]))
    assert isinstance(found, Image)
    assert (found.width, found.height) == (37, 21)
    assert open_image(ALL[kind]).content_type == found.content_type


@pytest.mark.parametrize("kind", ALL)
def test_a_header_that_breaks_off_anywhere_is_refused(kind: str) -> None:
    image, enough = ALL[kind], BEFORE_THE_SIZE[kind]
    for length in range(enough):
        assert isinstance(image_in(io.BytesIO(image[:length])), str), length
    assert isinstance(image_in(io.BytesIO(image[:enough])), Image)


def test_an_image_in_the_middle_of_a_file() -> None:
    for image in ALL.values():
        file = io.BytesIO(b"before" + image)
        file.seek(6)
        opened = open_image(file)
        assert opened.read(0) == image


def jpeg(*segments: bytes) -> bytes:
    return b"\xff\xd8" + b"".join(segments)


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


FRAME = segment(0xC0, struct.pack(">BHHB", 8, 21, 37, 3) + bytes(9))


def test_a_jpegs_size_stands_behind_whatever_cameras_write() -> None:
    before = [segment(0xE0 + number % 16, bytes(60_000)) for number in range(40)]
    found = image_in(io.BytesIO(jpeg(*before, b"\xff\xff\xff" + FRAME, bytes(9))))
    assert isinstance(found, Image)
    assert (found.width, found.height) == (37, 21)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<svg xmlns=", "is no PNG, JPEG, GIF or WebP image"),
        (b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IDAT", 1, 1), "begin with its header"),
        (b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 12, b"IHDR", 1, 1), "begin with its header"),
        (png(0, 5), "0 x 5 pixels"),
        (png(5, 0), "5 x 0 pixels"),
        (b"GIF89a" + bytes(10), "0 x 0 pixels"),
        (b"RIFF....WEBPVP8 ...." + bytes(20), "its first part is no picture"),
        (b"RIFF....WEBPVP8L...." + bytes(20), "its first part is no picture"),
        (b"RIFF....WEBPALPH...." + bytes(20), "its first part is no picture"),
        (jpeg(b"\xff\xda", FRAME), "no size stands where one must be"),
        (jpeg(b"\xff\xd9" + bytes(20)), "no size stands where one must be"),
        (jpeg(b"\xff\xe0\0\1", FRAME), "no size stands where one must be"),
        (jpeg(segment(0xE0, b"x"), b"no marker at all"), "no size stands where one must be"),
        (jpeg(segment(0xC4, bytes(20))), "its header breaks off"),
        (jpeg(*[segment(0xFE, b"")] * 1000, FRAME), "no size stands where one must be"),
        (jpeg(segment(0xC0, bytes(15))), "0 x 0 pixels"),
    ],
)
def test_what_only_begins_like_an_image(content: bytes, reason: str) -> None:
    with pytest.raises(InvalidImage, match=reason):
        open_image(content)


@PATIENT
@given(st.sampled_from([*ALL.values()]), st.data())
def test_any_bytes_are_an_image_or_a_typed_refusal(image: bytes, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, 40))
    spoiled = image[:begin] + data.draw(st.binary(max_size=40)) + image[begin + 10 :]
    try:
        opened = open_image(spoiled)
    except InvalidFile:
        return
    assert opened.content_type.startswith("image/")


def test_limits_of_the_callers_own() -> None:
    image = png(37, 21)
    assert open_image(image, max_size=len(image), max_pixels=37 * 21).size == len(image)
    with pytest.raises(FileTooLarge, match=f"at most {len(image) - 1} are allowed"):
        open_image(image, max_size=len(image) - 1)
    with pytest.raises(InvalidImage, match="37 x 21 pixels; at most 776 are allowed"):
        open_image(image, max_pixels=37 * 21 - 1)
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 2**31 - 1, 2**31 - 1)
    with pytest.raises(InvalidImage, match="at most 100,000,000 are allowed"):
        open_image(bomb)
    for limits in ({"max_size": 0}, {"max_pixels": 0}):
        with pytest.raises(InvalidArgument, match="at least 1"):
            open_image(image, **limits)


def test_a_file_that_cannot_be_read_far_enough() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 2:
                raise OSError(5, "Input/output error")
            return super().read(size)

    with pytest.raises(FileUnreadable, match="Input/output error"):
        open_image(Broken(JPEG))
