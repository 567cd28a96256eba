"""The table of a bench: kills by group and tool, what each tool alone noticed, who survived."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from contract_tests.faults.fault import Fault, Group
from contract_tests.faults.running import HONEST, SUITE, Outcome


@dataclass(frozen=True)
class Bench:
    """What a bench did.

    Attributes:
        faults: The faults.
        tools: The tools, by name.
        outcomes: What came of each run.
        failures: How many runs told nothing, twice.
        known: How many of the outcomes were known from earlier runs.
        command: The command that ran it.
        seeds: How many seeds each run had.
        seconds: How long it all took.
        limit: After how many seconds of computing a run stopped.
        jobs: How many runs went on at once.
    """

    faults: tuple[Fault, ...]
    tools: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    failures: int
    known: int
    command: str
    seeds: int
    seconds: float
    limit: float
    jobs: int

    def of(self, tool: str, fault: str) -> list[Outcome]:
        """The outcomes of a tool on a fault, one a seed."""
        return [each for each in self.outcomes if (each.tool, each.fault) == (tool, fault)]

    def killed(self, tool: str, fault: Fault) -> bool:
        """Whether a tool noticed a fault with every seed."""
        runs = self.of(tool, fault.name)
        return bool(runs) and all(each.killed for each in runs)

    def survivors(self, tool: str) -> list[Fault]:
        """The faults that a tool missed with a seed or more."""
        return [fault for fault in self.faults if not self.killed(tool, fault)]

    def false_alarms(self, tool: str) -> list[Outcome]:
        """The findings of a tool on the honest server."""
        return [each for each in self.of(tool, HONEST) if each.killed]

    def unique(self, tool: str, among: Sequence[Fault]) -> list[Fault]:
        """The faults that one tool noticed and no other; the suite as a whole is no other."""
        others = [each for each in self.tools if each not in {tool, SUITE}]
        return [
            fault
            for fault in among
            if self.killed(tool, fault) and not any(self.killed(each, fault) for each in others)
        ]


def written(bench: Bench) -> str:
    """Write a bench as Markdown.

    Args:
        bench: The bench.

    Returns:
        The text.
    """
    head = (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {len(bench.faults)} faults, seeds 1 to"
        f" {bench.seeds}, {bench.jobs} runs at once, {bench.seconds / 60:.0f} minutes in all,"
        f" {bench.failures} runs that told nothing; {bench.known} of the {len(bench.outcomes)}"
        " outcomes were known from earlier runs."
    )
    limits = (
        "Each run has a fresh server, and ends at the first violation or after"
        f" {bench.limit:.0f} s of computing. A fault counts as killed when every seed kills it."
        " Written by"
    )
    lines = [
        "# What the fault bench measured",
        "",
        head,
        limits,
        "",
        f"    {bench.command}",
        "",
    ]
    for half in sorted({fault.half for fault in bench.faults}):
        of_half = [fault for fault in bench.faults if fault.half == half]
        lines += [f"## Half {half}", "", *_table(bench, of_half), ""]
    lines += ["## False alarms on the honest server", "", *_alarms(bench), ""]
    lines += ["## Survivors", "", *_survivors(bench), ""]
    lines += ["## Every fault", "", *_every(bench), ""]
    return "\n".join(lines)


def _table(bench: Bench, of_half: Sequence[Fault]) -> Iterator[str]:
    yield f"| Group | Faults | {' | '.join(bench.tools)} |"
    yield f"|---|--:|{'--:|' * len(bench.tools)}"
    for group in [*Group, None]:
        among = [fault for fault in of_half if group in {None, fault.group}]
        if among:
            cells = [_cell(bench, tool, among) for tool in bench.tools]
            yield f"| {group or '**all**'} | {len(among)} | {' | '.join(cells)} |"
    yield ""
    yield "Killed; among them by this tool alone (the suite stands for all of its layers); median"
    yield "and longest time to kill, in seconds of computing."


def _cell(bench: Bench, tool: str, among: Sequence[Fault]) -> str:
    killed = [fault for fault in among if bench.killed(tool, fault)]
    seconds = [each.seconds for fault in killed for each in bench.of(tool, fault.name)]
    share = f"{len(killed)} ({len(killed) / len(among):.0%})"
    if not seconds:
        return share
    unique = len(bench.unique(tool, among))
    return f"{share}; {unique}; {statistics.median(seconds):.0f} s, {max(seconds):.0f} s"


def _alarms(bench: Bench) -> Iterator[str]:
    for tool in bench.tools:
        alarms = bench.false_alarms(tool)
        yield f"- {tool}: {len(alarms)} of {bench.seeds} runs" + "".join(
            f"; seed {each.seed}: {each.why}" for each in alarms
        )


def _survivors(bench: Bench) -> Iterator[str]:
    for tool in bench.tools:
        missed = bench.survivors(tool)
        yield f"**{tool}**: {len(missed)}"
        yield ""
        for fault in missed:
            told = ", ".join(
                f"seed {each.seed}: {'killed' if each.killed else each.why}"
                for each in bench.of(tool, fault.name)
            )
            yield f"- `{fault.name}` ({fault.group}). {fault.does} {told}."
        yield ""


def _every(bench: Bench) -> Iterator[str]:
    yield f"| Fault | Source | {' | '.join(bench.tools)} |"
    yield f"|---|---|{'---|' * len(bench.tools)}"
    for fault in bench.faults:
        cells = [
            "<br>".join(
                f"{each.why}, {each.seconds:.0f} s" if each.killed else "survived"
                for each in bench.of(tool, fault.name)
            )
            for tool in bench.tools
        ]
        yield f"| `{fault.name}` | {fault.source or 'own'} | {' | '.join(cells)} |"
