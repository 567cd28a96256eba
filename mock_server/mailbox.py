"""The mailbox: every message that the server would have sent."""

from __future__ import annotations

from mock_server import clock
from mock_server.control import Handlers, Order
from mock_server.repository import State


def handlers(state: State) -> Handlers:
    """Give what answers the mailbox's operations.

    Args:
        state: The state.

    Returns:
        The handlers by operationId.
    """

    def show(order: Order) -> object:
        wanted: str | None = order.query.get("to")
        with state.transaction() as repository:
            found = repository.messages()
        return {
            "messages": [
                {
                    "id": each.id,
                    "application_id": each.app_id,
                    "created_at": clock.to_milliseconds(each.created_at),
                    "to": each.recipient,
                    "subject": each.subject,
                    "text": each.text,
                    "html": each.html,
                }
                for each in found
                if wanted is None or each.recipient.lower() == wanted.lower()
            ]
        }

    def clear(_: Order) -> object:
        with state.transaction() as repository:
            repository.delete_messages()
        return {"messages": []}

    return {"listMessages": show, "clearMessages": clear}
