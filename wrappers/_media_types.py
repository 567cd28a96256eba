"""What kind of file something is: by its name, else by its first bytes.

The standard library knows names, and a dozen beginnings cover what people send each other; the
packages that know hundreds of kinds would each cost more to import than all of this package.
"""

from __future__ import annotations

import mimetypes
import re
from functools import cache
from typing import Final

from ._errors import InvalidArgument

UNKNOWN_TYPE: Final = "application/octet-stream"
"""The media type of bytes that neither a name nor a beginning explains."""

LOOKED_AT: Final = 16
"""How many of the first bytes are enough to tell."""

_IMAGES: Final = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (0, b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (0, b"GIF87a", "image/gif", ".gif"),
    (0, b"GIF89a", "image/gif", ".gif"),
    (8, b"WEBP", "image/webp", ".webp"),
)
"""Where the first bytes of an image say what it is, and what it is then."""

_OTHERS: Final = (
    (0, b"%PDF-", "application/pdf", ".pdf"),
    (0, b"PK\x03\x04", "application/zip", ".zip"),
    (0, b"\x1f\x8b", "application/gzip", ".gz"),
    (0, b"OggS", "audio/ogg", ".ogg"),
    (0, b"ID3", "audio/mpeg", ".mp3"),
    (0, b"fLaC", "audio/flac", ".flac"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm", ".webm"),
    (4, b"ftypM4A", "audio/mp4", ".m4a"),
    (4, b"ftyp", "video/mp4", ".mp4"),
)
"""The same for what else people send each other."""

_MEDIA_TYPE: Final = re.compile(
    r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?: *; *[\w!#$&^.+-]+=[\w!#$&^.+-]+)*", re.ASCII
)
"""What the service takes as a media type; nothing that could end a header's line."""


def image_type(start: bytes) -> tuple[str, str] | None:
    """Tell an image's type by its first bytes, whatever its name says.

    Args:
        start: At least the first 12 bytes.

    Returns:
        Media type and file suffix, or None when it is none of PNG, JPEG, GIF, WebP.
    """
    for offset, magic, media_type, suffix in _IMAGES:
        if start.startswith(magic, offset) and (offset == 0 or start.startswith(b"RIFF")):
            return media_type, suffix
    return None


def media_type(name: str, start: bytes) -> str:
    """Tell a file's type by its name, else by its first bytes.

    Args:
        name: Its name; may be empty.
        start: At least the first 12 bytes, as far as there are any.

    Returns:
        A media type.
    """
    named, encoding = _types_by_name().guess_type(name)
    if named is not None and encoding is None:
        return named
    return type_by_content(start)[0]


def type_by_content(start: bytes) -> tuple[str, str]:
    """Tell a file's type by its first bytes.

    Args:
        start: At least the first 12 bytes, as far as there are any.

    Returns:
        Media type and file suffix; the suffix is empty when the type is not known.
    """
    for offset, magic, kind, suffix in _OTHERS:
        if start.startswith(magic, offset):
            return kind, suffix
    return image_type(start) or (UNKNOWN_TYPE, "")


def checked_media_type(content_type: str) -> str:
    """Refuse media types that are none.

    Args:
        content_type: A media type of the caller's choice.

    Returns:
        The same.

    Raises:
        InvalidArgument: If it is not like ``text/plain``.
    """
    if len(content_type) > 255 or not _MEDIA_TYPE.fullmatch(content_type):
        raise InvalidArgument("a file's content type is like text/plain")
    return content_type


@cache
def _types_by_name() -> mimetypes.MimeTypes:
    # The machine's own tables are left out: a file gets the same type everywhere.
    return mimetypes.MimeTypes()
