"""Small values that the generated functions take and answer."""

from __future__ import annotations

from enum import Enum
from typing import Final, Generic, Literal, TypeVar

from attrs import field as _field
from attrs import frozen as _frozen

from .transport import Headers


class Unset(Enum):
    """The type of `UNSET`: what was not given, as opposed to an explicit None.

    An enumeration of one member, so that copies and pickles stay the same object and type checkers
    understand `value is UNSET`.
    """

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET
"""Left out: the argument is not sent, the key was not in the answer."""


@_frozen
class Unreadable:
    """An item of a list that does not fit the contract, kept as it came instead of losing the page.

    Attributes:
        raw: The decoded JSON value. Not shown by `repr`, it may hold anything.
        reason: What is wrong with it.
    """

    raw: object = _field(repr=False)
    reason: str

    def to_dict(self) -> object:
        """Give the item back as it came, so that writing a page loses nothing either.

        Returns:
            The decoded JSON value.
        """
        return self.raw


@_frozen
class Redirect:
    """A documented redirect.

    Attributes:
        location: The target of the `Location` header. Not shown by `repr`: a link to an object
            store is signed, whoever has it may use it.
    """

    location: str = _field(repr=False)


T = TypeVar("T")


@_frozen(slots=False)
class Response(Generic[T]):
    """A documented answer, parsed, with what it was parsed from.

    Attributes:
        status: The HTTP status.
        headers: The headers.
        content: The body as it came. Not shown by `repr`, it may hold a token.
        parsed: The body as the type that the contract documents for this status.
    """

    status: int
    headers: Headers
    content: bytes = _field(repr=False)
    parsed: T


__all__ = ["UNSET", "Redirect", "Response", "Unreadable", "Unset"]
