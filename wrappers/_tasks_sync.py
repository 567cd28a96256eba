"""How the synchronous client does several things: one after the other.

``_tasks_async`` has the same names for tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

__all__ = ["Ahead", "Step", "gather"]

ArgumentT = TypeVar("ArgumentT")
ResultT = TypeVar("ResultT")

Step = Callable[[ArgumentT], ResultT]
"""Makes one thing of another, by asking the service."""


class Ahead(Generic[ResultT]):
    """One call that is made when its result is wanted: no thread works behind the caller's back."""

    def __init__(self, call: Callable[[], ResultT]) -> None:
        """Remember the call.

        Args:
            call: What to do.
        """
        self._call = call

    def result(self) -> ResultT:
        """Make the call.

        Returns:
            What it returned.
        """
        return self._call()

    def cancel(self) -> None:
        """Break off nothing."""


def gather(calls: Sequence[Callable[[], ResultT]], *, at_most: int) -> list[ResultT]:
    """Make several calls, one after the other.

    Args:
        calls: What to do.
        at_most: How many may be under way at any time; one is.

    Returns:
        What they returned.
    """
    del at_most
    return [call() for call in calls]
