"""Files made over the raw wire, and every way to ask for one."""

from __future__ import annotations

from typing import Any

import httpx2

from contract_tests.catalogue import BYTES, FILE_ACCESS, READ_YOUR_WRITES
from contract_tests.exchange import Exchange
from contract_tests.forms import upload_address, upload_fields, upload_form
from contract_tests.wire import Wire

Blob = dict[str, Any]

FACTS = ("id", "uid", "content_type", "name", "size", "created_at", "updated_at", "public")
"""What every answer about a file tells."""


def facts(blob: Blob) -> Blob:
    """What an answer tells about a file, without what this answer alone tells."""
    return {name: blob.get(name) for name in FACTS}


def create(wire: Wire, token: str, **fields: object) -> Blob:
    """Create a file; the answer must be what was asked for."""
    wanted = {"name": "a.bin", "content_type": "application/octet-stream", **fields}
    answer = wire.call("POST", "/blobs", body={"blob": wanted}, token=token)
    READ_YOUR_WRITES.require(answer.status == 201, f"{answer.status} {answer.errors}", wire.story)
    blob: Blob = answer.json["blob"]
    READ_YOUR_WRITES.require({**blob, **wanted} == blob, "not as asked for", wire.story)
    return blob


def post(wire: Wire, params: str, content: bytes, *, named: bool = True) -> httpx2.Response:
    """Post an upload form, with or without a name for the file."""
    fields = upload_fields(params)
    body, content_type = upload_form(fields, content, file_name="file" if named else None)
    return wire.post_form(upload_address(params), body, content_type)


def upload(wire: Wire, blob: Blob, content: bytes, *, named: bool = True) -> None:
    """Upload a file's bytes with the access that came with it."""
    answer = post(wire, blob["blob_object_access"]["params"], content, named=named)
    BYTES.require(answer.status_code == 201, f"the form got {answer.status_code}", wire.story)


def complete(wire: Wire, blob: Blob, size: int, token: str) -> None:
    """Declare a file complete."""
    path = f"/blobs/{blob['id']}/complete"
    answer = wire.call("PUT", path, body={"blob": {"size": size}}, token=token)
    READ_YOUR_WRITES.require(answer.status == 200, f"{answer.status}", wire.story)


def publish(wire: Wire, token: str, content: bytes, **fields: object) -> Blob:
    """Take all three steps."""
    blob = create(wire, token, **fields)
    upload(wire, blob, content)
    complete(wire, blob, len(content), token)
    return blob


def read(wire: Wire, blob: Blob, token: str) -> Blob:
    """Read a file's information."""
    answer = wire.call("GET", f"/blobs/{blob['id']}", token=token)
    READ_YOUR_WRITES.require(answer.status == 200, f"{answer.status} for a file", wire.story)
    found: Blob = answer.json["blob"]
    return found


def listed(wire: Wire, token: str) -> list[Blob]:
    """The files of a token's user, as listed; for users with a hundred at most."""
    answer = wire.call("GET", "/blobs?per_page=100", token=token)
    READ_YOUR_WRITES.require(answer.status == 200, f"{answer.status} for a list", wire.story)
    return [item["blob"] for item in answer.json["items"]]


def downloads(wire: Wire, blob: Blob, token: str | None) -> list[Exchange]:
    """Ask for a file's bytes by both paths."""
    paths = (f"/blobs/{blob['uid']}", f"/blobs/{blob['uid']}/download")
    return [wire.call("GET", path, token=token) for path in paths]


def links(wire: Wire, blob: Blob, token: str) -> list[str]:
    """Every link to a file's bytes that a user is given."""
    answers = downloads(wire, blob, token)
    for answer in answers:
        FILE_ACCESS.require(answer.status == 301, f"{answer.status} for a download", wire.story)
    described = wire.call("GET", f"/blobs/{blob['uid']}/object?download_url=1", token=token)
    FILE_ACCESS.require(described.status == 200, f"{described.status} for an object", wire.story)
    url: str = described.json["blob"]["blob_object_access"]["download_url"]
    return [*(answer.headers["location"] for answer in answers), url]


def holds(
    wire: Wire, blob: Blob, token: str, content: bytes, content_type: str | None = None
) -> None:
    """Demand that every link to a file gives its bytes, and its type if one is named."""
    for link in links(wire, blob, token):
        stored = wire.fetch(link)
        BYTES.require(
            stored.status_code == 200 and stored.content == content,
            f"{stored.status_code}, {len(stored.content)} bytes of {len(content)}",
            wire.story,
        )
        told = stored.headers.get("content-type", "")
        BYTES.require(
            content_type is None or told.replace(" ", "") == content_type.replace(" ", ""),
            f"{told}, not {content_type}",
            wire.story,
        )
