"""What type checkers say to callers: right uses have exact types, wrong ones are refused.

mypy and pyright, both strict, look at the same file. A line that ends with ``# right`` is a typical
use whose type is stated to the letter; one that ends with ``# wrong`` has to be refused there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
USES = """
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import assert_type

from generated_client import Client
from generated_client.api.users import list_users
from wrappers import (
    NOT_GIVEN, APIError, AsyncConnectyCube, AsyncPages, Blob, ChatCredentials, ConnectyCube,
    ConnectyCubeError, CustomIdentity, Facebook, FirebasePhone, FoundUsers, Guest, NotFound, Page,
    Pages, Password, RateLimited, Response, Session, Twitter, User, UserFilters, ValidationError,
    progress_bar,
)
from wrappers.pytest_plugin import SignedUp, SignUp


def sessions(cube: ConnectyCube) -> None:
    assert_type(cube.create_session(), Session)  # right
    assert_type(cube.create_session(Password(login="a", password="b")).token, str)  # right
    assert_type(cube.login(Facebook("token")), User)  # right
    assert_type(cube.login(Twitter("token", "secret")).id, int)  # right
    assert_type(cube.as_user(Guest("Marvin")), ConnectyCube)  # right
    assert_type(cube.as_user("token").get_session().user, User | None)  # right
    child = cube.as_user(FirebasePhone("p", "t"), renew=lambda: CustomIdentity("t"))
    assert_type(child.session, Session | None)  # right
    assert_type(cube.chat_credentials(), ChatCredentials)  # right
    assert_type(cube.with_options(timeout=5, retries=0), ConnectyCube)  # right
    assert_type(cube.logout(), None)  # right
    assert_type(cube.api, Client)  # right
    list_users.sync(client=cube.api, per_page=50)  # right


def users(cube: ConnectyCube) -> None:
    new = cube.users.sign_up(login="a", password="b", tags={"x"}, custom_data={"a": [1]})
    assert_type(new, User)  # right
    assert_type(cube.users.update(full_name=None, email=NOT_GIVEN, timezone=60), User)  # right
    assert_type(cube.users.get_by_login("amigo").created_at, datetime | None)  # right
    assert_type(cube.users.get(7, timeout=2.5).tags, tuple[str, ...])  # right
    found = cube.users.find(
        full_name__start_with="dive", created_at__gt=datetime(2026, 1, 1, tzinfo=UTC),
        id__nin=(1, 2), user_tags__in={"a"}, sort="-created_at", limit=50, offset=3,
    )
    assert_type(found, Pages[User])  # right
    assert_type(found.first, Page[User])  # right
    assert_type([each.full_name for each in found], list[str | None])  # right
    assert_type([page.total for page in found.pages()], list[int])  # right
    filters: UserFilters = {"login__in": ["a"], "last_request_at__lte": 0}
    assert_type(cube.users.find(**filters).total, int)  # right
    many = cube.users.get_many(range(1, 300))
    assert_type(many, FoundUsers)  # right
    assert_type(many[0], User)  # right
    assert_type(many[1:], tuple[User, ...])  # right
    assert_type(many.missing, tuple[int, ...])  # right
    assert_type(cube.users.update_custom_data(planet="Earth", towel=None), User)  # right
    assert_type(many[0].parse_custom_data(), dict[str, object])  # right
    assert_type(cube.users.online_count(), int)  # right


def files(cube: ConnectyCube, blob: Blob, user: User) -> None:
    assert_type(cube.storage.upload("a.txt", public=True), Blob)  # right
    assert_type(cube.storage.upload(BytesIO(b"x"), name="a"), Blob)  # right
    assert_type(cube.storage.upload(iter([b"x"]), size=1), Blob)  # right
    assert_type(cube.storage.download(blob), bytes)  # right
    assert_type(cube.storage.download("uid", "a.txt"), Path)  # right
    with cube.storage.stream(blob) as pieces:
        assert_type(pieces, Iterator[bytes])  # right
    with progress_bar("me.png") as bar:
        assert_type(cube.avatars.set(Path("me.png"), progress=bar), User)  # right
    assert_type(cube.avatars.uid_of(user), str | None)  # right
    assert_type(cube.avatars.download(user, Path("a.png")), Path)  # right


