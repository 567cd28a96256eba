"""How thorough and how gentle a run is: at every push, at night, or on a live server."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from contract_tests.server import is_loopback

PRODUCTION_HOST = "api.connectycube.com"
RATE_VARIABLE = "CONTRACT_TESTS_RATE"


class RefusedProfileError(Exception):
    """The profile and the server do not go together."""


@dataclass(frozen=True)
class Profile:
    """One way to run the suite.

    Attributes:
        name: Its name, for `--profile`.
        thoroughness: How many times as many generated examples as at a push.
        requests_per_second: How fast it may ask; None as fast as it can.
    """

    name: str
    thoroughness: int = 1
    requests_per_second: float | None = None

    @property
    def is_live(self) -> bool:
        """Whether people other than us may be on the server."""
        return self.name == "live"


PROFILES = {
    profile.name: profile
    for profile in (Profile("gate"), Profile("nightly", thoroughness=10), Profile("live", 1, 4.0))
}


def choose(name: str | None, base_url: str, *, production: bool) -> Profile:
    """Choose the profile of a run.

    Args:
        name: What the command line asks for, if anything.
        base_url: The named server's address; empty when the suite starts its own.
        production: Whether the command line allows the production host.

    Returns:
        The profile: `live` for every host that is not this machine, whatever was asked for.

    Raises:
        RefusedProfileError: The production host without its flag, or `live` without a server.
    """
    is_elsewhere = bool(base_url) and not is_loopback(base_url)
    profile = PROFILES["live" if is_elsewhere else name or "gate"]
    if profile.is_live and not base_url:
        raise RefusedProfileError("the live profile needs a server: set CONNECTYCUBE_BASE_URL")
    if PRODUCTION_HOST in base_url and not production:
        raise RefusedProfileError(
            f"{PRODUCTION_HOST} is production: --production says that this is meant"
        )
    return profile


def rate(profile: Profile, environment: Mapping[str, str] = os.environ) -> float | None:
    """Tell how many requests a second a run may send.

    Args:
        profile: The profile.
        environment: Usually `os.environ`; a rate in it wins over the profile's.

    Returns:
        The rate, None for as many as there are.
    """
    named = environment.get(RATE_VARIABLE, "")
    return float(named) if named and profile.is_live else profile.requests_per_second
