"""What the raw clients of a run sent, written so that two runs can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import unquote

# What a server makes up anew each time: tokens and uids, storage keys, signatures, moments.
_MADE_UP: Final = re.compile(
    r"[0-9A-Fa-f]{24,64}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{3})?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
    r"|[0-9]{8}T[0-9]{6}Z"
    r"|\b1[0-9]{9}(?:[0-9]{3})?\b"
)


def without_made_up(text: str) -> str:
    """Leave out of a request's text what a fresh server, or the hour, made up.

    Args:
        text: The text.

    Returns:
        The same text for the same request to another fresh server.
    """
    return _MADE_UP.sub("<made up>", text)


class RequestLog:
    """A file with a line for each request, in order, without what the server made up.

    Args:
        path: The file; what it held before is lost.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", buffering=1)

    def note(
        self,
        method: str,
        target: str,
        headers: Iterable[tuple[str, str]],
        content: bytes,
        secrets: Mapping[str, str],
    ) -> None:
        """Write a request down.

        Args:
            method: The method.
            target: The path with the query.
            headers: The headers.
            content: The body.
            secrets: What is written by its name instead.
        """
        told = repr((method, unquote(target), sorted(headers), content))
        for secret, name in secrets.items():
            told = told.replace(secret, f"${name}")
        self._file.write(without_made_up(told) + "\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()
