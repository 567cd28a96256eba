"""Files on their way up: looked at before anything is sent, read in pieces, never whole.

Everything here blocks and is called from a worker thread by the asynchronous client.
"""

from __future__ import annotations

import io
import os
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path, PurePath
from typing import IO, Final, TypeGuard, TypeVar, cast

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
from ._images import Image, image_in
from ._media_types import LOOKED_AT, media_type, type_by_content

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

LARGEST_IMAGE: Final = 100_000_000
"""Pixels of an avatar at most when nothing else is said: what the largest cameras make, and no more
than what viewers are ready to unpack."""

_LookT = TypeVar("_LookT")

_Describe = Callable[[str, int, _LookT, str], tuple[str, str]]
"""From a file's own name, size, what a look at it told, and its name in messages, to its name and
media type."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


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
    _written: int | None

    def read(self, already: int) -> bytes:
        """Read the next piece.

        Args:
            already: Bytes read so far.

        Returns:
            1 to 262,144 bytes, or none when all of them were read.

        Raises:
            FileChanged: If the file has fewer or more bytes than when it was opened, or was
                written to since.
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
            whole = not left and _written_at(self._file) == self._written
            if len(piece) <= left and (piece or whole):
                return piece
            failure = FileChanged(f"{self.name} changed while it was being sent")
        raise failure

    def close(self) -> None:
        """Close the file if it was opened here; the caller's own file objects stay open."""
        if self._owned:
            self._file.close()


def open_image(
    source: FileSource, *, max_size: int = LARGEST_FILE, max_pixels: int = LARGEST_IMAGE
) -> OpenFile:
    """Open a file and make sure that it can become an avatar.

    Args:
        source: A path, the bytes, or a seekable file opened as binary, which is read from where
            it stands to its end.
        max_size: Bytes at most.
        max_pixels: Pixels at most, width times height.

    Returns:
        The open image; the caller closes it.

    Raises:
        InvalidArgument: If a limit is less than 1.
        FileUnreadable: If there is no such file, or it cannot be read or measured.
        FileEmpty: If it has no bytes.
        FileTooLarge: If it has more than 100 MB, or than is allowed.
        InvalidImage: If its header is no whole one of a PNG, JPEG, GIF or WebP, or its width or
            height is zero, or it has more pixels than are allowed.
    """
    if max_size < 1 or max_pixels < 1:
        raise InvalidArgument("max_size and max_pixels are at least 1")

    def described(own_name: str, size: int, image: Image | str, shown: str) -> tuple[str, str]:
        if not size:
            raise FileEmpty(f"{shown} has no bytes")
        if size > max_size:
            raise FileTooLarge(f"{shown} has {size:,} bytes; at most {max_size:,} are allowed")
        if isinstance(image, str):
            raise InvalidImage(f"{shown} {image}")
        if image.width * image.height > max_pixels:
            raise InvalidImage(
                f"{shown} has {image.width} x {image.height} pixels; "
                f"at most {max_pixels:,} are allowed"
            )
        return own_name or f"avatar{image.suffix}", image.content_type

    return _opened(source, image_in, described)


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
        return given or f"file{type_by_content(start)[1]}", kind

    return _opened(source, lambda file: file.read(LOOKED_AT), described)


def _opened(
    source: FileSource, look: Callable[[IO[bytes]], _LookT], described: _Describe[_LookT]
) -> OpenFile:
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
            return _inspect(file, look, described, owned=owned, shown=shown)
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


def _inspect(
    file: IO[bytes],
    look: Callable[[IO[bytes]], _LookT],
    described: _Describe[_LookT],
    *,
    owned: bool,
    shown: str,
) -> OpenFile:
    try:
        start = file.tell()
        size = file.seek(0, os.SEEK_END) - start
        file.seek(start)
        binary = isinstance(cast("object", file.read(0)), bytes)
        looked = look(file) if binary else None
        file.seek(start)
    except (OSError, ValueError, AttributeError) as error:
        failure = FileUnreadable(f"{shown} cannot be read: {_reason(error)}")
    else:
        if looked is None:
            raise FileUnreadable(f"{shown} must be opened as binary")
        if size > LARGEST_FILE:
            raise FileTooLarge(f"{shown} has {size:,} bytes; at most {LARGEST_FILE:,} are allowed")
        # A position beyond the end: nothing is left to read.
        size = max(size, 0)
        own_name = _service_name(getattr(file, "name", None))
        name, content_type = described(own_name, size, looked, shown)
        return OpenFile(name, content_type, size, file, owned, _written_at(file))
    raise failure


def _written_at(file: IO[bytes]) -> int | None:
    """Tell when a file of the disk was last written to; None for what is none."""
    try:
        return os.fstat(file.fileno()).st_mtime_ns
    except (OSError, ValueError, AttributeError):
        return None


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
