"""The app's settings, as the control API shows and changes them while the server runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mock_server.api import Api
from mock_server.control import Handlers, Order
from mock_server.providers import FirebaseProject, IdentityProvider, ProviderAccount
from mock_server.refusals import by_field
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
        settings = api.settings
        for name, value in order.body.items():
            read = _READERS.get(name, _as_it_is)
            try:
                settings = replace(settings, **{name: read(value)})
            except ValueError as error:
                raise by_field(name, str(error)) from None
        api.settings = settings
        return show(order)

    return {"getSettings": show, "changeSettings": change}


def described(settings: Settings) -> dict[str, object]:
    """Write the settings that may change, without any secret.

    Args:
        settings: The settings.

    Returns:
        The JSON.
    """
    provider = settings.identity_provider
    return {
        "create_users_on_session": settings.create_users_on_session,
        "list_users_v1": settings.list_users_v1,
        "reset_password_by_email": settings.reset_password_by_email,
        "identity_provider": None if provider is None else provider.described(),
        "firebase_projects": {
            name: {"jwks": project.jwks, "unsigned": project.unsigned}
            for name, project in settings.firebase_projects.items()
        },
        "facebook_accounts": _shown(settings.facebook_accounts),
        "twitter_accounts": _shown(settings.twitter_accounts),
    }


def _as_it_is(value: Any) -> Any:
    return value


def _identity_provider(value: Mapping[str, Any] | None) -> IdentityProvider | None:
    return None if value is None else IdentityProvider(**value)


def _projects(value: Mapping[str, Any]) -> Mapping[str, FirebaseProject]:
    return {name: FirebaseProject(**project) for name, project in value.items()}


def _accounts(value: Sequence[Mapping[str, Any]]) -> Sequence[ProviderAccount]:
    return tuple(ProviderAccount(**account) for account in value)


def _shown(accounts: Sequence[ProviderAccount]) -> list[dict[str, str | None]]:
    return [{"id": each.id, "name": each.name} for each in accounts]


_READERS: dict[str, Callable[[Any], Any]] = {
    "identity_provider": _identity_provider,
    "firebase_projects": _projects,
    "facebook_accounts": _accounts,
    "twitter_accounts": _accounts,
}
