"""What has to be put right in a forked child: locks that its parent's threads were holding.

A child has one thread, a copy of the one that forked. What another thread held at that moment is
never released there.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final
from weakref import WeakMethod

_remembered: Final[set[WeakMethod[Any]]] = set()


def after_fork(mend: Callable[[], None]) -> None:
    """Have something put right in every forked child, as long as its owner lives.

    Args:
        mend: A method of the owner, called in the child's only thread.
    """
    _remembered.add(WeakMethod(mend, _remembered.discard))


def _mend_all() -> None:
    for mend in filter(None, [reference() for reference in _remembered]):
        mend()


with suppress(AttributeError):  # where nothing forks
    os.register_at_fork(after_in_child=_mend_all)
