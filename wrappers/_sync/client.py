"""The client."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from generated_client import Client, models
from generated_client.api.session import destroy_session, login, logout
from wrappers._chat import ChatCredentials, chat_credentials
from wrappers._configuration import application, checked_timeout
from wrappers._credentials import Credentials, checked_token
from wrappers._errors import NeedUser, SessionExpired
from wrappers._identity import Identity
from wrappers._models import Session, User, user_from
from wrappers._outgoing import DEFAULT_TIMEOUT
from wrappers._parsing import expect, request_model, translated
from wrappers._renewal_sync import Renew
from wrappers._response import Response
from wrappers._retrying import DEFAULT_RETRIES, Retries, checked_retries
from wrappers._stores_sync import AnySessionStore
from wrappers._transport_choice import Library

from .adapter import adapter_for
from .avatars import Avatars
from .checked_transport import OneCallTransport
from .core import Core
from .patience import Patience
from .storage import Storage
from .users import Users

if TYPE_CHECKING:
    import httpx2


class ConnectyCube:
    """An application, with one session of its own.

    The session is created with the first call that needs one, renewed when it has ended, and
    shared by everything that uses this client at the same time.

    Args:
        app_id: Application id; else ``CONNECTYCUBE_APP_ID``.
        auth_key: Authorization key; else ``CONNECTYCUBE_AUTH_KEY``.
        auth_secret: Authorization secret; else ``CONNECTYCUBE_AUTH_SECRET``. When present,
            session requests are signed with it.
        base_url: The API's address; else ``CONNECTYCUBE_BASE_URL``; else
            ``https://api.connectycube.com``.
        timeout: Seconds for each of connecting, sending a piece, receiving a piece and waiting
            for a free connection.
        retries: Attempts after the first one, for what failed and may safely be sent again:
            reads, creating a session, declaring a file complete, deleting a file, after
            connection failures and the answers 429, 502, 503 and 504; everything else only when
            it surely was not carried out. Waits grow and are drawn at random; ``Retry-After`` is
            obeyed up to a minute. Each attempt has the whole timeout.
        http_client: An ``httpx2`` client of your own, for proxies, certificates, tracing and
            tests. Its connections are used, not its cookies, default headers or redirect
            setting, and it is never closed here.
        store: Where sessions are kept for other clients, processes or machines too: a
            ``MemorySessionStore``, ``FileSessionStore``, ``RedisSessionStore``, or one of
            your own. Left out, this client and each of its children keep their sessions to
            themselves. Guests and bare tokens are never shared.
        transport: The library that sends: ``"httpx2"``, or ``"pyreqwest"`` (the ``fast`` extra).
            Left out, it is pyreqwest where that is installed, unless there is an ``http_client``
            or the environment names proxies or certificates. Where pyreqwest cannot work (trio,
            the child of a fork, bodies that are streamed), httpx2 steps in. A thread that waits in
            pyreqwest hears Ctrl-C when the answer or the timeout comes, not before.

    Attributes:
        users: Calls about users.
        avatars: Calls about avatars.
        storage: Calls about files.

    Raises:
        ConfigurationError: If something is missing or malformed.

    Example:
        with ConnectyCube() as cube:
            cube.login(Password(login="marvin18", password="..."))
            cube.avatars.set("me.png")
    """

    users: Users
    avatars: Avatars
    storage: Storage

    def __init__(
        self,
        *,
        app_id: int | str | None = None,
        auth_key: str | None = None,
        auth_secret: str | None = None,
        base_url: str | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        retries: int = DEFAULT_RETRIES,
        http_client: httpx2.Client | None = None,
        store: AnySessionStore | None = None,
        transport: Library | None = None,
    ) -> None:
        settled = application(
            app_id=app_id, auth_key=auth_key, auth_secret=auth_secret, base_url=base_url
        )
        adapter = adapter_for(
            settled.base_url,
            timeout=checked_timeout(timeout),
            http_client=http_client,
            transport=transport,
        )
        patience = Patience(Retries(times=checked_retries(retries)))
        self._stand_on(Core(settled, adapter, Identity(), patience=patience, store=store))

    @classmethod
    def _over(cls, core: Core) -> Self:
        """Make a client of parts that are there already."""
        client = cls.__new__(cls)
        cls._stand_on(client, core)
        return client

    def _stand_on(self, core: Core) -> None:
        self._core = core
        self.users = Users(core)
        self.avatars = Avatars(core)
        self.storage = Storage(core)

    @property
    def session(self) -> Session | None:
        """The present session, to look at or to hand out; None before the first call."""
        return self._core.sessions.present()

    def as_user(
        self, identity: Credentials | Session | str, *, renew: Renew | None = None
    ) -> ConnectyCube:
        """Make a client for somebody else, with a session of its own over the same connections.

        Nothing is sent yet. Closing the child closes no connections. Once this client is closed,
        neither the child nor any client made from it sends anything: ``ClientClosed``.

        Args:
            identity: Credentials; or a session that was handed out, or its token alone, which
                cannot be created again after it has ended.
            renew: Asked for fresh credentials of the same user whenever another session has to
                be made and those at hand will not do: a provider's token was used already, a
                password was refused, or only a token was taken in. One call at a time asks.

        Returns:
            The other client.

        Raises:
            InvalidArgument: If a token could not be one.
        """
        if isinstance(identity, Credentials):
            return self._over(self._core.child(Identity(identity, renew=renew), None))
        session = Session(token=identity) if isinstance(identity, str) else identity
        checked_token(session.token)
        return self._over(self._core.child(Identity(taken_in=True, renew=renew), session))

    @property
    def api(self) -> Client:
        """The generated client over the same session, for operations that have no call of ours.

        Every function of ``generated_client.api`` takes it. Tokens, renewal, retries and timeouts
        are this client's; refusals raise this package's exceptions; an answer that breaks the
        contract raises ``generated_client.UnexpectedResponse``. What such calls do to the session
        itself (``login``, ``logout``, ``destroy_session``, ``delete_user``) is not noticed here:
        use the calls of this class for that.

        Example:
            from generated_client.api.users import list_users

            page = list_users.asyncio(client=cube.api, per_page=50)
        """
        return self._core.api

    def with_options(
        self,
        *,
        timeout: float | None = None,
        retries: int | None = None,
        on_response: Callable[[Response], object] | None = None,
    ) -> ConnectyCube:
        """Make a client with other manners, over the same session and the same connections.

        Who is signed in is the same in both at any time. Closing the new one closes no
        connections, and not this one. Once this one is closed, the new one sends nothing either:
        ``ClientClosed``.

        Args:
            timeout: Seconds, as for the client itself; left out, as here.
            retries: Attempts after the first one; left out, as here.
            on_response: Called with each answer as it came, before anything is made of it: also
                those of attempts that are sent again, of creating a session, and of the object
                store. A download's is shown without its body. Left out, as here.

        Returns:
            The other client.

        Raises:
            ConfigurationError: If a number is none that can be used.

        Example:
            user = cube.with_options(timeout=5, retries=0).users.get(51)

            answers: list[Response] = []
            user = cube.with_options(on_response=answers.append).users.get(51)
            print(answers[-1].status, answers[-1].header("CB-Token-ExpirationDate"))
        """
        core = self._core.with_options(
            timeout=None if timeout is None else checked_timeout(timeout),
            retries=None if retries is None else checked_retries(retries),
            on_response=on_response,
        )
        return self._over(core)

    def create_session(
        self,
        credentials: Credentials | None = None,
        *,
        renew: Renew | None = None,
        timeout: float | None = None,
    ) -> Session:
        """Create a session now, in place of the present one, which lives on at the service.

        Args:
            credentials: Who signs in; left out, the session is the application's alone.
            renew: Asked for fresh credentials when these will not do again, as for ``as_user``.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The new session. If creating it fails, the present one stays.

        Raises:
            InvalidCredentials: If the password is wrong, or an identity provider refuses.
            NotFound: If there is no such user and the application makes none on the fly.
            ConnectyCubeError: If the call fails otherwise.
        """
        identity = Identity(credentials, renew=renew)
        return self._core.timed(timeout).sessions.begin(identity)

    def login(
        self,
        credentials: Credentials,
        *,
        renew: Renew | None = None,
        timeout: float | None = None,
    ) -> User:
        """Upgrade the present session to a user. The token stays the same.

        When the session has ended, it is created again for this user. A session that a store
        shares with other clients is theirs too and stays what it is; the user gets another one.

        Args:
            credentials: Who signs in.
            renew: Asked for fresh credentials when these will not do again, as for ``as_user``.
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The user.

        Raises:
            InvalidCredentials: If the password is wrong, or an identity provider refuses.
            NotFound: If there is no such user and the application makes none on the fly.
            InvalidArgument: If it is a guest, who needs a session of its own.
            ConnectyCubeError: If the call fails otherwise.
        """
        body = request_model(models.LoginRequest, credentials.login_fields())
        sessions = self._core.timed(timeout).sessions
        if sessions.shared:
            session = sessions.begin(Identity(credentials, renew=renew))
            if session.user is None:
                raise NeedUser("the service made a session without a user of these credentials")
            return session.user
        call = OneCallTransport(sessions)
        with translated():
            response = login.sync_detailed(client=Client(transport=call), body=body)
        user = user_from(expect(models.UserResponse, response).user)
        identity = Identity(credentials, renew=renew, used=True)
        sessions.state.upgrade(identity, call.carrier, user)
        return user

    def logout(self, *, timeout: float | None = None) -> None:
        """Take the user off the session, which stands for the application alone from now on.

        Nothing is sent when nobody is signed in. The credentials are forgotten. A session that a
        store shares with other clients stays theirs; this client leaves it, and nothing is sent.

        Args:
            timeout: Seconds for each request of this call; left out, the client's.

        Raises:
            ConnectyCubeError: If the call fails; then the user is still signed in.
        """
        sessions = self._core.timed(timeout).sessions
        state, live = sessions.state, sessions.state.current
        if live is None or (live.known and live.session.user_id is None):
            state.adopt(Identity(), live)
            return
        if sessions.shared:
            state.adopt(Identity(), None)
            return
        call = OneCallTransport(sessions, live)
        try:
            with translated():
                response = logout.sync_detailed(client=Client(transport=call))
            expect(type(None), response)
        except SessionExpired:
            # It had ended already: nobody is signed in, which is what was asked for.
            state.adopt(Identity(), None)
        else:
            state.upgrade(Identity(), live, None)

    def get_session(self, *, timeout: float | None = None) -> Session:
        """Ask the service about the present session, which prolongs it.

        Args:
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            What it says, user included.

        Raises:
            SessionExpired: If it has ended and cannot be created again.
            ConnectyCubeError: If the call fails otherwise.
        """
        return self._core.timed(timeout).get_session()

    def chat_credentials(self, *, timeout: float | None = None) -> ChatCredentials:
        """Tell what the signed-in user signs in to the chat with.

        Users without a password of their own use the session's token as one, and so does a
        client that took a session in by its token: ask again after the session was renewed.

        Args:
            timeout: Seconds for each request of this call; left out, the client's.

        Returns:
            The user's address in the chat, and the password.

        Raises:
            NeedUser: If nobody is signed in.
            ConnectyCubeError: If no session can be had.
        """
        core = self._core.timed(timeout)
        credentials = core.sessions.state.identity.credentials
        live = core.sessions.live()
        session = live.session if live.known else core.get_session()
        return chat_credentials(self._core.application.app_id, session, credentials)

    def destroy_session(self, *, timeout: float | None = None) -> None:
        """End the present session at the service and forget who was signed in.

        Nothing is sent when there is none. The next call starts a session of the application.
        Other clients with which a store shares the session find it ended, and make another one.

        Args:
            timeout: Seconds for each request of this call; left out, the client's.

        Raises:
            ConnectyCubeError: If the call fails; then the session lives on.
        """
        sessions = self._core.timed(timeout).sessions
        live = sessions.state.current
        if live is not None:
            call = OneCallTransport(sessions, live)
            try:
                with translated():
                    response = destroy_session.sync_detailed(client=Client(transport=call))
                expect(type(None), response)
            except SessionExpired:
                pass  # it had ended already
        sessions.leave()

    def close(self) -> None:
        """Stop sending, and close the connections if this client was made first, not from another.

        Clients that were made from this one with ``as_user`` and ``with_options`` stop with it:
        ``ClientClosed`` is what they raise, also to those who wait for an answer when the
        connections close; over httpx2, a thread is told when its answer or its timeout comes.

        Sessions live on at the service: ``destroy_session`` ends one.
        """
        self._core.close()

    def __enter__(self) -> Self:
        """Be used as a context that closes the client at its end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the client."""
        self.close()

    def __repr__(self) -> str:
        """Show the application and its address, no keys."""
        settled = self._core.application
        return f"{type(self).__name__}(app_id={settled.app_id}, base_url={settled.base_url!r})"
