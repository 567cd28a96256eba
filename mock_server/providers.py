"""Who vouches for users in the app's place: whom to ask, and whom to believe."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

MAPPED = frozenset({"uid", "email", "full_name", "avatar"})
"""What an identity provider may tell about a user."""


@dataclass(frozen=True, kw_only=True)
class IdentityProvider:
    """A custom identity provider.

    Attributes:
        url: What is called. Only loopback hosts are, and those that the server's settings allow.
        request: What is sent, by name; `#{login}` and `#{password}` stand for what the user gave.
        response: What is read from the JSON answered: `uid`, perhaps `email`, `full_name` and
            `avatar`; `#{user.id}` stands for the value at that path.
        method: `GET`, with `request` in the query, or `POST`, with `request` as JSON.
        timeout: After how many seconds of the machine's time it has not answered.
    """

    url: str = field(repr=False)
    request: Mapping[str, str] = field(repr=False)
    response: Mapping[str, str]
    method: str = "POST"
    timeout: float = 5

    def __post_init__(self) -> None:
        """Refuse what could never be asked."""
        try:
            url = httpx2.URL(self.url)
        except httpx2.InvalidURL:
            raise ValueError("the identity provider's URL is none") from None
        if url.scheme not in {"http", "https"} or not url.host or url.userinfo:
            raise ValueError("the identity provider's URL needs http or https, a host and no user")
        if url.port is not None and not 0 < url.port <= 65535:
            raise ValueError("the identity provider's URL names no port")
        if self.method not in {"GET", "POST"}:
            raise ValueError(f"{self.method!r} is neither GET nor POST")
        if not {"uid"} <= self.response.keys() <= MAPPED:
            raise ValueError("the identity provider's response needs uid")
        for template in self.request.values():
            if not set(placeholders(template)) <= {"login", "password"}:
                raise ValueError("the request may hold #{login} and #{password} alone")
        if not 0 < self.timeout <= 60:
            raise ValueError("the identity provider's timeout is more than 0 and at most 60 s")

    @property
    def host(self) -> str:
        """The host that is called."""
        return httpx2.URL(self.url).host

    def described(self) -> dict[str, object]:
        """Write it without what may be secret: the URL's query, and what is sent as it stands."""
        return {
            "url": str(httpx2.URL(self.url).copy_with(query=None)),
            "method": self.method,
            "request": {
                name: text if placeholders(text) else "(hidden)"
                for name, text in self.request.items()
            },
            "response": dict(self.response),
            "timeout": self.timeout,
        }


@dataclass(frozen=True, kw_only=True)
class FirebaseProject:
    """A Firebase project whose ID tokens are believed.

    Attributes:
        jwks: The public RSA keys that sign its tokens, as a JWKS; each needs its `kid`.
        unsigned: Whether the unsigned tokens of Firebase's emulator are believed, too.
    """

    jwks: Mapping[str, Any] | None = None
    unsigned: bool = False

    def __post_init__(self) -> None:
        """Refuse keys that could verify nothing, or sign."""
        if self.jwks is None:
            return
        try:
            keys = [RSAKey.import_key(dict(key)) for key in self.jwks["keys"]]
        except (JoseError, KeyError, TypeError, ValueError, AttributeError):
            raise ValueError("the JWKS holds no public keys") from None
        if not all(key.kid and not key.is_private for key in keys):
            raise ValueError("the JWKS takes public RSA keys with a kid alone")


@dataclass(frozen=True, kw_only=True)
class ProviderAccount:
    """An account at Facebook or Twitter whose access token is accepted.

    Attributes:
        id: The account's id there.
        token: The access token.
        secret: The access token's secret; Twitter's have one.
        name: The account's name, which a new user gets.
    """

    id: str
    token: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    name: str | None = None


def placeholders(template: str) -> list[str]:
    """Tell what a template's `#{...}` stand for.

    Args:
        template: The template.

    Returns:
        The names between the braces.
    """
    return PLACEHOLDER.findall(template)


PLACEHOLDER = re.compile(r"#\{([^{}]*)\}")
