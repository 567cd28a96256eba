"""The command, running as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def command(*arguments: str) -> Generator[subprocess.Popen[str]]:
    """The command, running; killed at the end if it still is."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mock_server", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def first_line(process: subprocess.Popen[str]) -> str:
    """The next line that it prints, which is the base URL at the start."""
    assert process.stdout is not None
    return process.stdout.readline().strip()
