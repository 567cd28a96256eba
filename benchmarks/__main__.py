"""Measures this project beside other clients, all against one stub: ``make bench``.

Contestants take turns over several rounds, each in a fresh process, so that what the machine does
meanwhile falls on all of them. Nothing but the loopback interface is called.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

from attrs import frozen

from benchmarks import goals, many, stock
from benchmarks.chart import draw
from benchmarks.contestants import CONTESTANTS, JAVASCRIPT, Contestant, named
from benchmarks.report import MEASURES, OURS, advantage, tables, value

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent
_SDK: Final = ROOT / "node_modules" / "connectycube" / "package.json"
_IMPORT: Final = (
    "import sys, time; sys.path.insert(0, {folder!r}); begin = time.perf_counter(); {imports}; "
    "print((time.perf_counter() - begin) * 1000)"
)


@frozen
class Plan:
    """How much is measured.

    Attributes:
        rounds: How often each contestant has its turn.
        seconds: The time of one measure of one turn.
        calls: The most calls of one measure.
        budget: No round begins that would end after so many seconds.
    """

    rounds: int
    seconds: float
    calls: int
    budget: float


FULL: Final = Plan(rounds=5, seconds=0.7, calls=20_000, budget=270)
QUICK: Final = Plan(rounds=2, seconds=0.12, calls=5_000, budget=48)


class TurnError(Exception):
    """A process did not do what it was started for."""


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _environment() -> dict[str, str]:
    """This process's environment, without what would lead calls elsewhere."""
    led = {"http_proxy", "https_proxy", "all_proxy"}
    kept = {
        name: text
        for name, text in os.environ.items()
        if name.lower() not in led and not name.startswith(("STREAM_", "CONNECTYCUBE_"))
    }
    return kept | {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


@contextmanager
def _on_one_core(*, wanted: bool) -> Generator[bool]:
    """Stay on one core, with every process begun meanwhile.

    Args:
        wanted: Whether to do so.

    Yields:
        Whether it is so: Linux alone lets a process choose.
    """
    if not wanted or sys.platform != "linux":
        yield False
        return
    usual = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(usual)})
    try:
        yield True
    finally:
        os.sched_setaffinity(0, usual)


