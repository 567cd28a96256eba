"""A file's way out of the storage: be sent on to the object store, read what it has."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from pathlib import Path

from generated_client import RawResponse, Redirect, Request, models
from generated_client.api.blobs import download_blob, get_blob_object
from wrappers._avatar import object_url
from wrappers._concurrency_async import ending, finishing, in_thread
from wrappers._errors import UnexpectedResponseError
from wrappers._failures import store_failure
from wrappers._files import LARGEST_FILE, Part, Progress
from wrappers._outgoing import cut_short, too_large
from wrappers._parsing import expect, translated
from wrappers._response import told_length

from .core import AsyncCore


async def download(
    core: AsyncCore,
    uid: str,
    to: str | os.PathLike[str] | None,
    progress: Progress | None,
    size: int | None = None,
) -> bytes | Path:
    """Download a file.

    Args:
        core: The client.
        uid: The file's uid.
        to: Where it goes; in memory when None.
        progress: Told how many bytes have come.
        size: How many bytes there should be, where that is known.

    Returns:
        Its bytes, or the path it was saved to.

    Raises:
        FileUnwritable: If it cannot be saved.
        ConnectyCubeError: If a step fails otherwise.
    """
    if to is None:
        body = bytearray()
        async with finishing(pieces(core, uid, progress, size)) as coming:
            async for piece in coming:
                body += piece
        return bytes(body)
    part = await in_thread(Part.beside, Path(to))
    try:
        async with finishing(pieces(core, uid, progress, size)) as coming:
            async for piece in coming:
                await in_thread(part.write, piece)
        return await in_thread(part.move)
    finally:
        part.discard()


async def about(core: AsyncCore, uid: str) -> models.BlobObject:
    """Ask about a file by its uid, with a signed URL.

    Args:
        core: The client.
        uid: The file's uid.

    Returns:
        What the service says.

    Raises:
        NotFound: If the file is gone or was never completed.
    """
    with translated():
        response = await get_blob_object.asyncio_detailed(uid, client=core.api, download_url="1")
    return expect(models.BlobObjectResponse, response).blob


async def signed_url(core: AsyncCore, uid: str) -> str:
    """Ask for a URL of the stored object that needs no session and soon ends.

    Args:
        core: The client.
        uid: The file's uid.

    Returns:
        The object store's signed URL.

    Raises:
        NotFound: If the file is gone or was never completed.
    """
    return (await about(core, uid)).blob_object_access.download_url


async def pieces(
    core: AsyncCore, uid: str, progress: Progress | None, expected: int | None = None
) -> AsyncGenerator[bytes]:
    """Read a file piece by piece.

    Args:
        core: The client.
        uid: The file's uid.
        progress: Told how many bytes have come.
        expected: How many bytes there should be, where that is known. It counts when the object
            store does not say: then nothing else tells a whole file from one that was cut short.

    Yields:
        Pieces, none of them empty.

    Raises:
        NotFound: If the file is gone or was never completed.
        ObjectStoreError: If the object store refuses.
        ConnectyCubeError: If a step fails otherwise.
    """
    with translated():
        response = await download_blob.asyncio_detailed(uid, client=core.api)
    location = expect(Redirect, response).location
    url = object_url(core.application.base_url, location)
    if url is None:
        raise UnexpectedResponseError("the service redirects a download to an unusable address")
    # An absolute address, so no layer puts a token on; a store may be the API's own host.
    request = Request(method="GET", url=url)
    async with core.retrying.stream(request) as answer:
        if answer.status != 200:
            raise store_failure(
                RawResponse(
                    answer.status,
                    answer.headers,
                    await answer.read(),
                    request.method,
                    request.safe_url,
                )
            )
        told = told_length(answer.headers)
        total = expected if told is None else told
        size = 0
        if progress is not None:
            progress(size, total)
        async with ending(answer.iter_bytes()) as coming:
            async for piece in coming:
                size += len(piece)
                if size > LARGEST_FILE:
                    raise too_large(request, LARGEST_FILE)
                if progress is not None:
                    progress(size, total)
                yield piece
        _check_whole(request, size, expected if told is None else None)


def _check_whole(request: Request, size: int, expected: int | None) -> None:
    if expected is not None and size < expected:
        raise cut_short(request, size, expected)
