"""The secrets of this run, so that nothing printed can hold one, whoever wrote the text."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from wrappers._logs import masked

VARIABLES: Final = (
    "CONNECTYCUBE_AUTH_KEY",
    "CONNECTYCUBE_AUTH_SECRET",
    "CONNECTYCUBE_PASSWORD",
    "CONNECTYCUBE_TOKEN",
)
_SHORTEST: Final = 4
"""Shorter values stand in too many harmless words."""

_known: ContextVar[set[str]] = ContextVar("_known")


@contextmanager
def known_secrets() -> Generator[None]:
    """Know the environment's secrets, and what ``remember`` adds, while a block runs.

    Yields:
        Nothing.
    """
    found = {os.environ.get(variable, "") for variable in VARIABLES}
    token = _known.set(found)
    try:
        yield
    finally:
        _known.reset(token)


def remember(secret: str) -> str:
    """Add a secret.

    Args:
        secret: A password or a token.

    Returns:
        The same.
    """
    _known.get().add(secret)
    return secret


def without_secrets(text: str) -> str:
    """Take secrets out of a text.

    Args:
        text: An error's message, such as one that quotes the server.

    Returns:
        The text with ``***`` in their places.
    """
    for secret in sorted(_known.get(), key=len, reverse=True):
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, "***")
    return masked(text)
