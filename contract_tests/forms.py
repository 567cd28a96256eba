"""The upload form of the object store, framed by hand as the wire wants it."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit, urlunsplit

BOUNDARY = "a-boundary-that-no-file-of-these-tests-contains"


def upload_address(params: str) -> str:
    """The URL to post to: what stands before the `?`."""
    parts = urlsplit(params)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def upload_fields(params: str) -> list[tuple[str, str]]:
    """The form's fields, in order, decoded as the JavaScript SDK does: a `+` is no space."""
    pairs = (pair.partition("=") for pair in urlsplit(params).query.split("&"))
    return [(unquote(name), unquote(value)) for name, _, value in pairs]


def upload_form(
    fields: list[tuple[str, str]], content: bytes, *, file_name: str | None = "file"
) -> tuple[bytes, str]:
    """Frame a form.

    Args:
        fields: The fields that come before the file.
        content: The file's bytes.
        file_name: What the file is called; None leaves that out, as the JavaScript SDK does.

    Returns:
        The body and its content type.
    """
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields
    ]
    named = "" if file_name is None else f'; filename="{file_name}"'
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"{named}\r\n\r\n'
    body = b"".join([*parts, head.encode(), content, f"\r\n--{BOUNDARY}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={BOUNDARY}"
