"""Passwords are kept as Argon2id hashes only."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mock_server.randomness import Randomness

_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""One pass over 8 KiB, the least there is: a real hash, too cheap for anything but development."""


def hashed(password: str, source: Randomness) -> str:
    """Hash a password with a salt of its own.

    Args:
        password: The password.
        source: Where the salt comes from.

    Returns:
        The hash, which tells its own parameters.
    """
    return _HASHER.hash(password, salt=source.take(16))


def matches(password: str, kept: str | None) -> bool:
    """Tell whether a password is the one a hash was made of.

    Args:
        password: The password given.
        kept: The hash kept; None for a user without a password, whom none matches.

    Returns:
        Whether it is.
    """
    try:
        return kept is not None and _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
