"""A file's way into the storage: create it, send its bytes to the object store, complete it.

A way that is broken off leaves nothing behind: the file just created is deleted again.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import cast

from attrs import frozen

from generated_client import Request, models
from generated_client.api.blobs import complete_blob, create_blob, delete_blob
from wrappers._concurrency_sync import Pieces, finishing, in_thread, pieces_of, shielded
from wrappers._errors import (
    ConnectyCubeError,
    FileChanged,
    FileUnreadable,
    InvalidArgument,
    NotFound,
)
from wrappers._failures import store_failure, unexpected
from wrappers._files import OpenFile, Progress
from wrappers._logs import logger
from wrappers._models import Blob, blob_from
from wrappers._multipart import Form, form, upload_target
from wrappers._parsing import expect, request_model, translated

from .core import Core
from .downloads import about

CLEANING_UP = 30.0
"""Seconds that deleting a file of a cancelled upload may take."""


@frozen(eq=False)
class Parcel:
    """What goes into the storage.

    Attributes:
        name: Its name, 1 to 100 characters.
        content_type: Its media type.
        size: Its bytes.
        pieces: The bytes, piece by piece.
        public: Whether anybody may download it.
        progress: Told how many bytes are on their way.
    """

    name: str
    content_type: str
    size: int
    pieces: Generator[bytes]
    public: bool = False
    progress: Progress | None = None


def file_parcel(
    file: OpenFile, *, public: bool = False, progress: Progress | None = None
) -> Parcel:
    """Make a parcel of a file.

    Args:
        file: The open file.
        public: Whether anybody may download it.
        progress: Told how many bytes are on their way.

    Returns:
        The parcel.
    """
    pieces = _file_pieces(file)
    return Parcel(file.name, file.content_type, file.size, pieces, public, progress)


def stream_pieces(source: Pieces, size: int) -> Generator[bytes]:
    """Go through the caller's own pieces and make sure that they are as many bytes as promised.

    Args:
        source: The caller's pieces.
        size: How many bytes they have.

    Returns:
        The pieces that are not empty.
    """
    return _counted(source, size)


def upload(core: Core, parcel: Parcel) -> Blob:
    """Put a file into the storage (storage guide, three steps).

    The bytes go to the object store piece by piece and without any token: the form's signed
    fields are its whole authority.

    Args:
        core: The client.
        parcel: What goes there; it is used up.

    Returns:
        The file, complete.

    Raises:
        ObjectStoreError: If the object store refuses.
        FileChanged: If the bytes became more or fewer meanwhile.
        ConnectyCubeError: If a step fails otherwise.
    """
    with finishing(parcel.pieces):
        new = {"content_type": parcel.content_type, "name": parcel.name, "public": parcel.public}
        body = request_model(models.CreateBlobRequest, {"blob": new})
        with translated():
            response = create_blob.sync_detailed(client=core.api, body=body)
        created = expect(models.CreatedBlobResponse, response).blob
        try:
            _send(core, created, parcel)
            size = request_model(models.CompleteBlobRequest, {"blob": {"size": parcel.size}})
            with translated():
                complete_blob.sync_detailed(created.id, client=core.api, body=size)
        except BaseException as error:
            discard(core, created.id, error)
            raise
    return blob_from(created, size=parcel.size)


def discard(core: Core, blob: int | str, because: BaseException | None = None) -> None:
    """Delete a file that nobody needs, come what may: also in a task that is being cancelled.

    Args:
        core: The client.
        blob: The file's id or uid.
        because: The failure that made it useless; told when the file stays.
    """
    with shielded(CLEANING_UP):
        try:
            # Documented is deleting by id.
            blob_id = blob if isinstance(blob, int) else (about(core, blob)).id
            with translated():
                delete_blob.sync_detailed(blob_id, client=core.api)
        except NotFound:
            return
        except ConnectyCubeError as error:
            logger.debug("deleting a file failed: %s", error)
        else:
            return
    logger.warning("file %s could not be deleted and stays in the storage", blob)
    if because is not None:
        because.add_note(f"file {blob} could not be deleted and stays in the storage")


def _send(core: Core, created: models.CreatedBlob, parcel: Parcel) -> None:
    url, fields = upload_target(created.blob_object_access.params)
    framed = form(fields, file_name=parcel.name, content_type=parcel.content_type)
    with finishing(_body(framed, parcel)) as body:
        answer = core.retrying.send(
            Request(
                method="POST",
                url=url,
                headers=(
                    ("Content-Type", framed.content_type),
                    ("Content-Length", str(framed.length(parcel.size))),
                ),
                content=body,
            )
        )
    if not 200 <= answer.status < 300:
        raise store_failure(answer)
    wanted = dict(fields).get("success_action_status")
    if wanted in {"200", "201", "204"} and answer.status != int(wanted):
        # A gateway's friendly page is no receipt, and nobody would miss the bytes before they do.
        raise unexpected(answer, f"the object store confirms an upload with {wanted} here")


def _body(framed: Form, parcel: Parcel) -> Generator[bytes]:
    progress = parcel.progress or _nobody
    sent = 0
    progress(sent, parcel.size)
    yield framed.head
    for piece in parcel.pieces:
        yield piece
        sent += len(piece)
        progress(sent, parcel.size)
    yield framed.tail


def _file_pieces(file: OpenFile) -> Generator[bytes]:
    sent = 0
    while piece := in_thread(file.read, sent):
        sent += len(piece)
        yield piece


def _counted(source: Pieces, size: int) -> Generator[bytes]:
    sent = 0
    failure: ConnectyCubeError | None = None
    try:
        with finishing(pieces_of(source)) as pieces:
            for piece in pieces:
                # What type checkers did not see can still arrive here.
                if not isinstance(cast("object", piece), (bytes, bytearray, memoryview)):
                    raise InvalidArgument("an iterator to upload must give bytes")
                whole = bytes(piece)
                sent += len(whole)
                if sent > size:
                    break
                if whole:
                    yield whole
    except (OSError, UnicodeError) as error:
        # Below, these would pass for failures of the network.
        if isinstance(error, ConnectyCubeError):
            raise
        failure = FileUnreadable(f"the iterator to upload failed: {type(error).__name__}")
        failure.__cause__ = error
    if failure is not None:
        raise failure
    if sent != size:
        raise FileChanged(f"the iterator gave {'more' if sent > size else 'fewer'} bytes than size")


def _nobody(_: int, __: int | None) -> None:
    """Hear of progress for nobody."""
