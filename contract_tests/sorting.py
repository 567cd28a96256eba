"""Orders that lists come in: by a field, then by id."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from contract_tests.catalogue import SORTED
from contract_tests.filters import User
from contract_tests.wire import Wire


def sorted_by(users: Sequence[User], field: str, wire: Wire, *, descending: bool) -> None:
    """Demand an order; users without the field stand together at one end."""
    have = [user[field] is not None for user in users]
    SORTED.require(
        have in (sorted(have), sorted(have, reverse=True)),
        f"without {field} in between",
        wire.story,
    )
    values = [user[field] for user in users if user[field] is not None]
    SORTED.require(
        values == sorted(values, reverse=descending), f"not by {field}: {values}", wire.story
    )
    for first, second in itertools.pairwise(users):
        SORTED.require(
            first[field] != second[field] or field == "id" or first["id"] < second["id"],
            "ids do not break the tie",
            wire.story,
        )
