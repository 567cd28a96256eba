"""The whole state as one JSON document: taken, put back, read from a seed file, reset."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from sqlalchemy import Column, Table
from sqlalchemy.exc import DatabaseError

from mock_server import clock
from mock_server.apps import App, Apps
from mock_server.apps import read as read_app
from mock_server.control import Handlers, Order, load
from mock_server.objects import ObjectFolder
from mock_server.randomness import Randomness, SeededRandomness
from mock_server.refusals import Refusal, by_field
from mock_server.repository import State
from mock_server.tables import AppRow, metadata

VERSION = 1
_LARGEST_KEY = 2**62
_LAST_MOMENT = clock.LATEST + clock.DAY
_SAFE = "/ ;=+"


@dataclass(frozen=True)
class Snapshots:
    """Takes the state and puts it back; only while no request is at work.

    Attributes:
        state: The database.
        objects: The uploaded bytes.
        time: The clock.
        random: Where tokens come from; one with a seed goes on where the snapshot was.
        apps: The apps.
        first_app: The app that the server starts with.
    """

    state: State
    objects: ObjectFolder
    time: clock.ManualClock
    random: Randomness
    apps: Apps
    first_app: App

    def take(self) -> dict[str, Any]:
        """Write down all users, sessions, files, counters and the time."""
        tables, counters = self.state.run(lambda state: state.everything())
        seeded = self.random if isinstance(self.random, SeededRandomness) else None
        frozen_at, ahead = self.time.position
        return {
            "version": VERSION,
            "clock": {"ahead": ahead} if frozen_at is None else {"frozen_at": frozen_at},
            "random": None if seeded is None else seeded.taken,
            "tables": tables,
            "counters": counters,
            "objects": [
                {
                    "key": _quoted(key),
                    "content_type": _quoted(found.content_type),
                    "base64": base64.b64encode(found.path.read_bytes()).decode(),
                }
                for key, found in self.objects.everything()
            ],
        }

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Put a state back in place of this one.

        Args:
            snapshot: What `take` gave, and fits the control API's document.

        Raises:
            Refusal: It is no state that a server can be in. Nothing has changed then.
        """
        rows = _rows(snapshot["tables"])
        if "apps" in rows:
            for row in rows["apps"]:
                read_app(AppRow(**row))
        else:  # as it was when a server had one app, whose settings lived apart
            rows["apps"] = [asdict(self.first_app.row())]
        counters: Mapping[str, int] = snapshot["counters"]
        if not counters.keys() <= metadata.tables.keys():
            raise by_field("counters", "count no table")
        files = [_file(each) for each in snapshot["objects"]]
        try:
            self.state.run(lambda state: state.replace_everything(rows, counters))
        except (DatabaseError, UnicodeEncodeError):
            raise by_field("tables", "contradict each other") from None
        self.apps.note_change()
        self.objects.clear()
        for key, content_type, content in files:
            with self.objects.upload() as upload:
                upload.write(content)
            self.objects.keep(Path(upload.name), key, content_type)
        position: Mapping[str, int] = snapshot["clock"]
        self.time.position = (position.get("frozen_at"), position.get("ahead", 0))
        if isinstance(self.random, SeededRandomness) and snapshot["random"] is not None:
            self.random.taken = snapshot["random"]

    def handlers(self) -> Handlers:
        """Give what answers the snapshots' operations of the control API."""

        def put(order: Order) -> object:
            self.restore(order.body)
            return {"status": "ok"}

        return {"takeSnapshot": lambda _: self.take(), "restoreSnapshot": put}


def read(file: Path) -> Mapping[str, Any]:
    """Read a snapshot from a file.

    Args:
        file: The file.

    Returns:
        The snapshot, which fits the control API's document.

    Raises:
        ValueError: The file holds none.
    """
    try:
        value = json.loads(file.read_bytes())
        return load().operations["restoreSnapshot"].check_body(value)
    except (Refusal, ValueError) as error:
        raise ValueError(f"{file} holds no snapshot: {error}") from None


def _rows(tables: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    unknown = tables.keys() - metadata.tables.keys()
    if unknown:
        raise by_field("tables", f"has no place for {min(unknown)[:50]}")
    return {
        name: [_row(metadata.tables[name], row) for row in rows] for name, rows in tables.items()
    }


def _row(table: Table, given: Mapping[str, Any]) -> dict[str, Any]:
    if not given.keys() <= set(table.columns.keys()):
        raise by_field("tables", f"{table.name} has other columns")
    row = {column.name: given.get(column.name) for column in table.columns}
    for column in table.columns:
        if not _fits(column, row[column.name]):
            raise by_field("tables", f"{table.name}.{column.name} is invalid")
    return row


def _fits(column: Column[Any], value: object) -> bool:
    if value is None:
        return bool(column.nullable)
    if not isinstance(value, int) or isinstance(value, bool):
        return type(value) is column.type.python_type
    if column.type.python_type is not int:
        return False
    if column.name.endswith(("_at", "_until")):
        return 0 <= value <= _LAST_MOMENT
    return abs(value) <= _LARGEST_KEY if column.primary_key else -(2**63) <= value < 2**63


def _file(given: Mapping[str, str]) -> tuple[str, str, bytes]:
    if not all(text.isascii() for text in given.values()):
        raise by_field("objects", "is percent-encoded and base64")
    try:
        content = base64.b64decode(given["base64"], validate=True)
    except binascii.Error:
        raise by_field("objects", "base64 is invalid") from None
    return _unquoted(given["key"]), _unquoted(given["content_type"]), content


def _quoted(text: str) -> str:
    """Keys and types are what an upload form said, in UTF-8 or not."""
    return quote(text, safe=_SAFE, errors="surrogateescape")


def _unquoted(text: str) -> str:
    return unquote(text, errors="surrogateescape")
