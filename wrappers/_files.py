"""Files on their way up: looked at before anything is sent, read in pieces, never whole.

Everything here blocks and is called from a worker thread by the asynchronous client.
"""

from __future__ import annotations

import io
import mimetypes
import os
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path, PurePath
from typing import IO, Final, TypeGuard, cast

from attrs import frozen

from ._errors import (
    FileChanged,
    FileEmpty,
    FileTooLarge,
    FileUnreadable,
    FileUnwritable,
    InvalidArgument,
    InvalidFile,
    InvalidImage,
)

FileSource = str | os.PathLike[str] | bytes | IO[bytes]
"""What can be uploaded: a path, the bytes themselves, or a seekable file opened as binary."""

LARGEST_FILE: Final = 100 * 1024 * 1024
"""Bytes. The storage guide's limit is 100 MB a file."""

CHUNK: Final = 256 * 1024
"""Bytes read at a time: few hops to the worker thread, little memory."""

LONGEST_NAME: Final = 100
"""Characters in a file's name (storage guide: 1 to 100)."""

Progress = Callable[[int, int | None], object]
"""Told how many bytes went over and how many there are in all; None when nobody knows."""

_Describe = Callable[[str, int, bytes, str], tuple[str, str]]
"""From a file's own name, size, first bytes and name in messages to its name and media type."""

UNKNOWN_TYPE: Final = "application/octet-stream"
"""The media type of bytes that neither a name nor a beginning explains."""

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

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


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
    return _by_content(start)[0]


def checked_name(name: str) -> str:
    """Refuse names that the service does not take.

    Args:
        name: A name of the caller's choice.

    Returns:
        The same.

    Raises:
        InvalidArgument: If it has not 1 to 100 characters, or has control characters.
    """
    if not 1 <= len(name) <= LONGEST_NAME or _CONTROL.search(name):
        raise InvalidArgument("a file's name has 1 to 100 characters, none of them a control")
    return name


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


def checked_size(size: int | None) -> int:
    """Refuse sizes that a file cannot have.

    Args:
        size: Bytes, as the caller says.

    Returns:
        The same.

    Raises:
        InvalidArgument: If it was left out or is negative.
        FileTooLarge: If it is more than 100 MB.
    """
    if size is None or size < 0:
        raise InvalidArgument("an iterator needs size, the number of its bytes")
    if size > LARGEST_FILE:
        raise FileTooLarge(f"{size:,} bytes are too many; at most {LARGEST_FILE:,} are allowed")
    return size


@frozen(eq=False)
class OpenFile:
    """A file that was found fit to send, opened at its first byte.

    Attributes:
        name: The name it gets on the service, 1 to 100 characters.
        content_type: Media type, by name or content.
        size: Bytes from the first to the last.
    """

    name: str
    content_type: str
    size: int
    _file: IO[bytes]
    _owned: bool

    def read(self, already: int) -> bytes:
        """Read the next piece.

        Args:
            already: Bytes read so far.

        Returns:
            1 to 262,144 bytes, or none when all of them were read.

        Raises:
            FileChanged: If the file has fewer or more bytes than when it was opened.
            FileUnreadable: If reading fails.
        """
        left = self.size - already
        failure: InvalidFile
        try:
            # One byte more than is left, so that a file that grew is noticed.
            piece = self._file.read(min(CHUNK, left + 1))
        except (OSError, ValueError) as error:
            failure = FileUnreadable(f"{self.name} cannot be read: {_reason(error)}")
        else:
            if len(piece) <= left and (piece or not left):
                return piece
            failure = FileChanged(f"{self.name} changed while it was being sent")
        raise failure

    def close(self) -> None:
        """Close the file if it was opened here; the caller's own file objects stay open."""
        if self._owned:
            self._file.close()


def open_image(source: FileSource) -> OpenFile:
    """Open a file and make sure that it can become an avatar.

    Args:
        source: A path, the bytes, or a seekable file opened as binary, which is read from where
            it stands to its end.

    Returns:
        The open image; the caller closes it.

    Raises:
        FileUnreadable: If there is no such file, or it cannot be read or measured.
        FileEmpty: If it has no bytes.
        FileTooLarge: If it has more than 100 MB.
        InvalidImage: If it is no PNG, JPEG, GIF or WebP.
    """

    def described(own_name: str, size: int, start: bytes, shown: str) -> tuple[str, str]:
        if not size:
            raise FileEmpty(f"{shown} has no bytes")
        kind = image_type(start)
        if kind is None:
            raise InvalidImage(f"{shown} is no PNG, JPEG, GIF or WebP image")
        return own_name or f"avatar{kind[1]}", kind[0]

    return _opened(source, described)


def is_file(source: FileSource | object) -> TypeGuard[FileSource]:
    """Tell files from iterables of bytes, which some of them are as well.

    Args:
        source: What shall be uploaded.

    Returns:
        Whether it is a path, bytes, or a file object.
    """
    return isinstance(source, (str, os.PathLike, bytes)) or hasattr(source, "read")


