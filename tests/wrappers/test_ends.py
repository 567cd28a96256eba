"""A program may end right after its last answer."""

from __future__ import annotations

import subprocess
import sys

from tests.wrappers.stub import Reply, StubServer

PROGRAM = """
import asyncio, sys
from pyreqwest.client import ClientBuilder
import wrappers._pyreqwest

async def main():
    client = ClientBuilder().build()
    async def ask():
        for _ in range(5):
            request = client.get(sys.argv[1]).build_streamed()
            answer = await request.__aenter__()
            await answer.bytes()
            await request.__aexit__(None, None, None)
    await asyncio.gather(*(ask() for _ in range(64)))

asyncio.run(main())
"""


def test_no_thread_of_pyreqwest_aborts_a_program_at_its_end(stub: StubServer) -> None:
    stub.always("GET", "/x", Reply(200, {}))
    # Left alone, the library aborts about every fifth of such programs.
    for _ in range(6):
        command = [sys.executable, "-c", PROGRAM, f"{stub.base_url}/x"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
