"""Measures 10,000 users read by their ids from far away: ``python -m benchmarks.many``.

The service takes 100 ids at a time, so it is a hundred requests of 50 ms; the best that 8
connections could do is thirteen of them one after the other.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.stub import WAIT_SECONDS
from wrappers import AsyncConnectyCube

ROOT: Final = Path(__file__).resolve().parent.parent
IDS: Final = 10_000
CONNECTIONS: Final = 8
IDEAL: Final = math.ceil(IDS / 100 / CONNECTIONS) * WAIT_SECONDS


@contextmanager
def far_away() -> Generator[str]:
    """Run the stub.

    Yields:
        The address that answers after a wait.
    """
    command = [sys.executable, "-m", "benchmarks.stub"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        # It ends by itself when its input does, at the end of this block.
        yield json.loads(process.stdout.readline())["far"] if process.stdout else ""
        process.terminate()


async def measure(base_url: str, turns: int) -> list[float]:
    """Read all the users, several times.

    Args:
        base_url: The stub.
        turns: How often.

    Returns:
        The seconds of each time.
    """
    times: list[float] = []
    # Backwards, so that an order kept is no accident.
    ids = [*range(IDS, 0, -1)]
    async with AsyncConnectyCube(app_id=1, auth_key="key", base_url=base_url) as cube:
        for _ in range(turns):
            begin = time.perf_counter()
            found = await cube.users.get_many(ids)
            times.append(time.perf_counter() - begin)
            assert [user.id for user in found] == ids
            assert not found.missing
    return times


def main() -> int:
    """Measure, and compare with the best that could be.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.many", description=__doc__)
    parser.add_argument("--turns", type=int, default=5)
    with far_away() as base_url:
        times = asyncio.run(measure(base_url, parser.parse_args().turns))
    sys.stdout.write(
        f"{IDS:,} users by id, {WAIT_SECONDS * 1000:.0f} ms away: {median(times):.3f} s, best "
        f"{min(times):.3f} s; ideal for {CONNECTIONS} connections {IDEAL:.3f} s; "
        f"ratio {median(times) / IDEAL:.2f}, best {min(times) / IDEAL:.2f}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
