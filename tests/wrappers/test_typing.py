"""What a type checker says to callers: right uses pass, wrong ones are refused where they stand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
USES = """
from datetime import UTC, datetime

from generated_client.api.users import list_users
from wrappers import (
    AsyncConnectyCube, Blob, ConnectyCube, FoundUsers, Page, Pages, Response, User, UserFilters,
    progress_bar,
)


def right(cube: ConnectyCube) -> None:
    user: User = cube.users.get_by_login("amigo")
    found: Pages[User] = cube.users.find(
        full_name__start_with="dive", created_at__gt=datetime(2026, 1, 1, tzinfo=UTC),
        id__nin=(1, 2), user_tags__in={"a"}, sort="-created_at", limit=50, offset=3,
    )
    first: Page[User] = found.first
    names: list[str | None] = [each.full_name for each in found]
    sizes: list[int] = [len(page) for page in found.pages()]
    total: int = found.total
    many: FoundUsers = cube.users.get_many(range(1, 300))
    one: User = many[0]
    some: tuple[User, ...] = many[1:]
    missing: tuple[int, ...] = many.missing
    filters: UserFilters = {"login__in": ["a"], "last_request_at__lte": 0}
    cube.users.find(**filters)
    cube.users.find_by_tags(("a", "b"), limit=1)
    changed: User = cube.users.update_custom_data(planet="Earth", towel=None)
    planet: object = user.parse_custom_data().get("planet")
    jid: str = cube.chat_credentials().jid
    cube.users.reset_password("marvin18@example.com")
    count: int = cube.users.online_count(timeout=5)
    files: Pages[Blob] = cube.storage.list(limit=50, timeout=0.5)
    answers: list[Response] = []
    told: ConnectyCube = cube.with_options(timeout=5, retries=0, on_response=answers.append)
    page = list_users.sync(client=told.api, per_page=50)
    with progress_bar("me.png") as progress:
        user = cube.avatars.set("me.png", max_pixels=4_000_000, progress=progress, timeout=60)
    user = cube.users.update_custom_data({"home-town": "Cottington"}, towel=None, timeout=5)


async def right_too(cube: AsyncConnectyCube) -> None:
    async for user in await cube.users.find(id=7):
        name: str | None = user.login
    async for page in (await cube.users.online()).pages():
        unreadable: int = len(page.unreadable)


async def wrong(cube: ConnectyCube, tasks: AsyncConnectyCube) -> None:
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
    cube.users.get(7, timeout="5")  # wrong
    cube.users.get(7, 5)  # wrong
    cube.with_options(on_response="print")  # wrong
    list_users.sync(client=tasks.api)  # wrong
    blobs: Pages[User] = cube.storage.list()  # wrong
    for user in await tasks.users.find(id=7):  # wrong
        pass
    print(tasks.users.get_by_login("a").login)  # wrong
"""


def test_right_and_wrong_uses(tmp_path: Path) -> None:
    uses = tmp_path / "uses.py"
    uses.write_text(USES, encoding="utf-8")
    output = subprocess.run(
        [
            sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context",
            "--config-file", os.devnull, "--cache-dir", str(tmp_path / "cache"),
            "--follow-imports", "silent", "--python-version", "3.11", str(uses),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "MYPYPATH": str(ROOT)},
    ).stdout  # fmt: skip
    refused = {int(line.split(":")[1]) for line in output.splitlines() if ": error:" in line}
    wrong = {number for number, line in enumerate(USES.splitlines(), 1) if line.endswith("# wrong")}
    assert refused == wrong, output
    assert len(wrong) == 20
