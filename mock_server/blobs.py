"""Files: created here, uploaded to the object store, declared complete, downloaded from there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_server import clock, randomness, sigv4
from mock_server.call import Answer, Call
from mock_server.refusals import blob_not_found, by_field, not_owner
from mock_server.settings import LARGEST_FILE
from mock_server.tables import Blob

ACCESS_LIFETIME = clock.HOUR


def create(call: Call) -> Answer:
    """Answer `createBlob`."""
    blob = add_blob(call, call.need_user(), call.body["blob"])
    return Answer(201, {"blob": blob_json(blob) | _upload_access(call, blob)})


def add_blob(call: Call, owner_id: int, given: Mapping[str, Any]) -> Blob:
    """Make a file, without its bytes.

    Args:
        call: The request.
        owner_id: Whose it is.
        given: Its fields; one with a `uid` keeps it.

    Returns:
        The file.
    """
    moment = clock.whole_seconds(call.now)
    return call.state.add_blob(
        {
            "app_id": call.app_id,
            "owner_id": owner_id,
            "uid": given.get("uid") or randomness.token(call.around.random),
            "content_type": given["content_type"],
            "name": given["name"],
            "public": given.get("public", False),
            "created_at": moment,
            "updated_at": moment,
        }
    )


def complete(call: Call) -> Answer:
    """Answer `completeBlob` and its twin by POST. Nobody looks at the store, as documented."""
    blob = _own(call, call.path["blob_id"])
    declare_complete(call, blob, int(call.body.get("blob", call.body)["size"]))
    return Answer(200)


def declare_complete(call: Call, blob: Blob, size: int) -> None:
    """Note that a file's bytes are there.

    Args:
        call: The request.
        blob: The file.
        size: How many bytes they are.

    Raises:
        Refusal: They are too many.
    """
    if size > call.app.largest_file:
        raise by_field("size", f"must be at most {call.app.largest_file}")
    moment = clock.whole_seconds(call.now)
    changes = {"size": size, "completed_at": moment, "updated_at": moment}
    call.state.change_blob(blob, changes)


def read(call: Call) -> Answer:
    """Answer `getBlob`: information by id or with `.json`, a redirect by uid."""
    reference: int | str = call.path["blob_ref"]
    if isinstance(reference, str) and not call.json_suffix:
        return _redirect(call, reference)
    call.need_user()
    return Answer(200, {"blob": blob_json(_complete(call.state.blob(call.app_id, reference)))})


def download(call: Call) -> Answer:
    """Answer `downloadBlob`."""
    return _redirect(call, call.path["uid"])


def read_object(call: Call) -> Answer:
    """Answer `getBlobObject`."""
    blob = _complete(call.state.blob(call.app_id, call.path["uid"]))
    access = _access(call, blob, "Read") | {"download_url": _link(call, blob)}
    return Answer(200, {"blob": blob_json(blob) | {"blob_object_access": access}})


def list_own(call: Call) -> Answer:
    """Answer `listBlobs`."""
    page, size = call.query["page"], call.query["per_page"]
    found, total = call.state.blobs_of(call.need_user(), size, (page - 1) * size)
    described = {"current_page": page, "per_page": size, "total_entries": total}
    return Answer(200, described | {"items": [{"blob": _listed_json(blob)} for blob in found]})


def change(call: Call) -> Answer:
    """Answer `updateBlob`."""
    blob = _own(call, call.path["blob_ref"])
    given: Mapping[str, Any] = call.body["blob"]
    changes = {name: given[name] for name in ("name", "content_type") if name in given}
    changes["updated_at"] = clock.whole_seconds(call.now)
    changed = call.state.change_blob(blob, changes)
    access = _upload_access(call, changed) if "new" in given else {}
    return Answer(200, {"blob": blob_json(changed) | access})


def delete(call: Call) -> Answer:
    """Answer `deleteBlob`."""
    blob = _own(call, call.path["blob_ref"])
    call.state.delete_blob(blob)
    return Answer(200, afterwards=lambda: call.around.objects.delete(blob.uid))


def blob_json(blob: Blob) -> dict[str, Any]:
    """Write a file's information as the service does.

    Args:
        blob: The file.

    Returns:
        The JSON.
    """
    return {
        "id": blob.id,
        "uid": blob.uid,
        "content_type": blob.content_type,
        "name": blob.name,
        "size": blob.size,
        "created_at": clock.to_seconds(blob.created_at),
        "updated_at": clock.to_seconds(blob.updated_at),
        "public": blob.public,
    }


def _listed_json(blob: Blob) -> dict[str, Any]:
    done = blob.completed_at
    return blob_json(blob) | {
        "blob_status": None if done is None else "complete",
        "set_completed_at": None if done is None else clock.to_seconds(done),
    }


def _own(call: Call, reference: int | str) -> Blob:
    blob = call.state.blob(call.app_id, reference)
    if blob is None:
        raise blob_not_found()
    caller = call.need_user()
    if blob.owner_id != caller:
        raise not_owner(blob.owner_id, caller)
    return blob


def _complete(blob: Blob | None) -> Blob:
    if blob is None or blob.completed_at is None:
        raise blob_not_found()
    return blob


def _redirect(call: Call, uid: str) -> Answer:
    # A public file is everybody's, whatever app their token is of.
    blob = call.state.blob(None, uid)
    if blob is not None and not blob.public:
        blob = call.state.blob(call.need_session().app_id, uid)
    return Answer(301, headers={"Location": _link(call, _complete(blob))})


def _link(call: Call, blob: Blob) -> str:
    return sigv4.download_link(
        call.around.keys,
        call.bucket_url,
        key=blob.uid,
        now=call.now,
        seconds=ACCESS_LIFETIME // clock.SECOND,
    )


def _upload_access(call: Call, blob: Blob) -> dict[str, Any]:
    form = sigv4.upload_form(
        call.around.keys,
        key=blob.uid,
        content_type=blob.content_type,
        public=blob.public,
        now=call.now,
        expires=_expiry(call),
        # The service's own policies name no size; only an app with a limit of its own has one.
        largest=call.app.largest_file if call.app.largest_file < LARGEST_FILE else None,
    )
    params = f"{call.bucket_url}?{sigv4.encoded(form)}"
    return {"blob_object_access": _access(call, blob, "Write") | {"params": params}}


def _access(call: Call, blob: Blob, kind: str) -> dict[str, Any]:
    return {
        "id": blob.id,
        "blob_id": blob.id,
        "expires": clock.to_seconds(_expiry(call)),
        "object_access_type": kind,
    }


def _expiry(call: Call) -> int:
    return clock.whole_seconds(call.now) + ACCESS_LIFETIME
