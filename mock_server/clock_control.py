"""The clock, as the control API moves it."""

from __future__ import annotations

from datetime import UTC, datetime

from mock_server import clock
from mock_server.control import Handlers, Order
from mock_server.refusals import by_field


def handlers(time: clock.ManualClock) -> Handlers:
    """Give what answers the clock's operations.

    Args:
        time: The clock.

    Returns:
        The handlers by operationId.
    """

    def show(_: Order) -> object:
        return {"now": clock.to_milliseconds(time.now()), "frozen": time.frozen}

    def move(order: Order) -> object:
        [(name, value)] = order.body.items()
        try:
            if name == "freeze":
                time.freeze(value)
            elif name == "set":
                time.set(_milliseconds(value))
            else:
                time.advance(seconds=value)
        except (ValueError, OverflowError) as error:
            raise by_field(name, str(error)) from None
        return show(order)

    return {"getClock": show, "setClock": move}


def _milliseconds(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * clock.SECOND)
