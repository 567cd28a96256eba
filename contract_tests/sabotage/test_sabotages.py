"""The suite notices: each sabotage turns it red, and the honest server leaves it green.

The part of the suite that must notice runs as a process of its own, as anybody would run it, and
stops at the first broken rule.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.sabotage.sabotages import SABOTAGES, Sabotage
from contract_tests.server import ServerUnderTest, mock_process

SUITE = Path(__file__).parent.parent
LIMIT_SECONDS = 120
TESTS_FAILED = 1


def suite(server: ServerUnderTest, *parts: str) -> subprocess.CompletedProcess[str]:
    """Run parts of the suite against a server, up to the first broken rule."""
    command = [
        sys.executable, "-m", "pytest", "-x", "-q", "--no-shrink",
        "-p", "no:xdist", "-p", "no:cacheprovider",
        *(str(SUITE / part) for part in parts),
    ]  # fmt: skip
    inherited = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    return subprocess.run(
        command,
        cwd=SUITE.parent,
        env={**inherited, **server.environment()},
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )


@pytest.mark.parametrize("sabotage", SABOTAGES.values(), ids=lambda each: each.name)
def test_a_sabotage_is_noticed(sabotage: Sabotage) -> None:
    with mock_process(
        (sys.executable, "-m", "contract_tests.sabotage", sabotage.name, "--port", "0")
    ) as broken:
        finished = suite(broken, sabotage.found_by)
    assert finished.returncode == TESTS_FAILED, finished.stdout + finished.stderr
    assert f"rule broken: {sabotage.breaks}\n" in finished.stdout, finished.stdout
    assert "curl -s -i -X" in finished.stdout
    assert broken.auth_key not in finished.stdout.partition("= contract: broken =")[2]


def test_the_honest_server_is_left_alone() -> None:
    # The machines play on an honest server in the suite itself; what is quick is run here too.
    quick = [each.found_by for each in SABOTAGES.values() if each.found_by.startswith("rules/")]
    with mock_process() as honest:
        finished = suite(honest, *quick)
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_other_hosts_are_refused_in_one_line() -> None:
    elsewhere = ServerUnderTest("https://api.connectycube.com", 1, "key", "secret", is_own=False)
    finished = suite(elsewhere, "rules/test_tokens.py")
    assert finished.returncode != 0
    told = [line for line in (finished.stdout + finished.stderr).splitlines() if line.strip()]
    assert len(told) == 1, told
    assert "only runs against loopback hosts" in told[0]
