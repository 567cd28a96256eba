"""How a client waits between attempts."""

from __future__ import annotations

import random
from collections.abc import Callable

from attrs import field, frozen

from wrappers._concurrency_async import Pause, pause
from wrappers._logs import logger
from wrappers._retrying import Replay, Retries, Trouble


@frozen
class AsyncPatience:
    """The rules of waiting, with the means to wait; tests bring means of their own.

    Attributes:
        retries: How often and how long.
        pause: Waits.
        chance: Draws a random number from 0 to 1.
    """

    retries: Retries = field(factory=Retries)
    pause: Pause = pause
    # Nobody gains by guessing how long somebody waits.
    chance: Callable[[], float] = random.random

    def delay(self, replay: Replay, trouble: Trouble | None, attempt: int) -> float | None:
        """Tell how long to wait before the next attempt.

        Args:
            replay: When the operation may be sent again.
            trouble: How the attempt went.
            attempt: Which one it was, from 1.

        Returns:
            Seconds, or None when there is no next attempt.
        """
        if trouble is None or not trouble.may_follow(replay):
            return None
        return self.retries.delay(attempt, trouble.asked, self.chance())

    async def wait(self, seconds: float, attempt: int, what: str) -> None:
        """Wait before the next attempt.

        Args:
            seconds: How long.
            attempt: Which one failed.
            what: What is sent again, for the log, without secrets.
        """
        logger.info("attempt %d of %s failed; again in %.2f s", attempt, what, seconds)
        await self.pause(seconds)
