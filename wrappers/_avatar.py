"""Where a user's avatar is written down."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from . import _custom_data
from ._blob_references import UID
from ._models import User


def uid_of(user: User) -> str | None:
    """Tell the uid of a user's avatar.

    Args:
        user: Any user.

    Returns:
        The uid from ``custom_data`` (Android and Kotlin guides), else the one in ``avatar``
        (JavaScript and Flutter guides), else None.
    """
    for uid in (_custom_data.avatar_uid(user.custom_data), user.avatar):
        if uid is not None and UID.fullmatch(uid):
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
