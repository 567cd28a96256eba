"""Which application, where, with which keys: from arguments or from the environment."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from attrs import field, frozen

from ._errors import ConfigurationError

DEFAULT_BASE_URL: Final = "https://api.connectycube.com"


def _masked(value: object) -> str:
    return "None" if value is None else "***"


@frozen(kw_only=True)
class Application:
    """An application as its owner sees it in the admin panel.

    Attributes:
        app_id: Application id.
        auth_key: Authorization key; hidden in ``repr``.
        auth_secret: Authorization secret; hidden in ``repr``. When present, session requests are
            signed with it.
        base_url: The API's address, without a slash at its end.
    """

    app_id: int
    auth_key: str = field(repr=_masked)
    auth_secret: str | None = field(default=None, repr=_masked)
    base_url: str = DEFAULT_BASE_URL


def application(
    *,
    app_id: int | str | None = None,
    auth_key: str | None = None,
    auth_secret: str | None = None,
    base_url: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Application:
    """Settle the configuration: arguments win over the environment.

    Args:
        app_id: Application id; else ``CONNECTYCUBE_APP_ID``.
        auth_key: Authorization key; else ``CONNECTYCUBE_AUTH_KEY``.
        auth_secret: Authorization secret; else ``CONNECTYCUBE_AUTH_SECRET``; may be missing.
        base_url: The API's address; else ``CONNECTYCUBE_BASE_URL``; else the public service's.
        environment: Where the variables are looked up; the process's own when left out.

    Returns:
        The checked configuration.

    Raises:
        ConfigurationError: If something is missing or malformed. No value of a key is shown.
    """
    variables = os.environ if environment is None else environment

    def settled(argument: str | None, variable: str) -> str | None:
        # An empty variable counts as absent: that is how shells and CI systems unset one.
        return argument if argument is not None else variables.get(variable) or None

    wanted_id = settled(None if app_id is None else str(app_id), "CONNECTYCUBE_APP_ID")
    wanted_key = settled(auth_key, "CONNECTYCUBE_AUTH_KEY")
    if wanted_id is None:
        raise ConfigurationError("no application id: give app_id or set CONNECTYCUBE_APP_ID")
    if not (wanted_id.isascii() and wanted_id.isdigit() and len(wanted_id) < 20):
        raise ConfigurationError("the application id is not a number")
    if wanted_key is None:
        raise ConfigurationError("no auth key: give auth_key or set CONNECTYCUBE_AUTH_KEY")
    return Application(
        app_id=int(wanted_id),
        auth_key=wanted_key,
        auth_secret=settled(auth_secret, "CONNECTYCUBE_AUTH_SECRET"),
        base_url=_checked_url(settled(base_url, "CONNECTYCUBE_BASE_URL") or DEFAULT_BASE_URL),
    )


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port  # reading it is what checks it
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0
    except ValueError:
        usable = False
    else:
        usable = usable and "@" not in parts.netloc and not parts.query and not parts.fragment
    if not (usable and url.isascii() and url.isprintable() and " " not in url):
        # The address is not repeated: a mistaken one may have a password in it.
        raise ConfigurationError(
            "the base URL must be like https://api.connectycube.com, without user or query"
        )
    return url.rstrip("/")


def checked_timeout(seconds: float) -> float:
    """Refuse a timeout that is none: waiting for ever is never the default of a service's client.

    Args:
        seconds: What the caller asked for.

    Returns:
        The same.

    Raises:
        ConfigurationError: If it is not a positive, finite number.
    """
    if not (seconds > 0 and math.isfinite(seconds)):
        raise ConfigurationError("the timeout must be a positive, finite number of seconds")
    return seconds
