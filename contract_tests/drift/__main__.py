"""The command: see the package."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import httpx2

from contract_tests.client.histories import Author
from contract_tests.client.players import raw_http
from contract_tests.drift.shapes import Answer, differences
from contract_tests.drift.traces import Step, load, replayed, save, written
from contract_tests.recording import recording
from contract_tests.server import (
    BASE_URL_VARIABLE,
    RefusedServerError,
    ServerUnderTest,
    from_environment,
    mock_process,
)

LENGTH = 40
READ = (
    "/session", "/users?per_page=2", "/users/v2?login=reader", "/users/v2?id=0", "/users/v2",
    "/users/by_login?login=reader", "/users/by_login?login=nobody", "/users/by_tags?tags=x",
    "/users/by_full_name?full_name=x", "/users/online", "/users/online?count=true", "/blobs",
    "/blobs/0", "/nowhere",
)  # fmt: skip
"""What is read after the history that is recorded."""


def report(steps: Sequence[Step], left: Sequence[Answer], right: Sequence[Answer]) -> list[str]:
    """Tell where the answers to a trace differ in shape.

    Args:
        steps: The trace.
        left: One server's answers.
        right: The other's.

    Returns:
        Lines; none if nothing differs.
    """
    lines: list[str] = []
    for number, (step, one, other) in enumerate(zip(steps, left, right, strict=True), start=1):
        found = list(differences(one, other))
        if found:
            lines += [f"{number}. {step.method} {step.target}", *(f"   {line}" for line in found)]
    return lines


def record(file: Path, seed: int) -> int:
    """Write a trace of a random history, played on a fresh mock server.

    Args:
        file: Where to.
        seed: Of the history.

    Returns:
        How many requests it has.
    """
    with mock_process() as server, recording(server) as (recorded, passed):
        with raw_http(recorded) as player:
            for step in Author(seed).history(LENGTH):
                player.play(step)
        _look_around(recorded)
        steps = written(passed, server)
    save(steps, file)
    return len(steps)


def _look_around(server: ServerUnderTest) -> None:
    """Read what a history left behind, and be refused."""
    user = {"login": "reader", "password": "long enough"}
    app = {"application_id": server.application_id, "auth_key": server.auth_key}
    with httpx2.Client(base_url=server.base_url, trust_env=False, timeout=30) as http:
        session = http.post("/session", json={**app, "user": user}).json()["session"]
        http.get("/session")
        for path in READ:
            http.get(path, headers={"CB-Token": session["token"]})


def compare(file: Path, servers: Sequence[ServerUnderTest]) -> tuple[list[Step], list[str]]:
    """Replay a trace on one or two servers.

    Args:
        file: The trace.
        servers: Two, to compare with each other; or one, to compare with what was recorded.

    Returns:
        The trace, and the report.
    """
    steps = load(file)
    answers = [replayed(steps, server) for server in servers]
    left = answers[0] if len(answers) > 1 else [step.recorded for step in steps]
    return steps, report(steps, left, answers[-1])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: The command line, without the program's name.

    Returns:
        The exit status: 1 for drift, 2 for what could not be done.
    """
    parser = argparse.ArgumentParser(prog="python -m contract_tests.drift", description=__doc__)
    parser.add_argument("traces", nargs="+", type=Path, metavar="TRACE")
    parser.add_argument("--record", action="store_true", help="write the traces, on a fresh mock")
    parser.add_argument("--seed", type=int, default=1, help="of the history recorded")
    parser.add_argument(
        "--server", action="append", default=[], metavar="URL",
        help="where to replay: one, to compare with the record, or two, with each other;"
        f" else {BASE_URL_VARIABLE}, else a fresh mock. Keys come from the environment."
        " The users of the trace must not be there yet.",
    )  # fmt: skip
    chosen = parser.parse_args(arguments)
    if len(chosen.server) > 2:
        parser.error("there are two sides at most")
    drifted = 0
    try:
        for number, file in enumerate(chosen.traces):
            if chosen.record:
                print(f"{file}: {record(file, chosen.seed + number)} requests recorded")
                continue
            with ExitStack() as stack:
                steps, lines = compare(file, _servers(chosen.server, stack))
            drifted += bool(lines)
            print(f"{file}: {len(steps)} requests, {'drift:' if lines else 'no drift'}")
            print(*lines, sep="\n", end="\n" if lines else "")
    except (OSError, ValueError, RefusedServerError) as error:
        print(error, file=sys.stderr)
        return 2
    return 1 if drifted else 0


def _servers(urls: Sequence[str], stack: ExitStack) -> list[ServerUnderTest]:
    environments = [{**os.environ, BASE_URL_VARIABLE: url} for url in urls] or [dict(os.environ)]
    named = [from_environment(each) for each in environments]
    return [each or stack.enter_context(mock_process()) for each in named]


if __name__ == "__main__":
    sys.exit(main())
