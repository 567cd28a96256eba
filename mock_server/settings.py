"""What a mock server is told before it starts."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mock_server.providers import FirebaseProject, IdentityProvider, ProviderAccount

LARGEST_FILE = 100 * 1024 * 1024
"""The service's own limit, in bytes."""
_KEY = re.compile("[!-~]{8,200}")


@dataclass(frozen=True, kw_only=True)
class RateLimit:
    """How often an app may call.

    Attributes:
        requests: So many requests are answered
        seconds: in so many seconds by the server's clock; further ones are refused with 429.
    """

    requests: int
    seconds: int

    def __post_init__(self) -> None:
        """Refuse what limits nothing, or everything."""
        if self.requests < 1 or self.seconds < 1:
            raise ValueError("a rate limit needs at least one request and one second")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one mock server; every one has a default that works for development.

    Those of the app are what it starts with. A database that knows the app keeps its settings from
    then on (its keys aside), and further apps come by the control API.

    Attributes:
        host: The address to listen on: a loopback one, unless `allow_remote`.
        allow_remote: Whether other machines may call. The control API needs a key then.
        control_key: What each request of the control API must bring in the header
            `Mock-Control-Key`; None demands nothing.
        port: The port to listen on; 0 picks a free one.
        store_port: The object store's own port (0 picks a free one); None mounts it on `port`.
        tls: Whether to serve over TLS, with a certificate made on the spot.
        tls_ca: The file that is to hold what clients must trust then; None makes a temporary one.
        database: Where the state is kept: the path or `sqlite:` URL of a file, or the
            `postgresql:` URL of a database for this server alone; None keeps it in memory.
        objects: The folder of uploaded bytes. None: beside a file's `database`, or a temporary
            folder.
        workers: How many processes serve; several need a `database`. The command starts them.
        app_id: The id of the app that the server starts with.
        auth_key: The app's auth key.
        auth_secret: The app's auth secret, which signs session requests.
        store_secret: The secret that signs upload forms and download links.
        create_users_on_session: Whether a session for an unknown login or e-mail creates that
            user (the service's default) or is refused with 404 (its recommended setting).
        list_users_v1: Whether the first version's list of users may be called.
        reset_password_by_email: Whether a password reset may be requested.
        identity_provider: Who is asked when somebody signs in by login; None for the app itself.
        identity_provider_hosts: The hosts that may be asked besides those on loopback.
        rate_limit: How often the app may call; None for no limit.
        largest_file: The size in bytes that a file may have.
        session_lifetime: After how many seconds without a request a session ends.
        seed: Makes ids and tokens the same each time; None for ones that nobody can guess.
        seed_file: What an empty server starts with, and returns to when reset: a snapshot, or a
            YAML or JSON file written by hand, by `Seed` in the control API's document.
        firebase_projects: The Firebase projects whose tokens are believed, by their ids.
        facebook_accounts: The Facebook accounts that may sign in.
        twitter_accounts: The Twitter accounts that may sign in.
        validate_responses: Whether every answer is checked against the contract before it is
            sent; one that breaks it becomes a loud 500. For tests of the mock itself.
    """

    host: str = "127.0.0.1"
    allow_remote: bool = False
    control_key: str | None = field(default=None, repr=False)
    port: int = 8080
    store_port: int | None = None
    tls: bool = False
    tls_ca: Path | None = None
    database: Path | str | None = field(default=None, repr=False)  # a URL may hold a password
    objects: Path | None = None
    workers: int = 1
    app_id: int = 1
    auth_key: str = field(default="dev-auth-key", repr=False)
    auth_secret: str = field(default="dev-auth-secret", repr=False)
    store_secret: str = field(default="dev-store-secret", repr=False)
    create_users_on_session: bool = True
    list_users_v1: bool = True
    reset_password_by_email: bool = True
    identity_provider: IdentityProvider | None = None
    identity_provider_hosts: frozenset[str] = frozenset()
    rate_limit: RateLimit | None = None
    largest_file: int = LARGEST_FILE
    session_lifetime: int = 7200
    seed: int | None = None
    seed_file: Path | None = None
    firebase_projects: Mapping[str, FirebaseProject] = field(
        default_factory=dict[str, FirebaseProject]
    )
    facebook_accounts: Sequence[ProviderAccount] = ()
    twitter_accounts: Sequence[ProviderAccount] = ()
    validate_responses: bool = False

    def __post_init__(self) -> None:
        """Refuse what could not work or would open the server to the network."""
        self._check_who_may_call()
        for port in (self.port, self.store_port):
            if port is not None and not 0 <= port <= 65535:
                raise ValueError(f"{port} is not a port")
        if self.tls_ca is not None and not self.tls:
            raise ValueError("a file for the certificate to trust needs TLS")
        if not 1 <= self.app_id < 2**63:
            raise ValueError(f"{self.app_id} is not an app id")
        if self.seed is not None and self.database is not None:
            raise ValueError("a seed would give the tokens in the database again: use memory")
        if not (self.auth_key and self.auth_secret and self.store_secret):
            raise ValueError("auth key and secrets must not be empty")
        if not 1 <= self.largest_file <= LARGEST_FILE:
            raise ValueError(f"a file has 1 to {LARGEST_FILE} bytes")
        if not 1 <= self.session_lifetime <= 10**9:
            raise ValueError("a session lives from 1 to 1,000,000,000 seconds")
        if self.workers < 1 or (self.workers > 1 and self.database is None):
            raise ValueError("several workers need a database that they share")
        if self.workers > 1 and self.seed is not None:
            raise ValueError("several workers draw in no certain order: a seed needs one worker")
        self.check_provider(self.identity_provider)

    def check_provider(self, provider: IdentityProvider | None) -> None:
        """Refuse an identity provider that must not be asked.

        Args:
            provider: The provider of any app.

        Raises:
            ValueError: Its host is neither on loopback nor allowed.
        """
        host = "localhost" if provider is None else provider.host
        if not is_loopback(host) and host not in self.identity_provider_hosts:
            raise ValueError(f"the host {host!r} is not among identity_provider_hosts")

    def _check_who_may_call(self) -> None:
        if not (is_loopback(self.host) or self.allow_remote):
            raise ValueError(
                f"{self.host!r} is no loopback address: other machines are let in by"
                " --allow-remote (allow_remote), with a control key"
            )
        if self.allow_remote and self.control_key is None:
            raise ValueError("other machines are let in with a control key only")
        if self.control_key is not None and not _KEY.fullmatch(self.control_key):
            raise ValueError("the control key must be 8 to 200 ASCII characters without spaces")


def is_loopback(host: str) -> bool:
    """Tell whether `host` names this machine and nothing else.

    Args:
        host: A host name or an IP address.

    Returns:
        True for `localhost` and the loopback addresses of IPv4 and IPv6.
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
