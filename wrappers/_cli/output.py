"""What the program prints: tables for people, JSON for programs, both without surprises."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, cast

from attrs import asdict, frozen
from rich.console import Console
from rich.table import Table
from rich.text import Text

from wrappers._models import Blob, Session, User

from .secrets import without_secrets

Record = Mapping[str, object]
"""What one line or one row tells."""


def record_of(model: User | Blob | Session) -> dict[str, object]:
    """Write a model down.

    Args:
        model: A user, a file or a session.

    Returns:
        Its own attributes; moments in ISO 8601, the token of a session masked.
    """
    told: dict[str, object] = asdict(model, recurse=False)
    told.pop("raw")
    if "token" in told:
        told["token"] = "***"  # noqa: S105 (in place of one)
    return {name: _plain(value) for name, value in told.items()}


def harmless(text: str) -> str:
    """Take out what a terminal would obey: a user's name can hold any character.

    Args:
        text: A text from anywhere.

    Returns:
        The text, with an escape for each character that is not printable.
    """
    return "".join(each if each.isprintable() else _escaped(each) for each in text)


def to_json(value: object, *, indent: int | None = None) -> str:
    """Write JSON that any terminal and any encoding can take.

    Args:
        value: What JSON can express.
        indent: Spaces of an indentation; left out, one line.

    Returns:
        JSON; characters that are not printable, or that the output cannot encode, are escaped.
    """
    ascii_only = "utf" not in (sys.stdout.encoding or "").lower()
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    return "\n".join(map(harmless, text.split("\n")))


@frozen
class Output:
    """Where a command's answers go.

    Attributes:
        as_json: Whether they are JSON; else tables.
    """

    as_json: bool

    def one(self, record: Record) -> None:
        """Print one record.

        Args:
            record: What it tells.
        """
        if self.as_json:
            indent = 2 if sys.stdout.isatty() else None
            print_line(to_json(dict(record), indent=indent))
            return
        table = Table(show_header=False, box=None, pad_edge=False)
        table.add_column(style="bold")
        table.add_column(overflow="fold")
        for name, value in record.items():
            if value not in (None, [], ""):
                table.add_row(name, _cell(value))
        _console().print(table)

    def many(self, records: Iterable[Record], columns: Sequence[str]) -> None:
        """Print records: one JSON object a line, or one row each.

        Args:
            records: What they tell; JSON is printed while they come.
            columns: What a table shows of them.
        """
        if self.as_json:
            for record in records:
                print_line(to_json(dict(record)))
            return
        table = Table(pad_edge=False)
        for column in columns:
            table.add_column(column, overflow="fold")
        for record in records:
            table.add_row(*(_cell(record.get(column)) for column in columns))
        _console().print(table)


def print_line(line: str) -> None:
    """Print a line to the standard output.

    Args:
        line: The line, without its end.
    """
    sys.stdout.write(f"{line}\n")


def say(message: str) -> None:
    """Tell the person at the terminal something, on the standard error.

    Args:
        message: One sentence; secrets are taken out.
    """
    sys.stderr.write(f"{harmless(without_secrets(message))}\n")


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case tuple():
            return [*cast("tuple[object, ...]", value)]
        case User():
            return record_of(value)
        case _:
            return value


_WIDEST: Final = 1_000
"""Columns of a table that goes nowhere near a terminal: nothing is folded there."""


def _console() -> Console:
    width = None if sys.stdout.isatty() else _WIDEST
    return Console(file=sys.stdout, width=width, highlight=False)


def _cell(value: object) -> Text:
    if isinstance(value, list):
        value = ", ".join(map(str, cast("list[object]", value)))
    elif isinstance(value, dict):
        value = to_json(cast("object", value))
    return Text("" if value is None else harmless(str(value)))


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1] if ord(character) != 0x7F else "\\u007f"
