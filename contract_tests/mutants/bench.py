"""Samples of mutants against whoever must notice them, side by side by process and port."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import yaml

from contract_tests.contract import CONTRACT_VARIABLE
from contract_tests.faults.running import BenchError, run_suite
from contract_tests.mutants import source, spec
from contract_tests.server import MOCK_COMMAND, ROOT

SUITE_SECONDS = 60.0
CHECK_SECONDS = 600
TREE = (
    "contract_tests", "generated_client", "mock_server", "openapi", "scripts", "tests", "wrappers",
    "pyproject.toml",
)  # fmt: skip
"""What the checks of a changed contract read."""


@dataclass(frozen=True)
class Verdict:
    """What came of one mutant.

    Attributes:
        name: The mutant's name.
        does: What it changes.
        noticed_by: Who noticed, with what; nobody when empty.
    """

    name: str
    does: str
    noticed_by: str


def source_verdict(mutant: source.Mutant, seed: int) -> Verdict:
    """Run the suite against a server with a mutant, up to the first broken rule.

    Args:
        mutant: The mutant.
        seed: The suite's seed.

    Returns:
        What came of it. A server that does not even start is noticed as well.
    """
    command = [sys.executable, "-m", "contract_tests.mutants", "serve", mutant.name]
    does = f"mock_server/{mutant.module}.py:{mutant.line}: {mutant.does}"
    try:
        outcome = run_suite("suite", mutant.name, command, seed, limit=SUITE_SECONDS)
    except BenchError:
        return Verdict(mutant.name, does, "the server does not start")
    return Verdict(mutant.name, does, outcome.why if outcome.killed else "")


def spec_verdict(mutant: spec.SpecMutant, seed: int) -> Verdict:
    """Ask everybody who must notice a change of the contract, the cheap ones first.

    Args:
        mutant: The mutant.
        seed: The suite's seed.

    Returns:
        What came of it.
    """
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        _plant(tree)
        changed = tree / "openapi" / "connectycube.yaml"
        changed.write_text(
            yaml.safe_dump(mutant.document(), allow_unicode=True, sort_keys=False), encoding="utf-8"
        )
        noticed = next((name for name, notices in _watchers(tree, changed, seed) if notices()), "")
        return Verdict(mutant.name, mutant.kind, noticed)


def _watchers(tree: Path, changed: Path, seed: int) -> Iterator[tuple[str, Callable[[], bool]]]:
    """Who must notice; the suite holds the honest server to the changed contract."""
    python = sys.executable
    tests = [python, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "tests/openapi"]
    lint = ["node_modules/.bin/spectral", "lint", "--ruleset", "openapi/.spectral.yaml"]
    yield "suite", partial(_suite_notices, changed, seed)
    yield "evidence and the contract's tests", partial(_fails, tree, tests)
    yield "linters", partial(_fails, tree, [*lint, "--fail-severity", "hint", str(changed)])
    yield "types of what is generated anew", partial(_types_notice, tree)
    yield (
        "drift of the generated client",
        partial(_fails, tree, [python, "openapi/generate.py", "--check"]),
    )


def _types_notice(tree: Path) -> bool:
    """Whether what is built on the client no longer fits the one generated from the change."""
    generated = _run(tree, [sys.executable, "openapi/generate.py"])
    noticed = generated != 0 or _fails(tree, [sys.executable, "-m", "mypy", "wrappers"])
    shutil.rmtree(tree / "generated_client")
    shutil.copytree(ROOT / "generated_client", tree / "generated_client")
    return noticed


def _suite_notices(changed: Path, seed: int) -> bool:
    named = {CONTRACT_VARIABLE: str(changed)}
    outcome = run_suite(
        "rules", changed.name, MOCK_COMMAND, seed, limit=SUITE_SECONDS, variables=named
    )
    return outcome.killed


def _fails(tree: Path, command: Sequence[str]) -> bool:
    return _run(tree, command) != 0


def _run(tree: Path, command: Sequence[str], variables: Mapping[str, str] | None = None) -> int:
    inherited = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    finished = subprocess.run(
        command,
        cwd=tree,
        env={**inherited, "PYTHONPATH": str(tree), **(variables or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=CHECK_SECONDS,
        check=False,
    )
    return finished.returncode


def _plant(tree: Path) -> None:
    """Copy what the checks read."""
    for name in TREE:
        place = ROOT / name
        if place.is_dir():
            shutil.copytree(place, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(place, tree / name)
    (tree / "node_modules").symlink_to(ROOT / "node_modules")


def verdicts(jobs: Sequence[Callable[[], Verdict]], at_once: int) -> list[Verdict]:
    """Reach all verdicts, and tell each as it comes.

    Args:
        jobs: What reaches them.
        at_once: How many at once.

    Returns:
        The verdicts, in the order of the jobs.
    """

    def told(job: Callable[[], Verdict]) -> Verdict:
        verdict = job()
        print(
            f"{verdict.noticed_by or 'SURVIVED':<32} {verdict.name:<40} {verdict.does}", flush=True
        )
        return verdict

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(told, jobs))


def written(title: str, reached: Sequence[Verdict], command: str) -> str:
    """Write verdicts as Markdown.

    Args:
        title: What was changed.
        reached: The verdicts.
        command: The command that reached them.

    Returns:
        The text.
    """
    noticed = [verdict for verdict in reached if verdict.noticed_by]
    by: dict[str, int] = {}
    for verdict in noticed:
        by[verdict.noticed_by] = by.get(verdict.noticed_by, 0) + 1
    share = len(noticed) / max(len(reached), 1)
    head = (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, by `{command}`:"
        f" {len(noticed)} of {len(reached)} noticed ({share:.0%})."
    )
    lines = [
        f"# Mutants of the {title}",
        "",
        head,
        "",
        "| Noticed first by | Mutants |",
        "|---|--:|",
    ]
    lines += [f"| {name} | {count} |" for name, count in sorted(by.items(), key=lambda b: -b[1])]
    lines += ["", "## Survivors", ""]
    lines += [f"- `{each.name}` {each.does}" for each in reached if not each.noticed_by]
    return "\n".join([*lines, ""])
