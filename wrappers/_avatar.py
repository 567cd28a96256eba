"""Where a user's avatar is written down."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

from . import _custom_data
from ._models import User

_UID: Final = re.compile(r"[0-9A-Za-z]{1,64}")
"""A file's uid: 36 hexadecimal digits, 34 on older files. An ``avatar`` that is a URL is none."""


def uid_of(user: User) -> str | None:
    """Tell the uid of a user's avatar.

    Args:
        user: Any user.

    Returns:
        The uid from ``custom_data`` (Android and Kotlin guides), else the one in ``avatar``
        (JavaScript and Flutter guides), else None.
    """
    for uid in (_custom_data.avatar_uid(user.custom_data), user.avatar):
        if uid is not None and _UID.fullmatch(uid):
            return uid
    return None


def object_url(base_url: str, location: str) -> str | None:
    """Tell where a download's redirect leads.

    Args:
        base_url: The API's address, for a location without a host.
        location: The redirect's ``Location``.

    Returns:
        An absolute HTTP URL, or None when the location is no address of a stored object.
    """
    try:
        url = urljoin(f"{base_url}/", location)
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
