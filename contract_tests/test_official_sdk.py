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
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from contract_tests.server import MOCK_COMMAND, from_environment, mock_process

SCRIPT = Path(__file__).resolve().parent / "js_sdk" / "conformance.mjs"
RUN_SECONDS = 120
TALLIES = "tallies"
_DECLARED = re.compile(r"^(step|controlStep)\('((?:[^'\\]|\\.)+)'", re.MULTILINE)


def _is_own() -> bool:
    return from_environment(os.environ) is None


def _steps() -> list[str]:
    """Read the steps that the script declares, in order.

    Those that use the mock's control API are for a mock of this suite alone: another server's
    clock, settings and mailbox are left as they are.
    """
    declared = _DECLARED.findall(SCRIPT.read_text(encoding="utf-8"))
    return [name.replace("\\'", "'") for kind, name in declared if kind == "step" or _is_own()]


def _schemes() -> list[str]:
    named = from_environment(os.environ)
    return ["http", "https"] if named is None else [urlsplit(named.base_url).scheme]


@pytest.fixture(scope="module", params=_schemes())
def scheme(request: pytest.FixtureRequest) -> str:
    """How the server is spoken to."""
    return str(request.param)


@pytest.fixture(scope="module")
def outcomes(scheme: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What went wrong in each step, empty where nothing did.

    The steps move the clock, so they have a mock server of their own, unless the environment names
    one.
    """
    named = from_environment(os.environ)
    if named is not None:
        yield _run(named.environment())
        return
    environment = {"CONNECTYCUBE_MOCK_CONTROL": "1"}
    options: tuple[str, ...] = ()
    if scheme == "https":
        authority = str(tmp_path_factory.mktemp("tls") / "authority.pem")
        environment["NODE_EXTRA_CA_CERTS"] = authority
        options = ("--tls", "--tls-ca", authority)
    with mock_process((*MOCK_COMMAND, *options)) as server:
        assert urlsplit(server.base_url).scheme == scheme
        yield _run(server.environment() | environment)


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


def test_every_step_ran(
    scheme: str, outcomes: dict[str, str], record_property: Callable[[str, object], None]
) -> None:
    passed = sum(not detail for detail in outcomes.values())
    told = f"official JavaScript SDK over {scheme}: {passed} of {len(outcomes)} steps passed"
    record_property(TALLIES, told)
    assert list(outcomes) == _steps()


@pytest.mark.parametrize("step", _steps())
def test_step(outcomes: dict[str, str], step: str) -> None:
    assert not outcomes[step], outcomes[step]
