"""An answer as it came, for exceptions and for those who want to look underneath."""

from __future__ import annotations

from attrs import field, frozen

from generated_client import Headers, RawResponse


@frozen
class Response:
    """One HTTP answer.

    Its ``repr`` shows neither headers nor content: they can hold tokens.

    Attributes:
        status: HTTP status.
        headers: Names and values in order; a name can come twice.
        content: The body, decompressed.
        method: HTTP method of the request, such as ``"PUT"``.
        url: Path (or address of the object store) of the request, without its query.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    content: bytes = field(repr=False)
    method: str = ""
    url: str = ""

    def header(self, name: str) -> str | None:
        """Look a header up without regard to case.

        Args:
            name: The header's name.

        Returns:
            Its first value, or None.
        """
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


def response_from(raw: RawResponse) -> Response:
    """Make a public answer of a transport's.

    Args:
        raw: The transport's.

    Returns:
        Ours.
    """
    return Response(raw.status, raw.headers.multi_items(), raw.content, raw.method, raw.url)


def told_length(headers: Headers) -> int | None:
    """Read how long an answer's body says to be.

    Args:
        headers: The answer's headers.

    Returns:
        Bytes, or None if it does not say.
    """
    length = headers.get("Content-Length", "")
    return int(length) if length.isascii() and length.isdigit() else None
