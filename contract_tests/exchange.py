"""One request with its answer, and stories of them, as evidence that can be repeated with curl."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

EXPIRATION_HEADER = "CB-Token-ExpirationDate"
EXPIRATION_FORMAT = "%Y-%m-%d %H:%M:%S UTC"
STORY_LENGTH = 40
"""How many of the last exchanges a report shows; minimised histories are far shorter."""


@dataclass(frozen=True)
class Exchange:
    """One request and its answer.

    Attributes:
        method: The request's method.
        base_url: Scheme, host and port it went to.
        path: Path and query as sent.
        token: The token sent in `CB-Token`, if any.
        sent_headers: The other headers that were set on purpose.
        sent: The request's body.
        status: The answer's status.
        headers: The answer's headers.
        content: The answer's body.
        secrets: Names of shell variables, by the credentials they stand for in reports.
    """

    method: str
    base_url: str
    path: str
    token: str | None = field(repr=False)
    sent_headers: tuple[tuple[str, str], ...] = field(repr=False)
    sent: bytes = field(repr=False)
    status: int
    headers: httpx2.Headers = field(repr=False, compare=False)
    content: bytes = field(repr=False)
    secrets: Mapping[str, str] = field(repr=False, compare=False)

    @functools.cached_property
    def json(self) -> Any:
        """The answer's body, decoded; a `ValueError` when it is not JSON."""
        return json.loads(self.content)

    @property
    def has_json(self) -> bool:
        """Whether the answer says that it is JSON and has a body."""
        declared = self.headers.get("content-type", "")
        return bool(self.content) and declared.startswith("application/json")

    @property
    def errors(self) -> Any:
        """The answer's `errors`, or None."""
        return self.json.get("errors") if self.has_json else None

    @property
    def date(self) -> datetime:
        """The server's own clock, from the `Date` header."""
        return _date(self.headers["date"])

    @property
    def expiration(self) -> datetime | None:
        """When the token expires, from the answer's header."""
        value = self.headers.get(EXPIRATION_HEADER)
        return None if value is None else _moment(value)

    def as_curl(self) -> str:
        """Write the request as a curl command, with shell variables for credentials."""
        parts = ["curl -s -i -X", self.method]
        for name, value in self.sent_headers:
            parts += ["-H", self._for_shell(f"{name}: {value}")]
        if self.token is not None:
            parts += ["-H", self._for_shell(f"CB-Token: {self.token}")]
        if self.sent:
            parts += ["--data-binary", self._for_shell(self.sent.decode("utf-8", "replace"))]
        parts.append(self._for_shell(self.base_url + self.path))
        return " ".join(parts)

    def as_report(self) -> str:
        """Write the request as curl, followed by the answer's status and the head of its body."""
        answer = self.content.decode("utf-8", "replace")
        for secret, name in self.secrets.items():
            answer = answer.replace(secret, f"${name}")
        return f"  {self.as_curl()}\n    -> {self.status} {answer[:400]}"

    def _for_shell(self, text: str) -> str:
        """Quote a text, with `"$NAME"` in the place of each secret."""
        if not self.secrets:
            return _in_single_quotes(text)
        anything_secret = "|".join(re.escape(secret) for secret in self.secrets)
        pieces = re.split(f"({anything_secret})", text)
        return "".join(
            f'"${self.secrets[piece]}"' if piece in self.secrets else _in_single_quotes(piece)
            for piece in pieces
            if piece
        )


# Most answers of a run share their seconds with others.
@functools.lru_cache
def _date(text: str) -> datetime:
    return parsedate_to_datetime(text).astimezone(UTC)


@functools.lru_cache
def _moment(text: str) -> datetime:
    return datetime.strptime(text, EXPIRATION_FORMAT).replace(tzinfo=UTC)


def _in_single_quotes(text: str) -> str:
    return "'" + text.replace("'", "'\"'\"'") + "'"


class Story:
    """The exchanges of one history, in order, as evidence."""

    def __init__(self) -> None:
        """Start with nothing told."""
        self.exchanges: list[Exchange] = []

    def as_report(self) -> str:
        """Write the last exchanges as curl commands with their answers."""
        shown = self.exchanges[-STORY_LENGTH:]
        left_out = len(self.exchanges) - len(shown)
        head = [f"  ({left_out} earlier requests left out)"] if left_out else []
        return "\n".join([*head, *(exchange.as_report() for exchange in shown)])
