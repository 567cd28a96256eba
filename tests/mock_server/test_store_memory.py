"""A file of the largest size goes through the server in pieces, never whole in its memory."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2

from tests.mock_server.caller import upload_access
from tests.mock_server.command import command, first_line

LARGEST = 100 * 1024 * 1024
MOST_GROWTH = 32 * 1024 * 1024
PIECE = bytes(range(256)) * 256
BOUNDARY = "the-boundary-of-this-form"


def test_the_largest_file_goes_up_and_down_at_constant_memory(tmp_path: Path) -> None:
    arguments = ("--port", "0", "--database", str(tmp_path / "mock.sqlite"))
    with command(*arguments) as process, httpx2.Client(timeout=60) as http:
        api = first_line(process)
        token = _signed_in(http, api)
        _up_and_down(http, api, token, pieces=1)  # what is loaded once is no growth
        before = _forget_the_peak(process.pid)
        _up_and_down(http, api, token, pieces=LARGEST // len(PIECE))
        growth = _memory(process.pid, "VmHWM") - before
    assert growth < MOST_GROWTH, f"{growth:,} bytes"


def _up_and_down(http: httpx2.Client, api: str, token: str, *, pieces: int) -> None:
    headers = {"CB-Token": token}
    new = {"blob": {"content_type": "application/octet-stream", "name": "large.bin"}}
    blob = http.post(f"{api}/blobs", json=new, headers=headers).json()["blob"]
    url, fields = upload_access(blob)
    head, tail = _form(fields)
    size = len(PIECE) * pieces
    sent = hashlib.sha256()

    def form() -> Iterator[bytes]:
        yield head
        for _ in range(pieces):
            sent.update(PIECE)
            yield PIECE
        yield tail

    about = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(len(head) + size + len(tail)),
    }
    assert http.post(url, content=form(), headers=about).status_code == 201
    done = {"blob": {"size": size}}
    assert http.put(f"{api}/blobs/{blob['id']}/complete", json=done, headers=headers).is_success
    there = http.get(f"{api}/blobs/{blob['uid']}", headers=headers).headers["Location"]
    received = hashlib.sha256()
    with http.stream("GET", there) as answer:
        assert answer.status_code == 200
        for piece in answer.iter_bytes():
            received.update(piece)
    assert received.digest() == sent.digest()


def _form(fields: dict[str, str]) -> tuple[bytes, bytes]:
    """What comes before and after a form's file."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    parts.append(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n\r\n'
    )
    return "".join(parts).encode(), f"\r\n--{BOUNDARY}--\r\n".encode()


def _signed_in(http: httpx2.Client, api: str) -> str:
    user = {"login": "amigo", "password": "a-long-password"}
    wanted: dict[str, Any] = {"application_id": 1, "auth_key": "dev-auth-key", "user": user}
    token: str = http.post(f"{api}/session", json=wanted).json()["session"]["token"]
    return token


def _forget_the_peak(process: int) -> int:
    """Have the kernel begin the peak anew; tell the bytes held now."""
    Path(f"/proc/{process}/clear_refs").write_text("5", encoding="ascii")
    return _memory(process, "VmRSS")


def _memory(process: int, name: str) -> int:
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    match = re.search(rf"^{name}:\s+(\d+) kB$", status, re.MULTILINE)
    assert match
    return int(match[1]) * 1024
