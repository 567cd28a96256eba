"""A program that is several processes, each with a client of its own, all of one user.

It is told what to do as JSON in its only argument. Its first line names the processes; each
further one tells what one of them got. Being forked from one process, they share its imports.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from importlib import import_module
from typing import TypedDict

from wrappers import (
    AsyncConnectyCube,
    AsyncRedisSessionStore,
    ConnectyCube,
    ConnectyCubeError,
    FileSessionStore,
    Password,
    RedisSessionStore,
    Session,
)


class Orders(TypedDict):
    """What to do."""

    kind: str
    place: str
    lease: float
    base_url: str
    login: str
    members: int
    tasks: bool


class Result(TypedDict):
    """What a process got."""

    token: str | None
    user: int | None
    error: str | None


class Options(TypedDict):
    """What a member's client is told."""

    app_id: int
    auth_key: str
    base_url: str
    retries: int
    timeout: float


def options(orders: Orders) -> Options:
    return {
        "app_id": 1,
        "auth_key": "dev-auth-key",
        "base_url": orders["base_url"],
        "retries": 0,
        "timeout": 30.0,
    }


def in_threads(orders: Orders, user: Password) -> Session:
    place, lease = orders["place"], orders["lease"]
    store = (
        FileSessionStore(place)
        if orders["kind"] == "file"
        else RedisSessionStore(place, lease=lease, timeout=lease / 2)
    )
    with ConnectyCube(**options(orders), store=store) as cube:
        return cube.as_user(user).get_session()


async def in_tasks(orders: Orders, user: Password) -> Session:
    place, lease = orders["place"], orders["lease"]
    store = (
        FileSessionStore(place)
        if orders["kind"] == "file"
        else AsyncRedisSessionStore(place, lease=lease, timeout=lease / 2)
    )
    async with AsyncConnectyCube(**options(orders), store=store) as cube:
        session = await cube.as_user(user).get_session()
    if isinstance(store, AsyncRedisSessionStore):
        await store.aclose()
    return session


def member(orders: Orders, number: int, start: int) -> Result:
    user = Password(login=orders["login"], password="42424242")
    os.read(start, 1)
    try:
        if orders["tasks"] and number % 2:
            session = asyncio.run(in_tasks(orders, user))
        else:
            session = in_threads(orders, user)
    except ConnectyCubeError as error:
        return {"token": None, "user": None, "error": type(error).__name__}
    return {"token": session.token, "user": session.user_id, "error": None}


def main(orders: Orders) -> None:
    for name in ("anyio._backends._asyncio", "httpcore2"):
        import_module(name)  # else each process would do so by itself
    # All start when all are there.
    start, signal = os.pipe()
    processes: list[int] = []
    for number in range(orders["members"]):
        process = os.fork()
        if not process:
            os.close(signal)
            line = json.dumps(member(orders, number, start)) + "\n"
            os.write(sys.stdout.fileno(), line.encode())
            os._exit(0)
        processes.append(process)
    os.write(sys.stdout.fileno(), (json.dumps(processes) + "\n").encode())
    os.close(start)
    os.write(signal, b"!" * orders["members"])
    os.close(signal)
    for process in processes:
        os.waitpid(process, 0)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
