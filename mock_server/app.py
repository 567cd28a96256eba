"""The mock server put together as one ASGI app."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.types import Receive, Scope, Send

from mock_server import apps, clock_control, contract, mailbox, seeds, snapshots
from mock_server.api import STORE_PREFIX, Api
from mock_server.call import Surroundings
from mock_server.clock import ManualClock
from mock_server.control import CONTROL_PREFIX, Control, Order
from mock_server.database import url_of
from mock_server.faults import Faults
from mock_server.journal import Journal
from mock_server.objects import ObjectFolder
from mock_server.password_reset import RESET_PREFIX, ResetPage
from mock_server.randomness import Randomness, SeededRandomness, SystemRandomness
from mock_server.refusals import Refusal
from mock_server.repository import State
from mock_server.settings import Settings
from mock_server.settings_control import AppsControl
from mock_server.shared import Shared
from mock_server.sigv4 import StoreKeys
from mock_server.snapshots import Snapshots
from mock_server.store import ObjectStore


class MockServer:
    """The whole server as an ASGI app: API, object store and control API.

    Args:
        settings: The settings; host and port are for whoever serves the app.
        clock: The clock; None follows the machine's until told otherwise.
        randomness: Where tokens, uids and salts come from; None takes the system's.
        store_origin: Where the object store is served, `http://127.0.0.1:9000`; None serves it
            under `/__store__` of this app.
        shared: What this process shares with others, one of which has prepared the database;
            None for a server in one process.

    Attributes:
        clock: The clock.
        faults: What tests ordered to go wrong.
        journal: The latest requests.
        store: The object store, as an app of its own to serve at `store_origin`.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: ManualClock | None = None,
        randomness: Randomness | None = None,
        store_origin: str | None = None,
        shared: Shared | None = None,
    ) -> None:
        held = shared or Shared(clock or ManualClock())
        self.clock = held.clock
        keys = StoreKeys(settings.store_secret)
        self._state = State(settings.database)
        self._objects = ObjectFolder(settings.objects or _beside(settings.database))
        random = randomness or (
            SystemRandomness() if settings.seed is None else SeededRandomness(settings.seed)
        )
        around = Surroundings(
            settings=settings,
            contract=contract.load(),
            random=random,
            keys=keys,
            objects=self._objects,
        )
        bucket_url = None if store_origin is None else f"{store_origin}/{keys.bucket}"
        prefix = STORE_PREFIX if store_origin is None else ""
        self._serves_store = store_origin is None
        self.faults = Faults(around.contract, held.faults)
        self.journal = Journal(self.clock, held.journal)
        self.store = ObjectStore(
            self._objects, keys, self.clock, prefix, faults=self.faults, journal=self.journal
        )
        self._limits = held.limits
        kept = apps.Apps(self._state, held.version)
        self._api = Api(
            around,
            self._state,
            self.clock,
            bucket_url,
            apps=kept,
            faults=self.faults,
            journal=self.journal,
            limits=self._limits,
        )
        first = apps.first_app(settings)
        self._snapshots = Snapshots(self._state, self._objects, self.clock, random, kept, first)
        self._apps_control = AppsControl(kept, self._state, around)
        self._settings = settings
        self._start = self._first_state(around)
        if shared is None:
            self._prepare()
        orders = {
            **clock_control.handlers(self.clock),
            **self._apps_control.handlers(),
            **mailbox.handlers(self._state),
            **self.faults.handlers(),
            **self.journal.handlers(),
            **self._snapshots.handlers(),
            "reset": self._reset_by_order,
        }
        self._reset_page = ResetPage(around, self._state, self.clock, self._api.alone)
        self._control = Control(
            orders,
            self.clock,
            self._api.alone,
            key=settings.control_key,
            remote=settings.allow_remote,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or take part in the server's start and stop."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            path: str = scope["path"]
            if self._serves_store and path.startswith(f"{STORE_PREFIX}/"):
                await self.store(scope, receive, send)
            elif path.startswith(f"{CONTROL_PREFIX}/"):
                await self._control(scope, receive, send)
            elif path.startswith(f"{RESET_PREFIX}/"):
                await self._reset_page(scope, receive, send)
            else:
                await self._api(scope, receive, send)

    def reset(self) -> None:
        """Go back to the start: state, settings and clock; without faults, with a blank journal."""
        self._api.at_leisure(self._reset)

    def snapshot(self) -> dict[str, Any]:
        """Take the whole state; see the control API's document."""
        return self._api.at_leisure(self._snapshots.take)

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Put a whole state, as `snapshot` gave it, in place of this one."""
        self._api.at_leisure(lambda: self._snapshots.restore(snapshot))

    def order(
        self,
        operation: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Any:
        """Give the control API an order without HTTP, from a thread other than the server's.

        Args:
            operation: The operationId in the control API's document.
            query: The query's parameters.
            body: The body, where there is one.

        Returns:
            The answer's JSON.

        Raises:
            Refusal: The order does not fit the document, or cannot be carried out.
        """
        return self._api.at_leisure(lambda: self._control.obey(operation, query or {}, body))

    def _reset(self) -> None:
        self._snapshots.restore(self._start)
        self._start_first_app()
        self.faults.clear()
        self.journal.clear()
        self._limits.clear()

    def _reset_by_order(self, order: Order) -> object:
        app_id: int | None = order.query.get("app_id")
        if app_id is None:
            self._reset()
        else:
            self._apps_control.reset(app_id)
            self._limits.clear(app_id)
        return {"status": "ok"}

    def _first_state(self, around: Surroundings) -> Mapping[str, Any]:
        """Tell what a reset returns to."""
        frozen_at, ahead = self.clock.position
        nothing: Mapping[str, Any] = {
            "version": snapshots.VERSION,
            "clock": {"ahead": ahead, "frozen_at": frozen_at},
            "random": 0,
            "tables": {},
            "counters": {},
            "objects": [],
        }
        seed_file = self._settings.seed_file
        if seed_file is None:
            return nothing
        return seeds.read(seed_file, around, self.clock, self._snapshots.first_app)

    def _prepare(self) -> None:
        """Have the app there, in a database that held nothing with what the seed file tells."""
        seed_file = self._settings.seed_file
        try:
            if seed_file is not None and not self._state.run(lambda state: state.apps()):
                self._snapshots.restore(self._start)
            self._start_first_app()
        except Refusal as refusal:
            raise ValueError(f"{seed_file or 'the database'}: {refusal}") from None

    def _start_first_app(self) -> None:
        self._state.run(lambda state: apps.start(state, self._snapshots.first_app))

    def close(self) -> None:
        """Finish the request at work; close the database; remove temporary files."""
        self._api.close()
        self._state.close()
        self._objects.close()

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return


def create_app(settings: Settings | None = None, *, clock: ManualClock | None = None) -> MockServer:
    """Make the mock server as an ASGI app, to serve or to call in process.

    Args:
        settings: The settings; the defaults if None.
        clock: The clock; the machine's until told otherwise if None.

    Returns:
        The app; its lifespan's end, or `close`, releases what it holds.
    """
    return MockServer(settings or Settings(), clock=clock)


def _beside(database: Path | str | None) -> Path | None:
    url = url_of(database)
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    return Path(f"{url.database}.objects")
