"""Every public call meets every fault, and leaves the server as it should be.

A call that meets a fault either succeeds, by an attempt that was legal to make, or raises the
documented error. Afterwards the server's state is the one before the call or the one after it:
no user twice, no file that nobody knows of, no key of ``custom_data`` lost.

One row of the matrix is one public call, found by reflection. Its faults strike the operations
that it calls: one of them for each fault here, chosen once and for all, and all of them with
FAULT_MATRIX=full. The asynchronous clients, whose code the others are generated from, meet every
third fault of each row here, and all of them there.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import time
from collections.abc import Iterator

import pytest

from mock_server import RunningServer, Settings, running
from tests.wrappers.fault_matrix import (
    CASES,
    FAULTS,
    KINDS,
    LOCAL,
    PATIENCE,
    ROWS,
    Clients,
    Fault,
    State,
    World,
    allowed_errors,
    build,
    can_be_noticed,
    check_invariants,
    must_succeed,
    public_calls,
    state_of,
    without_hashes,
)

FULL = os.environ.get("FAULT_MATRIX") == "full"


@pytest.fixture(scope="module")
def matrix_server() -> Iterator[RunningServer]:
    with running(Settings(port=0)) as server:
        yield server


@pytest.fixture(scope="module")
def world(matrix_server: RunningServer) -> World:
    return build(matrix_server)


@pytest.fixture(scope="module", params=KINDS)
def clients(request: pytest.FixtureRequest, world: World) -> Iterator[Clients]:
    with KINDS[request.param](world) as made:
        yield made


def test_every_public_call_has_its_row() -> None:
    assert public_calls() == {*ROWS} | LOCAL
    assert len(FAULTS) >= 20
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


@pytest.fixture(params=CASES, ids=[row if ready else f"{row}, first" for row, ready in CASES])
def row(request: pytest.FixtureRequest) -> tuple[str, bool]:
    found: tuple[str, bool] = request.param
    return found


@pytest.fixture
def bench(
    matrix_server: RunningServer, world: World, clients: Clients, row: tuple[str, bool]
) -> Bench:
    return Bench(matrix_server, world, clients, *row)


def test_a_row(
    bench: Bench, clients: Clients, row: tuple[str, bool], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "wrappers")
    assert bench.operations
    failures: list[str] = []
    for fault in FAULTS:
        for operation in chosen(fault, row[0], [*bench.operations], sampled=clients.sampled):
            caplog.clear()
            try:
                bench.strike(fault, operation, caplog)
            except AssertionError as error:
                failures.append(f"{fault.name} at {operation}: {str(error)[:500]}")
    assert not failures, "\n".join(failures)


def chosen(fault: Fault, row: str, operations: list[str], *, sampled: bool) -> list[str]:
    """The operations that a fault strikes: all, or one that is always the same one, or none."""
    operations = [each for each in operations if can_be_noticed(fault, each)]
    if FULL:
        return operations
    drawn = int.from_bytes(hashlib.sha256(f"{fault.name}/{row}".encode()).digest()[:8])
    if sampled and drawn % 3:
        return []
    return [operations[drawn // 3 % len(operations)]]


class Bench:
    """One row: what it does without faults, and what becomes of it with one."""

    def __init__(
        self, server: RunningServer, world: World, clients: Clients, row: str, signed_in: bool
    ) -> None:
        self._server, self._world, self._clients = server, world, clients
        self._row, self._signed_in = row, signed_in
        self._begin()
        self._before = state_of(server)
        self._result = self._call(timeout=None)
        self._after = state_of(server)
        self.operations: dict[str, str] = {
            each["operation"]: each["method"] for each in server.journal.latest()
        }

    def strike(self, fault: Fault, operation: str, log: pytest.LogCaptureFixture) -> None:
        self._begin()
        count = {"count": 1} if fault.once else {}
        self._server.faults.add(operation, **fault.order, **count)
        outcome: object = None
        error: Exception | None = None
        try:
            outcome = self._call(timeout=PATIENCE if fault.late else None)
        except Exception as raised:  # noqa: BLE001 (which ones are right is what is tested)
            error = raised
        self._settle()
        state = state_of(self._server, told(log, error))
        check_invariants(state)
        if error is None:
            assert self._same(state, self._after), f"success, and the state is {state}"
            if self._before == self._after:
                assert outcome == self._result
            return
        assert not must_succeed(fault, operation, self.operations[operation]), repr(error)
        assert isinstance(error, allowed_errors(fault, operation)), repr(error)
        if operation == "createBlob" and fault.carried_out:
            # Documented: nobody knows the id of what was created.
            users, files, mails = state
            state = (users, tuple(file for file in files if file[4]), mails)
        either = self._same(state, self._before) or self._same(state, self._after)
        assert either, f"{error!r}, and the state is {state}"

    def _begin(self) -> None:
        self._server.restore(self._world.snapshot)
        self._server.faults.clear()
        self._server.journal.clear()

    def _settle(self) -> None:
        """Let the server finish what it was doing for a client that went away."""
        fired: int = self._server.faults.listed()[0]["fired"]
        assert fired, "the fault did not strike"
        end = time.monotonic() + 20
        while sum(each["fault"] is not None for each in self._server.journal.latest()) < fired:
            assert time.monotonic() < end, "the server never finished"
            time.sleep(0.001)

    def _call(self, timeout: float | None) -> object:
        cube = self._clients.make(self._world, self._signed_in)
        if timeout is not None:
            cube = cube.with_options(timeout=timeout)
        return ROWS[self._row](cube, self._world)

    @staticmethod
    def _same(one: State, two: State) -> bool:
        return without_hashes(one) == without_hashes(two)


def told(log: pytest.LogCaptureFixture, error: BaseException | None) -> set[str]:
    """The files of which the client said that it had to leave them."""
    texts = [record.getMessage() for record in log.records]
    texts += getattr(error, "__notes__", [])
    found = [re.match(r"file (\w+) could not be deleted", text) for text in texts]
    return {each[1] for each in found if each}
