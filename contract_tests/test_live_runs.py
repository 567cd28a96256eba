"""A live run minds its manners: nobody and nothing of it is left, however it ends.

A mock server poses as the live one; only the test looks behind its control API.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from contract_tests.contact import obstacle
from contract_tests.faults.running import command
from contract_tests.live import HarmfulRequestError, Manners
from contract_tests.profile import RATE_VARIABLE
from contract_tests.server import ROOT, ServerUnderTest, mock_process

WAIT_SECONDS = 120
SOMEBODY_ELSE = "somebody-else"
STORIES = "contract_tests/rules/test_files.py"


@pytest.fixture
def posing() -> Iterator[ServerUnderTest]:
    """A server that the run did not start, with somebody who was there before."""
    with mock_process() as server:
        answer = httpx2.post(
            f"{server.base_url}/users",
            json={"user": {"login": SOMEBODY_ELSE, "password": "a-long-password"}},
            headers={"CB-AuthKey": server.auth_key},
        )
        assert answer.status_code == 201
        yield server


def left(server: ServerUnderTest) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[Any]]:
    """The users, files and stored objects that are there, beside who was there before."""
    snapshot = httpx2.get(f"{server.base_url}/__mock__/snapshot", timeout=30).json()
    tables: dict[str, list[dict[str, Any]]] = snapshot["tables"]
    others = [user for user in tables["users"] if user["login"] != SOMEBODY_ELSE]
    assert len(others) + 1 == len(tables["users"])
    return others, tables.get("blobs", []), snapshot["objects"]


def run(server: ServerUnderTest, *options: str) -> subprocess.Popen[str]:
    inherited = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "--profile", "live", *options],
        cwd=ROOT,
        env={**inherited, **server.environment(), RATE_VARIABLE: "200"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def interrupted(server: ServerUnderTest, number: signal.Signals) -> str:
    """Start a run, stop it once somebody and something of it is there; answer what it said."""
    process = run(server, STORIES)
    deadline = time.monotonic() + WAIT_SECONDS
    while not all(left(server)):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
    process.send_signal(number)
    return process.communicate(timeout=WAIT_SECONDS)[0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nobody_and_nothing(
    posing: ServerUnderTest, number: signal.Signals
) -> None:
    told = interrupted(posing, number)
    assert "KeyboardInterrupt" in told
    assert left(posing) == ([], [], [])


def test_the_next_run_cleans_up_after_a_killed_one(posing: ServerUnderTest) -> None:
    interrupted(posing, signal.SIGKILL)
    assert all(left(posing))
    told = run(posing, "contract_tests/rules/test_lookups.py").communicate(timeout=WAIT_SECONDS)[0]
    assert "not asked of a live server" not in told
    assert " passed" in told
    assert left(posing) == ([], [], [])


def test_harmful_requests_never_go_out() -> None:
    server = ServerUnderTest("http://127.0.0.1:9", 1, "key", "secret", is_own=False)
    manners = Manners(server, None)
    for method, path, body in (
        ("POST", "/users/password/reset", b"{}"),
        ("GET", "/users/password/reset.json?email=a@example.com", b""),
        ("POST", "/blobs", b"x" * 100_000),
    ):
        with pytest.raises(HarmfulRequestError):
            manners.before(method, path, body)


def test_requests_keep_the_rate() -> None:
    server = ServerUnderTest("http://127.0.0.1:9", 1, "key", "secret", is_own=False)
    manners = Manners(server, 50)
    began = time.monotonic()
    for _ in range(11):
        manners.before("GET", "/session", b"")
    assert time.monotonic() - began >= 0.2


def test_a_wrong_key_is_told_in_one_line(posing: ServerUnderTest) -> None:
    wrong = ServerUnderTest(posing.base_url, 1, "not-the-key", "secret", is_own=False)
    told = run(wrong, STORIES).communicate(timeout=WAIT_SECONDS)[0]
    assert [line for line in told.splitlines() if "red: the server refuses the credentials" in line]
    assert len([line for line in told.splitlines() if line.strip()]) <= 2, told


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("all-401", "a session of the app is answered with 401 instead of 201"),
        ("all-200", "a session of the app is answered with 200 instead of 201"),
        ("token-check-skipped", "a request without a token is answered with 200 instead of 403"),
    ],
)
def test_a_server_that_answers_all_alike_is_told_in_one_line(fault: str, why: str) -> None:
    with mock_process(command(fault)) as server:
        assert obstacle(server) == why
