"""Which library sends requests: httpx2, or pyreqwest where it is installed and does the same."""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib.util import find_spec
from typing import Final, Literal, get_args

from ._errors import ConfigurationError

Library = Literal["httpx2", "pyreqwest"]
"""The libraries that requests can be sent with."""

_CERTIFICATES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def chosen(wanted: Library | None, *, has_client: bool) -> Library:
    """Choose.

    Proxies and certificates that the environment names are httpx2's: it is the one that reads them
    as they were meant for it.

    Args:
        wanted: What the caller asks for; None for the fastest that will do.
        has_client: Whether the caller gave a client of httpx2.

    Returns:
        The library.

    Raises:
        ConfigurationError: If the caller's wish cannot be granted.
    """
    if wanted is not None and wanted not in get_args(Library):
        raise ConfigurationError("the transport must be 'httpx2' or 'pyreqwest'")
    if wanted == "pyreqwest":
        if has_client:
            raise ConfigurationError("an http_client is httpx2's: it cannot go with pyreqwest")
        if not _is_installed():
            raise ConfigurationError(
                "pyreqwest is not installed: pip install 'connectycube-python[fast]'"
            )
    if wanted is not None:
        return wanted
    if has_client or not _is_installed() or _environment_decides():
        return "httpx2"
    return "pyreqwest"


@cache
def _is_installed() -> bool:
    return find_spec("pyreqwest") is not None


def names_proxies() -> bool:
    """Tell whether the environment, or on macOS and Windows the system, names a proxy.

    Returns:
        True if it does; exceptions alone, as in ``NO_PROXY``, name none.
    """
    from urllib.request import getproxies  # noqa: PLC0415 (half of httpx2's import)

    return bool(getproxies().keys() - {"no"})


def _environment_decides() -> bool:
    if any(os.environ.get(name) for name in _CERTIFICATES):
        return True
    if sys.platform in ("darwin", "win32"):
        return names_proxies()
    names = (name.lower() for name, value in os.environ.items() if value)
    return any(name.endswith("_proxy") and name != "no_proxy" for name in names)
