"""The difference between an argument left out and an argument that is None."""

from __future__ import annotations

from typing import Final, final


@final
class NotGiven:
    """Type of ``NOT_GIVEN``, the default of arguments that are sent only when given.

    ``None`` is a value of its own: it is sent as ``null`` and empties a field.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        """Read like the name it has in signatures."""
        return "NOT_GIVEN"

    def __bool__(self) -> bool:
        """Be false, so that ``value or default`` treats it like nothing."""
        return False

    def __reduce__(self) -> str:
        """Stay the one instance through copies and pickles."""
        return "NOT_GIVEN"


NOT_GIVEN: Final = NotGiven()
"""Stands for an argument that was left out, so that the field is not sent at all."""


def given(**arguments: object) -> dict[str, object]:
    """Keep the arguments that were given, None included.

    Args:
        arguments: Field names and values, each possibly ``NOT_GIVEN``.

    Returns:
        The given ones, in their order.
    """
    return {name: value for name, value in arguments.items() if not isinstance(value, NotGiven)}
