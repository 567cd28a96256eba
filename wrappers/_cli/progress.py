"""How far a transfer or an export is, on the standard error of a terminal and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from wrappers._progress_bar import progress_bar

Told = Callable[[int, int | None], object]
"""Takes how much is done, and how much there is in all or None."""


@contextmanager
def bytes_bar(what: str) -> Generator[Told | None]:
    """Show a bar of bytes while a block runs.

    Args:
        what: What is going over.

    Yields:
        What the client calls; None when nobody looks.
    """
    if not sys.stderr.isatty():
        yield None
        return
    with progress_bar(what) as told:
        yield told


@contextmanager
def count_bar(what: str) -> Generator[Told | None]:
    """Show a bar of numbers while a block runs.

    Args:
        what: What is counted.

    Yields:
        What to call; None when nobody looks.
    """
    if not sys.stderr.isatty():
        yield None
        return
    console = Console(file=sys.stderr)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
