"""A ready progress bar for transfers, drawn by rich (the extra ``[cli]``)."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TextIO

from ._errors import ConfigurationError
from ._files import Progress


@contextmanager
def progress_bar(what: str, *, file: TextIO | None = None) -> Generator[Progress]:
    """Show how far a transfer is while a block runs: bytes, speed, time left.

    Args:
        what: What is going over, such as a file's name.
        file: Where it is drawn; standard error when left out. Nothing moves where no terminal is.

    Yields:
        What ``upload``, ``download``, ``stream`` and ``avatars.set`` take as ``progress=``.

    Raises:
        ConfigurationError: If rich is not installed.

    Example:
        with progress_bar("talk.mp4") as progress:
            blob = cube.storage.upload("talk.mp4", progress=progress)
    """
    try:
        # Whoever wants no bar needs no rich.
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            DownloadColumn,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )
        from rich.progress import Progress as Bars  # noqa: PLC0415
    except ImportError:
        missing = ConfigurationError("a bar needs rich: pip install 'connectycube-python[cli]'")
    else:
        columns = (
            # A name is shown as it is, not read as rich's markup.
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
        )
        with Bars(*columns, console=Console(file=file or sys.stderr), transient=True) as bars:
            task = bars.add_task(what, total=None)
            yield lambda done, total: bars.update(task, completed=done, total=total)
        return
    raise missing
