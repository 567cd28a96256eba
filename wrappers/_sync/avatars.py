"""Pictures of users: set one's own, read the others'."""

from __future__ import annotations

import os
from pathlib import Path
from typing import overload

from wrappers import _custom_data
from wrappers._avatar import uid_of
from wrappers._blob_references import private_url
from wrappers._concurrency_sync import in_thread
from wrappers._errors import NoAvatar
from wrappers._files import FileSource, open_image
from wrappers._models import User

from .core import Core
from .downloads import download
from .uploads import file_parcel, upload


class Avatars:
    """Calls about avatars; reached as ``cube.avatars``.

    A user's avatar is a private file whose uid stands in the user's ``custom_data`` as
    ``avatar_uid`` (Android and Kotlin guides) and in ``avatar`` (JavaScript and Flutter guides).
    """

    def __init__(self, core: Core) -> None:
        """Stand on a client.

        Args:
            core: The client.
        """
        self._core = core

    def set(self, image: FileSource) -> User:
        """Make an image the signed-in user's avatar.

        The file is checked, uploaded in pieces, declared complete, and its uid saved in the
        user's ``custom_data``, whose other keys stay, and in ``avatar``.

        Args:
            image: A path, the bytes, or a seekable file opened as binary, which is read from
                where it stands and not closed. PNG, JPEG, GIF or WebP, at most 100 MB.

        Returns:
            The user as saved.

        Raises:
            InvalidFile: If the file is missing, empty, too large or no image; nothing was sent.
            InvalidCustomData: If the user's ``custom_data`` is no JSON object; nothing was
                overwritten.
            NeedUser: If nobody is signed in.
            ConnectyCubeError: If a step fails otherwise.
        """
        opened = in_thread(open_image, image)
        try:
            user_id = self._core.my_id()
            user = self._core.get_user(user_id)
            _custom_data.parse(user.custom_data)  # refused before anything is uploaded
            blob = upload(self._core, file_parcel(opened))
        finally:
            opened.close()
        # Read again: an upload can take long, and what others saved meanwhile must stay.
        user = self._core.get_user(user_id)
        merged = _custom_data.with_avatar(user.custom_data, blob.uid)
        return self._core.update_user(user_id, {"custom_data": merged, "avatar": blob.uid})

    def uid_of(self, user: User) -> str | None:
        """Tell the uid of a user's avatar; nothing is sent.

        Args:
            user: Any user.

        Returns:
            The uid from ``custom_data``, else the one in ``avatar``, else None.
        """
        return uid_of(user)

    def url(self, user: User) -> str:
        """Make a private URL of a user's avatar, for an image tag or a mobile client.

        The URL carries the present session's token: whoever has it acts with this session until
        it ends. Do not store it, log it, or hand it to anybody who may not do so.

        Args:
            user: Any user.

        Returns:
            ``<api>/blobs/<uid>?token=<session token>``.

        Raises:
            NoAvatar: If the user has none.
            ConnectyCubeError: If no session can be had.
        """
        uid = _uid(user)
        live = self._core.sessions.live()
        return private_url(self._core.application.base_url, uid, live.token)

    @overload
    def download(self, user: User) -> bytes: ...

    @overload
    def download(self, user: User, to: str | os.PathLike[str]) -> Path: ...

    def download(self, user: User, to: str | os.PathLike[str] | None = None) -> bytes | Path:
        """Download a user's avatar.

        The service sends the client on to the object store, which is asked without any
        credential.

        Args:
            user: Any user.
            to: Where the file goes; it appears there complete or not at all, and replaces what
                was there. In memory when left out.

        Returns:
            The image's bytes, or the path it was saved to.

        Raises:
            NoAvatar: If the user has none.
            NotFound: If the file is gone or was never completed.
            ObjectStoreError: If the object store refuses.
            FileUnwritable: If the file cannot be saved.
            ConnectyCubeError: If a step fails otherwise.
        """
        return download(self._core, _uid(user), to, None)


def _uid(user: User) -> str:
    uid = uid_of(user)
    if uid is None:
        raise NoAvatar(f"user {user.id} has no avatar")
    return uid
