"""Pictures of users: set one's own, read the others'."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import overload

from wrappers import _custom_data
from wrappers._avatar import avatar_fields, lost, mentions, uid_of, uids_in
from wrappers._blob_references import private_url
from wrappers._concurrency_async import in_thread, shielded
from wrappers._errors import (
    APIError,
    ClientClosed,
    ConnectyCubeError,
    InvalidArgument,
    NoAvatar,
    ServerError,
    TransportError,
)
from wrappers._failures import lost_update
from wrappers._files import LARGEST_FILE, LARGEST_IMAGE, FileSource, Progress, open_image
from wrappers._logs import logger
from wrappers._models import Blob, User

from .core import AsyncCore
from .downloads import download, signed_url
from .uploads import CLEANING_UP, discard, file_parcel, upload


class AsyncAvatars:
    """Calls about avatars; reached as ``cube.avatars``.

    A user's avatar is a private file whose uid stands in the user's ``custom_data`` as
    ``avatar_uid`` (Android and Kotlin guides) and in ``avatar`` (JavaScript and Flutter guides).
    """

    def __init__(self, core: AsyncCore) -> None:
        """Stand on a client.

        Args:
            core: The client.
        """
        self._core = core

    async def set(
        self,
        image: FileSource,
        *,
        max_size: int = LARGEST_FILE,
        max_pixels: int = LARGEST_IMAGE,
        progress: Progress | None = None,
        timeout: float | None = None,
    ) -> User:
        """Make an image the signed-in user's avatar, all of it or nothing.

        The file is checked, uploaded in pieces, declared complete, and its uid saved in the
        user's ``custom_data``, whose other keys stay, and in ``avatar``; then the former avatar's
        file is deleted. When a step fails, the new file is deleted again. When the answer to
        saving is lost, the user is read to see what became of it; if that fails as well, nothing
        is deleted, so no user ever points at a file that is gone.

        Changes of ``custom_data`` made through one client wait for each other. The service itself
        has no means against two clients that save at once: the last one wins. So the user is read
        back; when it has another avatar by then, the new file is deleted again.

        Args:
            image: A path, the bytes, or a seekable file opened as binary, which is read from
                where it stands and not closed. PNG, JPEG, GIF or WebP; its header is read to its
                width and height, and nothing is decoded.
            max_size: Bytes at most, up to 100 MB.
            max_pixels: Pixels at most, width times height.
            progress: Called with the number of bytes handed over and the number of all bytes.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The user as saved.

        Raises:
            InvalidFile: If the file is missing, empty, too large or no image; nothing was sent.
            InvalidCustomData: If the user's ``custom_data`` is no JSON object; nothing was
                overwritten.
            LostUpdate: If somebody else saved another avatar in between; it holds both users.
            NeedUser: If nobody is signed in.
            ConnectyCubeError: If a step fails otherwise.
        """
        core = self._core.timed(timeout)
        opened = await in_thread(
            partial(open_image, image, max_size=max_size, max_pixels=max_pixels)
        )
        try:
            user_id = await core.my_id()
            user = await core.get_user(user_id)
            _custom_data.parse(user.custom_data)  # refused before anything is uploaded
            blob = await upload(core, file_parcel(opened, progress=progress))
        finally:
            opened.close()
        return await _swap(core, user_id, blob)

    async def remove(self, *, timeout: float | None = None) -> User:
        """Take the signed-in user's avatar away and delete its file.

        Other keys of ``custom_data`` stay. Nothing is saved when there is no avatar.

        Args:
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The user as saved.

        Raises:
            LostUpdate: If somebody else wrote the avatar back in between; it holds both users.
            NeedUser: If nobody is signed in.
            ConnectyCubeError: If a step fails otherwise.
        """
        core = self._core.timed(timeout)
        return await _swap(core, await core.my_id(), None)

    def uid_of(self, user: User) -> str | None:
        """Tell the uid of a user's avatar; nothing is sent.

        Args:
            user: Any user.

        Returns:
            The uid from ``custom_data``, else the one in ``avatar``, else None.
        """
        return uid_of(user)

    async def url(self, user: User, *, timeout: float | None = None) -> str:
        """Make a private URL of a user's avatar, for an image tag or a mobile client.

        The URL carries the present session's token: whoever has it acts with this session until
        it ends. Do not store it, log it, or hand it to anybody who may not do so.

        Args:
            user: Any user.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            ``<api>/blobs/<uid>?token=<session token>``.

        Raises:
            NoAvatar: If the user has none.
            ConnectyCubeError: If no session can be had.
        """
        uid = _uid(user)
        live = await self._core.timed(timeout).sessions.live()
        return private_url(self._core.application.base_url, uid, live.token)

    async def signed_url(self, user: User, *, timeout: float | None = None) -> str:
        """Ask for a URL of a user's avatar that needs no session and soon ends.

        Args:
            user: Any user.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The object store's signed URL, without a token of ours in it.

        Raises:
            NoAvatar: If the user has none.
            NotFound: If the file is gone or was never completed.
            ConnectyCubeError: If the call fails otherwise.
        """
        return await signed_url(self._core.timed(timeout), _uid(user))

    @overload
    async def download(
        self,
        user: User,
        to: None = None,
        *,
        progress: Progress | None = None,
        timeout: float | None = None,
    ) -> bytes: ...

    @overload
    async def download(
        self,
        user: User,
        to: str | os.PathLike[str],
        *,
        progress: Progress | None = None,
        timeout: float | None = None,
    ) -> Path: ...

    async def download(
        self,
        user: User,
        to: str | os.PathLike[str] | None = None,
        *,
        progress: Progress | None = None,
        timeout: float | None = None,
    ) -> bytes | Path:
        """Download a user's avatar.

        The service sends the client on to the object store, which is asked without any
        credential.

        Args:
            user: Any user.
            to: Where the file goes; it appears there complete or not at all, and replaces what
                was there. In memory when left out.
            progress: Called with the number of bytes that came and the number of all bytes, which
                is None when the object store does not say.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The image's bytes, or the path it was saved to.

        Raises:
            NoAvatar: If the user has none.
            NotFound: If the file is gone or was never completed.
            ObjectStoreError: If the object store refuses.
            FileUnwritable: If the file cannot be saved.
            ConnectyCubeError: If a step fails otherwise.
        """
        return await download(self._core.timed(timeout), _uid(user), to, progress)


async def _swap(core: AsyncCore, user_id: int, blob: Blob | None) -> User:
    """Point the user at another file or none, then delete what nobody points at."""
    new = None if blob is None else blob.uid
    before: User | None = None
    try:
        async with core.saving:
            # Read here: an upload takes long, and what others saved meanwhile must stay.
            user = await core.get_user(user_id)
            fields = avatar_fields(user, new)
            if not fields:
                return user
            before = user
            saved = await core.save_user(user_id, fields)
            after = await core.read_back(saved)
    except BaseException as error:
        now = None if before is None else await _saved(core, before, new, error)
        if before is None or now is None:
            if blob is not None:
                await discard(core, blob.id, error)
            raise
        if not isinstance(error, Exception):
            # Cancelled after it had been saved: it stays saved, and nothing is left over.
            await _discard_former(core, before, now)
            raise
        saved = after = now
    await _discard_former(core, before, after)
    if blob is not None and not mentions(after, blob.uid):
        await discard(core, blob.id)
    if lost(before, after, new):
        raise lost_update("the avatar", saved, after)
    return after


async def _saved(
    core: AsyncCore, before: User, new: str | None, error: BaseException
) -> User | None:
    """Find out whether a saving that failed was carried out; None when it was not."""
    if _surely_refused(error):
        return None
    now: User | None = None
    with shielded(CLEANING_UP):
        try:
            now = await core.get_user(before.id)
        except ConnectyCubeError as failure:
            logger.debug("reading the user back failed: %s", failure)
    if now is None:
        error.add_note("whether the avatar was saved is not known, so no file was deleted")
        raise error
    if new is None:
        done = not any(mentions(now, uid) for uid in uids_in(before))
    else:
        done = mentions(now, new)
    if done:
        core.sessions.state.user_changed(now)
    return now if done else None


async def _discard_former(core: AsyncCore, before: User, after: User) -> None:
    for uid in uids_in(before):
        if not mentions(after, uid):
            await discard(core, uid)


def _surely_refused(error: BaseException) -> bool:
    """Tell whether a failure means that nothing was saved."""
    if isinstance(error, TransportError):
        return not error.maybe_sent
    refused = isinstance(error, APIError) and not isinstance(error, ServerError)
    return refused or isinstance(error, (InvalidArgument, ClientClosed))


def _uid(user: User) -> str:
    uid = uid_of(user)
    if uid is None:
        raise NoAvatar(f"user {user.id} has no avatar")
    return uid
