"""The control API under `/__mock__/`: routed by a document of its own, for this machine alone."""

from __future__ import annotations

import hmac
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mock_server import clock, contract
from mock_server.contract import Contract, parse_query
from mock_server.json_values import as_json
from mock_server.refusals import Refusal, by_state, simply
from mock_server.requests import json_of, path_of, read_body
from mock_server.responses import JSON_TYPE, refused
from mock_server.settings import is_loopback

logger = logging.getLogger("mock_server")

KEY_HEADER = "Mock-Control-Key"
CONTROL_PREFIX = "/__mock__"
LARGEST_ORDER = 1024 * 1024 * 1024
"""A snapshot holds files; nobody but this machine can send one."""


@dataclass(frozen=True, slots=True)
class Order:
    """A request of the control API that fits its document.

    Attributes:
        path: The path's parameters.
        query: The query's declared parameters.
        body: The body; empty where there is none.
    """

    path: Mapping[str, Any]
    query: Mapping[str, Any]
    body: Mapping[str, Any]


ControlHandler = Callable[[Order], object]
"""Does what an order says and gives the answer's JSON. Runs alone, between two requests."""
Handlers = Mapping[str, ControlHandler]


class Control:
    """The control API.

    Args:
        handlers: What answers each operation of the document; the document itself aside.
        time: The clock.
        alone: Calls a function while no request is at work.
        key: What every request must bring; None demands nothing.
        remote: Whether other machines may call; they need the key.

    Raises:
        RuntimeError: An operation of the document has no handler, or a handler no operation.
    """

    def __init__(
        self,
        handlers: Handlers,
        time: clock.Clock,
        alone: Callable[[Callable[[], object]], Awaitable[object]],
        *,
        key: str | None = None,
        remote: bool = False,
    ) -> None:
        self._contract = load()
        self._handlers: Handlers = {
            "getControlDocument": lambda _: self._contract.document,
            "getHealth": lambda _: {"status": "ok", "process": os.getpid()},
            **handlers,
        }
        unpaired = self._contract.operations.keys() ^ self._handlers.keys()
        if unpaired:
            raise RuntimeError(f"control operations and handlers do not pair: {sorted(unpaired)}")
        self._time = time
        self._alone = alone
        self._key = key
        self._remote = remote

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            response = await self._respond(Request(scope, receive))
        except ClientDisconnect:
            return
        except Refusal as refusal:
            response = refused(refusal, self._time.now())
        except Exception:
            logger.exception("the control API failed")
            bug = by_state(500, "The mock server has a bug; see its log")
            response = refused(bug, self._time.now())
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if self._key is not None:
            _check_key(request, self._key)
        if not self._remote:
            _check_caller(request)
        path = path_of(request.scope).removeprefix(CONTROL_PREFIX)
        try:
            operation, parameters, _ = self._contract.route(request.method, path)
        except LookupError:
            raise simply(404, "Not found") from None
        body: Mapping[str, Any] = {}
        if operation.body is not None:
            sent = await read_body(request.receive, LARGEST_ORDER)
            body = operation.check_body(json_of(request.scope, sent, LARGEST_ORDER))
        order = Order(
            path=operation.path_parameters(parameters),
            query=operation.query_parameters(parse_query(request.scope["query_string"])),
            body=body,
        )
        handler = self._handlers[operation.id]
        answer = await self._alone(lambda: handler(order))
        headers = {"Date": clock.to_http_date(self._time.now()), "Content-Type": JSON_TYPE}
        return Response(as_json(answer), 200, headers)

    def obey(self, operation: str, query: Mapping[str, str], body: Mapping[str, Any] | None) -> Any:
        """Do what an order of the same process says, by the rules of those that come over HTTP.

        Call it while no request is at work.

        Args:
            operation: The document's operationId.
            query: The query's parameters.
            body: The body; None where there is none.

        Returns:
            The answer's JSON.

        Raises:
            Refusal: The order does not fit the document, or cannot be carried out.
        """
        rules = self._contract.operations[operation]
        order = Order(
            path={},
            query=rules.query_parameters({name: [text] for name, text in query.items()}),
            body={} if body is None else rules.check_body(dict(body)),
        )
        return self._handlers[operation](order)


def _check_key(request: Request, key: str) -> None:
    given = request.headers.get(KEY_HEADER, "")
    if not hmac.compare_digest(given.encode(), key.encode()):
        challenge = {"WWW-Authenticate": KEY_HEADER}
        raise Refusal(401, {"base": [f"The control API needs its key in {KEY_HEADER}"]}, challenge)


def _check_caller(request: Request) -> None:
    """Refuse other machines, and pages of other sites in a browser on this one.

    A page elsewhere can send requests to this machine, under a name of its own (DNS rebinding)
    or as a plain form; its browser then says so in `Host`, `Origin` or `Sec-Fetch-Site`.
    """
    peer = request.client
    if peer is None or not is_loopback(peer.host):
        raise by_state(403, "The control API answers this machine only")
    if not _is_local(f"//{request.headers.get('host', '')}"):
        raise by_state(403, "The control API answers under loopback names only")
    page = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    if (site == "cross-site") if page is None else not _is_local(page):
        raise by_state(403, "The control API answers no pages of other sites")


def _is_local(url: str) -> bool:
    try:
        return is_loopback(urlsplit(url).hostname or "")
    except ValueError:
        return False


@cache
def load() -> Contract:
    """Read and compile the control API's own document.

    Returns:
        The compiled document, the same one every time.
    """
    return contract.compiled(Path(__file__).with_name("control.yaml"))
