"""The command `connectycube-mock`, also `python -m mock_server`."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mock_server.server import RunningServer, run_loop, serve
from mock_server.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT.

    Args:
        arguments: The command line's arguments; the process's own if None.

    Returns:
        The exit status.
    """
    try:
        settings = _settings(arguments)
        run_loop(_serve(settings))
    except (OSError, ValueError) as error:
        print(f"connectycube-mock: {error}", file=sys.stderr)
        return 1
    return 0


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(settings, stop=stop, started=_announce)


def _announce(server: RunningServer) -> None:
    print(*filter(None, (server.base_url, server.ca_path)), sep="\n", flush=True)


def _settings(arguments: Sequence[str] | None) -> Settings:
    default = Settings()
    parser = argparse.ArgumentParser(
        prog="connectycube-mock",
        description="Serve a ConnectyCube that lives on this machine. The first line printed is"
        " its base URL, the second one with --tls the file of the certificate to trust.",
    )
    parser.add_argument("--host", default=default.host, help="loopback address (%(default)s)")
    parser.add_argument(
        "--port", type=int, default=default.port, help="0 picks a free one (%(default)s)"
    )
    parser.add_argument("--store-port", type=int, help="the object store's own port; 0 picks one")
    parser.add_argument("--tls", action="store_true", help="serve https, with a new certificate")
    parser.add_argument(
        "--tls-ca", type=Path, help="write the certificate to trust to this file, and leave it"
    )
    parser.add_argument("--database", type=Path, help="SQLite file; without it, memory")
    parser.add_argument("--app-id", type=int, default=default.app_id, help="(%(default)s)")
    parser.add_argument("--auth-key", default=default.auth_key, help="(%(default)s)")
    parser.add_argument("--auth-secret", default=default.auth_secret, help="(%(default)s)")
    parser.add_argument("--seed", type=int, help="make ids and tokens the same each time")
    parser.add_argument("--seed-file", type=Path, help="snapshot to start with, and to reset to")
    return replace(default, **vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
