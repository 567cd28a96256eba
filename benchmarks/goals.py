"""What this project wants to be beside the others, and whether a run says that it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from benchmarks.report import MEASURES, OURS, ROUNDS, advantage, value

FAST: Final = "wrappers [fast]"
ONE, AT_ONCE, DECODING = MEASURES[0], MEASURES[1], MEASURES[8]
TYPED_PEERS: Final = ("stock, httpx", "stock, httpx2", "getstream", "sendbird")
PEERS: Final = (*TYPED_PEERS, "stream-chat")
MOST_MICROSECONDS: Final = 5.0
MOST_OF_IDEAL: Final = 1.3

_AT_ONCE_GOALS: Final = (
    (OURS, "stock, httpx", 3.0),
    (OURS, "stock, httpx2", 1.0),
    (FAST, "connectycube (JS)", 1.4),
    (FAST, "stream-chat", 0.75),
    *((FAST, peer, 1.0) for peer in TYPED_PEERS),
)


@frozen
class Verdict:
    """One goal and what a run says to it.

    Attributes:
        goal: The goal, in words.
        found: What was measured; None if one of the two was not.
        met: Whether that is enough.
    """

    goal: str
    found: float | None
    met: bool

    def __str__(self) -> str:
        """The goal, the number, and met, missed or not measured."""
        if self.found is None:
            return f"not measured  {self.goal}"
        return f"{'met' if self.met else 'missed':13} {self.goal}: {self.found:.2f}"


def verdicts(results: Mapping[str, ROUNDS], of_ideal: float | None) -> list[Verdict]:
    """Compare a run with the goals.

    Args:
        results: What the workers told, by contestant.
        of_ideal: How many times as long as the ideal 10,000 users by id took.

    Returns:
        A verdict for each goal.
    """
    found: list[Verdict] = []
    goals = [(*goal, AT_ONCE) for goal in _AT_ONCE_GOALS] + [
        (FAST, each, 1.8, ONE) for each in PEERS
    ]
    for ours, theirs, least, measure in goals:
        ratio = advantage(
            value(results.get(ours, ()), measure), value(results.get(theirs, ()), measure), measure
        )
        text = f"{ours} at least {least}x {theirs}, {measure.name}"
        found.append(Verdict(text, ratio, ratio is not None and ratio >= least))
    decoding = value(results.get(OURS, ()), DECODING)
    cost = None if decoding is None else decoding.median
    found.append(
        Verdict(
            f"{DECODING.name}, at most {MOST_MICROSECONDS}",
            cost,
            cost is not None and cost <= MOST_MICROSECONDS,
        )
    )
    found.append(
        Verdict(
            f"10,000 users by id, 50 ms away, at most {MOST_OF_IDEAL} times the ideal",
            of_ideal,
            of_ideal is not None and of_ideal <= MOST_OF_IDEAL,
        )
    )
    return found
