"""The fixtures for tests of other people's apps, in pytest runs of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.wrappers.test_exports import ROOT

EXAMPLE = ROOT / "examples" / "testing_your_app"
# Where the distribution is installed they load by themselves; loading all that development needs
# would take seconds.
PLUGINS = ("-p", "mock_server.pytest_plugin", "-p", "wrappers.pytest_plugin")

SHARED = """
import pytest
from wrappers import AsyncConnectyCube, ClientClosed

KEPT = []

async def work(cube, connectycube_user):
    assert isinstance(cube, AsyncConnectyCube)
    marvin = connectycube_user(full_name="Marvin", email="marvin@example.com")
    own = cube.as_user(marvin.credentials)
    assert (await own.get_session()).user_id == marvin.user.id
    assert [user.full_name async for user in await own.users.find(id=marvin.user.id)] == ["Marvin"]
    blob = await own.storage.upload(b"bytes")
    assert await own.storage.download(blob) == b"bytes"
    KEPT.append(cube)
    for former in KEPT[:-1]:
        with pytest.raises(ClientClosed):
            await former.get_session()
"""

UNDER_ANYIO = """
import pytest
from shared import work

pytestmark = pytest.mark.anyio

@pytest.mark.parametrize("number", range(3))
async def test_it(async_connectycube, connectycube_user, number):
    await work(async_connectycube, connectycube_user)

async def test_with_a_fixture_of_ones_own(signed_in):
    assert (await signed_in.get_session()).user_id is not None

@pytest.fixture
async def signed_in(async_connectycube, connectycube_user):
    yield async_connectycube.as_user(connectycube_user().credentials)
"""

UNDER_ASYNCIO = """
import pytest
import pytest_asyncio
from shared import work

@pytest.mark.asyncio
@pytest.mark.parametrize("number", range(3))
async def test_it(async_connectycube, connectycube_user, number):
    await work(async_connectycube, connectycube_user)

@pytest.mark.asyncio
async def test_with_a_fixture_of_ones_own(signed_in):
    assert (await signed_in.get_session()).user_id is not None

@pytest_asyncio.fixture
async def signed_in(async_connectycube, connectycube_user):
    yield async_connectycube.as_user(connectycube_user().credentials)
"""

IN_THREADS = """
from wrappers import ConnectyCube

def test_a_client(connectycube):
    assert isinstance(connectycube, ConnectyCube)
    assert connectycube.create_session().user_id is None

def test_users_are_told_apart(connectycube_user):
    one, two = connectycube_user(), connectycube_user(login="amigo", password="a-long-password")
    assert two.user.login == two.credentials.login == "amigo"
    assert one.cube.get_session().user_id == one.user.id != two.user.id
    assert two.cube.users.get(one.user.id).login == one.user.login

def test_nobody_is_left_over(connectycube_user):
    assert connectycube_user().user.id == 1
"""

UNUSED = """
import sys

def test_nothing_is_loaded():
    assert "wrappers" in sys.modules
    assert not {"httpx2", "attrs", "wrappers._sync.client", "starlette"} & set(sys.modules)
"""


def run(folder: Path, *arguments: str, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", *PLUGINS, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_the_plugin_of_anyio_runs_them_on_asyncio_and_trio(tmp_path: Path) -> None:
    run(tmp_path, "-p", "anyio", shared=SHARED, test_them=UNDER_ANYIO)


def test_pytest_asyncio_runs_them(tmp_path: Path) -> None:
    scope = ("-o", "asyncio_default_fixture_loop_scope=function")
    run(tmp_path, "-p", "pytest_asyncio.plugin", *scope, shared=SHARED, test_them=UNDER_ASYNCIO)


@pytest.mark.parametrize("arguments", [(), ("-p", "xdist", "-n", "2")], ids=["alone", "two"])
def test_clients_for_threads(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    run(tmp_path, *arguments, test_them=IN_THREADS)


def test_who_uses_none_loads_nothing(tmp_path: Path) -> None:
    run(tmp_path, test_unused=UNUSED)


def test_the_example_of_an_app_passes(tmp_path: Path) -> None:
    here = ("-c", os.devnull, "--import-mode=importlib", "-p", "no:cacheprovider")
    run(tmp_path, "-p", "anyio", *here, str(EXAMPLE))
