"""What the program's end says to a script."""

from __future__ import annotations

from typing import Final

from wrappers._errors import (
    ConfigurationError,
    ConnectyCubeError,
    InvalidArgument,
    TransportError,
    UnexpectedResponseError,
)

OK: Final = 0
REFUSED: Final = 1
"""The service refused, or what was asked for is not there."""
USAGE: Final = 2
"""An option, an argument, a file or the configuration cannot be used; nothing was changed."""
CONNECTION: Final = 3
"""No complete answer came back."""
UNEXPECTED: Final = 4
"""The answer breaks the service's contract."""
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141
"""Whoever read the output had enough: the code of a program that SIGPIPE ends."""

EXPLAINED: Final = (
    "Exit codes: 0 done; 1 the service refused, or found nothing; 2 wrong usage, file or "
    "configuration; 3 no connection; 4 an answer that cannot be understood; 130 interrupted."
)


class CommandError(Exception):
    """The command cannot go on; the text says why, in one sentence.

    Attributes:
        code: The exit code.
    """

    def __init__(self, message: str, code: int = USAGE) -> None:
        super().__init__(message)
        self.code = code


def code_of(error: ConnectyCubeError) -> int:
    """Choose the exit code for a failure.

    Args:
        error: What the client raised.

    Returns:
        The code.
    """
    match error:
        case InvalidArgument() | ConfigurationError():
            return USAGE
        case TransportError():
            return CONNECTION
        case UnexpectedResponseError():
            return UNEXPECTED
        case _:
            return REFUSED
