"""What becomes of files: each story short and told once, step by step."""

from __future__ import annotations

import pytest

from contract_tests.actors import newcomer
from contract_tests.catalogue import FILE_ACCESS, PAGING, READ_YOUR_WRITES
from contract_tests.files import complete, create, downloads, holds, publish
from contract_tests.wire import Wire

pytestmark = pytest.mark.live

EVERY_BYTE = bytes(range(256)) + b"\r\n\n\r--\r\n"


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize(
    "content_type", ["image/png", "text/plain; charset=utf-16; a=B", "application/octet-stream"]
)
def test_bytes_in_are_bytes_out(wire: Wire, content_type: str, public: bool) -> None:
    token = newcomer(wire).token
    blob = publish(wire, token, EVERY_BYTE, content_type=content_type, public=public)
    holds(wire, blob, token, EVERY_BYTE, content_type)


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
