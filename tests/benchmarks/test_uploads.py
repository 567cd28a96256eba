"""Large files cost little memory and never stop the event loop, measured in processes of their own.

The program is the benchmark's, with a file that is small for a benchmark and large beside what is
allowed: a client that held it whole would be found out several times over.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks import uploads

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = ("up, threads", "up, tasks", "down, threads", "down, tasks")


def test_files_go_up_and_down_at_constant_memory_without_a_stall() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.uploads", "--json", "--megabytes", "24", "--turns", "1"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    costs = json.loads(done.stdout)
    assert [*costs] == [*OURS]  # what is not installed here is left out
    for case, cost in costs.items():
        assert cost["grown_mb"] <= 5, case
        assert cost["stall_ms"] <= 50, case
        assert cost["seconds"] > 0, case
    assert costs["up, tasks"]["stall_ms"] > 0


def test_a_stall_would_be_measured() -> None:
    stalls: list[float] = []

    async def work() -> None:
        await asyncio.sleep(0)
        time.sleep(0.08)  # noqa: ASYNC251 (the fault to be found)
        await asyncio.sleep(0.01)

    asyncio.run(uploads._beating(work, stalls))
    assert max(stalls) > 0.05


def test_memory_that_was_freed_again_would_be_measured() -> None:
    costs: list[uploads.Cost] = []
    with uploads._measured(costs, [0.001]):
        held = bytearray(24 * uploads.MB)
        held[::4096] = b"x" * len(held[::4096])
        del held
    assert costs[0].grown_mb > 20
    assert costs[0].stall_ms == pytest.approx(1)
