"""Judges a sample of mutants, some at a time, and writes the table of what came of them."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from contract_tests.faults.running import HONEST, LAYERS, SUITE, BenchError
from contract_tests.mutants import document, mutant, source, spec
from contract_tests.mutants.checkout import checkouts
from contract_tests.mutants.journal import Judgement, Judgements, judgements
from contract_tests.mutants.judged import judged
from contract_tests.mutants.results import Case, Tally, written
from contract_tests.server import ROOT

LIMIT_SECONDS = 120.0
"""Seconds of computing: more than the whole suite takes on an honest server."""
SEED = 1
"""The suite's own seed; the one of the command line chooses the sample."""

Job = Callable[[], Judgement]


@dataclass(frozen=True)
class Campaign:
    """A sample of mutants, and how to judge each.

    Attributes:
        title: What they are.
        tools: What may notice them, in the order in which it is asked.
        share: Which share of them must be noticed.
        honest: Judges the project without any mutant.
        jobs: Judge the mutants, by name.
        cases: Tells what came of them.
    """

    title: str
    tools: Sequence[str]
    share: float
    honest: Job
    jobs: dict[str, Job]
    cases: Callable[[Judgements], list[Case]]


def judge(which: str, arguments: Sequence[str]) -> int:
    """Judge mutants; what was judged before an interruption is not judged again.

    Args:
        which: `source` or `spec`.
        arguments: The command line's arguments.

    Returns:
        0 when enough of them were noticed, 1 when not, 2 when the run tells nothing: the checks
        notice something on the honest project already, or not all could be judged.
    """
    chosen = _parser(which).parse_args(arguments)
    path = chosen.journal or ROOT / ".mutants" / f"{which}.jsonl"
    layers = chosen.layer or LAYERS[SUITE]
    suite = source.Suite(layers, SEED, chosen.limit)
    journal = judgements(path, f"{which}, {', '.join(layers)}, {chosen.limit:.0f} s")
    until = time.monotonic() + 60 * chosen.minutes if chosen.minutes else float("inf")
    with CAMPAIGNS[which](chosen, suite) as campaign:
        _run(journal, until, (HONEST, campaign.honest))
        alarm = journal.of(HONEST)
        if alarm is None or alarm.noticed_by is not None:
            print(f"without any mutant: {alarm}", file=sys.stderr)
            return 2
        with ThreadPoolExecutor(chosen.jobs) as pool:
            for _ in pool.map(partial(_run, journal, until), campaign.jobs.items()):
                pass
    cases = campaign.cases(journal)
    command = shlex.join(["python", "-m", "contract_tests.mutants", which, *arguments])
    text = written(campaign.title, command, cases, campaign.tools)
    print(text)
    if chosen.write is not None:
        chosen.write.write_text(text, encoding="utf-8")
    return _status(campaign, cases)


def _status(campaign: Campaign, cases: Iterable[Case]) -> int:
    tally = Tally(list(cases))
    if any(each.judgement is None for each in tally.cases):
        return 2
    misjudged = any(each.equivalent and each.noticed for each in tally.cases)
    return int(misjudged or tally.noticed < campaign.share * len(tally.counted))


def _run(journal: Judgements, until: float, job: tuple[str, Job]) -> None:
    """Judge one mutant, unless that was done before; once more if the first run told nothing."""
    name, judging = job
    if journal.of(name) is not None or time.monotonic() > until:
        return
    for _ in range(2):
        try:
            judgement = judging()
        except BenchError as error:
            print(error, file=sys.stderr, flush=True)
            continue
        journal.add(judgement)
        mark = "survived" if judgement.noticed_by is None else f"noticed: {judgement.noticed_by}"
        line = f"{mark:<20} {judgement.seconds:5.1f} s  {name:<36} {judgement.why}"
        print(line, file=sys.stderr, flush=True)
        return


@contextmanager
def _source(chosen: argparse.Namespace, suite: source.Suite) -> Generator[Campaign]:
    sample = mutant.sample(chosen.seed, chosen.count)

    def cases(journal: Judgements) -> list[Case]:
        return [
            Case(
                group=each.module,
                place=each.place,
                change=each.change,
                equivalent=known.reason if (known := judged(each)) else None,
                judgement=journal.of(each.name),
            )
            for each in sample
        ]

    yield Campaign(
        title="Source mutants",
        tools=[source.START, *LAYERS[SUITE], source.HANG],
        share=0.80,
        honest=partial(source.judge, None, suite),
        jobs={each.name: partial(source.judge, each, suite) for each in sample},
        cases=cases,
    )


@contextmanager
def _spec(chosen: argparse.Namespace, suite: source.Suite) -> Generator[Campaign]:
    sample = document.sample(chosen.seed, chosen.count)

    def cases(journal: Judgements) -> list[Case]:
        return [
            Case(each.kind, each.place, each.change, None, journal.of(each.name)) for each in sample
        ]

    with checkouts(chosen.jobs) as free:
        yield Campaign(
            title="Spec mutants",
            tools=spec.TOOLS,
            share=0.95,
            honest=partial(spec.judge, None, free, suite),
            jobs={each.name: partial(spec.judge, each, free, suite) for each in sample},
            cases=cases,
        )


CAMPAIGNS = {"source": _source, "spec": _spec}
COUNTS = {"source": 150, "spec": 100}


def _parser(which: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"python -m contract_tests.mutants {which}", description=__doc__
    )
    parser.add_argument("--seed", type=int, default=1, help="chooses the sample (default 1)")
    parser.add_argument("--count", type=int, default=COUNTS[which], help="how many mutants")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many at once")
    parser.add_argument(
        "--limit", type=float, default=LIMIT_SECONDS, help="seconds of computing for each run"
    )
    parser.add_argument(
        "--layer", action="append", choices=LAYERS[SUITE], help="only this one; may be repeated"
    )
    parser.add_argument("--minutes", type=float, help="begin nothing new after so many minutes")
    parser.add_argument("--journal", type=Path, help="where to note what is known already")
    parser.add_argument("--write", type=Path, help="write the table to this file")
    return parser
