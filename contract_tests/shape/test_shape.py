"""Schemathesis, all phases, in shards: each a process of its own against a server of its own.

The shards cover the contract between them; one process for all would take as long as their sum.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from contract_tests.catalogue import EVERY_OPERATION, LINKS_FOLLOWED, REPEATABLE, SHAPE, Quote
from contract_tests.contract import Operation, operations
from contract_tests.server import ServerUnderTest, from_environment, mock_process
from contract_tests.shape.relaxations import POSITIVE, relaxations
from contract_tests.shape.run import Run, first_difference, run, table

TALLIES = "tallies"
GENERATING_PHASES = "examples,coverage,fuzzing"
LARGEST = "findUsers"

Members = Callable[[Operation], bool]

SHARDS: dict[str, tuple[Members, list[str]]] = {
    "find-users": (lambda each: each.id == LARGEST, ["--include-operation-id", LARGEST]),
    "users": (
        lambda each: each.path.startswith("/users") and each.id != LARGEST,
        ["--include-tag", "users", "--exclude-operation-id", LARGEST],
    ),
    "session-and-blobs": (
        lambda each: not each.path.startswith("/users"),
        ["--include-tag", "session", "--include-tag", "blobs"],
    ),
}


@contextmanager
def fresh_server() -> Generator[ServerUnderTest]:
    """A server nobody has used, so that a seed means the same every time; or the named one."""
    named = from_environment(os.environ)
    if named is not None:
        yield named
        return
    with mock_process() as started:
        yield started


def hold(finished: Run) -> None:
    """Demand that schemathesis found nothing."""
    SHAPE.require(
        finished.exit_code == 0, f"exit code {finished.exit_code}", Quote(finished.findings)
    )


def test_shards_cover_the_contract() -> None:
    for operation in operations():
        assert sum(members(operation) for members, _ in SHARDS.values()) == 1, operation.id


@pytest.mark.parametrize("shard", SHARDS)
def test_every_operation(
    shard: str, seed: int, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    members, selection = SHARDS[shard]
    options = [*selection, "--phases", GENERATING_PHASES]
    with fresh_server() as server:
        finished = run(server, tmp_path / "events.ndjson", seed=seed, options=options)
    tallies = [tally for tally in finished.tallies() if members(tally.operation)]
    record_property(TALLIES, table(tallies))
    hold(finished)
    silent = [tally.operation.id for tally in tallies if not tally.successes]
    EVERY_OPERATION.require(not silent, f"never: {', '.join(silent)}", Quote(table(tallies)))
    needless = [
        relaxation.operation
        for relaxation in relaxations()
        if POSITIVE in relaxation.checks
        and any(tally.operation.id == relaxation.operation for tally in tallies)
        and not _is_used(finished, relaxation.operation, relaxation.extra_statuses)
    ]
    assert not needless, f"{POSITIVE} is relaxed in vain for {needless}"


def _is_used(finished: Run, operation_id: str, statuses: frozenset[int]) -> bool:
    label = next(each.label for each in operations() if each.id == operation_id)
    return any(
        each.is_positive and each.label == label and each.status in statuses
        for each in finished.sent
    )


def test_sequences_by_links(
    seed: int, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with fresh_server() as server:
        finished = run(
            server, tmp_path / "events.ndjson", seed=seed, options=["--phases", "stateful"]
        )
    followed, links = finished.links()
    told = f"by links ({followed} of {links} followed):\n{table(finished.tallies())}"
    record_property(TALLIES, told)
    hold(finished)
    # When a step ends another way the second time, schemathesis gives up, and calls it a success.
    LINKS_FOLLOWED.require(
        followed * 2 > links > 0, f"{followed} of {links}", Quote(finished.output)
    )


def test_a_seed_means_the_same_requests(
    seed: int, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    if from_environment(os.environ) is not None:
        record_property("unchecked", "repeatable: the server is not ours to start afresh")
        return
    options = ["--include-tag", "blobs", "--max-examples", "4"]
    first, second = (_requests(tmp_path / name, seed, options) for name in ("one", "two"))
    REPEATABLE.require(
        bool(first) and first == second,
        f"{len(first)} and {len(second)} requests",
        Quote(first_difference(first, second)),
    )


def _requests(report: Path, seed: int, options: Sequence[str]) -> list[str]:
    with fresh_server() as server:
        finished = run(server, report, seed=seed, options=options)
        return [each.settled(server.base_url) for each in finished.sent]
