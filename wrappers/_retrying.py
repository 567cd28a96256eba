"""What may be sent again, when, and after how long: rules free of any waiting and sending.

A request that failed may or may not have been carried out. Sending it again is safe when it surely
was not, or when carrying it out twice leaves the same state as once; the table here says which
operations are of the second kind, and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from attrs import frozen

from generated_client import Headers, Request

from ._errors import ConfigurationError, RateLimited, ServerError, TransportError
from ._expiry import retry_after

DEFAULT_RETRIES: Final = 2
"""Further attempts after the first one, as the SDKs of other services have it."""


class Replay(Enum):
    """When an operation may be sent again."""

    ALWAYS = "carried out twice, it leaves the same state as once"
    IF_REFUSED = "only when it surely was not carried out"
    ELSEWHERE = "its own code sends it again, with another body"


_READING = "reading changes nothing"
_SECOND_USER = "a second one is refused as a duplicate, or makes a second user"

OPERATIONS: Final[Mapping[str, tuple[Replay, str]]] = {
    # sessions
    "createSession": (Replay.ELSEWHERE, "every attempt needs a nonce and a timestamp of its own"),
    "getSession": (Replay.ALWAYS, _READING),
    "destroySession": (Replay.ALWAYS, "a dead token stays dead"),
    "login": (Replay.IF_REFUSED, "it can make the user on the fly, and spend a provider's token"),
    "logout": (Replay.IF_REFUSED, "a second one is refused: the session has no user any more"),
    # users
    "signUp": (Replay.IF_REFUSED, _SECOND_USER),
    "listUsers": (Replay.ALWAYS, _READING),
    "findUsers": (Replay.ALWAYS, _READING),
    "findUsersByFullName": (Replay.ALWAYS, _READING),
    "findUsersByTags": (Replay.ALWAYS, _READING),
    "getUser": (Replay.ALWAYS, _READING),
    "getUserByExternalId": (Replay.ALWAYS, _READING),
    "getUserByLogin": (Replay.ALWAYS, _READING),
    "getUserByEmail": (Replay.ALWAYS, _READING),
    "getUserByFacebookId": (Replay.ALWAYS, _READING),
    "getUserByTwitterId": (Replay.ALWAYS, _READING),
    "getUserByPhone": (Replay.ALWAYS, _READING),
    "getUserByPhoneAlias": (Replay.ALWAYS, _READING),
    "listOnlineUsers": (Replay.ALWAYS, _READING),
    "updateUser": (
        Replay.IF_REFUSED,
        "it could undo what somebody else saved meanwhile, and an old password is right only once",
    ),
    "deleteUser": (
        Replay.IF_REFUSED,
        "it ends the session: a second one could make the user on the fly again",
    ),
    "deleteUserByExternalId": (
        Replay.IF_REFUSED,
        "it ends the session: a second one could make the user on the fly again",
    ),
    "requestPasswordReset": (Replay.IF_REFUSED, "a second one sends a second mail"),
    "requestPasswordResetByQuery": (Replay.IF_REFUSED, "a second one sends a second mail"),
    # files
    "createBlob": (Replay.IF_REFUSED, "a second one makes a second file"),
    "completeBlob": (Replay.ALWAYS, "the same size is declared again"),
    "completeBlobByPost": (Replay.ALWAYS, "the same size is declared again"),
    "getBlob": (Replay.ALWAYS, _READING),
    "listBlobs": (Replay.ALWAYS, _READING),
    "downloadBlob": (Replay.ALWAYS, _READING),
    "getBlobObject": (Replay.ALWAYS, _READING),
    "updateBlob": (Replay.IF_REFUSED, "it could undo what somebody else saved meanwhile"),
    "deleteBlob": (Replay.ALWAYS, "what is gone stays gone; ids are not used again"),
}
"""Every operation of the contract, when it may be sent again, and why."""

_DELETIONS: Final = frozenset({"deleteBlob"})
"""Operations whose second attempt finds nothing when the first one was carried out."""


@frozen
class Retries:
    """How often and how long to wait.

    Attributes:
        times: Attempts after the first one.
        first: Seconds that the first wait has at most; each further one has twice as many.
        longest: Seconds that a wait of our own choice has at most.
        longest_asked: Seconds that the service may ask for. When it asks for more, its answer is
            handed on at once: sooner would be refused again.
    """

    times: int = DEFAULT_RETRIES
    first: float = 0.5
    longest: float = 8.0
    longest_asked: float = 60.0

    def delay(self, attempt: int, asked: float | None, chance: float) -> float | None:
        """Tell how long to wait before the next attempt.

        The wait is drawn evenly from nothing to its greatest length ("full jitter"), so that
        clients that failed together do not come back together. What the service asked for is
        waited in full, and the draw comes on top.

        Args:
            attempt: Which attempt failed, from 1.
            asked: Seconds of ``Retry-After``, if any.
            chance: A random number from 0 to 1.

        Returns:
            Seconds, or None to give up.
        """
        if attempt > self.times or (asked is not None and asked > self.longest_asked):
            return None
        # The exponent is bounded, so that no number of attempts overflows.
        drawn = chance * min(self.longest, self.first * 2.0 ** min(attempt - 1, 32))
        return (asked or 0.0) + drawn


@frozen
class Trouble:
    """An attempt that may be worth another one.

    Attributes:
        maybe_done: Whether the request may have been carried out all the same.
        asked: Seconds of ``Retry-After``, if any.
    """

    maybe_done: bool
    asked: float | None = None

    @classmethod
    def of_answer(cls, status: int, headers: Headers) -> Trouble | None:
        """Judge an answer.

        429 says that nothing was done. So does 503 when it says when to come back; a bare 503
        also comes from gateways that lost the service's answer.

        Args:
            status: The answer's status.
            headers: Its headers.

        Returns:
            What it is, or None when another attempt would not help.
        """
        if status not in (429, 502, 503, 504):
            return None
        return cls._judged(status, retry_after(headers.get("Retry-After"), headers.get("Date")))

    @classmethod
    def of_error(cls, error: TransportError | RateLimited | ServerError) -> Trouble | None:
        """Judge an exception.

        Args:
            error: Why there is no good answer.

        Returns:
            What it is, or None when another attempt would not help.
        """
        if isinstance(error, TransportError):
            return cls(error.maybe_sent)
        if error.status not in (429, 502, 503, 504):
            return None
        return cls._judged(error.status, error.retry_after)

    @classmethod
    def _judged(cls, status: int, asked: float | None) -> Trouble:
        refused = status == 429 or (status == 503 and asked is not None)
        return cls(not refused, asked)

    def may_follow(self, replay: Replay) -> bool:
        """Tell whether another attempt is safe.

        Args:
            replay: When the operation may be sent again.

        Returns:
            Whether it may now.
        """
        return replay is Replay.ALWAYS or (replay is Replay.IF_REFUSED and not self.maybe_done)


def replay_of(request: Request) -> Replay:
    """Tell when a request may be sent again.

    Args:
        request: Any request; one without an operation of the contract goes by its method.

    Returns:
        When.
    """
    known = OPERATIONS.get(request.operation_id or "")
    if known is not None:
        return known[0]
    return Replay.ALWAYS if request.method in ("GET", "HEAD") else Replay.IF_REFUSED


def can_be_read_again(request: Request) -> bool:
    """Tell whether a request's body can be sent again: one that is streamed is used up.

    Args:
        request: Any request.

    Returns:
        Whether it has no body, or all of it.
    """
    return request.content is None or isinstance(request.content, bytes)


def finds_its_own_work(request: Request, status: int) -> bool:
    """Tell whether a later attempt's refusal means that an earlier attempt did the work.

    Args:
        request: The request.
        status: What a later attempt was answered.

    Returns:
        True for the 404 of a deletion.
    """
    return status == 404 and request.operation_id in _DELETIONS


def checked_retries(times: int) -> int:
    """Refuse numbers of attempts that are none.

    Args:
        times: What the caller asked for.

    Returns:
        The same.

    Raises:
        ConfigurationError: If it is no whole number from 0 to 100.
    """
    # A type checker's user cannot pass anything else; a configuration file's can.
    if type(times) is not int or not 0 <= times <= 100:
        raise ConfigurationError("retries must be a whole number from 0 to 100")
    return times
