"""How long a client may send."""

from __future__ import annotations

from attrs import define


@define(eq=False)
class Lifetime:
    """Lasts until a client is closed, or one of those that it was made from.

    Attributes:
        parent: The one of the client that this one was made from; None for the first.
        closed: Whether this client itself was closed.
    """

    parent: Lifetime | None = None
    closed: bool = False

    @property
    def over(self) -> bool:
        """Whether nothing may be sent any more."""
        each: Lifetime | None = self
        while each is not None:
            if each.closed:
                return True
            each = each.parent
        return False