@contextmanager
def _stub() -> Generator[tuple[str, str]]:
    """Run the stub; it is stopped by its own process, whatever happens here."""
    command = [sys.executable, "-m", "benchmarks.stub"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                raise TurnError("the stub did not start")
            addresses = json.loads(line)
            yield addresses["near"], addresses["far"]
        finally:
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()


def _run(command: Sequence[str], timeout: float) -> str:
    """Run a process to its end, and tell its last line."""
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=_environment(), capture_output=True, text=True, check=False,
            timeout=timeout,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise TurnError(f"did not end within {timeout:.0f} s") from error
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        told = done.stderr.strip().splitlines()
        raise TurnError(told[-1] if told else f"exit status {done.returncode}")
    return lines[-1]


def _turn(contestant: Contestant, stub: tuple[str, str], plan: Plan, made: Path) -> dict[str, Any]:
    near, far = stub
    # Five measures, a warm-up before three of them, and time to start.
    timeout = 45 + 5 * plan.seconds
    if contestant.name == JAVASCRIPT:
        script = str(HERE / "sdk.mjs")
        command = ["node", script, near, far, str(plan.seconds), str(plan.calls)]
        told: dict[str, Any] = json.loads(_run(command, timeout))
        return told
    command = [
        sys.executable, "-m", "benchmarks.worker", contestant.name, "--near", near, "--far", far,
        "--seconds", str(plan.seconds), "--calls", str(plan.calls), "--stock", str(made),
    ]  # fmt: skip
    told = json.loads(_run(command, timeout))
    program = _IMPORT.format(folder=str(made), imports=contestant.imports)
    told["import_ms"] = float(_run([sys.executable, "-c", program], timeout))
    return told


def _version(contestant: Contestant) -> str:
    """Tell which version takes part.

    Raises:
        TurnError: If it is not installed.
    """
    if contestant.name == JAVASCRIPT:
        if not _SDK.is_file() or shutil.which("node") is None:
            raise TurnError("needs Node.js and node_modules (make setup)")
        return str(json.loads(_SDK.read_text(encoding="utf-8"))["version"])
    try:
        return importlib.metadata.version(contestant.version_of)
    except importlib.metadata.PackageNotFoundError:
        raise TurnError(f"{contestant.version_of} is not installed here") from None


def _measure(
    contestants: Sequence[Contestant], stub: tuple[str, str], plan: Plan, made: Path
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
    """Let the contestants take turns.

    Returns:
        What was told of each, and why some were left out.
    """
    results: dict[str, list[dict[str, Any]]] = {each.name: [] for each in contestants}
    left_out: dict[str, str] = {}
    begin = time.monotonic()
    longest = 0.0
    for number in range(plan.rounds):
        round_begins = time.monotonic()
        if round_begins - begin + longest > plan.budget:
            _say(f"no time for more than {number} rounds")
            break
        # Back and forth, so that nobody always runs after the same neighbour.
        order = contestants if number % 2 == 0 else list(reversed(contestants))
        for contestant in order:
            if contestant.name in left_out:
                continue
            try:
                results[contestant.name].append(_turn(contestant, stub, plan, made))
            except TurnError as error:
                left_out[contestant.name] = str(error)
                del results[contestant.name]
        longest = max(longest, time.monotonic() - round_begins)
        _say(f"round {number + 1} of {plan.rounds}: {time.monotonic() - begin:.0f} s")
    return results, left_out


def _ratios(results: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    """Say in words how ours stands beside each of the others."""
    shown = [MEASURES[0], MEASURES[1], MEASURES[7]]
    lines: list[str] = []
    for who, rounds in results.items():
        if who == OURS or OURS not in results:
            continue
        times = [advantage(value(results[OURS], each), value(rounds, each), each) for each in shown]
        one, many, user = ("    - " if each is None else f"{each:5.2f}x" for each in times)
        lines.append(f"  {who:18} one at a time {one}   64 at once {many}   user of a page {user}")
    return lines


def _of_ideal(turns: int) -> float:
    """Tell how many times as long as the ideal 10,000 users by id take, on all cores."""
    with many.far_away() as base_url:
        return median(asyncio.run(many.measure(base_url, turns))) / many.IDEAL


def _noise(results: Mapping[str, Sequence[Mapping[str, Any]]]) -> float:
    spreads = [
        found.spread
        for rounds in results.values()
        for measure in MEASURES[:2]
        if (found := value(rounds, measure)) is not None
    ]
    return median(spreads) if spreads else 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The command line, without the program's name.

    Returns:
        The exit status: 1 if one of our own contestants could not be measured.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute, and rougher")
    parser.add_argument("--only", action="append", help="a contestant; several times for several")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float, help="the time of one measure of one turn")
    parser.add_argument("--calls", type=int, help="the most calls of one measure")
    parser.add_argument(
        "--all-cores", action="store_true", help="let the system choose who runs on which core"
    )
    parser.add_argument("--output", type=Path, default=HERE / "results")
    chosen = parser.parse_args(arguments)
    known = {each.name for each in CONTESTANTS}
    if unknown := [each for each in chosen.only or () if each not in known]:
        parser.error(f"no contestant {unknown[0]!r}; there are {', '.join(sorted(known))}")
    plan = QUICK if chosen.quick else FULL
    plan = Plan(
        rounds=chosen.rounds or plan.rounds,
        seconds=chosen.seconds or plan.seconds,
        calls=chosen.calls or plan.calls,
        budget=plan.budget,
    )

    versions: dict[str, str] = {}
    absent: dict[str, str] = {}
    for name in chosen.only or [each.name for each in CONTESTANTS]:
        try:
            versions[name] = _version(named(name))
        except TurnError as error:
            absent[name] = str(error)
    began = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    load = os.getloadavg()[0]
    with (
        tempfile.TemporaryDirectory() as folder,
        _on_one_core(wanted=not chosen.all_cores) as on_one,
        _stub() as stub,
    ):
        made = Path(folder)
        if any(name.startswith("stock") for name in versions):
            stock.generate(made)
        contestants = [named(name) for name in versions]
        results, failed = _measure(contestants, stub, plan, made)
    of_ideal = _of_ideal(plan.rounds) if OURS in results else None
    absent |= failed
    rounds = max((len(each) for each in results.values()), default=0)
    where = (
        f"{began}, Python {platform.python_version()}, {'one core' if on_one else 'all cores'} of "
        f"{os.cpu_count()}, load before "
        f"{load:.1f}, {rounds} rounds of {plan.seconds} s a measure, usual spread "
        f"±{_noise(results):.0%}"
    )
    ordered = {each.name: results[each.name] for each in CONTESTANTS if each.name in results}
    lines = ["# What a call costs", "", where + ".", "", *tables(ordered, versions)]
    judged = [str(each) for each in goals.verdicts(ordered, of_ideal)]
    lines += ["## Goals", "", *(f"- {each}." for each in judged), ""]
    lines += [f"- Left out: {who}: {why}." for who, why in absent.items()]
    chosen.output.mkdir(parents=True, exist_ok=True)
    table, chart = chosen.output / "latest.md", chosen.output / "latest.svg"
    table.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    chart.write_text(draw(ordered, where), encoding="utf-8")
    _say(where)
    _say(f"how many times better {OURS} is (below 1, the other one is):")
    for line in _ratios(ordered):
        _say(line)
    for who, why in absent.items():
        _say(f"  left out: {who}: {why}")
    _say("goals:")
    for line in judged:
        _say(f"  {line}")
    _say(f"{table}\n{chart}")
    return 1 if any(named(who).ours for who in absent) else 0


if __name__ == "__main__":
    sys.exit(main())
