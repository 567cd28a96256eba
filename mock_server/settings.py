"""What a mock server is told before it starts."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mock_server.providers import FirebaseProject, IdentityProvider, ProviderAccount


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one mock server; every one has a default that works for development.

    Attributes:
        host: The loopback address to listen on.
        port: The port to listen on; 0 picks a free one.
        store_port: The object store's own port (0 picks a free one); None mounts it on `port`.
        tls: Whether to serve over TLS, with a certificate made on the spot.
        tls_ca: The file that is to hold what clients must trust then; None makes a temporary one.
        database: The SQLite file that keeps the state; None keeps it in memory.
        objects: The folder of uploaded bytes. None: beside `database`, or a temporary folder.
        app_id: The id of the one app served.
        auth_key: The app's auth key.
        auth_secret: The app's auth secret, which signs session requests.
        store_secret: The secret that signs upload forms and download links.
        create_users_on_session: Whether a session for an unknown login or e-mail creates that
            user (the service's default) or is refused with 404 (its recommended setting).
        list_users_v1: Whether the first version's list of users may be called.
        reset_password_by_email: Whether a password reset may be requested.
        identity_provider: Who is asked when somebody signs in by login; None for the app itself.
        identity_provider_hosts: The hosts that may be asked besides those on loopback.
        seed: Makes ids and tokens the same each time; None for ones that nobody can guess.
        seed_file: A snapshot that an empty server starts with, and returns to when reset.
        firebase_projects: The Firebase projects whose tokens are believed, by their ids.
        facebook_accounts: The Facebook accounts that may sign in.
        twitter_accounts: The Twitter accounts that may sign in.
        validate_responses: Whether every answer is checked against the contract before it is
            sent; one that breaks it becomes a loud 500. For tests of the mock itself.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    store_port: int | None = None
    tls: bool = False
    tls_ca: Path | None = None
    database: Path | None = None
    objects: Path | None = None
    app_id: int = 1
    auth_key: str = field(default="dev-auth-key", repr=False)
    auth_secret: str = field(default="dev-auth-secret", repr=False)
    store_secret: str = field(default="dev-store-secret", repr=False)
    create_users_on_session: bool = True
    list_users_v1: bool = True
    reset_password_by_email: bool = True
    identity_provider: IdentityProvider | None = None
    identity_provider_hosts: frozenset[str] = frozenset()
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
        if not is_loopback(self.host):
            raise ValueError(
                f"the mock server listens on loopback addresses only, not on {self.host!r}"
            )
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
        host = "localhost" if self.identity_provider is None else self.identity_provider.host
        if not is_loopback(host) and host not in self.identity_provider_hosts:
            raise ValueError(f"the host {host!r} is not among identity_provider_hosts")


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
