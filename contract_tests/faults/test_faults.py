"""The suite notices faults: a few of each group here, all of them on the bench.

Each run is the suite as anybody would run it, on a fresh server, up to the first broken rule.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from contract_tests.faults.bench import outcomes_known
from contract_tests.faults.fault import Group, UnknownFaultError, fault, faults
from contract_tests.faults.running import Outcome, command, suite
from contract_tests.server import ROOT, mock_process

SAMPLE = {
    "password-hash-leaked": {"no-secrets"},
    "expiration-header-dropped": {"expiration-header"},
    "token-check-skipped": {"token-checked", "file-access"},
    "foreign-update-allowed": {"ownership"},
    "filter-ignored": {"filter-holds", "paging", "apps-apart"},
}
"""The rules that may be the first to break, by fault."""


@pytest.mark.parametrize(("name", "rules"), SAMPLE.items(), ids=list(SAMPLE))
def test_a_fault_is_noticed(name: str, rules: set[str]) -> None:
    outcome = suite("suite", name, seed=1)
    assert outcome.killed, outcome
    assert outcome.why in rules


def test_every_fault_fits_the_server() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "contract_tests.faults", "check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


def test_the_first_half_is_as_large_as_promised() -> None:
    first = faults(half=1)
    assert len(first) >= 42
    assert {each.group for each in first} == set(Group)
    assert all(each.does.endswith(".") for each in faults())


def test_faults_are_found_by_name() -> None:
    assert fault("filter-ignored").group is Group.QUERY
    with pytest.raises(UnknownFaultError, match="no-such-fault is no fault"):
        fault("no-such-fault")


def test_an_interrupted_bench_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    outcome = Outcome("suite", "filter-ignored", 1, killed=True, seconds=2.5, why="filter-holds")
    first = outcomes_known(path, 30, remote=False)
    assert first.of(("suite", "filter-ignored", 1)) is None
    first.add(outcome)
    again = outcomes_known(path, 30, remote=False)
    assert again.of(("suite", "filter-ignored", 1)) == outcome
    assert again.of(("suite", "filter-ignored", 2)) is None
    assert outcomes_known(path, 60, remote=False).of(("suite", "filter-ignored", 1)) is None


def test_the_control_api_can_be_hidden() -> None:
    with mock_process(command("none", "--no-control")) as server:
        assert httpx2.get(f"{server.base_url}/__mock__/clock").status_code == 404
        assert httpx2.get(f"{server.base_url}/session").status_code == 403
