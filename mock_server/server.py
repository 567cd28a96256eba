"""Serving the app on real sockets: in a thread, or as the command does."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server import broken_answers, tls
from mock_server.access_log import logged
from mock_server.app import MockServer
from mock_server.clock import ManualClock
from mock_server.connection import Connection
from mock_server.faults import Faults
from mock_server.journal import Journal
from mock_server.mailbox import Mailbox
from mock_server.settings import Settings
from mock_server.shared import Shared

GRACE_SECONDS = 10
"""So long a stop waits for requests at work."""


@dataclass(frozen=True)
class RunningServer:
    """A mock server that listens.

    Attributes:
        base_url: The API's base URL.
        store_url: The object store's origin; the API's own unless it has a port of its own.
        settings: The settings it was started with.
        clock: Its clock.
        faults: What tests ordered to go wrong in it.
        journal: The latest requests that it took.
        app: The app that it serves.
        ca_path: The certificate that clients must trust, as a PEM file; None without TLS.
    """

    base_url: str
    store_url: str
    settings: Settings
    clock: ManualClock
    faults: Faults
    journal: Journal
    app: MockServer
    ca_path: Path | None = None

    @property
    def app_id(self) -> int:
        """The id of its app."""
        return self.settings.app_id

    @property
    def auth_key(self) -> str:
        """The auth key of its app."""
        return self.settings.auth_key

    @property
    def auth_secret(self) -> str:
        """The auth secret of its app."""
        return self.settings.auth_secret

    @property
    def mailbox(self) -> Mailbox:
        """The messages that it would have sent."""
        return Mailbox(self.app.order)

    def change_settings(self, **changes: Any) -> None:
        """Change some of the app's settings until the next reset.

        Args:
            changes: As in the control API's `PATCH /__mock__/settings`, for example
                `create_users_on_session=False`.

        Raises:
            Refusal: There is no such setting, or no such value of it.
        """
        self.app.order("changeSettings", body=changes)

    def reset(self) -> None:
        """Go back to the start: state, settings, clock, faults, journal and mailbox."""
        self.app.reset()

    def snapshot(self) -> dict[str, Any]:
        """Take the whole state; see the control API's document."""
        return self.app.snapshot()

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Put a whole state, as `snapshot` gave it, in place of this one.

        Args:
            snapshot: The state.

        Raises:
            Refusal: It is no state that a server can be in. Nothing has changed then.
        """
        self.app.restore(snapshot)


class _Server(uvicorn.Server):
    """A uvicorn server that leaves signals to whoever started it, and stops at an event."""

    def __init__(self, config: uvicorn.Config, stop: asyncio.Event) -> None:
        super().__init__(config)
        self._stop = stop

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    async def main_loop(self) -> None:
        await self._stop.wait()


@dataclass(frozen=True)
class Place:
    """Where a server listens.

    Attributes:
        sockets: The API's socket, perhaps the object store's.
        urls: The URL of each.
        certificate: What it shows to clients; None without TLS.
        ca_path: The file of the certificate that clients are to trust then.
    """

    sockets: Sequence[socket.socket]
    urls: Sequence[str]
    certificate: tls.Certificate | None
    ca_path: Path | None


@contextmanager
def listening(settings: Settings) -> Generator[Place]:
    """Take the addresses that a server listens on, while a block runs.

    Args:
        settings: The settings.

    Yields:
        The place.

    Raises:
        OSError: A port is not free.
    """
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(_listen(settings.host, settings.port))]
        if settings.store_port is not None:
            sockets.append(stack.enter_context(_listen(settings.host, settings.store_port)))
        urls = [_url(settings, each) for each in sockets]
        certificate, ca_path = None, None
        if settings.tls:
            certificate = tls.certificate(settings.host)
            ca_path = stack.enter_context(tls.authority_file(certificate, settings.tls_ca))
        yield Place(sockets, urls, certificate, ca_path)


async def serve(
    settings: Settings,
    *,
    stop: asyncio.Event,
    started: Callable[[RunningServer], None],
    clock: ManualClock | None = None,
    place: Place | None = None,
    shared: Shared | None = None,
) -> None:
    """Serve until told to stop; requests at work are answered first.

    Args:
        settings: The settings.
        stop: Ends the serving once set.
        started: Called once the server really listens.
        clock: The clock; the machine's until told otherwise if None.
        place: Where to listen; None takes it from the settings.
        shared: What this process shares with others; None for a server in one process.

    Raises:
        OSError: A port is not free, or the database cannot be used.
        ValueError: The settings ask for several processes, and this one has no parent for them.
    """
    if settings.workers > 1 and shared is None:
        raise ValueError("several workers are started by the command connectycube-mock")
    with contextlib.ExitStack() as stack:
        place = place or stack.enter_context(listening(settings))
        context = None if place.certificate is None else place.certificate.context()
        urls = place.urls
        store_origin = None if len(urls) == 1 else urls[1]
        app = MockServer(settings, clock=clock, store_origin=store_origin, shared=shared)
        try:
            apps: list[ASGIApp] = [app, app.store]
            servers = [
                _Server(_config(_ending(logged(each)), context), stop) for each in apps[: len(urls)]
            ]
            pairs = list(zip(servers, place.sockets, strict=True))
            tasks = [asyncio.create_task(each.serve([bound])) for each, bound in pairs]
            while not all(server.started for server in servers):
                if any(task.done() for task in tasks):
                    await asyncio.gather(*tasks)
                await asyncio.sleep(0.001)
            kept = (settings, app.clock, app.faults, app.journal, app)
            started(RunningServer(urls[0], urls[-1], *kept, place.ca_path))
            await asyncio.gather(*tasks)
        finally:
            app.close()


@contextmanager
def running(
    settings: Settings | None = None, *, clock: ManualClock | None = None
) -> Generator[RunningServer]:
    """Serve from a thread while a block runs.

    Args:
        settings: The settings; defaults on a free port if None.
        clock: The clock; the machine's until told otherwise if None.

    Yields:
        The server, listening.
    """
    outcome: Future[tuple[RunningServer, Callable[[], object]]] = Future()

    async def work() -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()

        def started(server: RunningServer) -> None:
            outcome.set_result((server, partial(loop.call_soon_threadsafe, stop.set)))

        await serve(settings or Settings(port=0), stop=stop, started=started, clock=clock)

    def run() -> None:
        try:
            run_loop(work())
        except BaseException as error:
            if outcome.done():
                raise
            outcome.set_exception(error)

    thread = threading.Thread(target=run, name="mock-server-loop")
    thread.start()
    try:
        server, finish = outcome.result()
    except BaseException:
        thread.join()
        raise
    try:
        yield server
    finally:
        finish()
        thread.join()


def run_loop(work: Coroutine[Any, Any, None]) -> None:
    """Run something to its end in an event loop of its own, the fastest there is.

    Args:
        work: What to run.
    """
    if sys.platform == "win32":
        asyncio.run(work)
    else:
        import uvloop  # noqa: PLC0415 - it is not there on Windows

        uvloop.run(work)


def _listen(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    family, kind, protocol, _, address = found[0]
    # asyncio turns Nagle's delays off only for sockets that say they are TCP.
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise OSError(f"cannot listen on port {port} of {host}: {error.strerror}") from None
    return listener


def _url(settings: Settings, listener: socket.socket) -> str:
    scheme, host = "https" if settings.tls else "http", settings.host
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"


def _ending(app: ASGIApp) -> ASGIApp:
    """Reset the connections of requests that take longer than a stop waits for them."""

    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except asyncio.CancelledError:
            await broken_answers.reset(scope, receive, send)

    return answering


def _config(app: ASGIApp, context: ssl.SSLContext | None) -> uvicorn.Config:
    config = uvicorn.Config(
        app,
        http=Connection,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # only the real peer counts
        server_header=False,
        date_header=False,  # the app's clock writes it
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    config.load()
    config.ssl = context
    return config
