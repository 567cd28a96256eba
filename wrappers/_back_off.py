"""How long nobody asks for a session again after a creation has failed.

Without this, every call that finds no session would send a request of its own to a service that
is in trouble, or spend one more of the attempts at a password that the service counts.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from math import inf
from typing import Final

from attrs import frozen

from ._errors import (
    APIError,
    ClientClosed,
    InvalidArgument,
    InvalidCredentials,
    RateLimited,
    ServerError,
    SessionExpired,
    ValidationError,
)

_PROVIDER_IN_TROUBLE: Final = re.compile(r"did not answer|Status code = 5\d\d")
"""An identity provider that is out is answered for like one that refuses: with 422 (recorded)."""

_CHANGING: Final = frozenset({"nonce", "timestamp"})
"""Fields that every attempt fills anew."""


@frozen
class BackOff:
    """The steps between creations that fail.

    Attributes:
        first: Seconds that the first step has at most; each further one has twice as many.
        longest: Seconds that a step of our own choice has at most.
        longest_asked: Seconds that the service's ``Retry-After`` is obeyed at most.
        chance: Draws a random number from 0 to 1.
    """

    first: float = 1.0
    longest: float = 60.0
    longest_asked: float = 3600.0
    # Nobody gains by guessing how long somebody waits.
    chance: Callable[[], float] = random.random

    def step(self, failures: int, error: Exception, *, others: bool = False) -> float:
        """Tell how long to send nothing.

        At least half of a step is kept, so that it is one; the other half is drawn at random, so
        that clients that failed together do not come back together.

        Args:
            failures: How many creations have failed in a row, from 1.
            error: Why the last one did.
            others: Whether the next attempt can have other credentials.

        Returns:
            Seconds; infinite when only other credentials can help.
        """
        if refused_for_good(error) and not others:
            return inf
        # The exponent is bounded, so that no number of failures overflows.
        whole = min(self.longest, self.first * 2.0 ** min(failures - 1, 32))
        drawn = whole * (1 + self.chance()) / 2
        asked = error.retry_after if isinstance(error, (RateLimited, ServerError)) else None
        return max(drawn, min(asked or 0.0, self.longest_asked))


def refused_for_good(error: Exception) -> bool:
    """Tell whether the same credentials would be refused again.

    Args:
        error: Why a session could not be made.

    Returns:
        True for wrong passwords and refused tokens and keys.
    """
    if isinstance(error, ValidationError):
        return not (
            _CHANGING & error.fields.keys()
            or any(_PROVIDER_IN_TROUBLE.search(text) for text in error.errors)
        )
    return isinstance(error, (InvalidCredentials, SessionExpired))


def tells_of_the_service(error: Exception) -> bool:
    """Tell whether a failure says something about further attempts.

    Args:
        error: Why a session could not be made.

    Returns:
        False when nothing was sent because of the caller.
    """
    return not isinstance(error, (ClientClosed, InvalidArgument))


def refused(error: Exception) -> bool:
    """Tell whether the service itself refused the credentials.

    Args:
        error: Why a session could not be made.

    Returns:
        Whether it is an answer that other credentials may change.
    """
    return isinstance(error, APIError) and refused_for_good(error)
