"""The official JavaScript SDK, unmodified, against the server under test.

What it can do with the server, ConnectyCube's own users can: it was written for the real service by
the people who run it. Its steps are in ``js_sdk/conformance.mjs``; each is a test here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.server import from_environment, mock_process

SCRIPT = Path(__file__).resolve().parent / "js_sdk" / "conformance.mjs"
RUN_SECONDS = 120
ONLY_WITH_A_CLOCK = {
    "each request prolongs a session",
    "an expired session is renewed by sessionExpired and the call replayed",
    "an expired session: handleResponse hands over the refusal",
}


def _steps() -> list[str]:
    """Read the steps that the script declares, in order; a server not ours keeps its clock."""
    names = re.findall(
        r"^ *step\('((?:[^'\\]|\\.)+)'", SCRIPT.read_text(encoding="utf-8"), re.MULTILINE
    )
    steps = [name.replace("\\'", "'") for name in names]
    return [each for each in steps if _is_own() or each not in ONLY_WITH_A_CLOCK]


def _is_own() -> bool:
    return from_environment(os.environ) is None


@pytest.fixture(scope="module")
def outcomes() -> Iterator[dict[str, str]]:
    """What went wrong in each step, empty where nothing did.

    The steps move the clock, so they have a mock server of their own, unless the environment names
    one: its clock is left alone.
    """
    named = from_environment(os.environ)
    if named is not None:
        yield _run(named.environment())
        return
    with mock_process() as server:
        yield _run(server.environment() | {"CONNECTYCUBE_MOCK_CLOCK": "1"})


def _run(environment: dict[str, str]) -> dict[str, str]:
    node = shutil.which("node")
    if node is None:
        pytest.fail("Node.js is needed to run the official SDK: see CONTRIBUTING.md")
    finished = subprocess.run(
        [node, str(SCRIPT)],
        env={"PATH": os.environ["PATH"], **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    lines = [json.loads(line) for line in finished.stdout.splitlines() if line.startswith("{")]
    if finished.returncode != 0 or not lines:
        pytest.fail(f"the script ended with {finished.returncode}: {finished.stderr or 'silence'}")
    return {line["step"]: "" if line["ok"] else line["detail"] for line in lines}


def test_every_step_ran(outcomes: dict[str, str]) -> None:
    assert list(outcomes) == _steps()


@pytest.mark.parametrize("step", _steps())
def test_step(outcomes: dict[str, str], step: str) -> None:
    assert not outcomes[step], outcomes[step]
