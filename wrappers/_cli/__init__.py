"""The command line: ``connectycube``, or ``python -m wrappers``.

What it needs beyond the client comes with the extra ``[cli]`` and is imported by nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

MISSING = "the command line needs an extra: pip install 'connectycube-python[cli]'"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: What stands after the program's name; left out, the process's own.

    Returns:
        The exit code, as ``wrappers._cli.exit_codes`` lists them.
    """
    try:
        program = import_module("wrappers._cli.program")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"cyclopts", "rich"}:
            raise
        sys.stderr.write(f"{MISSING}\n")
        return 2
    code: int = program.run(sys.argv[1:] if arguments is None else arguments)
    return code
