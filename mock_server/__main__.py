"""The command `connectycube-mock`, also `python -m mock_server`."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mock_server.access_log import log_to_stderr
from mock_server.control import KEY_HEADER
from mock_server.server import RunningServer, run_loop, serve
from mock_server.settings import Settings
from mock_server.workers import serve_by_workers

KEY_VARIABLE = "CONNECTYCUBE_MOCK_CONTROL_KEY"


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT.

    Args:
        arguments: The command line's arguments; the process's own if None.

    Returns:
        The exit status: 2 if it could not start, and one line on stderr said why.
    """
    try:
        settings = _settings(arguments)
        if settings.workers > 1:
            serve_by_workers(settings, lambda place: _announce(place.urls[0], place.ca_path))
        else:
            run_loop(_serve(settings))
    except (OSError, RuntimeError, ValueError) as error:
        print(f"connectycube-mock: {error}", file=sys.stderr)
        return 2
    return 0


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(settings, stop=stop, started=_started)


def _started(server: RunningServer) -> None:
    _announce(server.base_url, server.ca_path)


def _announce(base_url: str, ca_path: Path | None) -> None:
    print(*filter(None, (base_url, ca_path)), sep="\n", flush=True)


def _settings(arguments: Sequence[str] | None) -> Settings:
    default = Settings()
    parser = argparse.ArgumentParser(
        prog="connectycube-mock",
        description="Serve a ConnectyCube that lives on this machine. The first line printed is"
        " its base URL, the second one with --tls the file of the certificate to trust.",
    )
    parser.add_argument("--host", default=default.host, help="address to listen on (%(default)s)")
    parser.add_argument(
        "--allow-remote",
        action="store_true",
        help="let other machines in, by a host other than loopback; needs a control key",
    )
    parser.add_argument(
        "--control-key",
        default=os.environ.get(KEY_VARIABLE) or None,
        help=f"what the control API wants in the header {KEY_HEADER}; better in {KEY_VARIABLE},"
        " which other users of the machine cannot see",
    )
    parser.add_argument(
        "--log-level",
        choices=("debug", "info", "warning", "error"),
        default="warning",
        help="info logs each request in one line, to stderr (%(default)s)",
    )
    parser.add_argument(
        "--port", type=int, default=default.port, help="0 picks a free one (%(default)s)"
    )
    parser.add_argument("--store-port", type=int, help="the object store's own port; 0 picks one")
    parser.add_argument("--tls", action="store_true", help="serve https, with a new certificate")
    parser.add_argument(
        "--tls-ca", type=Path, help="write the certificate to trust to this file, and leave it"
    )
    parser.add_argument(
        "--database", help="SQLite file, or the URL of a PostgreSQL database; without it, memory"
    )
    parser.add_argument(
        "--workers", type=int, default=default.workers, help="so many processes (%(default)s)"
    )
    parser.add_argument("--objects", type=Path, help="folder of the uploaded files")
    parser.add_argument("--app-id", type=int, default=default.app_id, help="(%(default)s)")
    parser.add_argument("--auth-key", default=default.auth_key, help="(%(default)s)")
    parser.add_argument("--auth-secret", default=default.auth_secret, help="(%(default)s)")
    parser.add_argument("--seed", type=int, help="make ids and tokens the same each time")
    parser.add_argument(
        "--seed-file",
        type=Path,
        help="state to start with, and to reset to: a snapshot, or a YAML file",
    )
    given = vars(parser.parse_args(arguments))
    log_to_stderr(given.pop("log_level").upper())
    return replace(default, **given)


if __name__ == "__main__":
    sys.exit(main())
