"""A client that its process used, and a child of that process uses again."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from mock_server import RunningServer, Settings, running
from wrappers import FileSessionStore, MemorySessionStore
from wrappers._concurrency_sync import Lock
from wrappers._forks import _mend_all
from wrappers._identity import Identity
from wrappers._session_state import Lead, SessionState

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with running(Settings(port=0)) as server:
        yield server


def ordered(server: RunningServer, case: str, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.wrappers.forked", case, server.base_url, str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def answered_in_time(program: subprocess.Popen[str]) -> None:
    output, _ = program.communicate(timeout=120)
    told = json.loads(output)
    assert told["result"] is True
    assert told["seconds"] < 5


@pytest.mark.parametrize("case", ["used", "used_in_tasks", "locked"])
def test_parent_and_child_use_one_client(server: RunningServer, tmp_path: Path, case: str) -> None:
    with ordered(server, case, tmp_path) as program:
        answered_in_time(program)
    assert program.returncode == 0


@pytest.mark.parametrize("case", ["leading", "leading_in_memory", "leading_with_files"])
def test_a_child_waits_for_no_thread_of_its_parent(
    server: RunningServer, tmp_path: Path, case: str
) -> None:
    with httpx2.Client(base_url=f"{server.base_url}/__mock__") as control:
        control.post("/faults", json={"operation": "createSession", "delay": 120, "count": 1})
        with ordered(server, case, tmp_path) as program:
            deadline = time.monotonic() + 60
            while not control.get("/faults").json()["faults"][0]["fired"]:
                assert time.monotonic() < deadline
            (tmp_path / "leading").touch()
            answered_in_time(program)
        control.delete("/faults")


def test_what_a_childs_hook_does(tmp_path: Path) -> None:
    """The same as the children above go through, where its coverage is seen."""
    memory, files = MemorySessionStore(), FileSessionStore(tmp_path)
    state, lock = SessionState(Identity(), clock=time.monotonic, event=threading.Event), Lock()
    assert isinstance(state.claim(), Lead)
    for store in (memory, files):
        assert store.acquire("A") is not None
        assert store.acquire("A") is None
    with lock:
        _mend_all()
        with lock:
            pass
    assert isinstance(state.claim(), Lead)
    assert [store.acquire("A") is not None for store in (memory, files)] == [True, True]
    del memory, files, store
    _mend_all()
