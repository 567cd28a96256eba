"""Serve a fault, list all, or run the bench; see `main`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from contract_tests.faults.fault import Fault, UnknownFaultError, fault, faults
from contract_tests.faults.wire import hide_control_api
from mock_server.__main__ import main as serve

USAGE = """\
python -m contract_tests.faults NAME [--no-control] [options of the mock server]
python -m contract_tests.faults list [--group G] [--half 1|2]
python -m contract_tests.faults check
python -m contract_tests.faults bench [options, see --help]
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve a mock with one fault, list the faults, or run the bench.

    ``check`` tells whether every fault still fits the server.

    `none` is the fault of an honest server; ``--no-control`` hides the control API, as a live
    server has none.

    Args:
        arguments: The command line's arguments; the process's own if None.

    Returns:
        The exit status.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    match given:
        case ["list", *options]:
            return _list(options)
        case ["check"]:
            return _check()
        case ["bench", *options]:
            # What drives the suite is loaded only where it is needed: servers start faster.
            from contract_tests.faults.bench import main as bench  # noqa: PLC0415

            return bench(options)
        case [name, *options] if not name.startswith("-"):
            return _serve(name, options)
        case _:
            print(USAGE, file=sys.stderr)
            return 2


def _serve(name: str, options: list[str]) -> int:
    try:
        if name != "none":
            fault(name).commit()
    except UnknownFaultError as unknown:
        print(unknown, file=sys.stderr)
        return 2
    if "--no-control" in options:
        options.remove("--no-control")
        hide_control_api()
    return serve(options)


def _list(options: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m contract_tests.faults list")
    parser.add_argument("--group", help="the beginning of a group's name")
    parser.add_argument("--half", type=int, choices=[1, 2])
    chosen = parser.parse_args(options)
    for each in faults(group=chosen.group, half=chosen.half):
        print(_line(each))
    return 0


def _check() -> int:
    """Commit each fault in a process of its own; a fault that does not fit says so itself."""
    misfits = 0
    for each in faults():
        child = os.fork()
        if child == 0:
            each.commit()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            print(f"{each.name} does not fit the server any more", file=sys.stderr)
            misfits += 1
    return int(bool(misfits))


def _line(each: Fault) -> str:
    source = f" ({each.source})" if each.source else ""
    return f"{each.half} {each.group:<22} {each.place:<6} {each.name:<32} {each.does}{source}"


if __name__ == "__main__":
    raise SystemExit(main())
