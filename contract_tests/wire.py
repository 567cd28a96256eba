"""Raw HTTP to the server under test, remembered so that a finding can be repeated with curl."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from http.client import IncompleteRead
from typing import ClassVar, Self
from urllib.parse import quote, urlencode

import httpx2

from contract_tests import catalogue, covering, laws
from contract_tests.catalogue import Quote
from contract_tests.connections import TIMEOUT_SECONDS, Answer, connections, tls
from contract_tests.exchange import Exchange, Story
from contract_tests.live import Manners
from contract_tests.request_log import RequestLog
from contract_tests.server import ServerUnderTest

Query = Sequence[tuple[str, str]]


class Wire:
    """A client that adds nothing of its own: it sends what it is told and keeps what came back.

    Every answer is held to the laws that need no context (`contract_tests.laws`).
    """

    manners: ClassVar[Manners | None] = None
    """What every client minds on a live server."""
    log: ClassVar[RequestLog | None] = None
    """Where every client's requests are written down, if anywhere."""

    def __init__(self, server: ServerUnderTest) -> None:
        """Open a client for one server."""
        self.server = server
        self.story = Story()
        self.outage = False
        self._passwords: frozenset[str] = frozenset()
        self._ends: dict[str, datetime] = {}
        credentials = {
            server.auth_key: "CONNECTYCUBE_AUTH_KEY",
            server.auth_secret: "CONNECTYCUBE_AUTH_SECRET",
        }
        # Whoever signs nothing names no secret: an empty text is everywhere, and hides nothing.
        self._secrets = {text: name for text, name in credentials.items() if text}
        self._connections = connections(server.base_url)

    def __enter__(self) -> Self:
        """Use the client in a `with` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections to other hosts; those to the server serve the next client."""
        if "_elsewhere" in vars(self):
            self._elsewhere.close()

    def forget(self) -> None:
        """Begin a new story."""
        self.story = Story()

    def watch_password(self, password: str) -> None:
        """Treat a text as a password: it must never come back."""
        self._passwords |= {password}

    def expect_end(self, token: str, moment: datetime) -> None:
        """Know that a token (a guest's) ends at a moment, however much it is used."""
        self._ends[token] = moment

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Query | str = (),
        body: object = None,
        content: bytes = b"",
        token: str | None = None,
        headers: Iterable[tuple[str, str]] = (),
    ) -> Exchange:
        """Send one request.

        Args:
            method: The method.
            path: The path, percent-encoded.
            query: Pairs to encode, or the encoded query itself.
            body: A value to send as JSON.
            content: Bytes to send instead, called JSON unless `headers` say something else.
            token: The session token.
            headers: Further headers.

        Returns:
            The request with its answer.

        Raises:
            BrokenRuleError: The answer breaks a law.
        """
        if not isinstance(query, str):
            query = urlencode(query, quote_via=quote, errors="surrogatepass")
        target = f"{path}?{query}" if query else path
        given = tuple(headers)
        sent = content if body is None else json.dumps(body).encode()
        if sent and not any(name.lower() == "content-type" for name, _ in given):
            given = (*given, ("Content-Type", "application/json"))
        every = given if token is None else (*given, ("CB-Token", token))
        if self.manners is not None:
            self.manners.before(method, target, sent)
        answer = self._asked(method, target, every, sent)
        if self.manners is not None:
            self.manners.after(method, target, answer.content)
        exchange = Exchange(
            method=method,
            base_url=self.server.base_url,
            path=target,
            token=token,
            sent_headers=given,
            sent=sent,
            status=answer.status,
            headers=answer.headers,
            content=answer.content,
            secrets=self._secrets,
        )
        if token:
            self._name_token(token)
        self.story.exchanges.append(exchange)
        covering.note(method, target, exchange.status, sent)
        laws.check(exchange, self._passwords, self._ends.get(token or ""), outage=self.outage)
        return exchange

    def _asked(
        self, method: str, target: str, headers: Iterable[tuple[str, str]], sent: bytes
    ) -> Answer:
        if self.log is not None:
            self.log.note(method, target, headers, sent, self._secrets)
        try:
            return self._connections.ask(method, target, headers, sent)
        except IncompleteRead as error:
            request = Quote(f"  {method} {self.server.base_url}{target}")
            catalogue.SHAPE.broken(f"the answer ends early: {error!r}", request, self.story)

    def fetch(self, url: str, method: str = "GET", **headers: str) -> httpx2.Response:
        """Ask for an absolute URL, such as a stored object's, with no headers but those given."""
        return self._elsewhere.request(method, url, headers=headers)

    def post_form(
        self, url: str, content: bytes, content_type: str, headers: Query = ()
    ) -> httpx2.Response:
        """Post a form to an absolute URL, such as the object store's."""
        return self._elsewhere.post(
            url, content=content, headers=[("Content-Type", content_type), *headers]
        )

    @functools.cached_property
    def _elsewhere(self) -> httpx2.Client:
        return httpx2.Client(
            timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False, verify=tls()
        )

    def _name_token(self, token: str) -> None:
        if token not in self._secrets:
            count = sum(name.startswith("TOKEN") for name in self._secrets.values())
            self._secrets[token] = f"TOKEN_{count + 1}"
