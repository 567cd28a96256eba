"""``connectycube users``: look somebody up, find many, write them all down."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Group, Parameter, default_name_transform

from wrappers._filters import UserFilters
from wrappers._models import User
from wrappers._sync.client import ConnectyCube

from .access import DEFAULTS, Access, calling
from .exit_codes import REFUSED, CommandError
from .export import Format, export_users
from .output import Record, record_of, say

app = App(
    name="users",
    help="Look users up, find them, export them.",
    default_parameter=Parameter(
        negative="", name_transform=lambda name: default_name_transform(name.replace("__", "-"))
    ),
)

Filters = Annotated[
    UserFilters | None,
    Parameter(
        name="*",
        group=Group(
            "Filters",
            help="All that are given must hold. --…-in and --…-nin can be given several times; "
            "--…-start-with wants 4 characters; moments are like 2026-01-31T12:00:00Z, or seconds "
            "since 1970; --sort=-created_at begins with the newest. At least one plain, -in or "
            "-start-with filter is needed.",
        ),
    ),
]
Key = Annotated[str | None, Parameter(group=Group("Keys", help="One of them, in place of ids."))]
_COLUMNS = ("id", "login", "full_name", "email", "tags", "created_at")


@app.command
def get(
    *ids: int,
    login: Key = None,
    email: Key = None,
    phone: Key = None,
    external_id: Key = None,
    facebook_id: Key = None,
    twitter_id: Key = None,
    access: Access = DEFAULTS,
) -> None:
    """Show users by their ids, or one by another key.

    Args:
        ids: Ids of users.
        login: Look up by login.
        email: Look up by e-mail address.
        phone: Look up by phone number.
        external_id: Look up by the id in your own user base.
        facebook_id: Look up by Facebook id.
        twitter_id: Look up by Twitter id.
        access: Who calls, and where.
    """
    keys = {
        "login": login,
        "email": email,
        "phone": phone,
        "external_id": external_id,
        "facebook_id": facebook_id,
        "twitter_id": twitter_id,
    }
    given = {name: value for name, value in keys.items() if value is not None}
    if len(given) + bool(ids) != 1:
        raise CommandError("give ids, or exactly one of the keys, such as --login")
    with calling(access) as cube:
        if len(ids) > 1:
            _many(cube, ids, access)
            return
        user = cube.users.get(ids[0]) if ids else _by_key(cube, *given.popitem())
        access.output.one(record_of(user))


@app.command
def find(
    *,
    most: Annotated[int, Parameter(help="How many users to show at most.")] = 100,
    filters: Filters = None,
    access: Access = DEFAULTS,
) -> None:
    """Find users by filters: a table, or one JSON object a line."""
    if most < 1:
        raise CommandError("--most is at least 1")
    with calling(access) as cube:
        found = cube.users.find(**(filters or UserFilters()))
        access.output.many(_records(islice(found, most)), _COLUMNS)
        if found.total > most:
            say(f"{most} of {found.total} users shown; --most shows more, export all")


@app.command
def export(
    *,
    output: Annotated[
        Path | None,
        Parameter(name=("--output", "-o"), help="A file, complete or not at all; else stdout."),
    ] = None,
    form: Annotated[
        Format | None,
        Parameter(name="--format", help="ndjson, or csv; left out, by the file's name."),
    ] = None,
    raw_cells: Annotated[
        bool,
        Parameter(
            help="CSV: leave texts that a spreadsheet would run as formulas (= + - @) as they "
            "are. Otherwise they get an apostrophe in front.",
        ),
    ] = False,
    filters: Filters = None,
    access: Access = DEFAULTS,
) -> None:
    """Write all users that filters find to a file, page by page."""
    suffix = "" if output is None else output.suffix.lower()
    chosen: Literal["csv", "ndjson"] = form or ("csv" if suffix == ".csv" else "ndjson")
    with calling(access) as cube:
        found = cube.users.find(**(filters or UserFilters()))
        export_users(found, output, chosen, raw_cells=raw_cells)


def _records(users: Iterator[User]) -> Iterator[Record]:
    return (record_of(user) for user in users)


def _many(cube: ConnectyCube, ids: tuple[int, ...], access: Access) -> None:
    found = cube.users.get_many(ids)
    access.output.many(_records(iter(found)), _COLUMNS)
    if found.missing:
        missing = ", ".join(map(str, found.missing))
        raise CommandError(f"no such users: {missing}", REFUSED)


def _by_key(cube: ConnectyCube, key: str, value: str) -> User:
    users = cube.users
    ways = {
        "login": users.get_by_login,
        "email": users.get_by_email,
        "phone": users.get_by_phone,
        "external_id": users.get_by_external_id,
        "facebook_id": users.get_by_facebook_id,
        "twitter_id": users.get_by_twitter_id,
    }
    return ways[key](value)
