"""How far a transfer or an export is, on the standard error of a terminal and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from wrappers import _files
from wrappers._progress_bar import progress_bar


@contextmanager
def bytes_bar(what: str) -> Generator[_files.Progress | None]:
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
def count_bar(what: str) -> Generator[_files.Progress | None]:
    """Show a bar of numbers while a block runs.

    Args:
        what: What is counted.

    Yields:
        What to call; None when nobody looks.
    """
    if not sys.stderr.isatty():
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(file=sys.stderr)
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
