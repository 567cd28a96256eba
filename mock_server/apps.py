"""The apps of one server, isolated from each other, and the settings of each."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from mock_server.clock import Cell
from mock_server.providers import FirebaseProject, IdentityProvider, ProviderAccount
from mock_server.refusals import by_field
from mock_server.repository import Repository, State
from mock_server.settings import RateLimit, Settings
from mock_server.tables import AppRow

_KEYS = ("id", "auth_key", "auth_secret")


@dataclass(frozen=True, kw_only=True)
class App:
    """An app.

    Attributes:
        id: Its id.
        auth_key: Its auth key, which no other app has.
        auth_secret: Its auth secret, which signs session requests.

    The others are those of `mock_server.Settings`.
    """

    id: int
    auth_key: str = field(repr=False)
    auth_secret: str = field(repr=False)
    create_users_on_session: bool
    list_users_v1: bool
    reset_password_by_email: bool
    identity_provider: IdentityProvider | None
    firebase_projects: Mapping[str, FirebaseProject]
    facebook_accounts: Sequence[ProviderAccount]
    twitter_accounts: Sequence[ProviderAccount]
    rate_limit: RateLimit | None
    largest_file: int
    session_lifetime: int

    def changed(self, changes: Mapping[str, Any]) -> App:
        """Give the app with other settings.

        Args:
            changes: Settings by name, as JSON.

        Raises:
            Refusal: A value is none that its setting can have.
        """
        app = self
        for name, value in changes.items():
            try:
                app = replace(app, **{name: _READERS.get(name, _as_it_is)(value)})
            except ValueError as error:
                raise by_field(name, str(error)) from None
        return app

    def row(self) -> AppRow:
        """Write the app as the database keeps a new one."""
        settings = self.stored()
        return AppRow(self.id, self.auth_key, self.auth_secret, settings, settings)

    def stored(self) -> str:
        """Write the settings as the database keeps them, secrets and all."""
        return json.dumps({name: each for name, each in asdict(self).items() if name not in _KEYS})

    def described(self) -> dict[str, object]:
        """Write the settings that may change, as JSON and without any secret."""
        shown: dict[str, object] = {name: getattr(self, name) for name in SETTINGS}
        provider, rate_limit = self.identity_provider, self.rate_limit
        return shown | {
            "identity_provider": None if provider is None else provider.described(),
            "firebase_projects": {
                name: asdict(project) for name, project in self.firebase_projects.items()
            },
            "facebook_accounts": _shown(self.facebook_accounts),
            "twitter_accounts": _shown(self.twitter_accounts),
            "rate_limit": None if rate_limit is None else asdict(rate_limit),
        }


SETTINGS = tuple(each.name for each in fields(App) if each.name not in _KEYS)


def first_app(settings: Settings) -> App:
    """Give the app that a server starts with."""
    given = {name: getattr(settings, name) for name in ("auth_key", "auth_secret", *SETTINGS)}
    return App(id=settings.app_id, **given)


def start(state: Repository, app: App) -> None:
    """Have an app there when the server starts, with its keys; an app known keeps its settings.

    Args:
        state: The state.
        app: The app.

    Raises:
        Refusal: Another app has its auth key.
    """
    row = app.row()
    if state.app(app.id) is None:
        state.add_app(row)
    else:
        keys = {"auth_key": app.auth_key, "auth_secret": app.auth_secret}
        state.change_app(app.id, keys | {"first_settings": row.settings})


def read(row: AppRow) -> App:
    """Read an app as the database keeps it.

    Raises:
        Refusal: A value is none that its setting can have.
    """
    app = first_app(Settings(app_id=row.id, auth_key=row.auth_key, auth_secret=row.auth_secret))
    return app.changed(json.loads(row.settings))


class Apps:
    """The apps as the database has them, kept at hand until somebody changes them.

    Args:
        state: The database.
        version: Another number after each change, whichever worker makes it.
    """

    def __init__(self, state: State, version: Cell) -> None:
        self._state = state
        self._version = version
        self._seen: int | None = None
        self._by_id: Mapping[int, App] = {}
        self._by_key: Mapping[str, App] = {}

    @property
    def version(self) -> int:
        """Another number after each change."""
        return self._version.value

    def note_change(self) -> None:
        """Have every worker read the apps anew."""
        # Not a count: two workers counting at once would come to the same number.
        self._version.value = secrets.randbits(62)

    def refresh(self) -> None:
        """Read the apps anew if they changed; not within a transaction, which may be older."""
        version = self._version.value
        if version != self._seen:
            apps = [read(row) for row in self._state.run(lambda state: state.apps())]
            self._by_id = {app.id: app for app in apps}
            self._by_key = {app.auth_key: app for app in apps}
            self._seen = version

    def find(self, app_id: int) -> App | None:
        """Find an app by its id."""
        return self._by_id.get(app_id)

    def by_key(self, auth_key: str) -> App | None:
        """Find an app by its auth key."""
        return self._by_key.get(auth_key)


def _as_it_is(value: Any) -> Any:
    return value


def _identity_provider(value: Mapping[str, Any] | None) -> IdentityProvider | None:
    return None if value is None else IdentityProvider(**value)


def _rate_limit(value: Mapping[str, int] | None) -> RateLimit | None:
    return None if value is None else RateLimit(**value)


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
    "rate_limit": _rate_limit,
}
