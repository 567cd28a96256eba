"""The API as an ASGI app: routed by the contract, one transaction for each request."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server import clock, cors, identity, sessions
from mock_server.apps import App, Apps
from mock_server.call import Answer, Call, Surroundings
from mock_server.contract import Operation, Query, parse_query
from mock_server.faults import Faults
from mock_server.identity import Identity, IdentityNeeded
from mock_server.journal import ENTRY, Entry, Journal, secrets_in
from mock_server.json_values import as_json
from mock_server.limits import RateLimits
from mock_server.operations import HANDLERS, NEED_USER
from mock_server.refusals import (
    Refusal,
    by_state,
    session_does_not_exist,
    token_required,
    user_required,
)
from mock_server.repository import Repository, State
from mock_server.requests import header, header_values, json_of, origin, path_of, read_body
from mock_server.responses import JSON_TYPE, refused
from mock_server.tables import Session

logger = logging.getLogger("mock_server")

T = TypeVar("T")

STORE_PREFIX = "/__store__"


class Api:
    """The API.

    Args:
        around: What the server has around its state.
        state: The state.
        time: The clock.
        bucket_url: The URL of the object store's bucket; None where the API's own origin has it.
        apps: The apps.
        faults: What tests ordered to go wrong.
        journal: Where each request is written down.
        limits: The apps' requests, counted.

    Raises:
        RuntimeError: An operation of the contract has no handler, or a handler no operation.
    """

    def __init__(
        self,
        around: Surroundings,
        state: State,
        time: clock.Clock,
        bucket_url: str | None,
        *,
        apps: Apps,
        faults: Faults,
        journal: Journal,
        limits: RateLimits,
    ) -> None:
        unpaired = around.contract.operations.keys() ^ HANDLERS.keys()
        if unpaired or not HANDLERS.keys() >= NEED_USER:
            raise RuntimeError(f"operations and handlers do not pair: {sorted(unpaired)}")
        self._around = around
        self._state = state
        self._time = time
        self._bucket_url = bucket_url
        self._apps = apps
        self._limits = limits
        self._faults = faults
        self._journal = journal
        self._own_bucket = f"{STORE_PREFIX}/{around.keys.bucket}"
        self._cleared_at = (-1, -1)
        self._at_work = threading.Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="mock-server")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if cors.is_preflight(scope):
            await cors.allow(scope, receive, send)
            return
        entry = scope[ENTRY] = Entry(scope["method"], path_of(scope))
        entry.hide(header_values(scope, b"cb-token"))
        entry.hide(header_values(scope, b"cb-authkey"))
        try:
            response = await self._respond(scope, receive, entry)
        except ClientDisconnect:
            return
        if isinstance(response, Response):
            entry.status = response.status_code
            response.raw_headers.append(cors.READABLE)
        else:
            send = cors.readable(send)
        self._journal.add(entry)
        await response(scope, receive, send)

    async def alone(self, function: Callable[[], T]) -> T:
        """Call a function while no request is at work.

        Args:
            function: The function.

        Returns:
            What it gives.
        """
        if self._state.is_at_hand:  # handing over to a thread would take longer than the work
            return self.at_leisure(function)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._worker, self.at_leisure, function)

    def at_leisure(self, function: Callable[[], T]) -> T:
        """Call a function while no request is at work, from any thread, which waits for it."""
        with self._at_work:
            return function()

    def close(self) -> None:
        """Wait for the request at work, and stop."""
        self._worker.shutdown()

    async def _respond(self, scope: Scope, receive: Receive, entry: Entry) -> ASGIApp:
        method, path = entry.method, entry.path
        try:
            operation, parameters, suffix = self._around.contract.route(method, path)
            entry.operation = operation.id
            body = await read_body(receive)
        except LookupError:
            text = f"HttpException: E_ROUTE_NOT_FOUND: Route not found {method} {path}"
            date = clock.to_http_date(self._time.now())
            return Response(text, 404, {"Date": date}, media_type="text/plain")
        except Refusal as refusal:
            entry.refused(refusal)
            return refused(refusal, self._time.now())
        arrived = _Arrived(scope, entry, operation, parameters, suffix, body)
        fault = self._faults.firing(operation.id)
        if fault is None:
            return await self._act(arrived)
        entry.fault = fault.kinds
        return await fault.strike(lambda: self._act(arrived), receive, self._time.now)

    async def _act(self, arrived: _Arrived) -> Response:
        try:
            return await self.alone(lambda: self._answer(arrived))
        except IdentityNeeded as needed:
            known = replace(arrived, identity=await identity.ask(needed))
            return await self.alone(lambda: self._answer(known))

    def _answer(self, arrived: _Arrived) -> Response:
        """Answer, alone. A refusal rolls back whatever was changed before."""
        operation = arrived.operation
        now = self._time.now()
        try:
            self._apps.refresh()
            self._delete_ended_guests(now)
            try:
                answer, headers = self._state.run(
                    lambda state: self._handled(arrived, state, now),
                    reads=arrived.entry.method == "GET",
                )
                arrived.entry.status = answer.status
                if answer.afterwards is not None:
                    answer.afterwards()
                return Response(as_json(answer.body), answer.status, headers)
            except Refusal as refusal:
                arrived.entry.refused(refusal)
                self._check(operation, refusal.status, {}, {"errors": refusal.errors})
                return refused(refusal, now)
        except IdentityNeeded:
            raise
        except Exception:
            logger.exception("%s failed", operation.id)
            return refused(by_state(500, "The mock server has a bug; see its log"), now)

    def _handled(
        self, arrived: _Arrived, state: Repository, now: int
    ) -> tuple[Answer, dict[str, str]]:
        """Have a request handled within its transaction, and give the answer with its headers."""
        call = self._understood(arrived, state, now)
        answer = HANDLERS[arrived.operation.id](call)
        headers = {"Date": clock.to_http_date(now)} | _headers(call, answer)
        self._check(arrived.operation, answer.status, headers, answer.body)
        return answer, headers

    def _delete_ended_guests(self, now: int) -> None:
        """Delete guests apart from any request, once a second: their ends are whole seconds."""
        second = (clock.whole_seconds(now), self._apps.version)  # a restored state has others
        if second != self._cleared_at:
            self._state.run(lambda state: state.delete_ended_guests(now))
            self._cleared_at = second

    def _admit(self, arrived: _Arrived, app: App, now: int) -> None:
        """Note which app a request is about, and refuse it if the app makes too many."""
        if arrived.entry.app_id is not None:  # the request starts again, and counts once
            return
        arrived.entry.app_id = app.id
        if app.rate_limit is None:
            return
        length = app.rate_limit.seconds * clock.SECOND
        wait = self._limits.wait(app.id, app.rate_limit.requests, length, now)
        if wait:
            seconds = str(-(-wait // clock.SECOND))
            raise Refusal(429, {"base": ["Too many requests"]}, {"Retry-After": seconds})

    def _check(
        self, operation: Operation, status: int, headers: Mapping[str, str], body: object | None
    ) -> None:
        if self._around.settings.validate_responses:
            lowered = {name.lower(): value for name, value in headers.items()}
            operation.check_answer(status, lowered, body)

    def _understood(self, arrived: _Arrived, state: Repository, now: int) -> Call:
        """Check token, parameters and body of a request, in this order."""
        operation = arrived.operation
        query = parse_query(arrived.scope["query_string"])
        arrived.entry.hide(query.get("token", ()))
        app, session, refused_token = self._session(arrived, query, state, now)
        if app is not None:
            self._admit(arrived, app, now)
        if operation.id in NEED_USER and (session is None or session.user_id is None):
            raise user_required()
        body = self._body(arrived)
        if operation.id == "createSession":
            app = sessions.named_app(self._apps, body)
            self._admit(arrived, app, now)
        arrived.entry.ignored = operation.ignored(body, query)
        own = origin(arrived.scope)
        return Call(
            around=self._around,
            state=state,
            now=now,
            named_app=app,
            origin=own,
            bucket_url=self._bucket_url or own + self._own_bucket,
            session=session,
            refused_token=refused_token,
            json_suffix=arrived.json_suffix,
            path=operation.path_parameters(arrived.path),
            query=operation.query_parameters(query),
            query_names=frozenset(query),
            body=body,
            identity=arrived.identity,
        )

    @staticmethod
    def _body(arrived: _Arrived) -> Mapping[str, Any]:
        if arrived.operation.body is None:
            return {}
        body = json_of(arrived.scope, arrived.body)
        arrived.entry.hide(secrets_in(body))
        return arrived.operation.check_body(body)

    def _session(
        self, arrived: _Arrived, query: Query, state: Repository, now: int
    ) -> tuple[App | None, Session | None, bool]:
        """Find app and session of a request, and tell whether a token was refused.

        The session is prolonged. A token is looked at only where the operation can use one.
        """
        operation = arrived.operation
        if not operation.schemes:
            return None, None, False
        token = header(arrived.scope, b"cb-token")
        if token is None and "tokenQuery" in operation.schemes:
            token = ", ".join(query.get("token", ())) or None
        if token is not None:
            session = state.live_session(token, now)
            app = None if session is None else self._apps.find(session.app_id)
            if session is not None and app is not None:
                return app, sessions.prolonged(state, app, session, now), False
            if operation.needs_credentials:
                raise session_does_not_exist(_ended(state, token))
            return None, None, True
        if not operation.needs_credentials:
            return None, None, False
        auth_key = None
        if "authKey" in operation.schemes:
            auth_key = header(arrived.scope, b"cb-authkey")
        if auth_key is None:
            raise token_required()
        app = self._apps.by_key(auth_key)
        if app is None:
            raise by_state(401, "Wrong auth_key")
        return app, None, False


@dataclass(slots=True)
class _Arrived:
    """A request that was routed, and read to its end."""

    scope: Scope
    entry: Entry
    operation: Operation
    path: Mapping[str, str]
    json_suffix: bool
    body: bytes
    identity: Identity | Refusal | None = None


def _ended(state: Repository, token: str) -> str:
    end = state.session_end(token)
    if end is None:
        return "the token was never given, or its session was ended"
    return f"the session expired at {clock.to_milliseconds(end)}"


def _headers(call: Call, answer: Answer) -> dict[str, str]:
    headers = {"Access-Control-Expose-Headers": "CB-Token-ExpirationDate, Date", **answer.headers}
    if answer.body is not None:
        headers["Content-Type"] = JSON_TYPE
    session = answer.session or call.session
    if session is not None and not answer.ends_session:
        headers["CB-Token-ExpirationDate"] = clock.to_expiration(session.expires_at)
    return headers
