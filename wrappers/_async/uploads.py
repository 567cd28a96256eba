"""A file's way into the storage: create it, send its bytes to the object store, complete it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from generated_client import Request
from generated_client.api.blobs import complete_blob, create_blob
from generated_client.models import (
    CompleteBlobRequest,
    CreateBlobRequest,
    CreatedBlobResponse,
)
from wrappers._concurrency_async import in_thread
from wrappers._failures import store_failure
from wrappers._files import OpenImage
from wrappers._models import Blob, blob_from
from wrappers._multipart import Form, form, upload_target
from wrappers._parsing import expect, request_model, translated

from .core import AsyncCore


async def upload(core: AsyncCore, image: OpenImage) -> Blob:
    """Put a private file into the storage (storage guide, three steps).

    The bytes are read piece by piece and go to the object store without any token: the form's
    signed fields are its whole authority.

    Args:
        core: The client.
        image: The open file.

    Returns:
        The file, complete.

    Raises:
        ObjectStoreError: If the object store refuses.
        FileChanged: If the file grew or shrank meanwhile.
        ConnectyCubeError: If a step fails otherwise.
    """
    new = {"content_type": image.content_type, "name": image.name, "public": False}
    body = request_model(CreateBlobRequest, {"blob": new})
    with translated():
        response = await create_blob.asyncio_detailed(client=core.api, body=body)
    created = expect(CreatedBlobResponse, response).blob
    url, fields = upload_target(created.blob_object_access.params)
    framed = form(fields, file_name=image.name, content_type=image.content_type)
    answer = await core.adapter.send(
        Request(
            method="POST",
            url=url,
            headers=(
                ("Content-Type", framed.content_type),
                ("Content-Length", str(framed.length(image.size))),
            ),
            content=_body(framed, image),
        )
    )
    if not 200 <= answer.status < 300:
        raise store_failure(answer)
    size = request_model(CompleteBlobRequest, {"blob": {"size": image.size}})
    with translated():
        await complete_blob.asyncio_detailed(created.id, client=core.api, body=size)
    return blob_from(created, size=image.size)


async def _body(framed: Form, image: OpenImage) -> AsyncIterator[bytes]:
    yield framed.head
    sent = 0
    while piece := await in_thread(image.read, sent):
        sent += len(piece)
        yield piece
    yield framed.tail
