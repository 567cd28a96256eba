"""Files on their way up: looked at before anything is sent, read in pieces, never whole.

Everything here blocks and is called from a worker thread by the asynchronous client.
"""

from __future__ import annotations

import io
import os
import secrets
from contextlib import suppress
from pathlib import Path, PurePath
from typing import IO, Final, cast

from attrs import frozen

from ._errors import (
    FileChanged,
    FileEmpty,
    FileTooLarge,
    FileUnreadable,
    FileUnwritable,
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

_SIGNATURES: Final = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (0, b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (0, b"GIF87a", "image/gif", ".gif"),
    (0, b"GIF89a", "image/gif", ".gif"),
    (8, b"WEBP", "image/webp", ".webp"),
)
"""Where the first bytes of an image say what it is, and what it is then."""


def image_type(start: bytes) -> tuple[str, str] | None:
    """Tell an image's type by its first bytes, whatever its name says.

    Args:
        start: At least the first 12 bytes.

    Returns:
        Media type and file suffix, or None when it is none of PNG, JPEG, GIF, WebP.
    """
    for offset, magic, media_type, suffix in _SIGNATURES:
        if start.startswith(magic, offset) and (offset == 0 or start.startswith(b"RIFF")):
            return media_type, suffix
    return None


@frozen(eq=False)
class OpenImage:
    """An image file that was found fit to send, opened at its first byte.

    Attributes:
        name: The name it gets on the service, 1 to 100 characters.
        content_type: Media type, by content.
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


def open_image(source: FileSource) -> OpenImage:
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
    owned = isinstance(source, (str, os.PathLike, bytes))
    shown = "the file"
    try:
        if isinstance(source, bytes):
            file: IO[bytes] = io.BytesIO(source)
        elif isinstance(source, (str, os.PathLike)):
            shown = os.fspath(source)
            file = Path(source).open("rb")  # noqa: SIM115 (closed by OpenImage.close)
        else:
            file = source
    except (OSError, ValueError) as error:
        failure = FileUnreadable(f"{shown} cannot be read: {_reason(error)}")
    else:
        try:
            return _inspect(file, owned=owned, shown=shown)
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


def _inspect(file: IO[bytes], *, owned: bool, shown: str) -> OpenImage:
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
        if size <= 0:
            raise FileEmpty(f"{shown} has no bytes")
        if size > LARGEST_FILE:
            raise FileTooLarge(f"{shown} has {size:,} bytes; at most {LARGEST_FILE:,} are allowed")
        kind = image_type(first)
        if kind is None:
            raise InvalidImage(f"{shown} is no PNG, JPEG, GIF or WebP image")
        content_type, suffix = kind
        name = _service_name(getattr(file, "name", None), suffix)
        return OpenImage(name, content_type, size, file, owned)
    raise failure


def _service_name(name: object, suffix: str) -> str:
    """Make a name that the service takes: no directories, controls or surrogates, 1 to 100 long."""
    base = PurePath(name).name if isinstance(name, str) else ""
    clean = "".join(letter if letter.isprintable() else "_" for letter in base)
    if len(clean) > LONGEST_NAME:
        extension = PurePath(clean).suffix[: LONGEST_NAME // 2]
        clean = clean[: LONGEST_NAME - len(extension)] + extension
    return clean or f"avatar{suffix}"


def _unwritable(target: Path, error: Exception) -> FileUnwritable:
    return FileUnwritable(f"{target} cannot be written: {_reason(error)}")


def _reason(error: Exception) -> str:
    """Say why, without the path that an OSError repeats."""
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
