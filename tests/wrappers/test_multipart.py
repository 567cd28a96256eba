"""The upload form, read back by another program's parser."""

from __future__ import annotations

import io
from typing import Any

import pytest
import python_multipart
from hypothesis import example, given
from hypothesis import strategies as st

from tests.wrappers.worlds import PATIENT
from wrappers import UnexpectedResponseError
from wrappers._multipart import form, upload_target

TEXT = st.text(st.characters(codec="utf-8"))
NAMES = st.text(st.characters(codec="utf-8", exclude_characters='"\r\n\\%'), min_size=1)


def read(body: bytes, content_type: str) -> tuple[list[tuple[str, str]], str, bytes]:
    """Parse a form with python-multipart: its fields, the file's name and the file's bytes."""
    fields: list[tuple[str, str]] = []
    files: list[tuple[str, bytes]] = []

    def on_field(field: Any) -> None:
        fields.append((field.field_name.decode(), (field.value or b"").decode()))

    def on_file(file: Any) -> None:
        file.file_object.seek(0)
        files.append(((file.file_name or b"").decode(), file.file_object.read()))
        file.close()

    headers = {"Content-Type": content_type.encode(), "Content-Length": str(len(body)).encode()}
    python_multipart.parse_form(headers, io.BytesIO(body), on_field, on_file)
    ((name, content),) = files
    return fields, name, content


@PATIENT
@given(
    fields=st.lists(st.tuples(NAMES, TEXT)),
    file_name=NAMES,
    content=st.binary(),
)
@example([("key", "v")], "é ✓.png", b'\r\n--+++\r\nContent-Disposition: form-data; name="key"\r\n')
@example([], "a.png", b"\r\n--connectycube-\r\n--")
@example([("Content-Type", "image/png"), ("acl", "")], "a", b"\r\n")
def test_forms_arrive_as_they_were_meant(
    fields: list[tuple[str, str]], file_name: str, content: bytes
) -> None:
    framed = form(fields, file_name=file_name, content_type="image/png")
    body = framed.head + content + framed.tail
    assert framed.length(len(content)) == len(body)
    assert read(body, framed.content_type) == (fields, file_name, content)


@PATIENT
@given(st.text(st.characters(codec="utf-8")))
def test_no_name_can_break_out_of_its_header(name: str) -> None:
    framed = form([(name, "value")], file_name=name, content_type="image/png", boundary="b")
    lines = framed.head.split(b"\r\n")
    assert [line for line in lines if line.startswith(b"--b")] == [b"--b", b"--b"]
    assert len(lines) == 9
    assert b'"' not in lines[1].partition(b'name="')[2].removesuffix(b'"')


def test_boundaries_are_never_the_same() -> None:
    forms = [form([], file_name="a", content_type="image/png") for _ in range(100)]
    assert len({each.boundary for each in forms}) == 100
    assert all(len(each.boundary) <= 70 for each in forms)  # the limit of RFC 2046


def test_the_fields_of_an_upload_address_keep_their_order_and_their_plus_signs() -> None:
    url, fields = upload_target(
        "https://store.example/bucket?Content-Type=image%2Fpng&Expires=Sun%2C%2015&key=a+b%2Bc"
        "&policy=e30%3D&empty=&&x"
    )
    assert url == "https://store.example/bucket"
    assert fields == (
        ("Content-Type", "image/png"),
        ("Expires", "Sun, 15"),
        ("key", "a+b+c"),
        ("policy", "e30="),
        ("empty", ""),
        ("x", ""),
    )


@pytest.mark.parametrize(
    "params",
    ["", "?a=b", "/path?a=b", "ftp://x/?a=b", "https:///?a=b", "https://x/", "http://[x/?a=b",
     "https://user:password@x/?a=b"],
)  # fmt: skip
def test_upload_addresses_that_are_none(params: str) -> None:
    with pytest.raises(UnexpectedResponseError):
        upload_target(params)
