"""Processes that share one session: one creation, a leader that dies, one that is late."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from attrs import define

from mock_server import RunningServer, Settings, running
from tests.wrappers.fleet import Orders, Result
from tests.wrappers.worlds import somebody
from wrappers import ConnectyCube, FileSessionStore, Password, RedisSessionStore, SessionStore

ROOT = Path(__file__).resolve().parent.parent.parent
MEMBERS = 8


@define(eq=False)
class Fleet:
    """Processes at work.

    Attributes:
        program: The one that forked them.
        processes: Them.
    """

    program: subprocess.Popen[str]
    processes: list[int]

    def results(self) -> list[Result]:
        """Wait for all of them; one that was killed has none."""
        output, _ = self.program.communicate(timeout=120)
        return [json.loads(line) for line in output.splitlines()]


@define(eq=False)
class Ocean:
    """A mock server, a store, and a user whose session the fleets share."""

    server: RunningServer
    http: httpx2.Client
    kind: str
    place: str
    login: str

    def control(self, method: str, path: str, body: object = None) -> httpx2.Response:
        answer = self.http.request(method, f"{self.server.base_url}/__mock__{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer

    def creations(self) -> list[int]:
        """The statuses of all requests for a session that were answered."""
        told = self.control("GET", "/journal?operation=createSession&limit=1000").json()
        return [each["status"] for each in told["requests"]]

    def fail(self, **fault: object) -> None:
        self.control("POST", "/faults", {"operation": "createSession", **fault})

    def fired(self) -> int:
        return sum(each["fired"] for each in self.control("GET", "/faults").json()["faults"])

    @property
    def store(self) -> SessionStore:
        if self.kind == "file":
            return FileSessionStore(self.place)
        return RedisSessionStore(self.place)

    @contextmanager
    def fleet(self, members: int = MEMBERS, *, lease: float = 15.0) -> Generator[Fleet]:
        orders: Orders = {
            "kind": self.kind,
            "place": self.place,
            "lease": lease,
            "base_url": self.server.base_url,
            "login": self.login,
            "members": members,
            "tasks": members > 1,
        }
        command = [sys.executable, "-m", "tests.wrappers.fleet", json.dumps(orders)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
            assert program.stdout is not None
            processes = json.loads(program.stdout.readline())
            try:
                yield Fleet(program, processes)
            finally:
                if program.poll() is None:
                    for process in processes:
                        os.kill(process, signal.SIGKILL)


def until(done: Callable[[], bool]) -> None:
    """Look until something has happened elsewhere."""
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with running(Settings(port=0)) as server:
        yield server


@pytest.fixture(params=["file", "redis"])
def ocean(
    request: pytest.FixtureRequest, server: RunningServer, tmp_path: Path, valkey: str
) -> Iterator[Ocean]:
    place = str(tmp_path) if request.param == "file" else valkey
    with httpx2.Client() as http:
        ocean = Ocean(server, http, request.param, place, somebody().login or "")
        ocean.control("DELETE", "/journal")
        yield ocean
        ocean.control("DELETE", "/faults")


def one_session(results: list[Result], members: int = MEMBERS) -> str:
    assert [each["error"] for each in results] == [None] * members
    assert len({each["user"] for each in results}) == 1
    [token] = {each["token"] for each in results}
    assert token is not None
    return token


@pytest.mark.parametrize("before", ["never began", "has ended"])
def test_eight_processes_make_one_session(ocean: Ocean, before: str) -> None:
    former, made = None, 1
    if before == "has ended":
        user = Password(login=ocean.login, password="42424242")
        url = ocean.server.base_url
        with ConnectyCube(
            app_id=1, auth_key="dev-auth-key", base_url=url, store=ocean.store
        ) as cube:
            former = cube.as_user(user).get_session().token
            cube.as_user(former).destroy_session()
            made = 2
    with ocean.fleet() as fleet:
        token = one_session(fleet.results())
    assert token != former
    assert ocean.creations() == [201] * made


def test_eight_processes_fail_together_with_one_request(ocean: Ocean) -> None:
    ocean.fail(status=503, headers={"Retry-After": "60"})
    for _ in range(2):
        with ocean.fleet() as fleet:
            results = fleet.results()
        assert [each["error"] for each in results] == ["ServerError"] * MEMBERS
    assert ocean.creations() == [503]


def test_followers_take_over_from_a_leader_that_was_killed(ocean: Ocean) -> None:
    ocean.fail(delay=120, reset=True, count=1)
    with ocean.fleet(1, lease=2.0) as leader:
        until(lambda: ocean.fired() == 1)
        with ocean.fleet(lease=2.0) as fleet:
            os.kill(leader.processes[0], signal.SIGKILL)
            assert leader.results() == []
            one_session(fleet.results())
    assert ocean.creations().count(201) == 1


@pytest.mark.parametrize("ocean", ["redis"], indirect=True)
def test_a_leader_that_was_late_takes_what_the_others_have(ocean: Ocean) -> None:
    """Its lease ended while it stood still; what it brings then is refused by its fence."""
    ocean.fail(delay=1, count=1)
    with ocean.fleet(1, lease=2.0) as leader:
        until(lambda: ocean.fired() == 1)
        os.kill(leader.processes[0], signal.SIGSTOP)
        try:
            with ocean.fleet(lease=2.0) as fleet:
                token = one_session(fleet.results())
        finally:
            os.kill(leader.processes[0], signal.SIGCONT)
        assert one_session(leader.results(), 1) == token
    assert ocean.creations() == [201, 201]
