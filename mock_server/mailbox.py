"""The mailbox: every message that the server would have sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mock_server import clock
from mock_server.control import Handlers, Order
from mock_server.repository import State

_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Mail:
    """A message that the server would have sent.

    Attributes:
        id: Its number.
        application_id: The app that it is about.
        created_at: When it was written, in UTC.
        to: The e-mail address.
        subject: The subject.
        text: The plain text, which may hold a link: that is a secret, and not shown by `repr`.
        html: The same as HTML.
    """

    id: int
    application_id: int
    created_at: datetime
    to: str
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)

    @property
    def link(self) -> str:
        """The link in the text: a password reset's page.

        Raises:
            LookupError: There is none.
        """
        found = _LINK.search(self.text)
        if found is None:
            raise LookupError(f"message {self.id} holds no link")
        return found[0]


class Mailbox:
    """The mailbox of a server in this process.

    Args:
        order: Gives the server's control API an order.
    """

    def __init__(self, order: Callable[..., Any]) -> None:
        self._order = order

    def messages(self, to: str | None = None) -> list[Mail]:
        """Give the messages, the oldest first.

        Args:
            to: Those to this address alone; None gives all.

        Returns:
            The messages.
        """
        answer = self._order("listMessages", query={} if to is None else {"to": to})
        told: list[dict[str, Any]] = answer["messages"]
        return [
            Mail(created_at=datetime.fromisoformat(each.pop("created_at")), **each) for each in told
        ]

    def latest(self, to: str | None = None) -> Mail:
        """Give the latest message.

        Args:
            to: To this address; None takes any.

        Returns:
            The message.

        Raises:
            LookupError: There is none.
        """
        found = self.messages(to)
        if not found:
            raise LookupError("there is no message" + ("" if to is None else f" to {to}"))
        return found[-1]

    def clear(self) -> None:
        """Forget all messages."""
        self._order("clearMessages")


def handlers(state: State) -> Handlers:
    """Give what answers the mailbox's operations.

    Args:
        state: The state.

    Returns:
        The handlers by operationId.
    """

    def show(order: Order) -> object:
        wanted: str | None = order.query.get("to")
        app_id: int | None = order.query.get("app_id")
        found = state.run(lambda repository: repository.messages(app_id))
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

    def clear(order: Order) -> object:
        app_id: int | None = order.query.get("app_id")
        state.run(lambda repository: repository.delete_messages(app_id))
        return {"messages": []}

    return {"listMessages": show, "clearMessages": clear}
