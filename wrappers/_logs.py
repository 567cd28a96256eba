"""What is logged, and keeping secrets out of it: out of our own logs and the HTTP library's below.

Every request is one line at DEBUG under the logger ``wrappers``: its method, the template of its
path (no id, no name of a file, no query), the status or the kind of failure, how long it took and
which attempt it was. Whatever else is logged there passes the same filter as the library's.

httpx2 logs every URL at INFO and httpcore2 the answers' headers at DEBUG; the signed address of
a download would stand in both. The filter here masks the values of secret parameters and headers
in those records; it changes nothing else about logging.
"""

from __future__ import annotations

import logging
import re
import time
from typing import Final
from urllib.parse import urlsplit

from generated_client import Request

logger = logging.getLogger("wrappers")
"""The package's own logger."""

_FIXED: Final = frozenset(
    {
        *("session", "login", "users", "v2", "external", "online", "password", "reset", "phone"),
        *("by_login", "by_email", "by_phone", "by_facebook_id", "by_twitter_id"),
        *("by_full_name", "by_tags", "blobs", "complete", "download", "object"),
    }
)
"""The parts of the contract's paths that are no parameters."""

_SECRET: Final = re.compile(
    r"""((?:token|signature|credential|policy|password|secret|auth_key)=)[^&\s"'\\]+""",
    re.IGNORECASE,
)

_LIBRARY_LOGGERS: Final = (
    "httpx2",
    "httpcore2.connection",
    "httpcore2.http11",
    "httpcore2.http2",
    "httpcore2.proxy",
    "httpcore2.socks",
)


def masked(text: str) -> str:
    """Mask the values of parameters that are secret.

    Args:
        text: Any text, such as a URL.

    Returns:
        The text with ``***`` in place of each secret value.
    """
    return _SECRET.sub(r"\1***", text)


class _Masking(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        clean = masked(text)
        if clean != text:
            record.msg, record.args = clean, ()
        return True


_masking = _Masking()
logger.addFilter(_masking)


def described(request: Request) -> str:
    """Name a request for logs.

    Args:
        request: Any request.

    Returns:
        Such as ``"GET /users/{id}"``; of another host's address no more than the host.
    """
    if request.is_absolute:
        parts = urlsplit(request.safe_url)
        return f"{request.method} {parts.scheme}://{parts.netloc}/{{object}}"
    parts_of_path = request.safe_url.split("/")[1:]
    template = "/".join(part if part in _FIXED else "{id}" for part in parts_of_path)
    return f"{request.method} /{template}"


class Attempt:
    """One attempt of a request, from its sending to what came of it.

    Args:
        request: What is sent.
        number: Which attempt it is, from 1.
    """

    __slots__ = ("_began", "_number", "_request")

    def __init__(self, request: Request, number: int) -> None:
        self._request = request
        self._number = number
        # Nobody pays for lines that nobody reads.
        self._began = time.monotonic() if logger.isEnabledFor(logging.DEBUG) else None

    def ended(self, outcome: int | Exception) -> None:
        """Log what came of it.

        Args:
            outcome: The answer's status, or the failure, of which the kind alone is told.
        """
        if self._began is None:
            return
        came = outcome if isinstance(outcome, int) else type(outcome).__name__
        milliseconds = (time.monotonic() - self._began) * 1000
        logger.debug(
            "%s: %s in %.1f ms, attempt %d",
            described(self._request),
            came,
            milliseconds,
            self._number,
        )


def mask_library_logs() -> None:
    """Put the filter on the HTTP library's loggers; doing so again changes nothing."""
    for name in _LIBRARY_LOGGERS:
        logging.getLogger(name).addFilter(_masking)
