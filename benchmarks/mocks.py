"""Measures the mock server beside Prism, on the same contract: ``make bench-mock``.

Prism answers the contract's examples; the mock server checks a token, keeps users in SQLite and
hashes their passwords. All of them listen for the whole run and are asked in turns, so that what
the machine does meanwhile falls on all. Nothing but the loopback interface is called.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final
from urllib.request import Request, urlopen

from attrs import field, frozen

from mock_server.passwords import hashed
from mock_server.randomness import SystemRandomness

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent
PRISM: Final = HERE / "prism" / "node_modules" / ".bin" / "prism"
CONTRACT: Final = ROOT / "openapi" / "connectycube.yaml"
GOALS: Final = {"GET /users/{id}": 3.0, "POST /users": 2.0}
LINES: Final = 8
PASSWORD: Final = "correct horse"
START_SECONDS: Final = 30
_HASHES: Final = 200


@frozen
class Contestant:
    """A server that listens.

    Attributes:
        name: As the table shows it.
        port: Where it listens, on 127.0.0.1.
        process: Its process' id.
        token: A session's token, of a user.
        user_id: That user.
        rates: Requests a second in each turn, by what was asked.
        costs: Microseconds of CPU a request in each turn, by what was asked.
    """

    name: str
    port: int
    process: int
    token: str = "A" * 36
    user_id: int = 1
    rates: dict[str, list[float]] = field(factory=lambda: {each: [] for each in GOALS})
    costs: dict[str, list[float]] = field(factory=lambda: {each: [] for each in GOALS})


class Line(asyncio.Protocol):
    """One kept connection: the next request goes out when an answer is in."""

    def __init__(self, following: Callable[[], bytes | None], done: asyncio.Future[int]) -> None:
        self._following = following
        self._done = done
        self._received = b""
        self._count = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._go_on()

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer."""
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end:
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        if head[9:12] not in {b"200", b"201"}:
            self._done.set_exception(RuntimeError(f"answered {self._received!r}"))
            self._transport.close()
            return
        self._received = b""
        self._count += 1
        self._go_on()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        if not self._done.done():
            self._done.set_exception(exc or RuntimeError("the server hung up"))

    def _go_on(self) -> None:
        request = self._following()
        if request is None:
            self._done.set_result(self._count)
            self._transport.close()
        else:
            self._transport.write(request)


async def ask(port: int, make: Callable[[], bytes], seconds: float) -> tuple[int, float]:
    """Ask a server as fast as it answers, over several connections.

    Args:
        port: Where it listens.
        make: Makes a request.
        seconds: For how long.

    Returns:
        How many answers came, and in how many seconds.
    """
    loop = asyncio.get_running_loop()
    begin = time.perf_counter()

    def following() -> bytes | None:
        return make() if time.perf_counter() - begin < seconds else None

    counts: list[asyncio.Future[int]] = [loop.create_future() for _ in range(LINES)]
    for count in counts:
        await loop.create_connection(partial(Line, following, count), "127.0.0.1", port)
    answered = sum(await asyncio.gather(*counts))
    return answered, time.perf_counter() - begin


def requests(contestant: Contestant) -> dict[str, Callable[[], bytes]]:
    """Make what a contestant is asked, by name."""
    token = f"Host: 127.0.0.1\r\nCB-Token: {contestant.token}\r\n".encode()
    read = b"GET /users/%d HTTP/1.1\r\n%b\r\n" % (contestant.user_id, token)
    run, numbers = time.time_ns(), itertools.count()

    def sign_up() -> bytes:
        user = {"login": f"u{run}-{next(numbers)}", "password": PASSWORD, "full_name": "Marvin"}
        body = json.dumps({"user": user}).encode()
        head = b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(body)
        return b"POST /users HTTP/1.1\r\n%b%b\r\n%b" % (token, head, body)

    return dict(zip(GOALS, (lambda: read, sign_up), strict=True))


@contextmanager
def started(command: Sequence[str], port: int) -> Generator[int]:
    """Run a server while a block runs; wait until it listens.

    Yields:
        Its process' id.

    Raises:
        RuntimeError: It does not listen.
    """
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as process:
        try:
            end = time.monotonic() + START_SECONDS
            while not _listens(port):
                if process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"{command[0]} does not listen")
                time.sleep(0.05)
            yield process.pid
        finally:
            process.terminate()
            process.wait(timeout=15)


