"""The app's settings, as the control API shows and changes them while the server runs."""

from __future__ import annotations

from dataclasses import replace

from mock_server.api import Api
from mock_server.control import Handlers, Order
from mock_server.settings import Settings


def handlers(api: Api) -> Handlers:
    """Give what answers the operations of the settings.

    Args:
        api: The API whose settings they are.

    Returns:
        The handlers by operationId.
    """

    def show(_: Order) -> object:
        return described(api.settings)

    def change(order: Order) -> object:
        api.settings = replace(api.settings, **order.body)
        return show(order)

    return {"getSettings": show, "changeSettings": change}


def described(settings: Settings) -> dict[str, object]:
    """Write the settings that may change, without any secret.

    Args:
        settings: The settings.

    Returns:
        The JSON.
    """
    return {
        "create_users_on_session": settings.create_users_on_session,
        "list_users_v1": settings.list_users_v1,
        "reset_password_by_email": settings.reset_password_by_email,
    }
