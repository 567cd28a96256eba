"""What an image's header says of it: its kind, its width and its height; nothing is decoded.

A header that is read to its end and names a sensible size is what tells an image from a file that
only begins like one. Sources: PNG 11.2.2, JPEG (T.81) B.2.2, GIF89a 18, WebP container (RFC 9649).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Mapping
from typing import IO, Any, Final

from attrs import frozen

from ._media_types import LOOKED_AT, image_type

_MOST_SEGMENTS: Final = 1000
"""Of a JPEG before its size: photographs have a few dozen, and nobody shall be kept busy."""


@frozen
class Image:
    """An image as its header describes it.

    Attributes:
        content_type: Media type.
        suffix: File suffix, with its dot.
        width: Pixels a row.
        height: Rows.
    """

    content_type: str
    suffix: str
    width: int
    height: int


class _HeaderError(Exception):
    """The header breaks off or contradicts itself; the text says which."""


def image_in(file: IO[bytes]) -> Image | str:
    """Read an image's header.

    Args:
        file: A file at the image's first byte; is left anywhere.

    Returns:
        What it says, or in words why the file is no image.
    """
    begin = file.tell()
    kind = image_type(file.read(LOOKED_AT))
    if kind is None:
        return "is no PNG, JPEG, GIF or WebP image"
    file.seek(begin)
    try:
        width, height = _SIZES[kind[0]](file)
    except _HeaderError as error:
        return f"is no whole {kind[0]}: {error}"
    if not width or not height:
        return f"is an image of {width} x {height} pixels"
    return Image(*kind, width, height)


def _read(file: IO[bytes], layout: str) -> tuple[Any, ...]:
    size = struct.calcsize(layout)
    data = file.read(size)
    if len(data) < size:
        raise _HeaderError("its header breaks off")
    return struct.unpack(layout, data)


def _png(file: IO[bytes]) -> tuple[int, int]:
    length, kind, width, height = _read(file, ">8xI4sII")
    if (length, kind) != (13, b"IHDR"):
        raise _HeaderError("it does not begin with its header")
    return width, height


def _gif(file: IO[bytes]) -> tuple[int, int]:
    width, height = _read(file, "<6xHH")
    return width, height


def _webp(file: IO[bytes]) -> tuple[int, int]:
    (kind,) = _read(file, "<12x4s4x")
    if kind == b"VP8X":
        width, height = _read(file, "<4x3s3s")
        return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    if kind == b"VP8L":
        signature, bits = _read(file, "<BI")
        if signature == 0x2F:
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        start, width, height = _read(file, "<3x3sHH")
        if start == b"\x9d\x01\x2a":
            return width & 0x3FFF, height & 0x3FFF
    raise _HeaderError("its first part is no picture")


def _jpeg(file: IO[bytes]) -> tuple[int, int]:
    _read(file, ">2x")
    for _ in range(_MOST_SEGMENTS):
        filler, marker = _read(file, ">BB")
        while marker == 0xFF:
            (marker,) = _read(file, ">B")
        if filler != 0xFF or marker in _WITHOUT_SIZE:
            break
        (length,) = _read(file, ">H")
        if marker in _FRAMES:
            height, width = _read(file, ">xHH")
            return width, height
        if length < 2:
            break
        file.seek(length - 2, os.SEEK_CUR)
    raise _HeaderError("no size stands where one must be")


_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG's frame, which holds its size; the three others are tables."""

_WITHOUT_SIZE: Final = frozenset(range(0xD0, 0xDB)) | {0x00, 0x01}
"""Markers that cannot stand before a frame, or have no length to go past."""

_SIZES: Final[Mapping[str, Callable[[IO[bytes]], tuple[int, int]]]] = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/gif": _gif,
    "image/webp": _webp,
}
