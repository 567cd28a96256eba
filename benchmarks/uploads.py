"""Measures what a large file costs, up and down: ``python -m benchmarks.uploads``.

For each case a fresh process sends or fetches one file, against a mock server in another process,
and tells how far its memory rose above what it was before, how long its event loop stood still at
most, and how long it took. getstream's upload, where it is installed, stands beside ours; its
bytes go to a server that throws them away.
"""

from __future__ import annotations

import argparse
import asyncio
import filecmp
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from attrs import asdict, frozen

from wrappers import AsyncConnectyCube, ConnectyCube, Guest

ROOT: Final = Path(__file__).resolve().parent.parent
MB: Final = 1024 * 1024
_BEAT: Final = 0.002
_WARM_UP: Final = b"x" * MB


@frozen
class Task:
    """What a process has to do.

    Attributes:
        url: The server.
        file: What is sent; its bytes are what is fetched.
        target: Where a download goes.
    """

    url: str
    file: Path
    target: Path


@frozen
class Cost:
    """What it cost.

    Attributes:
        grown_mb: How far memory rose, in MB.
        stall_ms: The longest time that the event loop did nothing else, in milliseconds; 0 for
            threads.
        seconds: The time.
    """

    grown_mb: float
    stall_ms: float
    seconds: float


def _memory(name: str) -> int:
    """Read a line of what Linux knows about this process's memory, in bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name + ":"))


@contextmanager
def _measured(costs: list[Cost], stalls: list[float]) -> Generator[None]:
    gc.collect()
    # From here on the peak is this block's own.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before, begin = _memory("VmRSS"), time.perf_counter()
    yield
    seconds, grown = time.perf_counter() - begin, _memory("VmHWM") - before
    costs.append(Cost(grown / MB, max(stalls, default=0) * 1000, seconds))


def _queued() -> float:
    """Seconds that this thread has waited for a processor: those are no fault of its own."""
    text = Path("/proc/thread-self/schedstat").read_text(encoding="ascii")
    return int(text.split()[1]) / 1e9


async def _beating(work: Callable[[], Awaitable[object]], stalls: list[float]) -> None:
    """Do something while a second task notes how late it is woken."""

    async def beat() -> None:
        while True:
            begin, queued = time.perf_counter(), _queued()
            await asyncio.sleep(_BEAT)
            late = time.perf_counter() - begin - _BEAT
            stalls.append(late - (_queued() - queued))

    beating = asyncio.create_task(beat())
    try:
        await work()
    finally:
        beating.cancel()


def upload(task: Task) -> Cost:
    """Send the file from a thread."""
    costs: list[Cost] = []
    with ConnectyCube(base_url=task.url) as cube:
        cube.create_session(Guest("Arthur"))
        cube.storage.delete(cube.storage.upload(_WARM_UP))
        with _measured(costs, []):
            blob = cube.storage.upload(task.file)
        assert blob.size == task.file.stat().st_size
        cube.storage.delete(blob)
    return costs[0]


def download(task: Task) -> Cost:
    """Fetch the file from a thread."""
    costs: list[Cost] = []
    with ConnectyCube(base_url=task.url) as cube:
        cube.create_session(Guest("Arthur"))
        cube.storage.download(cube.storage.upload(_WARM_UP), task.target)
        blob = cube.storage.upload(task.file)
        with _measured(costs, []):
            cube.storage.download(blob, task.target)
        cube.storage.delete(blob)
    assert filecmp.cmp(task.file, task.target, shallow=False)
    return costs[0]


async def _upload_in_a_task(task: Task) -> Cost:
    costs: list[Cost] = []
    stalls: list[float] = []
    async with AsyncConnectyCube(base_url=task.url) as cube:
        await cube.create_session(Guest("Arthur"))
        await cube.storage.delete(await cube.storage.upload(_WARM_UP))
        with _measured(costs, stalls):
            await _beating(lambda: cube.storage.upload(task.file), stalls)
        (blob,) = (await cube.storage.list()).first
        assert blob.size == task.file.stat().st_size
        await cube.storage.delete(blob)
    return costs[0]


async def _download_in_a_task(task: Task) -> Cost:
    costs: list[Cost] = []
    stalls: list[float] = []
    async with AsyncConnectyCube(base_url=task.url) as cube:
        await cube.create_session(Guest("Arthur"))
        await cube.storage.download(await cube.storage.upload(_WARM_UP), task.target)
        blob = await cube.storage.upload(task.file)
        with _measured(costs, stalls):
            await _beating(lambda: cube.storage.download(blob, task.target), stalls)
        await cube.storage.delete(blob)
    assert filecmp.cmp(task.file, task.target, shallow=False)
    return costs[0]


def _getstream(name: str, url: str) -> Any:
    return getattr(import_module("getstream"), name)("key", api_secret="secret" * 6, base_url=url)


def _getstream_upload(task: Task) -> Cost:
    costs: list[Cost] = []
    small = task.file.with_name("small")
    small.write_bytes(_WARM_UP)
    with _getstream("Stream", task.url) as client:
        client.upload_file(file=str(small))
        with _measured(costs, []):
            client.upload_file(file=str(task.file))
    return costs[0]


async def _getstream_upload_in_a_task(task: Task) -> Cost:
    costs: list[Cost] = []
    stalls: list[float] = []
    small = task.file.with_name("small")
    small.write_bytes(_WARM_UP)
    async with _getstream("AsyncStream", task.url) as client:
        await client.upload_file(file=str(small))
        with _measured(costs, stalls):
            await _beating(lambda: client.upload_file(file=str(task.file)), stalls)
    return costs[0]


CASES: Final[dict[str, Callable[[Task], Cost]]] = {
    "up, threads": upload,
    "up, tasks": lambda task: asyncio.run(_upload_in_a_task(task)),
    "down, threads": download,
    "down, tasks": lambda task: asyncio.run(_download_in_a_task(task)),
    "getstream: up, threads": _getstream_upload,
    "getstream: up, tasks": lambda task: asyncio.run(_getstream_upload_in_a_task(task)),
}


class _Sink(BaseHTTPRequestHandler):
    """Takes every upload of getstream's and keeps none."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        left = int(self.headers["Content-Length"])
        while left:
            left -= len(self.rfile.read(min(left, MB)))
        answer = b'{"duration": "1ms", "file": "http://127.0.0.1/file"}'
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (http.server's)
        pass


def _sink() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Sink) as server:
        sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}\n")
        sys.stdout.flush()
        server.serve_forever()


