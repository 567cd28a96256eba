"""The upload form of the object store, framed by hand as the wire wants it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit, urlunsplit

BOUNDARY = "a-boundary-that-no-file-of-these-tests-contains"


def upload_address(params: str) -> str:
    """The URL to post to: what stands before the `?`."""
    parts = urlsplit(params)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def upload_fields(params: str) -> list[tuple[str, str]]:
    """The form's fields, in order."""
    return parse_qsl(urlsplit(params).query, keep_blank_values=True, strict_parsing=True)


def upload_form(fields: list[tuple[str, str]], content: bytes) -> tuple[bytes, str]:
    """Frame a form.

    Args:
        fields: The fields that come before the file.
        content: The file's bytes.

    Returns:
        The body and its content type.
    """
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n\r\n'
    body = b"".join([*parts, head.encode(), content, f"\r\n--{BOUNDARY}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={BOUNDARY}"
