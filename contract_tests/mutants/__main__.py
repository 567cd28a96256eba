"""Judge mutants, list them, show one, or serve one; see `main`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from contract_tests.mutants.mutant import UnknownMutantError, named
from contract_tests.mutants.serving import serve

USAGE = """\
python -m contract_tests.mutants source [--seed 1] [--count 150] [--jobs 2] [options, see --help]
python -m contract_tests.mutants spec [--seed 1] [--count 100] [--jobs 2] [options, see --help]
python -m contract_tests.mutants serve MUTANT [options of the mock server]
python -m contract_tests.mutants serve-file MODULE FILE [options of the mock server]
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge mutants of the mock server's source or of the contract, or serve one.

    Args:
        arguments: The command line's arguments; the process's own if None.

    Returns:
        The exit status.
    """
    match list(sys.argv[1:] if arguments is None else arguments):
        case ["serve-file", module, path, *options]:
            return serve(module, Path(path).read_text(encoding="utf-8"), options)
        case ["serve", name, *options]:
            return _serve(name, options)
        case ["source" | "spec" as which, *options]:
            # What drives the suite is loaded only where it is needed: servers start faster.
            from contract_tests.mutants.judging import judge  # noqa: PLC0415

            return judge(which, options)
        case _:
            print(USAGE, file=sys.stderr)
            return 2


def _serve(name: str, options: Sequence[str]) -> int:
    try:
        mutant = named(name)
    except UnknownMutantError as unknown:
        print(unknown, file=sys.stderr)
        return 2
    return serve(mutant.module, mutant.source, options)


if __name__ == "__main__":
    raise SystemExit(main())
