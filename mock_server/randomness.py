"""Where the mock server takes its tokens, uids and salts from."""

from __future__ import annotations

import hashlib
import secrets
from typing import Protocol


class Randomness(Protocol):
    """A source of bytes that nobody can guess."""

    def take(self, count: int) -> bytes:
        """Give that many bytes."""
        ...


class SystemRandomness:
    """The operating system's source."""

    def take(self, count: int) -> bytes:
        """Give that many bytes.

        Args:
            count: How many.

        Returns:
            The bytes.
        """
        return secrets.token_bytes(count)


class SeededRandomness:
    """The same bytes for the same seed, for tests that compare; anybody can guess them.

    Args:
        seed: The seed.

    Attributes:
        taken: How often bytes were taken.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.taken = 0

    def take(self, count: int) -> bytes:
        """Give that many bytes.

        Args:
            count: How many.

        Returns:
            The bytes.
        """
        self.taken += 1
        return hashlib.shake_256(f"{self._seed}:{self.taken}".encode()).digest(count)


def token(source: Randomness) -> str:
    """Make a session token or file uid.

    Args:
        source: Where the bytes come from.

    Returns:
        36 upper-case hexadecimal digits.
    """
    return source.take(18).hex().upper()


def object_id(source: Randomness, moment: int) -> str:
    """Make a storage key as MongoDB does: the second, then random bytes.

    Args:
        source: Where the bytes come from.
        moment: Now, in milliseconds since 1970.

    Returns:
        24 lower-case hexadecimal digits.
    """
    return f"{moment // 1000 % 2**32:08x}{source.take(8).hex()}"


def number(source: Randomness) -> int:
    """Make a nonce for a session that came without one.

    Args:
        source: Where the bytes come from.

    Returns:
        A number of up to 31 bits.
    """
    return int.from_bytes(source.take(4), "big") >> 1
