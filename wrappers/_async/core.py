"""What the parts of one client share: the connections, the sessions, and who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from attrs import evolve

from generated_client import AsyncClient, AsyncTransport, models
from generated_client.api.session import get_session
from generated_client.api.users import get_user, update_user
from wrappers._concurrency_async import Lock
from wrappers._configuration import Application, checked_timeout
from wrappers._errors import ConnectyCubeError, NeedUser
from wrappers._identity import Identity
from wrappers._lifetime import Lifetime
from wrappers._logs import logger
from wrappers._models import Session, User, session_from, user_from
from wrappers._parsing import expect, request_model, translated
from wrappers._profile import renamed
from wrappers._response import Response
from wrappers._retrying import Retries
from wrappers._session_state import Clocks
from wrappers._stores_async import AnySessionStore

from .adapter import AsyncAdapter
from .checked_transport import AsyncCheckedTransport, AsyncOneCallTransport
from .observed_transport import AsyncObservedTransport
from .patience import AsyncPatience
from .retry_transport import AsyncRetryTransport
from .session_transport import AsyncSessionTransport
from .timeout_transport import AsyncTimeoutTransport


class AsyncCore:
    """One client's connections and sessions.

    Attributes:
        application: Whose client this is.
        adapter: The way to the network; shared with parents and children.
        retrying: The way to the network with this client's timeout, sending again what may safely
            be sent again.
        lifetime: How long it may send.
        sessions: The client's session, over ``retrying``.
        saving: Held while ``custom_data`` is read, changed and saved.
        api: The generated client, raising for refusals.
    """

    def __init__(
        self,
        application: Application,
        adapter: AsyncAdapter,
        identity: Identity,
        *,
        session: Session | None = None,
        clocks: Clocks | None = None,
        patience: AsyncPatience | None = None,
        timeout: float | None = None,
        on_response: Callable[[Response], object] | None = None,
        store: AnySessionStore | None = None,
        parent: AsyncCore | None = None,
        twin: AsyncCore | None = None,
    ) -> None:
        """Put a client together.

        Args:
            application: Whose client this is.
            adapter: The way to the network.
            identity: Who its sessions stand for.
            session: A session to begin with.
            clocks: Time; a test's own, or the system's.
            patience: How to send again; left out, everything is sent once.
            timeout: Seconds for requests that name none; left out, the adapter's.
            on_response: Told of each answer as it came.
            store: Where sessions are kept for other clients too.
            parent: Whose connections these are; None when they are the client's own.
            twin: Whose session this client shares; None for a session of its own.
        """
        self.application: Final = application
        self.adapter: Final = adapter
        self._clocks = clocks or Clocks()
        self.lifetime: Final[Lifetime] = Lifetime(None if parent is None else parent.lifetime)
        self._patience = patience or AsyncPatience(Retries(times=0))
        self._timeout = timeout
        self._on_response = on_response
        layers = _layers(adapter, timeout, on_response)
        self.retrying: Final = AsyncRetryTransport(layers, self._patience)
        self.sessions: Final[AsyncSessionTransport] = AsyncSessionTransport(
            self.retrying,
            application,
            identity,
            session=session,
            clocks=self._clocks,
            patience=self._patience,
            state=None if twin is None else twin.sessions.state,
            store=store,
            lifetime=self.lifetime,
        )
        self.api: Final = AsyncClient(transport=AsyncCheckedTransport(self.sessions))
        self.saving: Final[Lock] = Lock() if twin is None else twin.saving
        self._store = store
        self._parent = parent

    def child(self, identity: Identity, session: Session | None) -> AsyncCore:
        """Make another client over the same connections.

        Args:
            identity: Who its sessions stand for.
            session: A session to begin with.

        Returns:
            The parts of the other client.
        """
        return AsyncCore(
            self.application,
            self.adapter,
            identity,
            session=session,
            clocks=self._clocks,
            patience=self._patience,
            timeout=self._timeout,
            on_response=self._on_response,
            store=self._store,
            parent=self,
        )

    def timed(self, timeout: float | None) -> AsyncCore:
        """Have these parts with another timeout, for one call.

        Args:
            timeout: Seconds; None for these parts as they are.

        Returns:
            The parts to make the call with.

        Raises:
            ConfigurationError: If the timeout is none.
        """
        return self if timeout is None else self.with_options(timeout=checked_timeout(timeout))

    def with_options(
        self,
        *,
        timeout: float | None = None,
        retries: int | None = None,
        on_response: Callable[[Response], object] | None = None,
    ) -> AsyncCore:
        """Make a client with the same session and connections and other manners.

        Args:
            timeout: Seconds for requests that name none; None leaves it as it is.
            retries: Attempts after the first one; None leaves them as they are.
            on_response: Told of each answer as it came; None leaves it as it is.

        Returns:
            The parts of the other client.
        """
        patience = self._patience
        if retries is not None:
            patience = evolve(patience, retries=evolve(patience.retries, times=retries))
        return AsyncCore(
            self.application,
            self.adapter,
            self.sessions.state.identity,
            clocks=self._clocks,
            patience=patience,
            timeout=self._timeout if timeout is None else timeout,
            on_response=self._on_response if on_response is None else on_response,
            store=self._store,
            parent=self,
            twin=self,
        )

    async def get_session(self) -> Session:
        """Ask the service about the present session.

        Returns:
            What it says.
        """
        call = AsyncOneCallTransport(self.sessions)
        with translated():
            response = await get_session.asyncio_detailed(client=AsyncClient(transport=call))
        session = session_from(expect(models.SessionResponse, response).session)
        self.sessions.state.learn(session)
        return session

    async def my_id(self) -> int:
        """Tell who is signed in, asking the service if only a token is known.

        Returns:
            The user's id.

        Raises:
            NeedUser: If the session is the application's; nothing else was sent then.
        """
        live = await self.sessions.live()
        session = live.session if live.known else await self.get_session()
        if session.user_id is None:
            raise NeedUser("this call needs a signed-in user: log in first, or use as_user")
        return session.user_id

    async def get_user(self, user_id: int) -> User:
        """Read a user.

        Args:
            user_id: The user's id.

        Returns:
            The user.

        Raises:
            NotFound: If there is none.
        """
        with translated():
            response = await get_user.asyncio_detailed(user_id, client=self.api)
        return user_from(expect(models.UserResponse, response).user)

    async def update_user(self, user_id: int, fields: dict[str, object]) -> User:
        """Change fields of the signed-in user.

        Changes of ``custom_data`` wait for each other: none comes between another one's reading
        and saving.

        Args:
            user_id: The signed-in user's id.
            fields: JSON fields of ``user``.

        Returns:
            The user as it is now.

        Raises:
            ValidationError: If the service refuses a value.
        """
        if "custom_data" not in fields:
            return await self.save_user(user_id, fields)
        async with self.saving:
            return await self.save_user(user_id, fields)

    async def save_user(self, user_id: int, fields: dict[str, object]) -> User:
        """Change fields of the signed-in user, by who holds ``saving`` if that is needed.

        Args:
            user_id: The signed-in user's id.
            fields: JSON fields of ``user``.

        Returns:
            The user as it is now.

        Raises:
            ValidationError: If the service refuses a value.
        """
        body = request_model(models.UpdateUserRequest, {"user": fields})
        before = self.sessions.state.identity
        with translated():
            response = await update_user.asyncio_detailed(user_id, client=self.api, body=body)
        user = user_from(expect(models.UserResponse, response).user)
        self.sessions.state.user_changed(user)
        if before.credentials is not None:
            after = renamed(before.credentials, fields)
            self.sessions.state.replace_credentials(before.credentials, after)
            await self.sessions.moved(before)
        return user

    async def read_back(self, saved: User) -> User:
        """Read the user who was just saved, to see whether somebody else saved in between.

        Args:
            saved: The user as saved.

        Returns:
            The user as found; as saved when it cannot be read, because the saving itself is done.
        """
        try:
            found = await self.get_user(saved.id)
        except ConnectyCubeError as error:
            logger.debug("reading the user back failed: %s", error)
            return saved
        self.sessions.state.user_changed(found)
        return found

    async def aclose(self) -> None:
        """Stop sending; close the connections if they are this client's own."""
        self.lifetime.closed = True
        if self._parent is None:
            await self.adapter.aclose()


def _layers(
    transport: AsyncTransport,
    timeout: float | None,
    on_response: Callable[[Response], object] | None,
) -> AsyncTransport:
    if on_response is not None:
        transport = AsyncObservedTransport(transport, on_response)
    return transport if timeout is None else AsyncTimeoutTransport(transport, timeout)
