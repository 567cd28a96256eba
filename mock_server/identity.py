"""Asking a custom identity provider who somebody is, over HTTP."""

from __future__ import annotations

import asyncio
import functools
import ssl
from collections.abc import Callable, Mapping

import httpx2

from mock_server.json_values import JsonValue, parse_json
from mock_server.providers import PLACEHOLDER, IdentityProvider, placeholders
from mock_server.refusals import Refusal, by_state

LARGEST_ANSWER = 64 * 1024
_SHOWN = 1000


Identity = Mapping[str, str]
"""What a provider told about a user: `uid`, perhaps `email`, `full_name` and `avatar`."""


class IdentityNeeded(Exception):  # noqa: N818 - it is a question, not a failure
    """A sign-in can go on only once the identity provider has been asked.

    Raised from within the transaction, which is rolled back: while the provider takes its time,
    the state is free for others. The request then starts again, with the answer.

    Args:
        provider: Whom to ask.
        login: The login given, often an external token.
        password: The password given, if any.
    """

    def __init__(self, provider: IdentityProvider, login: str, password: str) -> None:
        super().__init__("the identity provider must be asked")
        self.provider = provider
        self.given = {"login": login, "password": password}


async def ask(needed: IdentityNeeded) -> Identity | Refusal:
    """Ask an identity provider.

    Args:
        needed: What to ask whom.

    Returns:
        What it told, or the refusal of the sign-in.
    """
    provider = needed.provider
    sent = {name: _filled(text, needed.given.get) or "" for name, text in provider.request.items()}
    url = httpx2.URL(provider.url)
    try:
        request = httpx2.Request(
            provider.method,
            url.copy_merge_params(sent) if provider.method == "GET" else url,
            json=sent if provider.method == "POST" else None,
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        )
        # The transport alone: a client would log the URL, in which a secret may stand.
        async with (
            asyncio.timeout(provider.timeout),
            httpx2.AsyncHTTPTransport(trust_env=False, verify=_certificates()) as transport,
        ):
            answer = await transport.handle_async_request(request)
            body = bytearray()
            async for part in answer.aiter_raw():
                body += part
                if len(body) > LARGEST_ANSWER:
                    return by_state(422, "Custom Identity Provider answered too much")
    except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError):
        return by_state(422, "Custom Identity Provider did not answer")
    return _read(provider, answer.status_code, bytes(body))


def _read(provider: IdentityProvider, status: int, body: bytes) -> Identity | Refusal:
    if not 200 <= status < 300:
        text = body.decode("utf-8", "replace")[:_SHOWN]
        return by_state(
            422,
            f'Custom Identity Provider responded with an error = "{text}". Status code = {status}',
        )
    try:
        answer = parse_json(body)
    except Refusal:
        answer = None
    told = {name: _filled(text, _finder(answer)) for name, text in provider.response.items()}
    known = {name: text for name, text in told.items() if text}
    if "uid" not in known:
        return by_state(422, "Custom Identity Provider uid is required")
    return known


def _filled(template: str, find: Callable[[str], str | None]) -> str | None:
    """Fill a template's places in one pass; None if one of them has no value."""
    found = {name: find(name) for name in placeholders(template)}
    if None in found.values():
        return None
    return PLACEHOLDER.sub(lambda place: found[place[1]] or "", template)


def _finder(answer: JsonValue) -> Callable[[str], str | None]:
    def find(path: str) -> str | None:
        value = answer
        for step in path.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        known = isinstance(value, str | int | float) and not isinstance(value, bool)
        return str(value) if known else None

    return find


@functools.cache
def _certificates() -> ssl.SSLContext:
    """Read the certificates: that takes longer than asking, so once is enough."""
    return httpx2.create_ssl_context(trust_env=False)
