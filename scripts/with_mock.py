"""Run a command against a mock server of its own: ``python scripts/with_mock.py -- COMMAND ...``.

The server is started on a free port of the loopback interface, the command finds it through the
``CONNECTYCUBE_*`` variables, and the server is stopped by its own process when the command is done.
The exit status is the command's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

_STOP_SECONDS = 10
_APPLICATION = {
    "CONNECTYCUBE_APP_ID": "1",
    "CONNECTYCUBE_AUTH_KEY": "dev-auth-key",
    "CONNECTYCUBE_AUTH_SECRET": "dev-auth-secret",
}


def main() -> int:
    """Start the server, run the command given after ``--``, stop the server."""
    command = sys.argv[1:]
    if command[:1] == ["--"]:
        command = command[1:]
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    # A polite end of this process is an ordinary exit, so that the server never outlives it.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    server = _start()
    try:
        address = _first_line(server)
        if not address:
            print("the mock server ended before it said its address", file=sys.stderr)
            return 1
        print(f"mock server: {address} (process {server.pid})", flush=True)
        environment = os.environ | _APPLICATION | {"CONNECTYCUBE_BASE_URL": address}
        return subprocess.run(command, env=environment, check=False).returncode
    finally:
        _stop(server)


def _start() -> subprocess.Popen[str]:
    application = [
        *("--app-id", _APPLICATION["CONNECTYCUBE_APP_ID"]),
        *("--auth-key", _APPLICATION["CONNECTYCUBE_AUTH_KEY"]),
        *("--auth-secret", _APPLICATION["CONNECTYCUBE_AUTH_SECRET"]),
    ]
    # Its own group, so that the Ctrl-C that ends the command leaves the stopping to us.
    return subprocess.Popen(
        [sys.executable, "-m", "mock_server", "--host", "127.0.0.1", "--port", "0", *application],
        cwd=Path(__file__).resolve().parent.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _first_line(server: subprocess.Popen[str]) -> str:
    """Read the base URL, which the server prints once it listens; let the rest run off."""
    if server.stdout is None:
        raise AssertionError("started with a pipe")
    line = server.stdout.readline().strip()
    # A full pipe would stop the server in the middle of a request.
    threading.Thread(target=server.stdout.read, daemon=True).start()
    return line


def _stop(server: subprocess.Popen[str]) -> None:
    server.terminate()
    try:
        server.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
