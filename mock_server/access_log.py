"""The access log: one line for each request, and never a secret."""

from __future__ import annotations

import logging
import time
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.journal import ENTRY, Entry

logger = logging.getLogger("mock_server.access")


def log_to_stderr(level: int | str) -> None:
    """Log what this server says, and no library's lines: they know nothing of secrets.

    Args:
        level: The least level of its lines.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for name, least in (("mock_server", level), ("uvicorn.error", "WARNING")):
        named = logging.getLogger(name)
        named.handlers = [handler]
        named.setLevel(least)


def logged(app: ASGIApp) -> ASGIApp:
    """Log the requests of an app at INFO, as the answer of each ends.

    Args:
        app: The app.

    Returns:
        The same app, telling.
    """

    async def telling(scope: Scope, receive: Receive, send: Send) -> None:
        if not logger.isEnabledFor(logging.INFO):
            await app(scope, receive, send)
            return
        began = time.perf_counter()
        status: int | None = None
        told = False

        def tell() -> None:
            nonlocal told
            if not told:
                told = True
                entry: Entry = scope.get(ENTRY) or Entry(scope["method"], quote(scope["path"]))
                logger.info("%s", _line(entry, status, (time.perf_counter() - began) * 1000))

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif not message.get("more_body"):
                tell()  # before the end: whoever has the whole answer finds its line
            await send(message)

        try:
            await app(scope, receive, noting)
        finally:
            tell()

    return telling


def _line(entry: Entry, status: int | None, milliseconds: float) -> str:
    told = entry.told()
    parts = [told["method"], told["path"], status or "-", f"{milliseconds:.1f}ms"]
    parts += [f"{name}={told[name]}" for name in ("app_id", "operation") if told.get(name)]
    if told["fault"]:
        parts.append(f"fault={','.join(told['fault'])}")
    if told["why"]:
        parts.append(f"why={told['why']!r}")
    return " ".join(map(str, parts))
