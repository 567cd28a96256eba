"""The apps and their settings, as the control API shows and changes them while the server runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from mock_server import randomness
from mock_server.apps import App, Apps, first_app, read
from mock_server.call import Surroundings
from mock_server.control import Handlers, Order
from mock_server.refusals import by_field, by_state, simply
from mock_server.repository import Repository, State
from mock_server.settings import Settings
from mock_server.tables import AppRow


class AppsControl:
    """Adds, shows, changes, resets and deletes apps.

    Args:
        apps: The apps.
        state: The database.
        around: What the server has around its state.
    """

    def __init__(self, apps: Apps, state: State, around: Surroundings) -> None:
        self._apps = apps
        self._state = state
        self._around = around

    def handlers(self) -> Handlers:
        """Give what answers the operations of the apps and of the settings."""
        return {
            "getSettings": self._own,
            "changeSettings": self._change_own,
            "listApps": self._list,
            "addApp": self._add,
            "getApp": self._show,
            "changeApp": self._change,
            "deleteApp": self._delete,
        }

    def reset(self, app_id: int) -> None:
        """Empty an app, and give it back the settings that it was added with.

        Args:
            app_id: Its id.

        Raises:
            Refusal: There is no such app.
        """

        def empty(state: Repository) -> list[str]:
            row = _found(state, app_id)
            files = state.delete_app(app_id)
            state.add_app(replace(row, settings=row.first_settings))
            return files

        self._forget(self._state.run(empty))

    def _own(self, _: Order) -> object:
        return self._read(self._around.settings.app_id).described()

    def _change_own(self, order: Order) -> object:
        return self._changed(self._around.settings.app_id, order.body).described()

    def _list(self, _: Order) -> object:
        rows = self._state.run(lambda state: state.apps())
        return {"apps": [_shown(read(row)) for row in rows]}

    def _show(self, order: Order) -> object:
        return _shown(self._read(order.path["app_id"]))

    def _add(self, order: Order) -> object:
        def add(state: Repository) -> App:
            highest = max((row.id for row in state.apps()), default=0)
            new = Settings(
                app_id=order.body.get("id", highest + 1),
                auth_key=order.body.get("auth_key", randomness.token(self._around.random)),
                auth_secret=order.body.get("auth_secret", randomness.token(self._around.random)),
            )
            changes = {name: value for name, value in order.body.items() if name != "id"}
            app = self._checked(first_app(new).changed(changes))
            state.add_app(app.row())
            return app

        app = self._state.run(add)
        self._apps.note_change()
        return _shown(app) | {"auth_key": app.auth_key, "auth_secret": app.auth_secret}

    def _change(self, order: Order) -> object:
        return _shown(self._changed(order.path["app_id"], order.body))

    def _delete(self, order: Order) -> object:
        app_id: int = order.path["app_id"]
        if app_id == self._around.settings.app_id:
            raise by_state(422, "The server's first app stays")

        def delete(state: Repository) -> list[str]:
            _found(state, app_id)
            return state.delete_app(app_id)

        self._forget(self._state.run(delete))
        return {"status": "ok"}

    def _read(self, app_id: int) -> App:
        return read(self._state.run(lambda state: _found(state, app_id)))

    def _changed(self, app_id: int, changes: Mapping[str, Any]) -> App:
        def change(state: Repository) -> App:
            app = self._checked(read(_found(state, app_id)).changed(changes))
            keys = {"auth_key": app.auth_key, "auth_secret": app.auth_secret}
            state.change_app(app_id, keys | {"settings": app.stored()})
            return app

        app = self._state.run(change)
        self._apps.note_change()
        return app

    def _checked(self, app: App) -> App:
        try:
            self._around.settings.check_provider(app.identity_provider)
        except ValueError as error:
            raise by_field("identity_provider", str(error)) from None
        return app

    def _forget(self, files: Iterable[str]) -> None:
        self._apps.note_change()
        for uid in files:
            self._around.objects.delete(uid)


def _found(state: Repository, app_id: int) -> AppRow:
    row = state.app(app_id)
    if row is None:
        raise simply(404, "App not found")
    return row


def _shown(app: App) -> dict[str, object]:
    return {"id": app.id} | app.described()
