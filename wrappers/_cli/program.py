"""The program: its commands, and how it ends."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Annotated, Final, Literal

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console

from wrappers._errors import ConnectyCubeError, InvalidFilter
from wrappers._logs import logger
from wrappers._outgoing import package_version

from . import doctor, files, sessions, users
from .exit_codes import (
    EXPLAINED,
    INTERRUPTED,
    OK,
    PIPE_CLOSED,
    USAGE,
    CommandError,
    code_of,
)
from .output import print_line, say
from .secrets import known_secrets

_REFUSED_OPTIONS: Final = {
    "--password": "CONNECTYCUBE_PASSWORD, --password-stdin or the prompt",
    "--auth-key": "CONNECTYCUBE_AUTH_KEY",
    "--auth-secret": "CONNECTYCUBE_AUTH_SECRET",
    "--token": "CONNECTYCUBE_TOKEN",
}
"""Secrets that people would like to give as arguments, and where they go instead."""

app = App(
    name="connectycube",
    help="Users, sessions, avatars and files of ConnectyCube.",
    help_epilogue=EXPLAINED,
    version=package_version,
    default_parameter=Parameter(negative=""),
    suppress_keyboard_interrupt=False,  # it is told below
)
app.command(sessions.app)
app.command(users.app)
app.command(files.avatar)
app.command(files.upload)
app.command(files.download)
app.command(doctor.doctor)


@app.command
def completion(shell: Annotated[Literal["bash", "zsh", "fish"], Parameter()], /) -> None:
    """Print the script that completes this program's commands and options in a shell.

    Args:
        shell: Which one, such as: connectycube completion bash > ~/.bash_completion.
    """
    print_line(app.generate_completion(shell=shell))


def run(arguments: Sequence[str]) -> int:
    """Run the program.

    Args:
        arguments: What stands after its name.

    Returns:
        The exit code.
    """
    reconfigure: object = getattr(sys.stdout, "reconfigure", None)
    if callable(reconfigure):
        # A name that the terminal's encoding lacks is no reason to fail.
        reconfigure(errors="backslashreplace")
    with known_secrets():
        try:
            code = _run(arguments)
            # Here, where a closed pipe can still be told from a bug.
            sys.stdout.flush()
        except BrokenPipeError:
            # Python flushes once more at its end, and would complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return PIPE_CLOSED
        except KeyboardInterrupt:
            say("interrupted")
            return INTERRUPTED
        return code


def _run(arguments: Sequence[str]) -> int:
    for argument in arguments:
        option = argument.partition("=")[0]
        if option in _REFUSED_OPTIONS:
            # Said without repeating it.
            say(
                f"{option} is not taken as an argument, where the shell's history and the list of "
                f"processes would keep it: use {_REFUSED_OPTIONS[option]}"
            )
            return USAGE
    try:
        with _logged_to_stderr() if "--debug" in arguments else nullcontext():
            code: object = app(
                arguments,
                exit_on_error=False,
                error_console=Console(stderr=True),
                result_action="return_value",
            )
    except CycloptsError:
        return USAGE  # it has told why
    except CommandError as error:
        say(f"connectycube: {error}")
        return error.code
    except ConnectyCubeError as error:
        say(f"connectycube: {type(error).__name__}: {_in_options(error)}")
        return code_of(error)
    return code if isinstance(code, int) else OK


def _in_options(error: ConnectyCubeError) -> str:
    """Name arguments as they are called here."""
    if not isinstance(error, InvalidFilter) or error.argument is None:
        return error.message
    option = error.argument.replace("__", "-").replace("_", "-")
    return error.message.replace(error.argument, f"--{option}", 1)


@contextmanager
def _logged_to_stderr() -> Generator[None]:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)
