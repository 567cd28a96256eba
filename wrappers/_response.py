"""An answer as it came, for exceptions and for those who want to look underneath."""

from __future__ import annotations

from attrs import field, frozen


@frozen
class Response:
    """One HTTP answer.

    Its ``repr`` shows the status alone: headers and content can hold tokens.

    Attributes:
        status: HTTP status.
        headers: Names and values in order; a name can come twice.
        content: The body, decompressed.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    content: bytes = field(repr=False)

    def header(self, name: str) -> str | None:
        """Look a header up without regard to case.

        Args:
            name: The header's name.

        Returns:
            Its first value, or None.
        """
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)
