"""A program that uses a client, forks, and uses it again in the child.

It is told the case, the server's address and a folder; the child says what it got, and how long
that took, as one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from wrappers import (
    AsyncConnectyCube,
    ConnectyCube,
    FileSessionStore,
    Guest,
    MemorySessionStore,
    Password,
    SessionStore,
)

USER = Password(login="forked-user", password="42424242")
CALLS = 20


def client(base_url: str, store: SessionStore | None = None) -> ConnectyCube:
    app = ConnectyCube(app_id=1, auth_key="dev-auth-key", base_url=base_url, store=store)
    return app.as_user(USER)


def in_child(work: Callable[[], object]) -> int:
    """Do something in a child, and tell how that went."""
    process = os.fork()
    if not process:
        started = time.monotonic()
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 (told to the test)
            result = f"{type(error).__name__}: {error}"
        told = json.dumps({"result": result, "seconds": time.monotonic() - started})
        os.write(sys.stdout.fileno(), f"{told}\n".encode())
        os._exit(0)
    return process


def in_turns(cube: ConnectyCube, user: int) -> bool:
    """Ask for one user many times; an answer to somebody else's request would be seen."""
    return {cube.users.get(user).id for _ in range(CALLS)} == {user}


def used(base_url: str, _: str) -> None:
    cube = client(base_url)
    one = cube.get_session().user_id
    two = cube.as_user(Guest("forked guest")).get_session().user_id
    assert one is not None
    assert two is not None
    process = in_child(lambda: in_turns(cube, one))
    ours = in_turns(cube, two)
    os.waitpid(process, 0)
    assert ours


def used_in_tasks(base_url: str, _: str) -> None:
    app = AsyncConnectyCube(app_id=1, auth_key="dev-auth-key", base_url=base_url)
    cube = app.as_user(USER)

    async def get() -> int | None:
        return (await cube.get_session()).user_id

    user = asyncio.run(get())
    os.waitpid(in_child(lambda: asyncio.run(get()) == user), 0)
    assert asyncio.run(get()) == user


def locked(base_url: str, _: str) -> None:
    """Another thread holds the locks at the moment of the fork."""
    store = MemorySessionStore()
    cube = client(base_url, store)
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        core = cube._core
        with core.sessions.state._lock, core.saving, store._lock:
            held.set()
            free.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    process = in_child(lambda: cube.users.update(custom_data="forked").custom_data == "forked")
    os.waitpid(process, 0)
    free.set()
    holder.join()


def leading(base_url: str, folder: str, store: SessionStore | None = None) -> None:
    """Another thread makes the session at the moment of the fork."""
    cube = client(base_url, store)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(cube.get_session)
        _wait_for(folder)
        process = in_child(lambda: cube.get_session().user_id is not None)
        os.waitpid(process, 0)
        os.kill(os.getpid(), signal.SIGKILL)


def leading_with_files(base_url: str, folder: str) -> None:
    """As before; the child must not keep its parent's lead, when that dies, by having a copy."""
    cube = client(base_url, FileSessionStore(folder))
    parent = os.getpid()

    def orphaned() -> bool:
        while os.getppid() == parent:
            time.sleep(0.01)
        return cube.get_session().user_id is not None

    with ThreadPoolExecutor(1) as pool:
        pool.submit(cube.get_session)
        _wait_for(folder)
        in_child(orphaned)
        os.kill(parent, signal.SIGKILL)


def _wait_for(folder: str) -> None:
    while not os.path.exists(f"{folder}/leading"):  # noqa: PTH110 (nothing else of it is needed)
        time.sleep(0.01)


if __name__ == "__main__":
    case, address, place = sys.argv[1:]
    if case == "leading_in_memory":
        leading(address, place, MemorySessionStore())
    else:
        globals()[case](address, place)
