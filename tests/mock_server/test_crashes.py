"""Processes that are killed: what they acknowledged is kept, and nothing is half made."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import ssl
from pathlib import Path
from typing import Any

import httpx2
import pytest

from mock_server import Settings, running
from tests.mock_server.caller import PASSWORD, Caller
from tests.mock_server.command import command, first_line
from tests.mock_server.postgresql import Cluster

AT_ONCE = 500
ENOUGH = 100


async def sign_ups(url: str, pid: int) -> tuple[list[str], int]:
    """Sign up many at once, one after another each, until the server is killed among them.

    Returns:
        Whom it acknowledged, and how many had no answer.
    """
    acknowledged: list[str] = []
    unanswered: list[str] = []
    numbers = itertools.count()
    no_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    limits = httpx2.Limits(max_connections=AT_ONCE)
    killed = asyncio.Event()

    async def sign_up(http: httpx2.AsyncClient) -> None:
        while not killed.is_set():
            login = f"user{next(numbers)}"
            fields = {"login": login, "password": PASSWORD, "tag_list": f"all,{login}"}
            try:
                answer = await http.post(f"{url}/users", json={"user": fields})
            except httpx2.TransportError:
                assert killed.is_set(), "the server went before it was killed"
                unanswered.append(login)
                return
            assert answer.status_code == 201, answer.text
            acknowledged.append(login)
            if len(acknowledged) == ENOUGH:
                killed.set()
                os.kill(pid, signal.SIGKILL)

    key = {"CB-AuthKey": "dev-auth-key"}
    async with httpx2.AsyncClient(
        trust_env=False, verify=no_tls, limits=limits, timeout=120, headers=key
    ) as http:
        await asyncio.gather(*(sign_up(http) for _ in range(AT_ONCE)))
    return acknowledged, len(unanswered)


@pytest.mark.parametrize("kind", ["file", "postgresql"])
def test_what_was_acknowledged_survives_kill_9(
    kind: str, postgresql: Cluster, tmp_path: Path, http: httpx2.Client
) -> None:
    with postgresql.database(prepared=False) as url:
        database = url if kind == "postgresql" else str(tmp_path / "state.db")
        with command("--port", "0", "--database", database) as process:
            acknowledged, unanswered = asyncio.run(sign_ups(first_line(process), process.pid))
            assert process.wait(30) == -signal.SIGKILL
        assert len(acknowledged) >= ENOUGH
        assert unanswered
        with running(Settings(port=0, database=database, objects=tmp_path / "objects")) as server:
            tables = server.snapshot()["tables"]
            caller = Caller(server, http)
            there = {each["login"]: each for each in tables["users"]}
            assert there.keys() >= set(acknowledged)
            for login, user in there.items():  # also those whose answers did not arrive
                tags = [
                    each["tag"] for each in tables["user_tags"] if each["user_id"] == user["id"]
                ]
                assert sorted(tags) == sorted(user["user_tags"].split(",")) == ["all", login]
                signed_in: dict[str, Any] = caller.signed_in(login).user()
                assert signed_in["id"] == user["id"]
