"""The same seed sends the same requests to fresh servers, whatever order a process gives sets."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from contract_tests.actors import NAMES_VARIABLE
from contract_tests.catalogue import REPEATABLE, Quote
from contract_tests.request_log import RequestLog, without_made_up
from contract_tests.shape.run import first_difference

HASH_SEEDS = (1, 3)  # with these, sets of the texts that the rules go by come in other orders
SELECTION = ("rules/test_pages.py", "state/test_expiry.py")


def test_a_seed_means_the_same_requests(seed: int, tmp_path: Path) -> None:
    first, second = (
        path.read_text(encoding="utf-8").splitlines() for path in _logs(seed, tmp_path)
    )
    assert len(first) > 1000
    REPEATABLE.require(first == second, "two runs differ", Quote(first_difference(first, second)))


def test_what_a_server_makes_up_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "requests.txt"
    log = RequestLog(path)
    log.note("GET", "/users?at=2026-11-24T22%3A54%3A59Z", [("CB-Token", "A1" * 18)], b"", {})
    body = b'{"auth_key": "the-key", "timestamp": 1700000000}'
    log.note("POST", "/session", (), body, {"the-key": "KEY"})
    log.close()
    assert path.read_text(encoding="utf-8").splitlines() == [
        "('GET', '/users?at=<made up>', [('CB-Token', '<made up>')], b'')",
        """('POST', '/session', [], b'{"auth_key": "$KEY", "timestamp": <made up>}')""",
    ]
    assert without_made_up("/users/17/avatar") == "/users/17/avatar"


def _logs(seed: int, folder: Path) -> Iterator[Path]:
    """Run a selection twice at once, each on a fresh server, and give what was written down."""
    rooms = [str(Path(__file__).parent / each) for each in SELECTION]
    paths = [folder / "one", folder / "two"]
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider",
             "--seed", str(seed), "--requests", str(path), *rooms],
            env={**_environment(), "PYTHONHASHSEED": str(hash_seed)},
            stdout=subprocess.DEVNULL,
        )
        for hash_seed, path in zip(HASH_SEEDS, paths, strict=True)
    ]  # fmt: skip
    assert [run.wait() for run in runs] == [0, 0]
    return iter(paths)


def _environment() -> dict[str, str]:
    """This process' environment without the server that it may name, and with the same names."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CONNECTYCUBE_", "PYTEST_"))
    }
    return {**kept, NAMES_VARIABLE: "s"}