def open_file(
    source: FileSource, name: str | None = None, content_type: str | None = None
) -> OpenFile:
    """Open a file and make sure that it can be stored.

    Args:
        source: A path, the bytes, or a seekable file opened as binary, which is read from where
            it stands to its end.
        name: The name it gets on the service; left out, its own.
        content_type: Media type; left out, by name or content.

    Returns:
        The open file; the caller closes it.

    Raises:
        FileUnreadable: If there is no such file, or it cannot be read or measured.
        FileTooLarge: If it has more than 100 MB.
    """

    def described(own_name: str, _: int, start: bytes, __: str) -> tuple[str, str]:
        given = name or own_name
        kind = content_type or media_type(given, start)
        return given or f"file{_by_content(start)[1]}", kind

    return _opened(source, described)


def _opened(source: FileSource, described: _Describe) -> OpenFile:
    owned = isinstance(source, (str, os.PathLike, bytes))
    shown = "the file"
    try:
        if isinstance(source, bytes):
            file: IO[bytes] = io.BytesIO(source)
        elif isinstance(source, (str, os.PathLike)):
            shown = os.fspath(source)
            file = Path(source).open("rb")  # noqa: SIM115 (closed by OpenFile.close)
        else:
            file = source
    except (OSError, ValueError) as error:
        failure = FileUnreadable(f"{shown} cannot be read: {_reason(error)}")
    else:
        try:
            return _inspect(file, owned=owned, shown=shown, described=described)
        except BaseException:
            if owned:
                file.close()
            raise
    raise failure


@frozen(eq=False)
class Part:
    """A download under way, in a file next to where it shall go.

    Attributes:
        target: Where it shall go.
    """

    target: Path
    _path: Path
    _file: IO[bytes]

    @classmethod
    def beside(cls, target: Path) -> Part:
        """Open a part.

        Args:
            target: Where the download shall go.

        Returns:
            The part; ``discard`` it in any case.

        Raises:
            FileUnwritable: If the directory is missing or not writable.
        """
        path = target.with_name(f".{secrets.token_hex(8)}.part")
        try:
            return cls(target, path, path.open("xb"))
        except (OSError, ValueError) as error:
            failure = _unwritable(target, error)
        raise failure

    def write(self, piece: bytes) -> None:
        """Write the next piece.

        Args:
            piece: Bytes.

        Raises:
            FileUnwritable: If the disk is full or gone.
        """
        try:
            self._file.write(piece)
        except OSError as error:
            failure = _unwritable(self.target, error)
        else:
            return
        raise failure

    def move(self) -> Path:
        """Put the complete file in its place at once: readers see the old one or the new one.

        Returns:
            The target.

        Raises:
            FileUnwritable: If it cannot be put there.
        """
        try:
            self._file.close()
            self._path.replace(self.target)
        except OSError as error:
            failure = _unwritable(self.target, error)
        else:
            return self.target
        raise failure

    def discard(self) -> None:
        """Close and remove the part; one that was moved is gone already."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


def _inspect(file: IO[bytes], *, owned: bool, shown: str, described: _Describe) -> OpenFile:
    try:
        start = file.tell()
        size = file.seek(0, os.SEEK_END) - start
        file.seek(start)
        first = cast("object", file.read(16))
        file.seek(start)
    except (OSError, ValueError, AttributeError) as error:
        failure = FileUnreadable(f"{shown} cannot be read: {_reason(error)}")
    else:
        if not isinstance(first, bytes):
            raise FileUnreadable(f"{shown} must be opened as binary")
        if size > LARGEST_FILE:
            raise FileTooLarge(f"{shown} has {size:,} bytes; at most {LARGEST_FILE:,} are allowed")
        # A position beyond the end: nothing is left to read.
        size = max(size, 0)
        own_name = _service_name(getattr(file, "name", None))
        name, content_type = described(own_name, size, first, shown)
        return OpenFile(name, content_type, size, file, owned)
    raise failure


@cache
def _types_by_name() -> mimetypes.MimeTypes:
    # The machine's own tables are left out: a file gets the same type everywhere.
    return mimetypes.MimeTypes()


def _by_content(start: bytes) -> tuple[str, str]:
    for offset, magic, kind, suffix in _OTHERS:
        if start.startswith(magic, offset):
            return kind, suffix
    return image_type(start) or (UNKNOWN_TYPE, "")


def _service_name(name: object) -> str:
    """Make a name that the service takes, or none: no directories, controls or surrogates."""
    base = PurePath(name).name if isinstance(name, str) else ""
    clean = "".join(letter if letter.isprintable() else "_" for letter in base)
    if len(clean) > LONGEST_NAME:
        extension = PurePath(clean).suffix[: LONGEST_NAME // 2]
        clean = clean[: LONGEST_NAME - len(extension)] + extension
    return clean


def _unwritable(target: Path, error: Exception) -> FileUnwritable:
    return FileUnwritable(f"{target} cannot be written: {_reason(error)}")


def _reason(error: Exception) -> str:
    """Say why, without the path that an OSError repeats."""
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