def errors(cube: ConnectyCube) -> None:
    answers: list[Response] = []
    try:
        cube.with_options(on_response=answers.append).users.delete()  # right
    except ValidationError as error:
        assert_type(error.fields, dict[str, tuple[str, ...]])  # right
    except RateLimited as error:
        assert_type(error.retry_after, float | None)  # right
    except (NotFound, APIError) as error:
        assert_type(error.errors, tuple[str, ...])  # right
    except ConnectyCubeError as error:
        assert_type(error.status, int | None)  # right


async def tasks(cube: AsyncConnectyCube, blob: Blob) -> None:
    assert_type(await cube.users.get_by_email("a@example.com"), User)  # right
    assert_type(await cube.users.find(id=7), AsyncPages[User])  # right
    assert_type([user.login async for user in await cube.users.online()], list[str | None])  # right
    assert_type(await cube.avatars.download(await cube.users.get(7)), bytes)  # right
    async with cube.storage.stream(blob) as pieces:
        assert_type(pieces, AsyncIterator[bytes])  # right


def test_fixtures(connectycube_user: SignUp) -> None:
    assert_type(connectycube_user(full_name="Marvin", tags=["a"]), SignedUp)  # right
    assert_type(connectycube_user().cube, ConnectyCube)  # right


async def wrong(cube: ConnectyCube, tasks: AsyncConnectyCube, user: SignUp) -> None:
    cube.users.find(logn="a")  # wrong
    cube.users.find(id="7")  # wrong
    cube.users.find(id__gt=7)  # wrong
    cube.users.find(id__in=["7"])  # wrong
    cube.users.find(login__start_with=["a"])  # wrong
    cube.users.find(user_tags__start_with="gues")  # wrong
    cube.users.find(id=7, created_at__gt="2026-01-01")  # wrong
    cube.users.find(id=7, sort="created")  # wrong
    cube.users.get_many(["7"])  # wrong
    cube.users.get_many([7]).users = ()  # wrong
    cube.chat_credentials().password = "other"  # wrong
    cube.users.get_by_login(7)  # wrong
    number: str = cube.users.online_count()  # wrong
    print([one for one in await tasks.users.find(id=7)], number)  # wrong
    print(tasks.users.get_by_login("a").login)  # wrong
    cube.create_session("a password")  # wrong
    cube.as_user(7)  # wrong
    cube.users.sign_up(login="a")  # wrong
    cube.users.update(password="new")  # wrong
    cube.users.sign_up("a", "b")  # wrong
    cube.storage.upload(7)  # wrong
    cube.avatars.set("me.png", progress=7)  # wrong
    path: Path = cube.storage.download("uid")  # wrong
    print(cube.users.get(7).pasword, path)  # wrong
    Password("login", "password")  # wrong
    user(fullname="Marvin")  # wrong
"""


@pytest.fixture
def uses(tmp_path: Path) -> Path:
    file = tmp_path / "uses.py"
    file.write_text(USES, encoding="utf-8")
    return file


def marked(mark: str) -> set[int]:
    return {n for n, line in enumerate(USES.splitlines(), 1) if line.endswith(f"# {mark}")}


def test_there_are_enough() -> None:
    assert len(marked("right")) >= 40
    assert len(marked("wrong")) >= 15


def test_mypy(uses: Path, tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context",
        "--config-file", os.devnull, "--cache-dir", str(tmp_path / "cache"),
        "--follow-imports", "silent", "--python-version", "3.11", str(uses),
    ]  # fmt: skip
    output = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT,
        env={**os.environ, "MYPYPATH": str(ROOT)},
    ).stdout  # fmt: skip
    refused = {int(line.split(":")[1]) for line in output.splitlines() if ": error:" in line}
    assert refused == marked("wrong"), output


def test_pyright(uses: Path, tmp_path: Path) -> None:
    settings = {
        "typeCheckingMode": "strict", "pythonVersion": "3.11", "extraPaths": [str(ROOT)],
        "include": [str(uses)],
    }  # fmt: skip
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [
        str(ROOT / "node_modules" / ".bin" / "pyright"), "--outputjson",
        "--pythonpath", sys.executable, "--project", str(tmp_path),
    ]  # fmt: skip
    output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = json.loads(output)["generalDiagnostics"]
    refused = {each["range"]["start"]["line"] + 1 for each in found}
    assert refused == marked("wrong"), output
