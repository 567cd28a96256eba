"""Run a sample of mutants, or serve one; see the package."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from functools import partial
from pathlib import Path


def main() -> int:
    """Do what the command line says.

    Returns:
        0 when the share of mutants noticed is as large as promised.
    """
    match sys.argv[1:]:
        case ["serve", name, *options]:
            return _serve(name, options)
        case ["source" | "spec" as what, *options]:
            return _bench(what, options)
        case _:
            print("python -m contract_tests.mutants source|spec|serve …", file=sys.stderr)
            return 2


def _serve(name: str, options: list[str]) -> int:
    from contract_tests.mutants.source import install  # noqa: PLC0415 - loads no server yet

    install(name)
    from mock_server.__main__ import main as serve  # noqa: PLC0415 - loads the changed module

    return serve(options)


def _bench(what: str, options: list[str]) -> int:
    # The server's process must not load what the bench does: the mock server among it.
    from contract_tests.mutants import bench, source, spec  # noqa: PLC0415

    parser = argparse.ArgumentParser(prog=f"python -m contract_tests.mutants {what}")
    parser.add_argument("--sample", type=int, default=150 if what == "source" else 80)
    parser.add_argument("--seed", type=int, default=1, help="decides the sample, and the suite's")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--write", type=Path, help="write the table to this file")
    chosen = parser.parse_args(options)
    if what == "source":
        jobs = [
            partial(bench.source_verdict, each, chosen.seed)
            for each in source.sample(chosen.sample, chosen.seed)
        ]
        promised = 0.80
    else:
        jobs = [
            partial(bench.spec_verdict, each, chosen.seed)
            for each in spec.sample(chosen.sample, chosen.seed)
        ]
        promised = 0.95
    reached = bench.verdicts(jobs, chosen.jobs)
    command = f"python -m contract_tests.mutants {what} {shlex.join(options)}"
    text = bench.written(
        "mock server's source" if what == "source" else "contract", reached, command
    )
    print(text)
    if chosen.write is not None:
        chosen.write.write_text(text, encoding="utf-8")
    return int(sum(bool(each.noticed_by) for each in reached) < promised * len(reached))


if __name__ == "__main__":
    raise SystemExit(main())
