"""Run schemathesis against a fresh mock server and say what it did.

``python -m contract_tests.shape [--seed N] [--twice] [options of st run]``

With ``CONNECTYCUBE_BASE_URL`` the named server is used instead. Prints requests and successes of
every operation; fails when schemathesis does, and when an operation was never asked or never
succeeded. ``--twice`` runs it all on two fresh servers and fails unless both got the same requests
in the same order.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from contract_tests.server import (
    RefusedServerError,
    random_requests_allowed,
    server_under_test,
)
from contract_tests.shape.run import Run, first_difference, run, table


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it.

    Args:
        arguments: The command line's arguments; the process's own if None.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(prog="python -m contract_tests.shape", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--twice", action="store_true")
    chosen, options = parser.parse_known_args(arguments)
    try:
        random_requests_allowed(os.environ)
        first = once(chosen.seed, options)
        if not chosen.twice:
            return first.status
        second = once(chosen.seed, options)
    except RefusedServerError as refused:
        print(refused, file=sys.stderr)
        return 2
    difference = first_difference(first.requests, second.requests)
    print(difference or f"\nThe same {len(first.requests)} requests in the same order, twice.")
    return first.status or second.status or int(bool(difference))


class Finished:
    """One run, judged.

    Attributes:
        status: 0 when all is well.
        requests: The requests as text, without what the server made up.
    """

    def __init__(self, finished: Run, base_url: str, seconds: float) -> None:
        tallies = finished.tallies()
        wanting = [tally for tally in tallies if not tally.successes]
        print(finished.output)
        print(table(tallies))
        print(f"{len(finished.sent)} requests in {seconds:.0f} s")
        for tally in wanting:
            print(f"never succeeded: {tally.operation.id} {tally.operation.label}")
        self.status = finished.exit_code or int(bool(wanting))
        self.requests = [each.settled(base_url) for each in finished.sent]


def once(seed: int, options: Sequence[str]) -> Finished:
    """Run on one server, and print the outcome."""
    with tempfile.TemporaryDirectory() as folder, server_under_test() as server:
        began = time.monotonic()
        finished = run(server, Path(folder) / "events.ndjson", seed=seed, options=options)
        return Finished(finished, server.base_url, time.monotonic() - began)


if __name__ == "__main__":
    raise SystemExit(main())
