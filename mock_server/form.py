"""An upload form on its way in: small fields in memory, the file on the disk."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import TracebackType
from typing import Self

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from mock_server.objects import ObjectFolder
from mock_server.policy import StoreRefusal, too_large

LARGEST_FIELDS = 64 * 1024
"""All fields but the file together."""


class UploadForm:
    """A multipart form, fed piece by piece; what comes after its file is ignored, as S3 does.

    Use it as a context manager: the file is removed at the end unless somebody moved it.

    Args:
        boundary: The boundary.
        objects: Where the file goes.
        largest: The size of the largest file.

    Attributes:
        fields: The fields but the file, by lower-case name; `file` ends them.
        size: The size of the file so far.
    """

    def __init__(self, boundary: bytes, objects: ObjectFolder, largest: int) -> None:
        self.fields: dict[str, str] = {}
        self.size = 0
        self._largest = largest
        self._left_for_fields = LARGEST_FIELDS
        self._digest = hashlib.md5(usedforsecurity=False)
        self._file = objects.upload()
        self._header = bytearray()
        self._header_value = bytearray()
        self._disposition = b""
        self._field: bytearray | None = None
        self._name = ""
        self._in_file = False
        self._has_file = False
        self._complete = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin_part,
                    "on_header_field": lambda data, start, end: self._keep(
                        self._header, data[start:end]
                    ),
                    "on_header_value": lambda data, start, end: self._keep(
                        self._header_value, data[start:end]
                    ),
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._end_headers,
                    "on_part_data": lambda data, start, end: self._take(data[start:end]),
                    "on_part_end": self._end_part,
                    "on_end": self._end,
                },
            )
        except FormParserError:
            self._file.close()
            Path(self._file.name).unlink()
            raise _malformed() from None

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the file unless it was moved."""
        self._file.close()
        Path(self._file.name).unlink(missing_ok=True)

    def feed(self, piece: bytes) -> None:
        """Take the next piece of the body.

        Args:
            piece: The bytes.

        Raises:
            StoreRefusal: The form is malformed, or too large.
        """
        try:
            self._parser.write(piece)
        except FormParserError:
            raise _malformed() from None

    def finish(self) -> Path:
        """End the form.

        Returns:
            The file that holds the uploaded bytes.

        Raises:
            StoreRefusal: The form is cut off, or has no file.
        """
        if not self._complete:
            raise _malformed()
        if not self._has_file:
            message = "POST requires exactly one file upload per request."
            raise StoreRefusal(400, "InvalidArgument", message)
        self._file.close()
        return Path(self._file.name)

    @property
    def etag(self) -> str:
        """The MD5 of the file, as S3 tells it."""
        return self._digest.hexdigest()

    def _begin_part(self) -> None:
        self._disposition = b""
        self._name = ""
        self._field = None

    def _keep(self, where: bytearray, piece: bytes) -> None:
        self._left_for_fields -= len(piece)
        if self._left_for_fields < 0:
            message = "Your POST request fields preceding the upload file were too large."
            raise StoreRefusal(400, "MaxPostPreDataLengthExceeded", message)
        where += piece

    def _end_header(self) -> None:
        if bytes(self._header).lower() == b"content-disposition":
            self._disposition = bytes(self._header_value)
        self._header.clear()
        self._header_value.clear()

    def _end_headers(self) -> None:
        kind, options = parse_options_header(self._disposition)
        if kind != b"form-data" or b"name" not in options:
            raise _malformed()
        self._name = options[b"name"].decode("utf-8", "replace").lower()
        if self._has_file:
            return
        if self._name == "file":
            self._in_file = self._has_file = True
        else:
            self._field = bytearray()

    def _take(self, piece: bytes) -> None:
        if self._in_file:
            self.size += len(piece)
            if self.size > self._largest:
                raise too_large()
            self._digest.update(piece)
            self._file.write(piece)
        elif self._field is not None:
            self._keep(self._field, piece)

    def _end_part(self) -> None:
        self._in_file = False
        if self._field is not None:
            if self._name in self.fields:
                message = f"The form holds {self._name} more than once."
                raise StoreRefusal(400, "InvalidArgument", message)
            self.fields[self._name] = self._field.decode("utf-8", "replace")

    def _end(self) -> None:
        self._complete = True


def _malformed() -> StoreRefusal:
    message = "The body of your POST request is not well-formed multipart/form-data."
    return StoreRefusal(400, "MalformedPOSTRequest", message)
