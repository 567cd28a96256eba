"""Faults that tests order: an operation that fails, is late, or whose answer breaks on its way."""

from __future__ import annotations

import random
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Receive

from mock_server import broken_answers, clock
from mock_server.contract import BrokenContract, Contract, Operation
from mock_server.control import Handlers, Order, load
from mock_server.json_values import as_json
from mock_server.policy import StoreRefusal
from mock_server.refusals import by_field, by_state
from mock_server.responses import JSON_TYPE

EVERY = "*"
"""Every operation of the contract."""
STORE_OPERATIONS = frozenset({"uploadObject", "downloadObject"})
"""The object store's, which is no part of the contract."""
_S3_CODES = {403: "AccessDenied", 404: "NoSuchKey", 500: "InternalError", 503: "SlowDown"}
_MOST = 1000
_BODILESS = (204, 205, 304)
_FRAMING = {"connection", "content-length", "transfer-encoding"}


@dataclass(slots=True)
class _Ordered:
    """A fault ordered, and how often it fired."""

    order: Mapping[str, Any]
    fired: int = 0
    _chance: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.order["seed"])  # noqa: S311 - to be repeatable

    def fires(self, operation: str) -> bool:
        """Tell whether it fires on a call of an operation, and count it."""
        every = EVERY if operation not in STORE_OPERATIONS else operation
        if self.order["operation"] not in {every, operation}:
            return False
        if self.fired >= self.order.get("count", self.fired + 1):
            return False
        if self._chance.random() >= self.order["probability"]:
            return False
        self.fired += 1
        return True


class FaultList:
    """The faults ordered, the first ones first, and how often each fired."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ordered: list[_Ordered] = []

    def add(self, order: Mapping[str, Any]) -> bool:
        """Take an order; tell whether there was room for it."""
        with self._lock:
            has_room = len(self._ordered) < _MOST
            if has_room:
                self._ordered.append(_Ordered(order))
            return has_room

    def firing(self, operation: str) -> Mapping[str, Any] | None:
        """Find the order that fires on a call of an operation now."""
        if not self._ordered:
            return None
        with self._lock:
            return next((each.order for each in self._ordered if each.fires(operation)), None)

    def listed(self) -> list[dict[str, Any]]:
        """List what was ordered, each with how often it `fired`."""
        with self._lock:
            return [{**each.order, "fired": each.fired} for each in self._ordered]

    def clear(self) -> None:
        """Forget all orders."""
        with self._lock:
            self._ordered.clear()


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault that fires.

    Attributes:
        order: What was ordered.
    """

    order: Mapping[str, Any]

    @property
    def kinds(self) -> list[str]:
        """What it does, in one word each."""
        ways = ("status", "delay", "reset", "truncate", "slow_body")
        return [way for way in ways if way in self.order]

    async def strike(
        self, act: Callable[[], Awaitable[ASGIApp]], receive: Receive, now: Callable[[], int]
    ) -> ASGIApp:
        """Answer in place of the operation, or break its answer.

        Args:
            act: Lets the operation take effect and gives its answer.
            receive: The request, read to its end.
            now: Tells the time.

        Returns:
            What answers.
        """
        order = self.order
        response = await act() if order["when"] == "after" else None
        await broken_answers.pause(order.get("delay", 0), receive)
        if order.get("reset"):
            return broken_answers.reset
        if "status" in order:
            response = _response(order, now())
        elif response is None:
            response = await act()
        if order.get("truncate"):
            return broken_answers.truncated(response)
        if "slow_body" in order:
            return broken_answers.slow(response, order["slow_body"])
        return response


class Faults:
    """The faults ordered, the first ones first.

    Args:
        contract: The API's contract: what an operation may answer.
        ordered: What is kept, which several processes may share.
    """

    def __init__(self, contract: Contract, ordered: FaultList) -> None:
        self._contract = contract
        self._ordered = ordered

    def add(self, operation: str, **order: Any) -> None:
        """Order a fault; the control API's document tells its fields.

        Args:
            operation: The operationId, or `*` for every operation of the contract;
                `uploadObject` or `downloadObject` for the object store.
            order: The other fields, such as `status=503, count=2` or `reset=True, when="after"`.

        Raises:
            Refusal: It does not fit its document, or the contract declares no such answer.
        """
        given = {"operation": operation, **order}
        self._order(load().operations["addFault"].check_body(given))

    def firing(self, operation: str) -> Fault | None:
        """Find the fault that fires on a call of an operation now."""
        order = self._ordered.firing(operation)
        return None if order is None else Fault(order)

    def listed(self) -> list[dict[str, Any]]:
        """List what was ordered, each with how often it `fired`."""
        return self._ordered.listed()

    def clear(self) -> None:
        """Forget all faults."""
        self._ordered.clear()

    def handlers(self) -> Handlers:
        """Give what answers the faults' operations of the control API."""

        def show(_: Order) -> object:
            return {"faults": self.listed()}

        def add(order: Order) -> object:
            self._order(order.body)
            return show(order)

        def clear(order: Order) -> object:
            self.clear()
            return show(order)

        return {"listFaults": show, "addFault": add, "clearFaults": clear}

    def _order(self, given: Mapping[str, Any]) -> None:
        order = {"when": "before", "probability": 1, "seed": 0, **given}
        self._check(order)
        if not self._ordered.add(order):
            raise by_state(422, f"There are {_MOST} faults already")

    def _check(self, order: Mapping[str, Any]) -> None:
        named = order["operation"]
        operations = self._contract.operations
        if named != EVERY and named not in operations.keys() | STORE_OPERATIONS:
            raise by_field("operation", "is not in the contract")
        if any(name.lower() in _FRAMING for name in order.get("headers", ())):
            raise by_field("headers", "must not tell the answer's length")
        if "status" not in order:
            if "body" in order or "headers" in order:
                raise by_field("status", "cannot be blank")
        elif not order.get("force"):
            meant = [operations[named]] if named in operations else operations.values()
            _check_declared(order, [] if named in STORE_OPERATIONS else meant)


def _check_declared(order: Mapping[str, Any], operations: Iterable[Operation]) -> None:
    status: int = order["status"]
    if status < 400:
        raise by_field("status", "is not an error's (force it if you mean it)")
    headers = {name.lower(): value for name, value in order.get("headers", {}).items()}
    for operation in operations:
        try:
            operation.check_answer(status, headers, _body(order))
        except BrokenContract as broken:
            raise by_field("status", f"{broken} (force it if you mean it)") from None


def _body(order: Mapping[str, Any]) -> Any:
    return order.get("body", {"errors": {"base": ["Ordered by a test"]}})


def _response(order: Mapping[str, Any], moment: int) -> Response:
    content, kind = _content(order)
    headers = {"Date": clock.to_http_date(moment), "Content-Type": kind}
    given: Mapping[str, str] = order.get("headers", {})
    replaced = {name.lower() for name in given}
    headers = {name: text for name, text in headers.items() if name.lower() not in replaced}
    status: int = order["status"]
    return Response(b"" if status in _BODILESS else content, status, {**headers, **given})


def _content(order: Mapping[str, Any]) -> tuple[bytes, str]:
    """Give the body of the answer ordered, and its type."""
    if "body" not in order and order["operation"] in STORE_OPERATIONS:
        code = _S3_CODES.get(order["status"], "InvalidRequest")
        refusal = StoreRefusal(order["status"], code, "Ordered by a test")
        return refusal.xml().encode(), "application/xml"
    body = _body(order)
    if isinstance(body, str):
        return body.encode(), "text/plain; charset=utf-8"
    return as_json(body), JSON_TYPE
