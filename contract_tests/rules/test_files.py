"""What becomes of files: each story short and told once, step by step."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.actors import app_token, newcomer
from contract_tests.catalogue import BYTES, FILE_ACCESS, PAGING, READ_YOUR_WRITES, REFUSED_WRITE
from contract_tests.exchange import Exchange
from contract_tests.forms import upload_address, upload_fields, upload_form
from contract_tests.wire import Wire

pytestmark = pytest.mark.live

EVERY_BYTE = bytes(range(256)) + b"\r\n\n\r--\r\n"
UNKNOWN_TOKEN = "0123456789ABCDEF0123456789ABCDEF0123"


def create(wire: Wire, token: str, **fields: object) -> dict[str, Any]:
    wanted = {"name": "a.bin", "content_type": "application/octet-stream", **fields}
    answer = wire.call("POST", "/blobs", body={"blob": wanted}, token=token)
    blob: dict[str, Any] = answer.json["blob"]
    READ_YOUR_WRITES.require(
        answer.status == 201 and {**blob, **wanted} == blob, "not as asked for", wire.story
    )
    return blob


def upload(wire: Wire, blob: dict[str, Any], content: bytes) -> None:
    params = blob["blob_object_access"]["params"]
    body, content_type = upload_form(upload_fields(params), content)
    answer = wire.post_form(upload_address(params), body, content_type)
    BYTES.require(answer.status_code == 201, f"the form got {answer.status_code}", wire.story)


def complete(wire: Wire, blob: dict[str, Any], size: int, token: str) -> None:
    path = f"/blobs/{blob['id']}/complete"
    answer = wire.call("PUT", path, body={"blob": {"size": size}}, token=token)
    READ_YOUR_WRITES.require(answer.status == 200, f"{answer.status}", wire.story)


def publish(wire: Wire, token: str, content: bytes, **fields: object) -> dict[str, Any]:
    blob = create(wire, token, **fields)
    upload(wire, blob, content)
    complete(wire, blob, len(content), token)
    return blob


def downloads(wire: Wire, blob: dict[str, Any], token: str | None) -> list[Exchange]:
    paths = (f"/blobs/{blob['uid']}", f"/blobs/{blob['uid']}/download")
    return [wire.call("GET", path, token=token) for path in paths]


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize("content_type", ["image/png", "text/plain", "application/octet-stream"])
def test_bytes_in_are_bytes_out(wire: Wire, content_type: str, public: bool) -> None:
    token = newcomer(wire).token
    blob = publish(wire, token, EVERY_BYTE, content_type=content_type, public=public)
    links = [answer.headers["location"] for answer in downloads(wire, blob, token)]
    described = wire.call("GET", f"/blobs/{blob['uid']}/object?download_url=1", token=token)
    links.append(described.json["blob"]["blob_object_access"]["download_url"])
    for link in links:
        stored = wire.fetch(link)
        BYTES.require(
            stored.status_code == 200 and stored.content == EVERY_BYTE,
            f"{stored.status_code}, {len(stored.content)} bytes of {len(EVERY_BYTE)}",
            wire.story,
        )
        BYTES.require(
            stored.headers.get("content-type", "").startswith(content_type),
            f"{stored.headers.get('content-type')}, not {content_type}",
            wire.story,
        )


def test_who_may_download(wire: Wire) -> None:
    owner, other = newcomer(wire).token, newcomer(wire).token
    public, private = (publish(wire, owner, b"x", public=each) for each in (True, False))
    for token in (None, owner, other, app_token(wire)):
        for answer in downloads(wire, public, token):
            FILE_ACCESS.require(answer.status == 301, f"{answer.status} for public", wire.story)
        for answer in downloads(wire, private, token):
            wanted = 403 if token is None else 301
            FILE_ACCESS.require(answer.status == wanted, f"{answer.status} for private", wire.story)
    for answer in downloads(wire, private, UNKNOWN_TOKEN):
        FILE_ACCESS.require(answer.status == 401, f"{answer.status} for a stranger", wire.story)


def test_only_the_one_declared_becomes_complete(wire: Wire) -> None:
    token = newcomer(wire).token
    first, second, third = (create(wire, token, public=True) for _ in range(3))
    complete(wire, second, 12, token)
    read = wire.call("GET", f"/blobs/{second['id']}", token=token)
    READ_YOUR_WRITES.require(
        read.status == 200 and read.json["blob"]["size"] == 12, "not complete", wire.story
    )
    for blob in (first, third):
        answers = [
            wire.call("GET", f"/blobs/{blob['id']}", token=token),
            wire.call("GET", f"/blobs/{blob['uid']}/object?download_url=1", token=token),
            *downloads(wire, blob, token),
        ]
        for answer in answers:
            FILE_ACCESS.require(answer.status == 404, f"{answer.status} incomplete", wire.story)


def test_a_deleted_file_is_nowhere(wire: Wire) -> None:
    token = newcomer(wire).token
    blob = publish(wire, token, EVERY_BYTE, public=True)
    link = downloads(wire, blob, token)[0].headers["location"]
    wire.call("DELETE", f"/blobs/{blob['id']}", token=token)
    answers = [
        wire.call("GET", f"/blobs/{blob['id']}", token=token),
        wire.call("GET", f"/blobs/{blob['uid']}/object?download_url=1", token=token),
        wire.call("PUT", f"/blobs/{blob['id']}", body={"blob": {"name": "b"}}, token=token),
        wire.call("PUT", f"/blobs/{blob['id']}/complete", body={"size": 1}, token=token),
        wire.call("DELETE", f"/blobs/{blob['id']}", token=token),
        *downloads(wire, blob, token),
    ]
    for answer in answers:
        READ_YOUR_WRITES.require(answer.status == 404, f"{answer.status} deleted", wire.story)
    page = wire.call("GET", "/blobs", token=token).json
    READ_YOUR_WRITES.require(page["total_entries"] == 0, "it is still listed", wire.story)
    stored = wire.fetch(link)
    BYTES.require(stored.status_code == 404, f"its bytes: {stored.status_code}", wire.story)


def test_a_forged_form_stores_nothing(wire: Wire) -> None:
    token = newcomer(wire).token
    blob = create(wire, token, public=True)
    params = blob["blob_object_access"]["params"]
    fields = upload_fields(params)
    for name in ("key", "acl", "policy", "x-amz-signature", "Content-Type"):
        forged = [(key, f"{value}0" if key == name else value) for key, value in fields]
        body, content_type = upload_form(forged, b"forged")
        answer = wire.post_form(upload_address(params), body, content_type)
        REFUSED_WRITE.require(
            400 <= answer.status_code < 500, f"{answer.status_code} for a forged {name}", wire.story
        )
    complete(wire, blob, 6, token)
    link = downloads(wire, blob, token)[0].headers["location"]
    REFUSED_WRITE.require(wire.fetch(link).status_code == 404, "it was stored", wire.story)
    forged_link = wire.fetch(link[:-1] + ("0" if link[-1] != "0" else "1"))
    FILE_ACCESS.require(forged_link.status_code == 403, "a forged link was taken", wire.story)


def test_a_change_of_a_file_changes_what_it_names(wire: Wire) -> None:
    token = newcomer(wire).token
    blob = publish(wire, token, b"x", public=True, content_type="text/plain")
    before = wire.call("GET", f"/blobs/{blob['id']}", token=token).json["blob"]
    for changes in ({"name": "élan.txt"}, {"content_type": "text/html"}, {"new": "1"}):
        answer = wire.call("PUT", f"/blobs/{blob['id']}", body={"blob": changes}, token=token)
        READ_YOUR_WRITES.require(answer.status == 200, f"{answer.errors}", wire.story)
        after = wire.call("GET", f"/blobs/{blob['id']}", token=token).json["blob"]
        written = {name: value for name, value in changes.items() if name != "new"}
        wanted = {**before, **written, "updated_at": after["updated_at"]}
        READ_YOUR_WRITES.require(after == wanted, f"{changes} changed more, or less", wire.story)
        before = after


def test_pages_of_ones_own_files(wire: Wire) -> None:
    others = newcomer(wire)
    create(wire, others.token)
    owner = newcomer(wire).token
    mine = [create(wire, owner, name=f"{number}.txt")["id"] for number in range(12)]
    for size, page in ((100, 1), (12, 1), (5, 1), (5, 3), (5, 4), (11, 2), (None, None)):
        query = [] if size is None else [("per_page", str(size)), ("page", str(page))]
        body = wire.call("GET", "/blobs", query=query, token=owner).json
        per_page, number = size or 10, page or 1
        PAGING.require(
            (body["per_page"], body["current_page"], body["total_entries"])
            == (per_page, number, len(mine))
            and [item["blob"]["id"] for item in body["items"]]
            == mine[(number - 1) * per_page : number * per_page],
            f"page {page} of {size}",
            wire.story,
        )
