"""One tool against one broken server: the suite, a layer of it, or bare schemathesis.

Each run has a fresh server, ends at the first violation, and after `LIMIT_SECONDS` at the latest.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from contract_tests.contract import CONTRACT_PATH
from contract_tests.server import (
    COMMAND_VARIABLE,
    ROOT,
    ServerStartError,
    ServerUnderTest,
    mock_process,
)

LIMIT_SECONDS = 30.0
"""Seconds of computing: on a core of one's own just seconds, on a busy machine not more."""
POLLING_SECONDS = 0.2
HONEST = "none"
BARE = "bare st"
SUITE = "suite"
LAYERS = {
    SUITE: ("rules", "state", "shape"),
    "rules": ("rules",),
    "state": ("state",),
    "shape": ("shape",),
}
"""The folders of the suite by tool, those first that are cheap for what they notice."""

NOTICED, UNNOTICED = 1, 0
_RULE = re.compile(r"rule broken: (\S+)\n")
_ERROR = re.compile(r"^E +(\w+Error)", re.MULTILINE)
_CHECK = re.compile(r"^- (ST\d+ .+|[A-Z][^:]+)$", re.MULTILINE)

# Settings of schemathesis alone: no cache, no hooks, nothing of this project's.
_BARE_SETTINGS = '[cache]\nenabled = false\n[generation]\ndatabase = "none"\n'
_BARE_SIGN_IN = """\
auth:
  - name: somebody
    loginEndpointAuth:
      endpoint: /session
      verb: POST
      contentType: application/json
      payloadRaw: '{{"application_id": {app}, "auth_key": "{key}",
        "user": {{"login": "somebody", "password": "a-long-password"}}}}'
      token:
        extractFrom: body
        extractSelector: /session/token
        sendIn: header
        sendName: CB-Token
        sendTemplate: "{{token}}"
"""


class BenchError(Exception):
    """A run told nothing about its fault: the server did not start, or the tool did not work."""


@dataclass(frozen=True)
class Outcome:
    """What came of one run.

    Attributes:
        tool: The tool.
        fault: The fault's name.
        seed: The seed.
        killed: Whether the tool noticed.
        seconds: How long the tool computed, its own servers included.
        why: The rule or check that noticed; else why nothing did.
    """

    tool: str
    fault: str
    seed: int
    killed: bool
    seconds: float
    why: str


class Baseline:
    """What bare schemathesis reports on the honest server: it is no kill elsewhere.

    Args:
        path: The file that it is written to when it is first asked for.
        seed: The seed.
    """

    def __init__(self, path: Path, seed: int) -> None:
        self._path, self._seed = path, seed
        self._writing = threading.Lock()

    def path(self) -> Path:
        """The file, written."""
        with self._writing:
            if not self._path.exists():
                self._path.parent.mkdir(parents=True, exist_ok=True)
                new = self._path.with_suffix(".new")
                with mock_process(command(HONEST)) as server:
                    _bare(server, self._seed, new, ["--baseline-update"], 10 * LIMIT_SECONDS)
                new.rename(self._path)
        return self._path


def command(fault: str, *options: str) -> list[str]:
    """The command of a server with a fault.

    Args:
        fault: The fault's name, or `HONEST`.
        options: Further options of the server.

    Returns:
        The command, without the port.
    """
    return [sys.executable, "-m", "contract_tests.faults", fault, *options]


def suite(
    tool: str, fault: str, seed: int, *, remote: bool = False, limit: float = LIMIT_SECONDS
) -> Outcome:
    """Run the suite, or a layer of it, against a server with a fault.

    Args:
        tool: One of `LAYERS`.
        fault: The fault's name, or `HONEST`.
        seed: The seed.
        remote: Whether the suite is given nothing but the base URL of a server without a control
            API, instead of the command of a server to start.
        limit: After how many seconds of computing to stop.

    Returns:
        The outcome.

    Raises:
        BenchError: The suite could not be run.
    """
    with ExitStack() as servers:
        if remote:
            server = servers.enter_context(mock_process(command(fault, "--no-control")))
            named = server.environment()
        else:
            named = {COMMAND_VARIABLE: shlex.join(command(fault))}
        code, output, seconds = run_suite(LAYERS[tool], named, seed, limit)
    if code is None or code == UNNOTICED:
        why = "ended without a finding" if code == UNNOTICED else f"{limit:.0f} s were over"
        return Outcome(tool, fault, seed, killed=False, seconds=seconds, why=why)
    if code != NOTICED or is_no_run(output):
        raise BenchError(f"{tool} on {fault} ended with {code}:\n{output}")
    return Outcome(tool, fault, seed, killed=True, seconds=seconds, why=finding(output))


