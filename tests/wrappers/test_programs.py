"""The programs beside the package: the generator of the synchronous half, the example."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mock_server import RunningServer

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the generator reads and writes."""
    for folder in ("wrappers", "tests/wrappers", "scripts"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignore)
    return tmp_path


def generate(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    script = checkout / "scripts" / "generate_sync.py"
    command = [sys.executable, str(script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_the_synchronous_half_is_what_would_be_generated(checkout: Path) -> None:
    done = generate(checkout, "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_any_difference_is_found_and_generating_removes_it(checkout: Path) -> None:
    changed = checkout / "wrappers" / "_sync" / "users.py"
    changed.write_text(changed.read_text() + "# touched\n")
    (checkout / "wrappers" / "_sync" / "avatars.py").unlink()
    (checkout / "tests" / "wrappers" / "_sync" / "extra.py").write_text("")
    done = generate(checkout, "--check")
    assert done.returncode == 1
    for place in ("wrappers/_sync/users.py", "wrappers/_sync/avatars.py", "_sync/extra.py"):
        assert place in done.stdout
    assert generate(checkout).returncode == 0
    assert generate(checkout, "--check").returncode == 0


def test_a_change_of_the_asynchronous_half_is_found(checkout: Path) -> None:
    source = checkout / "wrappers" / "_async" / "users.py"
    source.write_text(source.read_text().replace("Read a user by id.", "Read somebody by id."))
    done = generate(checkout, "--check")
    assert done.returncode == 1
    assert '+        """Read somebody by id.' in done.stdout


def example(**environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "examples" / "quickstart.py")]
    ours = {name: value for name, value in os.environ.items() if "CONNECTYCUBE" not in name}
    return subprocess.run(
        command,
        env=ours | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_example_runs_and_runs_again(mock_server: RunningServer) -> None:
    for _ in range(2):
        done = example(
            CONNECTYCUBE_BASE_URL=mock_server.base_url,
            CONNECTYCUBE_APP_ID="1",
            CONNECTYCUBE_AUTH_KEY="dev-auth-key",
            CONNECTYCUBE_AUTH_SECRET="dev-auth-secret",
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "bytes match" in done.stdout
        assert f"{mock_server.base_url}/blobs/" in done.stdout


def test_the_example_says_what_is_missing() -> None:
    done = example()
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "ConfigurationError: no application id: give app_id or set CONNECTYCUBE_APP_ID\n"
    )
