"""Makes tables of the measures: medians with their spread, and ratios.

A number means something beside the others of the same run alone, so what to read are the ratios.
The spread is half the distance between the smallest and the greatest round, in percent of the
median: a difference between two contestants that is smaller than it is no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any, Final

from attrs import frozen

from benchmarks.contestants import CONTESTANTS

OURS: Final = "wrappers"
ROUNDS = Sequence[Mapping[str, Any]]


@frozen
class Measure:
    """A column.

    Attributes:
        name: Its heading.
        of: Finds the number in what a worker told.
        digits: Digits after the point.
        more_is_better: Whether great numbers are good ones.
    """

    name: str
    of: Callable[[Mapping[str, Any]], float | None]
    digits: int
    more_is_better: bool


def _at(first: str, second: str | None = None) -> Callable[[Mapping[str, Any]], float | None]:
    def find(told: Mapping[str, Any]) -> float | None:
        value = told.get(first)
        return value if second is None or value is None else value[second]

    return find


MEASURES: Final = (
    Measure("one at a time, calls/s", _at("one", "per_second"), 0, more_is_better=True),
    Measure("64 at once, calls/s", _at("near", "per_second"), 0, more_is_better=True),
    Measure("64 at once, p99 ms", _at("near", "p99_ms"), 1, more_is_better=False),
    Measure("64 at once, CPU µs a call", _at("near", "cpu_us"), 0, more_is_better=False),
    Measure("64 at once, 50 ms away, calls/s", _at("far", "per_second"), 0, more_is_better=True),
    Measure("50 ms away, p99 ms", _at("far", "p99_ms"), 1, more_is_better=False),
    Measure("50 ms away, CPU µs a call", _at("far", "cpu_us"), 0, more_is_better=False),
    Measure("each user of a page, CPU µs", _at("user_us"), 1, more_is_better=False),
    Measure("a user's dict to a model, CPU µs", _at("decode_us"), 1, more_is_better=False),
    Measure("import, ms", _at("import_ms"), 0, more_is_better=False),
)


@frozen
class Value:
    """What the rounds of one measure came to."""

    median: float
    least: float
    most: float

    @property
    def spread(self) -> float:
        """Half the distance between the extremes, as a part of the median."""
        return (self.most - self.least) / 2 / self.median if self.median else 0.0


def value(rounds: ROUNDS, measure: Measure) -> Value | None:
    """Sum the rounds of a contestant up.

    Args:
        rounds: What the workers told.
        measure: The measure.

    Returns:
        Its value; None if it was not taken.
    """
    numbers = [number for each in rounds if (number := measure.of(each)) is not None]
    return Value(median(numbers), min(numbers), max(numbers)) if numbers else None


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    rule = ["---", *["---:"] * (len(head) - 1)]
    return [_row(head), _row(rule), *map(_row, rows)]


def _cell(found: Value | None, digits: int) -> str:
    return "-" if found is None else f"{found.median:,.{digits}f} ±{found.spread:.0%}"


def advantage(ours: Value | None, theirs: Value | None, measure: Measure) -> float | None:
    """Tell how many times better ours is.

    Args:
        ours: Our value.
        theirs: Theirs.
        measure: What was measured.

    Returns:
        More than 1 if ours is better; None if one of them is missing.
    """
    if ours is None or theirs is None or ours.median <= 0 or theirs.median <= 0:
        return None
    ratio = ours.median / theirs.median
    return ratio if measure.more_is_better else 1 / ratio


def tables(results: Mapping[str, ROUNDS], versions: Mapping[str, str]) -> list[str]:
    """Write both tables.

    Args:
        results: What the workers told, by contestant.
        versions: The version of each contestant.

    Returns:
        Lines of Markdown.
    """
    names = [each.name for each in MEASURES]
    notes = {each.name: each.note for each in CONTESTANTS}
    told = {
        who: [value(rounds, measure) for measure in MEASURES] for who, rounds in results.items()
    }
    numbers = [
        [
            f"{who} {versions.get(who, '')}".strip(),
            *(_cell(one, measure.digits) for one, measure in zip(found, MEASURES, strict=True)),
        ]
        for who, found in told.items()
    ]
    lines = ["## Medians", "", *_table(["", *names], numbers), ""]
    ours = told.get(OURS)
    if ours is not None and len(told) > 1:
        ratios: list[list[str]] = []
        for who, found in told.items():
            if who == OURS:
                continue
            times = [
                advantage(mine, theirs, measure)
                for mine, theirs, measure in zip(ours, found, MEASURES, strict=True)
            ]
            ratios.append([who, *("-" if one is None else f"{one:.2f}x" for one in times)])
        lines += [f"## How many times better `{OURS}` is", ""]
        lines += ["Below 1, the other one is better.", ""]
        lines += [*_table(["beside", *names], ratios), ""]
    lines += ["## Contestants", "", *(f"- {who}: {notes[who]}." for who in told), ""]
    return lines
