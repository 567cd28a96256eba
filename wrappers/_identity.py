"""Who a client's sessions stand for, and what another session of the same can be made from."""

from __future__ import annotations

from collections.abc import Callable

from attrs import field, frozen

from ._credentials import Credentials


@frozen
class Identity:
    """Who a client's sessions stand for.

    Attributes:
        credentials: What to sign in with; None for the application alone.
        taken_in: Whether the session came as a bare token, so that no second one can be made.
        renew: Asks the caller for fresh credentials of the same user; None when nobody can be
            asked.
        used: Whether a session was made from the credentials already. A provider's token that
            was used once is likely to be refused the next time.
        refused: Whether the service refused the credentials.
        origin: The credentials that came before fresh ones of a provider, which a stored session
            is found by; None when those at hand are the first.
    """

    credentials: Credentials | None = None
    taken_in: bool = False
    renew: Callable[[], object] | None = field(default=None, repr=False)
    used: bool = field(default=False, eq=False)
    refused: bool = field(default=False, eq=False)
    origin: Credentials | None = field(default=None, eq=False)

    @property
    def basis(self) -> Credentials | None:
        """What a stored session is found by; None for the application's."""
        return self.origin or self.credentials

    @property
    def renewable(self) -> bool:
        """Whether another session of the same identity can be made."""
        if self.renew is not None:
            return True
        return not self.taken_in and (self.credentials is None or self.credentials.renewable)

    @property
    def asks_first(self) -> bool:
        """Whether fresh credentials are asked for, if that is possible, before the service is."""
        if self.credentials is None or self.refused:
            return True
        return self.used and not self.credentials.replayable

    @property
    def shareable(self) -> bool:
        """Whether clients of the same identity may have one session together.

        A guest is made anew each time, and a bare token says nothing about whose it is.
        """
        return not self.taken_in and (self.credentials is None or self.credentials.renewable)

    def refreshed(self, credentials: Credentials) -> Identity:
        """Go on with other credentials of the same user.

        Args:
            credentials: What the caller was asked for, or what a change of password left.

        Returns:
            The identity from now on.
        """
        # A new password has to be known for its session; a new token of a provider says the same.
        origin = None if credentials.replayable else self.basis
        return Identity(credentials, renew=self.renew, origin=origin)

    def ended(self) -> str:
        """Say why there is no further session, and what to do about it.

        Returns:
            A sentence for an exception, without secrets.
        """
        if self.credentials is None:
            return (
                "the session was taken in by its token, has ended and cannot be created again: "
                "take in a new token, sign in with credentials, or use as_user with renew="
            )
        kind = type(self.credentials).__name__
        if not self.credentials.renewable:
            return (
                f"the {kind.lower()}'s session has ended, and a new one would be another user: "
                f"use create_session with a new {kind} if that is wanted"
            )
        return (
            f"the session has ended and the {kind} token at hand is not accepted again: "
            "sign in anew with a fresh one, or give renew=, which is asked for one each time"
        )