@contextmanager
def _server(*arguments: str) -> Generator[str]:
    """Run a server that prints its address first; it is stopped by its own process."""
    command = [sys.executable, "-m", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.terminate()


def _turn(case: str, url: str, file: Path) -> Cost:
    """Have a case done by a process of its own."""
    command = [sys.executable, "-m", "benchmarks.uploads", "--file", str(file)]
    ours = {
        "CONNECTYCUBE_APP_ID": "1",
        "CONNECTYCUBE_AUTH_KEY": "dev-auth-key",
        "CONNECTYCUBE_AUTH_SECRET": "dev-auth-secret",
    }
    done = subprocess.run(
        [*command, "--case", case, "--url", url],
        cwd=ROOT, env=os.environ | ours, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return Cost(**json.loads(done.stdout))


def main() -> int:
    """Measure, as the command line says.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.uploads", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100, help="the file's size (100)")
    parser.add_argument("--turns", type=int, default=3, help="turns of each case; the best counts")
    parser.add_argument("--json", action="store_true", help="print one object instead of a table")
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--case", choices=CASES, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--sink", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.sink:
        _sink()
    elif chosen.case:
        cost = CASES[chosen.case](Task(chosen.url, chosen.file, chosen.file.with_name("down")))
        _say(json.dumps(asdict(cost)))
    else:
        _measure(chosen.megabytes, chosen.turns, as_json=chosen.json)
    return 0


def _measure(megabytes: int, turns: int, *, as_json: bool) -> None:
    best: dict[str, Cost] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        _server("mock_server", "--port", "0") as mock,
        _server("benchmarks.uploads", "--sink") as sink,
    ):
        file = Path(folder) / "large"
        with file.open("wb") as large:
            for _ in range(megabytes):
                large.write(os.urandom(MB))
        for case in CASES:
            theirs = case.startswith("getstream")
            if theirs and not find_spec("getstream"):
                continue
            costs = [_turn(case, sink if theirs else mock, file) for _ in range(turns)]
            # What else the machine does can only add: the least is what the client itself costs.
            best[case] = Cost(
                min(cost.grown_mb for cost in costs),
                min(cost.stall_ms for cost in costs),
                min(cost.seconds for cost in costs),
            )
    if as_json:
        _say(json.dumps({case: asdict(cost) for case, cost in best.items()}))
        return
    _say(f"{megabytes} MB{'':18} memory    longest stall    time")
    for case, cost in best.items():
        stall = f"{cost.stall_ms:8.1f} ms" if "tasks" in case else f"{'-':>11}"
        _say(f"{case:22} {cost.grown_mb:+7.1f} MB  {stall:>14}  {cost.seconds:6.2f} s")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
