"""The pytest fixture `connectycube_server`, in pytest runs of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN_SECONDS = 60

# Where the distribution is installed the plugin loads by itself (tests/house/test_wheel.py); here
# the plugins are named, since loading all that development needs would take seconds.
PLUGINS = ("-p", "mock_server.pytest_plugin", "-p", "xdist", "-p", "anyio")

USES = """
import os

import anyio
import pytest
from wrappers import AsyncConnectyCube, ConnectyCube, Password, ServerError

MARVIN = Password(login="marvin18", password="a-long-password")
PORTS = set()


@pytest.fixture(autouse=True)
def blank(connectycube_server):
    PORTS.add(connectycube_server.base_url)
    assert connectycube_server.journal.latest() == connectycube_server.faults.listed() == []
    assert connectycube_server.mailbox.messages() == []
    assert not connectycube_server.clock.frozen
    assert len(PORTS) == 1


def test_client_without_arguments(connectycube_server):
    assert os.environ["CONNECTYCUBE_BASE_URL"] == connectycube_server.base_url
    with ConnectyCube() as cube:
        # The first in each test: nothing of another test is left.
        assert cube.users.sign_up(login="marvin18", password="a-long-password").id == 1


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_tasks(backend):
    async def main():
        async with AsyncConnectyCube() as cube:
            user = await cube.users.sign_up(login="marvin18", password="a-long-password")
            assert user.id == 1

    anyio.run(main, backend=backend)


@pytest.mark.anyio
async def test_under_the_plugin_of_anyio(connectycube_server):
    async with AsyncConnectyCube() as cube:
        assert (await cube.create_session(MARVIN)).user_id == 1


def test_clock_and_snapshot(connectycube_server):
    with ConnectyCube() as cube:
        first = cube.create_session()
        taken = connectycube_server.snapshot()
        connectycube_server.clock.advance(seconds=7201)
        assert cube.get_session().token != first.token
        connectycube_server.restore(taken)
        assert connectycube_server.snapshot()["tables"] == taken["tables"]


def test_faults_and_journal(connectycube_server):
    connectycube_server.faults.add("createSession", status=503)
    with ConnectyCube(retries=0) as cube, pytest.raises(ServerError):
        cube.create_session()
    [request] = connectycube_server.journal.latest()
    assert (request["operation"], request["fault"]) == ("createSession", ["status"])
    connectycube_server.reset()
    assert connectycube_server.faults.listed() == []


def test_mailbox(connectycube_server):
    with ConnectyCube() as cube:
        cube.users.sign_up(login="marvin18", email="m@a.example", password="a-long-password")
        cube.users.reset_password("m@a.example")
    mail = connectycube_server.mailbox.latest("M@a.example")
    assert mail.to == "m@a.example"
    assert mail.application_id == connectycube_server.app_id
    assert mail.link.startswith(connectycube_server.base_url)
    assert mail.link not in repr(mail)
    with pytest.raises(LookupError, match="to nobody"):
        connectycube_server.mailbox.latest("nobody@a.example")
    connectycube_server.mailbox.clear()
    assert connectycube_server.mailbox.messages() == []


def test_settings(connectycube_server):
    connectycube_server.change_settings(create_users_on_session=False)
    with ConnectyCube() as cube, pytest.raises(Exception, match="User not found"):
        cube.create_session(MARVIN)
    with pytest.raises(Exception, match="colour"):
        connectycube_server.change_settings(colour="red")
"""

OTHER_SETTINGS = """
import pytest
from mock_server import Settings
from wrappers import ConnectyCube


@pytest.fixture
def connectycube_settings():
    return Settings(app_id=77, auth_key="other-key", create_users_on_session=False)


def test_other_settings(connectycube_server):
    assert (connectycube_server.app_id, connectycube_server.auth_key) == (77, "other-key")
    with ConnectyCube() as cube:
        assert cube.create_session().application_id == 77


class TestOverTls:
    @pytest.fixture
    def connectycube_settings(self):
        return Settings(tls=True)

    def test_it(self, connectycube_server):
        assert connectycube_server.base_url.startswith("https://")
        with ConnectyCube() as cube:
            assert cube.create_session().application_id == 1
"""

UNUSED = """
import sys

def test_without_a_server():
    loaded = {name.partition(".")[0] for name in sys.modules}
    assert "mock_server" in loaded
    assert not loaded & {"starlette", "sqlalchemy", "uvicorn", "wrappers", "httpx2", "yaml"}
"""

BACKWARDS = """
import pytest

@pytest.fixture
def anyio_backend():
    return "trio"

def pytest_collection_modifyitems(items):
    items.reverse()
"""


def run(folder: Path, *arguments: str, **files: str) -> tuple[int, str]:
    """Run pytest over files, with warnings as errors."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-W", "error", *PLUGINS, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    return finished.returncode, finished.stdout + finished.stderr


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["alone", "two processes"])
def test_each_test_has_a_blank_server(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    conftest = BACKWARDS if arguments else 'pytest_plugins = ["mock_server.pytest_plugin"]\n'
    status, output = run(
        tmp_path, *arguments, conftest=conftest, test_uses=USES, test_other=OTHER_SETTINGS
    )
    assert status == 0, output


def test_who_uses_no_server_loads_none(tmp_path: Path) -> None:
    status, output = run(tmp_path, test_unused=UNUSED)
    assert status == 0, output


def test_what_to_install_is_told(tmp_path: Path) -> None:
    missing = "import sys\nsys.modules['starlette'] = None\n"
    used = "def test_it(connectycube_server): raise AssertionError\n"
    status, output = run(
        tmp_path, conftest=missing, test_used=used, test_fine="def test_it(): assert True"
    )
    assert status == 1
    assert "1 passed, 1 error" in output
    assert "connectycube_server needs starlette" in output
    assert "pip install 'connectycube-python[mock]'" in output
