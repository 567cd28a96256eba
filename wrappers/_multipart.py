"""The upload form of the object store: framed by hand, streamed, of known length.

A generated multipart body has a fixed boundary, which the bytes of a file can contain and so add
fields of their own; and it has no length, which S3 refuses. Here the boundary is 128 random bits
per form, and the length is known before the first byte is sent.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote, urlsplit

from attrs import frozen

from ._errors import UnexpectedResponseError

_ESCAPES: Final = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})
"""How the HTML standard writes these into a form's names (multipart/form-data encoding)."""


@frozen
class Form:
    """A form with one file, as the bytes before and after the file's own.

    Attributes:
        boundary: The text between the parts.
        head: Every field, and the headers of the file's part.
        tail: The closing boundary.
    """

    boundary: str
    head: bytes
    tail: bytes

    @property
    def content_type(self) -> str:
        """The form's ``Content-Type``."""
        return f"multipart/form-data; boundary={self.boundary}"

    def length(self, file_size: int) -> int:
        """Tell the form's ``Content-Length``.

        Args:
            file_size: Bytes of the file.

        Returns:
            Bytes of the whole body.
        """
        return len(self.head) + file_size + len(self.tail)


def form(
    fields: Sequence[tuple[str, str]],
    *,
    file_name: str,
    content_type: str,
    boundary: str | None = None,
) -> Form:
    """Frame a form: the fields in their order, the file last, as S3 requires.

    Args:
        fields: Names and values of the form's fields.
        file_name: File name of the ``file`` part.
        content_type: Media type of the ``file`` part.
        boundary: Text between the parts; random when left out, as it must be outside of tests.

    Returns:
        The framed form.
    """
    boundary = boundary or f"connectycube-{secrets.token_hex(16)}"
    opening = f"--{boundary}\r\nContent-Disposition: form-data; name="
    parts = [f'{opening}"{_escaped(name)}"\r\n\r\n{value}\r\n' for name, value in fields]
    parts.append(
        f'{opening}"file"; filename="{_escaped(file_name)}"\r\nContent-Type: {content_type}\r\n\r\n'
    )
    return Form(
        boundary, "".join(parts).encode(errors="replace"), f"\r\n--{boundary}--\r\n".encode()
    )


def upload_target(params: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Split a new file's ``params`` into the form's address and fields.

    The official SDKs decode each value with ``decodeURIComponent``, so a plus sign is a plus
    sign, never a space.

    Args:
        params: ``blob_object_access.params``: an absolute URL whose query holds the fields.

    Returns:
        The URL before its query, and the fields in order.

    Raises:
        UnexpectedResponseError: If it is not an absolute HTTP URL with fields.
    """
    try:
        parts = urlsplit(params)
    except ValueError:
        parts = urlsplit("")
    web = parts.scheme in ("http", "https") and parts.netloc and "@" not in parts.netloc
    if not (web and parts.query):
        raise UnexpectedResponseError("the upload address that came with the new file is unusable")
    pairs = (pair.partition("=") for pair in parts.query.split("&") if pair)
    fields = tuple((unquote(name), unquote(value)) for name, _, value in pairs)
    return f"{parts.scheme}://{parts.netloc}{parts.path}", fields


def _escaped(name: str) -> str:
    return name.translate(_ESCAPES)
