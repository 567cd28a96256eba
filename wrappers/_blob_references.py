"""How a file is named in calls: by itself, by its id, by its uid."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from ._errors import InvalidArgument
from ._models import Blob

UID: Final = re.compile(r"[0-9A-Za-z]{1,64}")
"""A file's uid: 36 hexadecimal digits, 34 on older files."""


def uid_of_blob(blob: Blob | str) -> str:
    """Take a file's uid.

    Args:
        blob: The file or its uid.

    Returns:
        The uid.

    Raises:
        InvalidArgument: If the text could not be one.
    """
    uid = blob.uid if isinstance(blob, Blob) else blob
    if not UID.fullmatch(uid):
        raise InvalidArgument("a file's uid has letters and digits alone")
    return uid


def size_of_blob(blob: Blob | str) -> int | None:
    """Take a file's size.

    Args:
        blob: The file or its uid.

    Returns:
        The size in bytes, or None where it is not known.
    """
    return blob.size if isinstance(blob, Blob) else None


def id_of_blob(blob: Blob | int) -> int:
    """Take a file's id.

    Args:
        blob: The file or its id.

    Returns:
        The id.
    """
    return blob.id if isinstance(blob, Blob) else blob


def private_url(base_url: str, uid: str, token: str) -> str:
    """Write the address of a file for who has no session of their own.

    Args:
        base_url: The API's address.
        uid: The file's uid.
        token: The session's token, which becomes part of the address.

    Returns:
        ``<api>/blobs/<uid>?token=<session token>``.
    """
    return f"{public_url(base_url, uid)}?token={quote(token, safe='')}"


def public_url(base_url: str, uid: str) -> str:
    """Write the address of a public file.

    Args:
        base_url: The API's address.
        uid: The file's uid.

    Returns:
        ``<api>/blobs/<uid>``.
    """
    return f"{base_url}/blobs/{uid}"
