"""The tables of a run: kills by module and layer, survivors with their diffs, judged ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from contract_tests.mutants.journal import Judgement


@dataclass(frozen=True)
class Case:
    """One mutant and what came of it.

    Attributes:
        group: What the table has a row for.
        place: Where it is.
        change: What it changed.
        equivalent: Why nothing can notice it; None for all others.
        judgement: What came of it; None when it was not judged, or no run told anything.
    """

    group: str
    place: str
    change: str
    equivalent: str | None
    judgement: Judgement | None

    @property
    def noticed(self) -> bool:
        """Whether something noticed it."""
        return self.judgement is not None and self.judgement.noticed_by is not None

    @property
    def survived(self) -> bool:
        """Whether nothing noticed it, though something could."""
        return self.judgement is not None and not self.noticed and self.equivalent is None


@dataclass(frozen=True)
class Tally:
    """How many mutants were noticed.

    Attributes:
        cases: The mutants.
    """

    cases: Sequence[Case]

    @property
    def counted(self) -> list[Case]:
        """Those that were judged and that something could notice."""
        return [each for each in self.cases if each.noticed or each.survived]

    @property
    def noticed(self) -> int:
        """How many of them were noticed."""
        return sum(each.noticed for each in self.counted)

    @property
    def rate(self) -> str:
        """The share, as text."""
        return f"{self.noticed / len(self.counted):.0%}" if self.counted else "none judged"


def written(title: str, command: str, cases: Sequence[Case], tools: Sequence[str]) -> str:
    """Write what came of mutants as Markdown.

    Args:
        title: What they are.
        command: The command that judged them.
        cases: The mutants.
        tools: What may notice them, in the order in which it is asked.

    Returns:
        The text.
    """
    whole = Tally(cases)
    unjudged = sum(each.judgement is None for each in cases)
    computed = sum(each.judgement.seconds for each in cases if each.judgement is not None)
    head = (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {len(cases)} mutants, {unjudged} of them not"
        f" judged yet, {computed / 60:.0f} minutes of computing. Written by"
    )
    rate = (
        f"**Noticed: {whole.noticed} of {len(whole.counted)} ({whole.rate})**, those left out that"
        " nothing can notice, each with its reason below."
    )
    lines = [
        f"# {title}",
        "",
        head,
        "",
        f"    {command}",
        "",
        rate,
        "",
        *_table(cases, tools),
        "",
        *_drift(cases),
        "## Survivors",
        "",
        *(line for each in cases if each.survived for line in _survivor(each)),
        "## Equivalent",
        "",
        *(line for each in cases if each.equivalent for line in _equivalent(each)),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _table(cases: Sequence[Case], tools: Sequence[str]) -> Iterator[str]:
    yield f"| | Mutants | Equivalent | {' | '.join(tools)} | Survived | Rate |"
    yield f"|---|--:|--:|{'--:|' * len(tools)}--:|--:|"
    groups = sorted({each.group for each in cases})
    for group in [*groups, None]:
        among = [each for each in cases if group in {None, each.group}]
        by = Counter(each.judgement.noticed_by for each in among if each.judgement is not None)
        cells = [
            str(len(among)),
            str(sum(each.equivalent is not None for each in among)),
            *(str(by[tool]) for tool in tools),
            str(sum(each.survived for each in among)),
            Tally(among).rate,
        ]
        yield f"| {group or '**all**'} | {' | '.join(cells)} |"


def _drift(cases: Sequence[Case]) -> Iterator[str]:
    drifted = [each for each in cases if each.judgement is not None and each.judgement.drifted]
    if drifted:
        either = sum(each.noticed or each in drifted for each in cases)
        judged = sum(each.judgement is not None for each in cases)
        yield f"{len(drifted)} change the generated client, which the check of what is committed"
        yield f"notices, whatever the change: with it {either} of {judged} are noticed."
        yield ""


def _survivor(case: Case) -> Iterator[str]:
    assert case.judgement is not None
    yield f"`{case.judgement.mutant}` in {case.place}: {case.judgement.why}."
    yield ""
    yield from _quoted(case.change)


def _equivalent(case: Case) -> Iterator[str]:
    yield f"In {case.place}: {case.equivalent}"
    if case.judgement is not None and case.noticed:
        told = f"{case.judgement.noticed_by}, {case.judgement.why}"
        yield f"**Noticed all the same ({told}): judge it anew.**"
    yield ""
    yield from _quoted(case.change)


def _quoted(change: str) -> Iterator[str]:
    yield "```diff"
    yield change
    yield "```"
    yield ""
