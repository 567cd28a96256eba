"""The bench: every fault against every tool, and the table of what came of it."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from contract_tests.faults.fault import Fault, Place, faults
from contract_tests.faults.results import Bench, written
from contract_tests.faults.running import (
    BARE,
    HONEST,
    LAYERS,
    LIMIT_SECONDS,
    SUITE,
    Baseline,
    BenchError,
    Outcome,
    bare,
    suite,
)
from contract_tests.journal import Journal, fingerprint


@dataclass(frozen=True)
class Job:
    """One run that is to be made, and how."""

    tool: str
    fault: str
    seed: int
    run: Callable[[], Outcome]


RESULTS = Path(__file__).parent / "RESULTS.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench.

    Args:
        arguments: The command line's arguments; the process's own if None.

    Returns:
        0 when the suite noticed all faults chosen and nothing on the honest server.
    """
    parser = argparse.ArgumentParser(
        prog="python -m contract_tests.faults bench", description=__doc__
    )
    parser.add_argument("--group", help="the beginning of a group's name; all groups if left out")
    parser.add_argument("--half", type=int, choices=[1, 2], help="both halves if left out")
    parser.add_argument(
        "--fault",
        action="append",
        help="only this fault; may be repeated; `none` is the honest server alone",
    )
    parser.add_argument("--place", choices=list(Place), help="where the faults are made")
    parser.add_argument(
        "--tool",
        action="append",
        choices=[BARE, *LAYERS],
        help=f"may be repeated; {SUITE} if left out",
    )
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds, from 1 on")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many runs at once")
    parser.add_argument(
        "--remote", action="store_true", help="give the suite a base URL and no control API"
    )
    parser.add_argument(
        "--limit",
        type=float,
        default=LIMIT_SECONDS,
        help="seconds of computing after which a run stops (%(default)s)",
    )
    parser.add_argument(
        "--journal",
        type=Path,
        help="note each outcome in this file, and make no run whose outcome it has already",
    )
    parser.add_argument("--write", type=Path, help=f"write the table to this file ({RESULTS.name})")
    chosen = parser.parse_args(arguments)
    tools = chosen.tool or [SUITE]
    found = [
        fault
        for fault in faults(group=chosen.group, half=chosen.half)
        if (not chosen.fault or fault.name in chosen.fault) and chosen.place in {None, fault.place}
    ]
    given = sys.argv[1:] if arguments is None else arguments
    began = time.monotonic()
    known = outcomes_known(chosen.journal, chosen.limit, remote=chosen.remote)
    with tempfile.TemporaryDirectory() as folder:
        jobs = list(_jobs(tools, found, chosen, _baselines(chosen.journal, Path(folder))))
        before = sum(known.of(_key(job)) is not None for job in jobs)
        with ThreadPoolExecutor(chosen.jobs) as pool:
            told = list(pool.map(partial(_told, known), jobs))
    outcomes = [outcome for outcome in told if outcome is not None]
    bench = Bench(
        faults=tuple(found),
        tools=tuple(tools),
        outcomes=tuple(outcomes),
        failures=len(told) - len(outcomes),
        known=before,
        command="python -m contract_tests.faults bench " + shlex.join(given),
        seeds=chosen.seeds,
        seconds=time.monotonic() - began,
        limit=chosen.limit,
        jobs=chosen.jobs,
    )
    text = written(bench)
    print(text)
    if chosen.write is not None:
        chosen.write.write_text(text, encoding="utf-8")
    first = tools[0]
    return int(bool(bench.failures or bench.survivors(first) or bench.false_alarms(first)))


def _jobs(
    tools: Sequence[str], found: Sequence[Fault], chosen: argparse.Namespace, folder: Path
) -> Iterator[Job]:
    for seed in range(1, chosen.seeds + 1):
        baseline = Baseline(folder / f"{seed}.json", seed)
        for name in [HONEST, *(fault.name for fault in found)]:
            for tool in tools:
                if tool == BARE:
                    run = partial(bare, name, seed, baseline, limit=chosen.limit)
                else:
                    run = partial(suite, tool, name, seed, remote=chosen.remote, limit=chosen.limit)
                yield Job(tool, name, seed, run)


def _baselines(journal: Path | None, temporary: Path) -> Path:
    """Choose the folder of baselines: a bench that goes on by a journal needs them again."""
    return temporary if journal is None else journal.with_suffix(f".{fingerprint()[:12]}")


def outcomes_known(path: Path | None, limit: float, *, remote: bool) -> Journal[Outcome]:
    """Open the journal of outcomes, by tool, fault and seed.

    Args:
        path: The file; None keeps nothing beyond this process.
        limit: After how many seconds of computing a run stops.
        remote: Whether the suite is given nothing but a base URL.

    Returns:
        The journal.
    """
    return Journal(path, f"faults, {limit:.0f} s{', remote' if remote else ''}", Outcome, _key)


def _key(run: Job | Outcome) -> tuple[str, str, int]:
    return run.tool, run.fault, run.seed


def _told(known: Journal[Outcome], job: Job) -> Outcome | None:
    """Tell what came of a run, and note it if nobody had."""
    outcome = known.of(_key(job))
    if outcome is None:
        outcome = _run(job)
        if outcome is not None:
            known.add(outcome)
    return outcome


def _run(job: Job) -> Outcome | None:
    """Make a run, once more if it told nothing; answer None when it told nothing again."""
    try:
        outcome = job.run()
    except BenchError as error:
        print(error, file=sys.stderr, flush=True)
        try:
            outcome = job.run()
        except BenchError:
            return None
    mark = "killed  " if outcome.killed else "survived"
    print(
        f"{mark} {outcome.seconds:5.1f} s  {outcome.tool:<8} {outcome.fault:<32} {outcome.why}",
        file=sys.stderr,
        flush=True,
    )
    return outcome
