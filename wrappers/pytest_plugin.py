"""pytest fixtures for tests of your app: clients of the mock server, and users who signed up.

Installed with the distribution (entry point ``pytest11``). They stand on the mock server's fixture
``connectycube_server`` (extra ``[mock]``), which is blank for each test; nothing of this package is
loaded before a test asks for one of them.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol, TypedDict, Unpack

import pytest

import wrappers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

    from wrappers import AsyncConnectyCube, ConnectyCube, CustomData, Password, User


class Profile(TypedDict, total=False):
    """What a user signs up with; what is left out is made up (``login``, ``password``) or unset."""

    login: str
    password: str
    email: str
    full_name: str
    phone: str
    website: str
    tags: Iterable[str]
    custom_data: CustomData
    external_id: str
    timezone: int
    facebook_id: str
    twitter_id: str


class SignedUp:
    """A user who signed up.

    Attributes:
        user: The user.
        credentials: What signs the user in, such as with ``async_connectycube.as_user``.
        cube: A client of the user's, with a session of its own.
    """

    __slots__ = ("credentials", "cube", "user")

    def __init__(self, user: User, credentials: Password, cube: ConnectyCube) -> None:
        """Put together what belongs together.

        Args:
            user: The user.
            credentials: What signs the user in.
            cube: A client of the user's.
        """
        self.user: Final = user
        self.credentials: Final = credentials
        self.cube: Final = cube


class SignUp(Protocol):
    """Signs somebody up."""

    def __call__(self, **profile: Unpack[Profile]) -> SignedUp:
        """Sign somebody up.

        Args:
            profile: Any of ``users.sign_up``'s arguments.

        Returns:
            The user, the credentials, and a client of the user's.
        """
        ...


@pytest.fixture
def connectycube(request: pytest.FixtureRequest) -> Iterator[ConnectyCube]:
    """Give a client of the mock server's application; nobody is signed in.

    Args:
        request: Gives the server, whose fixture points the ``CONNECTYCUBE_*`` variables at it.

    Yields:
        The client, which is closed when the test is over.
    """
    request.getfixturevalue("connectycube_server")
    with wrappers.ConnectyCube() as cube:
        yield cube


@pytest.fixture
def async_connectycube(request: pytest.FixtureRequest) -> Iterator[AsyncConnectyCube]:
    """Give an asynchronous client of the mock server's application; nobody is signed in.

    It belongs to no event loop, so it does not matter which plugin runs the test (anyio's,
    pytest-asyncio, pytest-trio) and on what. For this it keeps no connection open between calls.

    Args:
        request: Gives the server, whose fixture points the ``CONNECTYCUBE_*`` variables at it.

    Yields:
        The client, which can send nothing any more when the test is over.
    """
    # Not before a test asks for it.
    import httpx2  # noqa: PLC0415
    from anyio.from_thread import start_blocking_portal  # noqa: PLC0415

    request.getfixturevalue("connectycube_server")
    connections = httpx2.AsyncClient(limits=httpx2.Limits(max_keepalive_connections=0))
    cube = wrappers.AsyncConnectyCube(http_client=connections)
    yield cube
    # The test's own loop may have ended; with no connection left, any loop will do.
    with start_blocking_portal() as portal:
        portal.call(cube.aclose)


@pytest.fixture
def connectycube_user(connectycube: ConnectyCube) -> SignUp:
    """Give a function that signs users up.

    Args:
        connectycube: The application's client, over whose connections the users' go.

    Returns:
        The function; each call makes another user.
    """
    numbers = itertools.count(1)

    def sign_up(**profile: Unpack[Profile]) -> SignedUp:
        whole: Profile = {
            "login": f"user-{next(numbers)}",
            "password": secrets.token_urlsafe(12),
            **profile,
        }
        user = connectycube.users.sign_up(**whole)
        credentials = wrappers.Password(login=whole["login"], password=whole["password"])
        return SignedUp(user, credentials, connectycube.as_user(credentials))

    return sign_up