def _listens(port: int) -> bool:
    with socket.socket() as knocking:
        return knocking.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _mock(stack: ExitStack, name: str, *options: str) -> Contestant:
    port = _free_port()
    command = [sys.executable, "-m", "mock_server", "--port", str(port), *options]
    process = stack.enter_context(started(command, port))
    user = {"login": "marvin18", "password": PASSWORD}
    body = {"application_id": 1, "auth_key": "dev-auth-key", "user": user}
    asked = Request(
        f"http://127.0.0.1:{port}/session",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urlopen(asked, timeout=START_SECONDS) as answer:
        session = json.load(answer)["session"]
    return Contestant(name, port, process, session["token"], session["user_id"])


def _prism(stack: ExitStack) -> Contestant:
    port = _free_port()
    command = [str(PRISM), "mock", "-p", str(port), "-v", "fatal", str(CONTRACT)]
    return Contestant("Prism", port, stack.enter_context(started(command, port)))


def _cpu_seconds(process: int) -> float:
    """The CPU that a process took since it started, as Linux tells it; 0 elsewhere."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    user, system = told.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def take_turn(contestant: Contestant, seconds: float) -> None:
    """Ask a contestant everything once, and note how it did."""
    for asked, make in requests(contestant).items():
        before = _cpu_seconds(contestant.process)
        count, took = asyncio.run(ask(contestant.port, make, seconds))
        contestant.rates[asked].append(count / took)
        cost = (_cpu_seconds(contestant.process) - before) / count
        contestant.costs[asked].append(cost * 1_000_000)


def hash_microseconds() -> float:
    """What hashing one password costs the mock server."""
    source = SystemRandomness()
    begin = time.process_time()
    for _ in range(_HASHES):
        hashed(PASSWORD, source)
    return (time.process_time() - begin) / _HASHES * 1_000_000


def table(contestants: Sequence[Contestant], hashing: float) -> list[str]:
    """Write down who did how well, with ratios to the last one, which is Prism."""
    *ours, prism = contestants
    lines = [
        "| | a second | times Prism's | CPU a request | times less than Prism's |",
        "|---|---:|---:|---:|---:|",
    ]
    for asked, goal in GOALS.items():
        rate, cost = median(prism.rates[asked]), median(prism.costs[asked])
        for each in contestants:
            own_rate, own_cost = median(each.rates[asked]), median(each.costs[asked])
            lines.append(_row(f"{asked}, {each.name}", own_rate, rate, own_cost, cost))
        if asked == "POST /users":
            for each in ours:
                own_rate = 1 / (1 / median(each.rates[asked]) - hashing / 1_000_000)
                own_cost = median(each.costs[asked]) - hashing
                lines.append(
                    _row(f"the same without hashing, {each.name}", own_rate, rate, own_cost, cost)
                )
        lines.append(f"| *goal: {goal:.0f} times* | | | | |")
    return [*lines, "", f"Hashing one password takes {hashing:.0f} µs of the mock server's CPU."]


def _row(what: str, rate: float, other_rate: float, cost: float, other_cost: float) -> str:
    cpu = f"{cost:.0f} µs | {other_cost / cost:.1f}" if cost and other_cost else "- | -"
    return f"| {what} | {rate:,.0f} | {rate / other_rate:.1f} | {cpu} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The command line, without the program's name.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mocks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=1.5, help="the time of one measure")
    parser.add_argument("--output", type=Path, default=HERE / "results")
    chosen = parser.parse_args(arguments)
    load = os.getloadavg()[0]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        contestants = [
            _mock(stack, "mock server, SQLite in memory"),
            _mock(stack, "mock server, SQLite file", "--database", str(folder / "mock.sqlite")),
            _prism(stack),
        ]
        for each in contestants:  # Prism's first thousands of answers are slow ones
            take_turn(each, chosen.seconds)
            each.rates.update({asked: [] for asked in GOALS})
            each.costs.update({asked: [] for asked in GOALS})
        hashes: list[float] = []
        for number in range(chosen.rounds):
            hashes.append(hash_microseconds())
            for each in contestants if number % 2 == 0 else list(reversed(contestants)):
                take_turn(each, chosen.seconds)
    where = (
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load before {load:.1f}, "
        f"{chosen.rounds} turns of {chosen.seconds} s, {LINES} connections; medians"
    )
    lines = [
        "# The mock server beside Prism",
        "",
        where + ".",
        "",
        *table(contestants, median(hashes)),
    ]
    chosen.output.mkdir(parents=True, exist_ok=True)
    (chosen.output / "mocks.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
