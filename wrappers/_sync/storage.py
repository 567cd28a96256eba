"""Files: put them into the storage, read them, name them, delete them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import cast, overload

from generated_client import models
from generated_client.api.blobs import delete_blob, get_blob, list_blobs, update_blob
from wrappers._blob_references import (
    id_of_blob,
    private_url,
    public_url,
    size_of_blob,
    uid_of_blob,
)
from wrappers._concurrency_sync import Pieces, finishing, in_thread
from wrappers._errors import InvalidArgument
from wrappers._files import (
    FileSource,
    Progress,
    checked_name,
    checked_size,
    is_file,
    open_file,
)
from wrappers._filters import LARGEST_PAGE, checked_limit
from wrappers._media_types import UNKNOWN_TYPE, checked_media_type, media_type
from wrappers._models import Blob, blob_from
from wrappers._pages import Page, file_page
from wrappers._parsing import expect, request_model, translated

from .core import Core
from .downloads import about, download, pieces, signed_url
from .pages import Pages, begin
from .uploads import Parcel, file_parcel, stream_pieces, upload


class Storage:
    """Calls about files; reached as ``cube.storage``. Names and rules are the storage guide's."""

    def __init__(self, core: Core) -> None:
        """Stand on a client.

        Args:
            core: The client.
        """
        self._core = core

    def upload(
        self,
        source: FileSource | Pieces,
        *,
        name: str | None = None,
        content_type: str | None = None,
        size: int | None = None,
        public: bool = False,
        progress: Progress | None = None,
        timeout: float | None = None,
    ) -> Blob:
        """Upload a file for the signed-in user.

        It is read in pieces of 256 KiB and never whole. If anything fails, or the call is
        cancelled, the file just created is deleted from the storage again. Only when the answer
        to the very first step is lost can an empty entry stay there, because nobody knows its id.

        Args:
            source: A path; the bytes; a seekable file opened as binary, which is read from where
                it stands and not closed; or an iterable of bytes together with ``size``.
            name: Its name in the storage, 1 to 100 characters; left out, the file's own.
            content_type: Its media type; left out, by its name, else by its content.
            size: How many bytes an iterable has; only for iterables.
            public: Whether anybody who knows its uid may download it.
            progress: Called with the number of bytes handed over and the number of all bytes.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The file, complete.

        Raises:
            InvalidFile: If the file is missing or too large (more than 100 MB); nothing was sent.
            FileChanged: If its bytes became more, fewer or others meanwhile.
            InvalidArgument: If an argument breaks a rule; nothing was sent.
            NeedUser: If nobody is signed in.
            ObjectStoreError: If the object store refuses.
            ConnectyCubeError: If a step fails otherwise.
        """
        core = self._core.timed(timeout)
        if name is not None:
            checked_name(name)
        if content_type is not None:
            checked_media_type(content_type)
        if not is_file(source):
            total = checked_size(size)
            parcel = Parcel(
                name or "file",
                content_type or (media_type(name, b"") if name else UNKNOWN_TYPE),
                total,
                stream_pieces(cast("Pieces", source), total),
                public,
                progress,
            )
            return upload(core, parcel)
        if size is not None:
            raise InvalidArgument("size goes with an iterable alone; a file is measured")
        opened = in_thread(open_file, source, name, content_type)
        try:
            return upload(core, file_parcel(opened, public=public, progress=progress))
        finally:
            opened.close()

    @overload
    def download(
        self,
        blob: Blob | str,
        to: None = None,
        *,
        progress: Progress | None = None,
        timeout: float | None = None,
    ) -> bytes: ...

    @overload
    def download(
        self,
        blob: Blob | str,
        to: str | os.PathLike[str],
        *,
        progress: Progress | None = None,
        timeout: float | None = None,
    ) -> Path: ...

    def download(
        self,
        blob: Blob | str,
        to: str | os.PathLike[str] | None = None,
        *,
        progress: Progress | None = None,
        timeout: float | None = None,
    ) -> bytes | Path:
        """Download a file.

        The service sends the client on to the object store, which is asked without any
        credential.

        Args:
            blob: The file or its uid.
            to: Where it goes; it appears there complete or not at all, and replaces what was
                there. In memory when left out.
            progress: Called with the number of bytes that came and the number of all bytes, which
                is None when neither the object store nor ``blob`` says.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The bytes, or the path it was saved to.

        Raises:
            NotFound: If the file is gone or was never completed.
            ObjectStoreError: If the object store refuses.
            ConnectionFailed: If fewer bytes came than the object store or ``blob`` says.
            FileUnwritable: If the file cannot be saved.
            ConnectyCubeError: If a step fails otherwise.
        """
        core, size = self._core.timed(timeout), size_of_blob(blob)
        return download(core, uid_of_blob(blob), to, progress, size)

    def stream(
        self,
        blob: Blob | str,
        *,
        progress: Progress | None = None,
        timeout: float | None = None,
    ) -> AbstractContextManager[Iterator[bytes]]:
        """Download a file piece by piece. It is asked for with the first piece.

        Args:
            blob: The file or its uid.
            progress: As for ``download``.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            A context that gives an iterator over the pieces; its end frees the connection.

        Raises:
            InvalidArgument: If the text could not be a uid.

        Example:
            with cube.storage.stream(blob) as pieces:
                for piece in pieces:
                    digest.update(piece)
        """
        core, size = self._core.timed(timeout), size_of_blob(blob)
        return finishing(pieces(core, uid_of_blob(blob), progress, size))

    def get(self, blob: Blob | int | str, *, timeout: float | None = None) -> Blob:
        """Read what the service knows about a file.

        Args:
            blob: The file; its id, for a signed-in user; or its uid.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The file.

        Raises:
            NotFound: If there is none, or it was never completed.
            ConnectyCubeError: If the call fails otherwise.
        """
        core = self._core.timed(timeout)
        if isinstance(blob, str):
            return blob_from(about(core, uid_of_blob(blob)))
        with translated():
            response = get_blob.sync_detailed(id_of_blob(blob), client=core.api)
        return blob_from(expect(models.BlobResponse, response).blob)

    def list(self, *, limit: int = LARGEST_PAGE, timeout: float | None = None) -> Pages[Blob]:
        """List the signed-in user's own files, complete or not, in the order of their ids.

        The service's documentation calls this deprecated; it has no other list of files.

        Args:
            limit: Files a page, 1 to 100.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The files, in pages; the first has been fetched.

        Raises:
            InvalidFilter: If the limit is not allowed; nothing was sent.
            NeedUser: If nobody is signed in.
            ConnectyCubeError: If the call fails otherwise.
        """
        return begin(partial(_listed, self._core.timed(timeout), checked_limit(limit)))

    def rename(self, blob: Blob | int, name: str, *, timeout: float | None = None) -> Blob:
        """Give one's own file another name. Its content and its URLs stay.

        Args:
            blob: The file or its id.
            name: The new name, 1 to 100 characters.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The file as it is now.

        Raises:
            InvalidArgument: If the name breaks the rule; nothing was sent.
            NotFound: If there is no such file.
            Forbidden: If it is somebody else's.
            ConnectyCubeError: If the call fails otherwise.
        """
        body = request_model(models.UpdateBlobRequest, {"blob": {"name": checked_name(name)}})
        with translated():
            response = update_blob.sync_detailed(
                id_of_blob(blob), client=self._core.timed(timeout).api, body=body
            )
        return blob_from(expect(models.UpdatedBlobResponse, response).blob)

    def delete(self, blob: Blob | int, *, timeout: float | None = None) -> None:
        """Delete one's own file.

        Args:
            blob: The file or its id.
            timeout: Seconds for each request of this call; left out, the client's.

        Raises:
            NotFound: If there is no such file.
            Forbidden: If it is somebody else's.
            ConnectyCubeError: If the call fails otherwise.
        """
        with translated():
            response = delete_blob.sync_detailed(
                id_of_blob(blob), client=self._core.timed(timeout).api
            )
        expect(type(None), response)

    def private_url(self, blob: Blob | str, *, timeout: float | None = None) -> str:
        """Make a URL of a file for who has no session, such as an image tag.

        The URL carries the present session's token: whoever has it acts with this session until
        it ends. Do not store it, log it, or hand it to anybody who may not do so;
        ``signed_url`` gives one without a token.

        Args:
            blob: The file or its uid.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            ``<api>/blobs/<uid>?token=<session token>``.

        Raises:
            ConnectyCubeError: If no session can be had.
        """
        uid = uid_of_blob(blob)
        live = self._core.timed(timeout).sessions.live()
        return private_url(self._core.application.base_url, uid, live.token)

    def public_url(self, blob: Blob | str) -> str:
        """Make the lasting URL of a public file; nothing is sent.

        Args:
            blob: The file or its uid.

        Returns:
            ``<api>/blobs/<uid>``.

        Raises:
            InvalidArgument: If the file is private.
        """
        if isinstance(blob, Blob) and not blob.public:
            raise InvalidArgument("a private file has no public URL")
        return public_url(self._core.application.base_url, uid_of_blob(blob))

    def signed_url(self, blob: Blob | str, *, timeout: float | None = None) -> str:
        """Ask for a URL of the stored object that needs no session and soon ends.

        Args:
            blob: The file or its uid.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The object store's signed URL, without a token of ours in it.

        Raises:
            NotFound: If the file is gone or was never completed.
            ConnectyCubeError: If the call fails otherwise.
        """
        return signed_url(self._core.timed(timeout), uid_of_blob(blob))


def _listed(core: Core, size: int, after: Page[Blob] | None) -> Page[Blob]:
    number = 1 if after is None else after.number + 1
    with translated():
        response = list_blobs.sync_detailed(client=core.api, page=number, per_page=size)
    page = expect(models.BlobPageV1, response)
    return file_page(page.items, page.total_entries, after)
