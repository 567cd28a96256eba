"""Keeping secrets out of logs, our own and those of the HTTP library below us.

httpx2 logs every URL at INFO and httpcore2 the answers' headers at DEBUG; the signed address of
a download would stand in both. The filter here masks the values of secret parameters and headers
in those records; it changes nothing else about logging.
"""

from __future__ import annotations

import logging
import re
from typing import Final

logger = logging.getLogger("wrappers")
"""The package's own logger."""

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


def mask_library_logs() -> None:
    """Put the filter on the HTTP library's loggers; doing so again changes nothing."""
    for name in _LIBRARY_LOGGERS:
        logging.getLogger(name).addFilter(_masking)
