"""Runs `st run` as anybody would, and reads from its report what it did."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from contract_tests import covering
from contract_tests.actors import NAMES_VARIABLE
from contract_tests.contract import CONTRACT_PATH, Operation, operations
from contract_tests.request_log import without_made_up
from contract_tests.server import ServerUnderTest

ROOT = Path(__file__).parent.parent.parent

_TOKEN = re.compile(r"'CB-Token: [^']*'")


@dataclass(frozen=True)
class Sent:
    """One request of a run and its answer.

    Attributes:
        method: The method that was sent.
        url: The whole URL.
        headers: The request's headers.
        body: The request's body.
        status: The answer's status; 0 when there was none.
        template: The path template of the operation it was generated for.
        is_positive: Whether it was meant to be accepted.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    status: int
    template: str
    is_positive: bool

    @property
    def label(self) -> str:
        """Method and path template."""
        return f"{self.method} {self.template}"

    def settled(self, base_url: str) -> str:
        """The request as text, without the address and without what the server made up.

        Args:
            base_url: The server that it was sent to.

        Returns:
            The same text for the same request to another fresh server.
        """
        headers = sorted(f"{name}: {value}" for name, value in self.headers)
        target = unquote(self.url.removeprefix(base_url))
        lines = [f"{self.method} {target}", *headers, repr(self.body)]
        return without_made_up("\n".join(lines))


@dataclass
class Run:
    """What one `st run` did.

    Attributes:
        exit_code: Its exit code.
        output: What it printed.
        sent: Its requests, in order.
    """

    exit_code: int
    output: str
    sent: list[Sent] = field(repr=False)

    @property
    def findings(self) -> str:
        """What it printed from its first finding on, without the summary."""
        found = re.search(r"^=+ (?:FAILURES|ERRORS|WARNINGS) =+$", self.output, re.MULTILINE)
        told = self.output[found.start() if found else 0 :]
        return re.split(r"^=+ SUMMARY", told, maxsplit=1, flags=re.MULTILINE)[0].rstrip()

    def links(self) -> tuple[int, int]:
        """How many of the contract's links were followed, and how many there are."""
        told = re.search(r"API Links:\s+(\d+) covered / (\d+) selected", self.output)
        return (int(told[1]), int(told[2])) if told else (0, 0)

    def tallies(self) -> list[Tally]:
        """Count requests and successes of each operation of the contract."""
        requests = Counter(each.label for each in self.sent)
        statuses = Counter((each.label, each.status) for each in self.sent)
        return [
            Tally(
                operation,
                requests[operation.label],
                {
                    status: count
                    for (label, status), count in sorted(statuses.items())
                    if label == operation.label
                },
            )
            for operation in operations()
        ]


@dataclass(frozen=True)
class Tally:
    """The requests of one operation.

    Attributes:
        operation: The operation.
        requests: How many were sent.
        statuses: How many got which status.
    """

    operation: Operation
    requests: int
    statuses: dict[int, int]

    @property
    def successes(self) -> int:
        """How many got a 2xx, or a redirect that the contract documents."""
        return sum(
            count
            for status, count in self.statuses.items()
            if 200 <= status < 300 or (status < 400 and str(status) in self.operation.statuses)
        )


def run(server: ServerUnderTest, report: Path, *, seed: int, options: Sequence[str] = ()) -> Run:
    """Run schemathesis with the repository's `schemathesis.toml` against a server.

    Args:
        server: The server under test.
        report: Where to put the report of all events.
        seed: The seed.
        options: Further options of `st run`.

    Returns:
        What it did.
    """
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", str(CONTRACT_PATH), "--no-color",
        "--url", server.base_url, "--seed", str(seed),
        "--report", "ndjson", "--report-ndjson-path", str(report),
        # Requests are compared to the byte; the report is the caller's to keep or throw away.
        "--output-sanitize", "false",
        *options,
    ]  # fmt: skip
    environment = {
        **os.environ,
        **server.environment(),
        # Sets of texts come in another order in every process unless their hashes are fixed.
        "PYTHONHASHSEED": "0",
    }
    if server.is_own:
        environment[NAMES_VARIABLE] = "s"
    finished = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    output = finished.stdout + finished.stderr
    for secret, name in ((server.auth_key, "CONNECTYCUBE_AUTH_KEY"),):
        output = output.replace(secret, f"${name}")
    sent = list(read(report)) if report.exists() else []
    for each in sent:
        covering.note(each.method, each.url.removeprefix(server.base_url), each.status, each.body)
    return Run(finished.returncode, _TOKEN.sub('"CB-Token: $TOKEN"', output), sent)


def read(report: Path) -> Iterator[Sent]:
    """Read the requests of a run from its report, in order."""
    with report.open(encoding="utf-8") as lines:
        for line in lines:
            finished = json.loads(line).get("ScenarioFinished")
            if finished is not None:
                yield from _of_scenario(finished["recorder"])


def _of_scenario(recorder: dict[str, Any]) -> Iterator[Sent]:
    cases = recorder.get("cases", {})
    for number, interaction in recorder.get("interactions", {}).items():
        case = cases[number]["value"]
        request = interaction["request"]
        body = request.get("body") or {"$base64": ""}
        yield Sent(
            method=request["method"],
            url=request["uri"],
            headers=tuple((name, str(value)) for name, value in request["headers"].items()),
            body=base64.b64decode(body["$base64"]),
            status=(interaction.get("response") or {"status_code": 0})["status_code"],
            template=case["path"],
            is_positive=case.get("meta", {}).get("generation", {}).get("mode") == "positive",
        )


def table(tallies: Sequence[Tally]) -> str:
    """Write requests and successes of each operation."""
    head = f"{'operation':<28}{'requests':>9}{'successes':>10}  share  statuses"
    rows = [
        f"{tally.operation.id:<28}{tally.requests:>9}{tally.successes:>10}"
        f"{tally.successes / max(tally.requests, 1):>7.0%}  "
        + " ".join(f"{status}:{count}" for status, count in tally.statuses.items())
        for tally in tallies
    ]
    return "\n".join([head, *rows])


def first_difference(first: Sequence[str], second: Sequence[str]) -> str:
    """Say where two sequences part; nothing when they do not."""
    for place, (one, other) in enumerate(zip_longest(first, second)):
        if one != other:
            return f"\nRequest {place} differs:\n{one}\n\nand\n\n{other}"
    return ""
