"""Users into a file or the standard output, a page at a time."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Literal, cast

from attrs import fields

from wrappers._files import Part
from wrappers._models import User
from wrappers._sync.pages import Pages

from .output import Record, harmless, record_of, say, to_json
from .progress import count_bar

Format = Literal["ndjson", "csv"]

_COLUMNS: Final = tuple(each.name for each in fields(User) if each.name != "raw")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet run a text as a formula (OWASP, CSV injection), full-width ones too."""


def export_users(
    found: Pages[User], output: Path | None, form: Format, *, raw_cells: bool = False
) -> None:
    """Write users down.

    Args:
        found: The users.
        output: The file, which appears complete or not at all; None for the standard output.
        form: One JSON object a line, or CSV with a header.
        raw_cells: CSV: whether texts that look like formulas stay as they are.

    Raises:
        FileUnwritable: If the file cannot be written.
        ConnectyCubeError: If a page cannot be fetched.
    """
    records = _told(found)
    lines = _csv_lines(records, raw_cells=raw_cells) if form == "csv" else map(_line, records)
    if output is None:
        for line in lines:
            sys.stdout.write(harmless(line[:-1]) + "\n" if sys.stdout.isatty() else line)
        return
    part = Part.beside(output)
    try:
        for line in lines:
            part.write(line.encode(errors="backslashreplace"))
        part.move()
    finally:
        part.discard()


def cell(value: object, *, raw: bool) -> object:
    """Write a value as a cell of CSV.

    Args:
        value: An attribute of a user.
        raw: Whether a text that looks like a formula stays as it is.

    Returns:
        The cell; such a text with an apostrophe in front, which spreadsheets do not show.
    """
    if isinstance(value, list):
        value = ",".join(map(str, cast("list[object]", value)))
    if isinstance(value, str) and not raw and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def _told(found: Pages[User]) -> Iterator[Record]:
    left_out = done = 0
    with count_bar("users") as told:
        for page in found.pages():
            for user in page:
                yield record_of(user)
            done += len(page)
            left_out += len(page.unreadable)
            if told is not None:
                told(done, page.total)
    if left_out:
        say(f"{left_out} users left out: the service sent them in a form that breaks its contract")


def _line(record: Record) -> str:
    return f"{to_json(dict(record))}\n"


def _csv_lines(records: Iterable[Record], *, raw_cells: bool) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    yield text.getvalue()
    for record in records:
        text.seek(0)
        text.truncate()
        writer.writerow([cell(record[column], raw=raw_cells) for column in _COLUMNS])
        yield text.getvalue()
