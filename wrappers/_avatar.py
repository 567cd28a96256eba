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


def uids_in(user: User) -> list[str]:
    """Tell every file that a user's avatar fields name; they can differ.

    Args:
        user: Any user.

    Returns:
        The uids, each once.
    """
    named = (_custom_data.avatar_uid(user.custom_data), user.avatar)
    return [*dict.fromkeys(uid for uid in named if uid is not None and UID.fullmatch(uid))]


def mentions(user: User, uid: str) -> bool:
    """Tell whether anything of a user's own fields could point at a file.

    Args:
        user: Any user.
        uid: The file's uid.

    Returns:
        True also when it stands anywhere else in ``custom_data``: a file is deleted only when
        nothing points at it.
    """
    return uid in (user.custom_data or "") or user.avatar == uid


def lost(before: User, after: User, uid: str | None) -> bool:
    """Tell whether an avatar that was saved has been overwritten.

    Args:
        before: The user before it was saved.
        after: The user as read back.
        uid: The file that was saved; None for no avatar.

    Returns:
        Whether the user has another avatar than the new one, or a former one after its removal.
    """
    if uid is None:
        return uid_of(after) in uids_in(before)
    return uid_of(after) != uid


def avatar_fields(user: User, uid: str | None) -> dict[str, object]:
    """Write what to save for another avatar.

    Args:
        user: The user as it is.
        uid: The new file; None for no avatar.

    Returns:
        JSON fields of the user; none when nothing has to change.

    Raises:
        InvalidCustomData: If a uid cannot be put into ``custom_data``.
    """
    if uid is not None:
        return {"custom_data": _custom_data.with_avatar(user.custom_data, uid), "avatar": uid}
    fields: dict[str, object] = {}
    without = _custom_data.without_avatar(user.custom_data)
    if without is not None:
        fields["custom_data"] = without
    if user.avatar:
        fields["avatar"] = None
    return fields


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