def run_suite(
    layers: Sequence[str],
    variables: Mapping[str, str],
    seed: int,
    limit: float,
    *,
    root: Path = ROOT,
) -> tuple[int | None, str, float]:
    """Run the suite, or some layers of it, up to the first violation.

    Args:
        layers: The folders of the layers, in their order.
        variables: What the environment says about the server under test.
        seed: The seed.
        limit: After how many seconds of computing to stop.
        root: The checkout whose suite it is.

    Returns:
        Its exit code, None when it had to be stopped; what it printed; and the seconds that it and
        its servers computed.
    """
    program = [
        sys.executable, "-m", "pytest", "-x", "-q", "--no-shrink", "--tb=line",
        "-p", "no:xdist", "-p", "no:cacheprovider", "--seed", str(seed),
        *(str(root / "contract_tests" / folder) for folder in layers),
    ]  # fmt: skip
    return run(program, variables, limit, root=root)


def is_no_run(output: str) -> bool:
    """Tell whether a run failed for want of a server, or of pytest itself.

    Args:
        output: What the run printed.

    Returns:
        Whether it says nothing about the server under test.
    """
    return ServerStartError.__name__ in output or "plugin" in output[:40]


def finding(output: str) -> str:
    """Tell which rule a run of the suite found broken.

    Args:
        output: What the run printed.

    Returns:
        The rule's name; else the error's.
    """
    found = _RULE.search(output) or _ERROR.search(output)
    return found[1] if found else "an error"


def bare(fault: str, seed: int, baseline: Baseline, *, limit: float = LIMIT_SECONDS) -> Outcome:
    """Run schemathesis as it comes, with a token, against a server with a fault.

    Args:
        fault: The fault's name.
        seed: The seed.
        baseline: What it reports on the honest server.
        limit: After how many seconds of computing to stop.

    Returns:
        The outcome.

    Raises:
        BenchError: Schemathesis could not be run.
    """
    with mock_process(command(fault)) as server:
        options = ["--max-failures", "1"]
        code, output, seconds = _bare(server, seed, baseline.path(), options, limit)
    if code not in {None, NOTICED, UNNOTICED}:
        raise BenchError(f"{BARE} on {fault} ended with {code}:\n{output}")
    found = _CHECK.search(output)
    if code == NOTICED:
        why = found[1] if found else "a failure"
    else:
        why = "ended without a finding" if code == UNNOTICED else f"{limit:.0f} s were over"
    return Outcome(BARE, fault, seed, killed=code == NOTICED, seconds=seconds, why=why)


def _bare(
    server: ServerUnderTest, seed: int, baseline: Path, options: Sequence[str], limit: float
) -> tuple[int | None, str, float]:
    with tempfile.TemporaryDirectory() as folder:
        settings, sign_in = Path(folder) / "schemathesis.toml", Path(folder) / "auth.yaml"
        settings.write_text(_BARE_SETTINGS, encoding="utf-8")
        sign_in.write_text(
            _BARE_SIGN_IN.format(app=server.application_id, key=server.auth_key), encoding="utf-8"
        )
        program = [
            sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings),
            "run", str(CONTRACT_PATH), "--url", server.base_url, "--no-color",
            "--seed", str(seed), "--auth-wfc", str(sign_in), "--baseline", str(baseline), *options,
        ]  # fmt: skip
        return run(program, {}, limit)


def run(
    program: Sequence[str], variables: Mapping[str, str], limit: float, *, root: Path = ROOT
) -> tuple[int | None, str, float]:
    """Run a program with its children.

    Args:
        program: The program and its arguments.
        variables: What its environment says beyond this one, of which it sees nothing that would
            name a server.
        limit: After how many seconds of computing to stop.
        root: The folder to run it in.

    Returns:
        Its exit code, None when it had to be stopped; what it printed; and the seconds that it and
        its children computed.
    """
    inherited = {
        name: value
        for name, value in os.environ.items()
        if "PYTEST" not in name and not name.startswith(("CONNECTYCUBE_", "COV_"))
    }
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        process = psutil.Popen(
            program,
            cwd=root,
            env={**inherited, **variables},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        code, seconds = _watched(process, limit)
        output.seek(0)
        return code, output.read(), seconds


def _watched(process: psutil.Popen, limit: float) -> tuple[int | None, float]:
    """Wait for a process, and stop it with its children when they have computed long enough."""
    seconds = 0.0
    while True:
        try:
            code = process.wait(POLLING_SECONDS)
        except psutil.TimeoutExpired:
            family = [process, *process.children(recursive=True)]
            seconds = max(seconds, sum(_computed(member) for member in family))
            if seconds <= limit:
                continue
            for member in family:
                with suppress(psutil.NoSuchProcess):
                    member.kill()
            process.wait()
            return None, seconds
        return code, seconds


def _computed(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    # What children that have ended computed counts for whoever waited for them.
    return times.user + times.system + times.children_user + times.children_system
