"""The built wheel, alone in an environment of its own, serves and runs the quickstart."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD_SECONDS = 120


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the installed build tool: nothing is fetched."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
    )
    assert built.returncode == 0, built.stderr
    (file,) = folder.glob("*.whl")
    return file


def test_holds_the_three_packages_and_the_contract(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        contract = archive.read("mock_server/connectycube.yaml")
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"generated_client", "wrappers", "mock_server"}
    assert contract == (ROOT / "openapi" / "connectycube.yaml").read_bytes()
    for package in tops:
        assert {f"{package}/__init__.py", f"{package}/py.typed"} <= names
    assert not [name for name in names if "__pycache__" in name]


USES_THE_FIXTURES = """
import mock_server, wrappers

def test_it(connectycube_server, connectycube, connectycube_user):
    assert isinstance(connectycube, wrappers.ConnectyCube)
    assert isinstance(connectycube_server, mock_server.RunningServer)
    marvin = connectycube_user(full_name="Marvin")
    assert marvin.cube.get_session().user_id == marvin.user.id
    asked = [each["operation"] for each in connectycube_server.journal.latest()]
    assert asked == ["createSession", "signUp", "createSession", "getSession"]

def test_nobody_is_left_over(connectycube_user):
    assert connectycube_user().user.id == 1
"""


def test_runs_the_quickstart_and_the_fixtures_alone(wheel: Path, tmp_path: Path) -> None:
    """With what it depends on, and without this checkout."""
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False)
    packages = next(environment.glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    # A plain path, so that the editable install of this checkout (a .pth there) is not followed.
    dependencies = sysconfig.get_path("purelib")
    (packages / "dependencies.pth").write_text(f"{dependencies}\n", encoding="utf-8")
    python = environment / "bin" / "python"

    def run(*arguments: str) -> str:
        clean = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        finished = subprocess.run(
            [str(python), *arguments],
            cwd=tmp_path,
            env=clean,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=BUILD_SECONDS,
            check=False,
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout

    where = run(
        "-c", "import wrappers, mock_server; print(wrappers.__file__, mock_server.__file__)"
    )
    assert all(Path(file).is_relative_to(environment) for file in where.split())
    assert "bytes match" in run(
        str(_copy("scripts/with_mock.py", tmp_path)),
        "--",
        str(python),
        str(_copy("examples/quickstart.py", tmp_path)),
    )
    used = tmp_path / "test_used.py"
    used.write_text(USES_THE_FIXTURES, encoding="utf-8")
    assert "2 passed" in run("-m", "pytest", "-p", "no:cacheprovider", str(used))


def _copy(name: str, folder: Path) -> Path:
    """Take a program out of the checkout, with what lies beside it."""
    target = folder / name
    target.parent.mkdir()
    for file in (ROOT / name).parent.iterdir():
        if file.is_file():
            (target.parent / file.name).write_bytes(file.read_bytes())
    return target
