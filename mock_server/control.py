"""The control API under `/__mock__/`: health and clock, for this machine only."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mock_server import clock
from mock_server.api import JSON_TYPE, refused
from mock_server.json_values import JsonValue, as_json
from mock_server.refusals import Refusal, by_field, by_state, not_json, simply
from mock_server.requests import json_of, path_of, read_body
from mock_server.settings import is_loopback

CONTROL_PREFIX = "/__mock__"
_METHODS = {"/health": ("GET",), "/clock": ("GET", "POST")}


class Control:
    """The control API.

    Args:
        time: The clock, which it can set.
    """

    def __init__(self, time: clock.ManualClock) -> None:
        self._time = time

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            response = await self._respond(Request(scope, receive))
        except ClientDisconnect:
            return
        except Refusal as refusal:
            response = refused(refusal, self._time.now())
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        peer = request.client
        if peer is None or not is_loopback(peer.host):
            raise by_state(403, "The control API answers this machine only")
        path = path_of(request).removeprefix(CONTROL_PREFIX)
        methods = _METHODS.get(path)
        if methods is None:
            raise simply(404, "Not found")
        if request.method not in methods:
            raise Refusal(405, ["Method is not allowed"], {"Allow": ", ".join(methods)})
        if request.method == "POST":
            self._set_clock(json_of(request, await read_body(request)))
        body: dict[str, object] = {"status": "ok"}
        if path == "/clock":
            body = {"now": clock.to_milliseconds(self._time.now()), "frozen": self._time.frozen}
        headers = {"Date": clock.to_http_date(self._time.now()), "Content-Type": JSON_TYPE}
        return Response(as_json(body), 200, headers)

    def _set_clock(self, order: JsonValue) -> None:
        """Do the one thing asked for: `freeze`, `set` or `advance`."""
        if not isinstance(order, dict):
            raise not_json()
        if len(order) != 1 or not order.keys() <= {"freeze", "set", "advance"}:
            raise by_state(422, "Say one of freeze, set and advance")
        [(name, value)] = order.items()
        try:
            if name == "freeze" and isinstance(value, bool):
                self._time.freeze(value)
            elif name == "set" and isinstance(value, str):
                self._time.set(_milliseconds(value))
            elif name == "advance" and isinstance(value, int | float) and type(value) is not bool:
                self._time.advance(seconds=value)
            else:
                raise by_field(name, "is invalid")
        except (ValueError, OverflowError) as error:
            raise by_field(name, str(error)) from None


def _milliseconds(text: str) -> int:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("needs a time zone, such as Z")
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * clock.SECOND)
