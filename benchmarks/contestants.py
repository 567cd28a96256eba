"""Who is measured, each used as its own documentation says.

Every contestant reads one user by id and one page of users, and gives back what it read of them, so
that nobody wins by not reading. Contestants are imported when they are used, never before: one that
is not installed is left out by name.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from generated_client import AsyncClient, Client, Response
from generated_client.api.users import find_users, get_user
from generated_client.models import UserPage, UserResponse

TAG: Final = "dive"
_TOKEN: Final = "0" * 36
_KEYS: Final = {"app_id": 1, "auth_key": "bench-key", "auth_secret": "bench-secret"}
_AT_ONCE: Final = 64


@frozen
class Calls:
    """One client's calls, one after the other or from threads.

    Attributes:
        get: Reads a user; answers the id that it read.
        page: Reads so many users; answers how many it read.
    """

    get: Callable[[int], int]
    page: Callable[[int], int]


@frozen
class AsyncCalls:
    """One client's calls, from tasks."""

    get: Callable[[int], Awaitable[int]]
    page: Callable[[int], Awaitable[int]]


Decoder = Callable[[dict[str, object]], object]


@frozen
class Contestant:
    """A client and how it is measured.

    Attributes:
        name: Its name in tables and on the command line.
        imports: What an application imports to use it.
        version_of: The distribution whose version is told.
        sync: Opens its synchronous client, if it has one.
        tasks: Opens its asynchronous client; without one, 64 threads share the synchronous one.
        decoder: Gives what makes a model of a user's JSON object, if it makes one of the
            service's.
        note: What a reader should know.
        ours: Whether it is of this project.
    """

    name: str
    imports: str
    version_of: str
    sync: Callable[[str], AbstractContextManager[Calls]] | None
    tasks: Callable[[str], AbstractAsyncContextManager[AsyncCalls]] | None
    decoder: Callable[[], Decoder] | None = None
    note: str = ""
    ours: bool = False


# ── this project ─────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _wrappers(library: str, base_url: str) -> Generator[Calls]:
    wrappers: Any = import_module("wrappers")
    with wrappers.ConnectyCube(base_url=base_url, transport=library, **_KEYS) as cube:

        def get(user_id: int) -> int:
            return int(cube.users.get(user_id).id)

        def page(size: int) -> int:
            return sum(1 for _ in cube.users.find(user_tags=TAG, limit=size))

        yield Calls(get, page)


@asynccontextmanager
async def _wrappers_tasks(library: str, base_url: str) -> AsyncGenerator[AsyncCalls]:
    wrappers: Any = import_module("wrappers")
    async with wrappers.AsyncConnectyCube(base_url=base_url, transport=library, **_KEYS) as cube:

        async def get(user_id: int) -> int:
            return int((await cube.users.get(user_id)).id)

        async def page(size: int) -> int:
            count = 0
            async for _ in await cube.users.find(user_tags=TAG, limit=size):
                count += 1
            return count

        yield AsyncCalls(get, page)


def _our_decoder() -> Decoder:
    models: Any = import_module("generated_client.models")
    ours: Any = import_module("wrappers._models")
    return lambda user: ours.user_from(models.User.from_dict(user))


def _generated_decoder() -> Decoder:
    models: Any = import_module("generated_client.models")
    decode: Decoder = models.User.from_dict
    return decode


def _id_of(response: Response[Any]) -> int:
    if not isinstance(response.parsed, UserResponse):
        raise TypeError("no user")
    return response.parsed.user.id


def _count_of(response: Response[Any]) -> int:
    if not isinstance(response.parsed, UserPage):
        raise TypeError("no page")
    return len(response.parsed.items)


@contextmanager
def _generated(base_url: str) -> Generator[Calls]:
    adapter: Any = import_module("wrappers._sync.httpx2_transport").Httpx2Transport(base_url)
    client = Client(transport=adapter, credentials={"sessionToken": _TOKEN})

    def get(user_id: int) -> int:
        return _id_of(get_user.sync_detailed(user_id, client=client))

    def page(size: int) -> int:
        return _count_of(find_users.sync_detailed(client=client, user_tags=TAG, limit=size))

    try:
        yield Calls(get, page)
    finally:
        adapter.close()


@asynccontextmanager
async def _generated_tasks(base_url: str) -> AsyncGenerator[AsyncCalls]:
    module: Any = import_module("wrappers._async.httpx2_transport")
    adapter = module.AsyncHttpx2Transport(base_url)
    client = AsyncClient(transport=adapter, credentials={"sessionToken": _TOKEN})

    async def get(user_id: int) -> int:
        return _id_of(await get_user.asyncio_detailed(user_id, client=client))

    async def page(size: int) -> int:
        found = await find_users.asyncio_detailed(client=client, user_tags=TAG, limit=size)
        return _count_of(found)

    try:
        yield AsyncCalls(get, page)
    finally:
        await adapter.aclose()


# ── the same contract through the generator's own templates ──────────────────────────────────────


def _stock_parts(package: str) -> tuple[Any, Any, Any]:
    folder = f"{package}.api.users"
    return (
        import_module(package),
        import_module(f"{folder}.get_user"),
        import_module(f"{folder}.find_users"),
    )


def _stock_decoder(package: str) -> Decoder:
    models: Any = import_module(f"{package}.models")
    decode: Decoder = models.User.from_dict
    return decode


@contextmanager
def _stock(package: str, base_url: str) -> Generator[Calls]:
    stock, get_user_module, find_users_module = _stock_parts(package)
    with stock.Client(base_url=base_url, headers={"CB-Token": _TOKEN}) as client:

        def get(user_id: int) -> int:
            return int(get_user_module.sync(user_id, client=client).user.id)

        def page(size: int) -> int:
            return len(find_users_module.sync(client=client, user_tags=TAG, limit=size).items)

        yield Calls(get, page)


@asynccontextmanager
async def _stock_tasks(package: str, base_url: str) -> AsyncGenerator[AsyncCalls]:
    stock, get_user_module, find_users_module = _stock_parts(package)
    async with stock.Client(base_url=base_url, headers={"CB-Token": _TOKEN}) as client:

        async def get(user_id: int) -> int:
            return int((await get_user_module.asyncio(user_id, client=client)).user.id)

        async def page(size: int) -> int:
            found = await find_users_module.asyncio(client=client, user_tags=TAG, limit=size)
            return len(found.items)

        yield AsyncCalls(get, page)


# ── bare libraries: the floor under every client that stands on them ─────────────────────────────


def _httpx2_settings(httpx2: Any, base_url: str) -> dict[str, object]:
    # By itself it keeps 20 connections open and reopens the others of 64. With as many as our
    # adapter keeps, it is what our layers are measured against.
    limits = httpx2.Limits(max_connections=100, max_keepalive_connections=100)
    return {"base_url": base_url, "headers": {"CB-Token": _TOKEN}, "limits": limits}


@contextmanager
def _httpx2(base_url: str) -> Generator[Calls]:
    httpx2: Any = import_module("httpx2")
    with httpx2.Client(**_httpx2_settings(httpx2, base_url)) as client:

        def get(user_id: int) -> int:
            response = client.get(f"/users/{user_id}")
            response.raise_for_status()
            return int(response.json()["user"]["id"])

        def page(size: int) -> int:
            response = client.get("/users/v2", params={"user_tags": TAG, "limit": size})
            response.raise_for_status()
            return len(response.json()["items"])

        yield Calls(get, page)


@asynccontextmanager
async def _httpx2_tasks(base_url: str) -> AsyncGenerator[AsyncCalls]:
    httpx2: Any = import_module("httpx2")
    async with httpx2.AsyncClient(**_httpx2_settings(httpx2, base_url)) as client:

        async def get(user_id: int) -> int:
            response = await client.get(f"/users/{user_id}")
            response.raise_for_status()
            return int(response.json()["user"]["id"])

        async def page(size: int) -> int:
            response = await client.get("/users/v2", params={"user_tags": TAG, "limit": size})
            response.raise_for_status()
            return len(response.json()["items"])

        yield AsyncCalls(get, page)


@asynccontextmanager
async def _aiohttp_tasks(base_url: str) -> AsyncGenerator[AsyncCalls]:
    aiohttp: Any = import_module("aiohttp")
    headers = {"CB-Token": _TOKEN}
    async with aiohttp.ClientSession(base_url, headers=headers, raise_for_status=True) as client:

        async def get(user_id: int) -> int:
            async with client.get(f"/users/{user_id}") as response:
                return int((await response.json())["user"]["id"])

        async def page(size: int) -> int:
            query = {"user_tags": TAG, "limit": str(size)}
            async with client.get("/users/v2", params=query) as response:
                return len((await response.json())["items"])

        yield AsyncCalls(get, page)


# ── other services' SDKs ─────────────────────────────────────────────────────────────────────────


def _getstream_payload(**values: object) -> Any:
    models: Any = import_module("getstream.models")
    return models.QueryUsersPayload(**values)


@contextmanager
def _getstream(base_url: str) -> Generator[Calls]:
    getstream: Any = import_module("getstream")
    with getstream.Stream("key", api_secret="secret" * 6, base_url=base_url) as client:

        def get(user_id: int) -> int:
            payload = _getstream_payload(filter_conditions={"id": str(user_id)})
            return int(client.query_users(payload).data.users[0].id)

        def page(size: int) -> int:
            payload = _getstream_payload(filter_conditions={"role": "user"}, limit=size)
            return len(client.query_users(payload).data.users)

        yield Calls(get, page)


@asynccontextmanager
async def _getstream_tasks(base_url: str) -> AsyncGenerator[AsyncCalls]:
    getstream: Any = import_module("getstream")
    async with getstream.AsyncStream("key", api_secret="secret" * 6, base_url=base_url) as client:

        async def get(user_id: int) -> int:
            payload = _getstream_payload(filter_conditions={"id": str(user_id)})
            return int((await client.query_users(payload)).data.users[0].id)

        async def page(size: int) -> int:
            payload = _getstream_payload(filter_conditions={"role": "user"}, limit=size)
            return len((await client.query_users(payload)).data.users)

        yield AsyncCalls(get, page)


@contextmanager
def _stream_chat(base_url: str) -> Generator[Calls]:
    stream_chat: Any = import_module("stream_chat")
    client = stream_chat.StreamChat("key", "secret" * 6, base_url=base_url)

    def get(user_id: int) -> int:
        return int(client.query_users({"id": str(user_id)})["users"][0]["id"])

    def page(size: int) -> int:
        return len(client.query_users({"role": "user"}, limit=size)["users"])

    try:
        yield Calls(get, page)
    finally:
        client.session.close()


@asynccontextmanager
async def _stream_chat_tasks(base_url: str) -> AsyncGenerator[AsyncCalls]:
    stream_chat: Any = import_module("stream_chat")
    async with stream_chat.StreamChatAsync("key", "secret" * 6, base_url=base_url) as client:

        async def get(user_id: int) -> int:
            return int((await client.query_users({"id": str(user_id)}))["users"][0]["id"])

        async def page(size: int) -> int:
            return len((await client.query_users({"role": "user"}, limit=size))["users"])

        yield AsyncCalls(get, page)


@contextmanager
def _sendbird(base_url: str) -> Generator[Calls]:
    sendbird: Any = import_module("sendbird_platform_sdk")
    user_api: Any = import_module("sendbird_platform_sdk.api.user_api")
    configuration = sendbird.Configuration(host=base_url)
    configuration.connection_pool_maxsize = _AT_ONCE  # its own 5 per core would throw some away
    with sendbird.ApiClient(configuration) as client:
        users = user_api.UserApi(client)

        def get(user_id: int) -> int:
            return int(users.view_a_user(str(user_id), api_token="token").user_id)

        def page(size: int) -> int:
            return len(users.list_users(api_token="token", limit=size).users)

        yield Calls(get, page)


JAVASCRIPT: Final = "connectycube (JS)"

CONTESTANTS: Final = (
    Contestant(
        name="wrappers",
        imports="from wrappers import AsyncConnectyCube, ConnectyCube",
        version_of="connectycube-python",
        sync=partial(_wrappers, "httpx2"),
        tasks=partial(_wrappers_tasks, "httpx2"),
        decoder=_our_decoder,
        note="sessions, retries, typed models; on httpx2, the default",
        ours=True,
    ),
    Contestant(
        name="wrappers [fast]",
        imports="from wrappers import AsyncConnectyCube, ConnectyCube; import pyreqwest.client",
        version_of="pyreqwest",
        sync=partial(_wrappers, "pyreqwest"),
        tasks=partial(_wrappers_tasks, "pyreqwest"),
        decoder=_our_decoder,
        note="the same on pyreqwest, whose version this is",
        ours=True,
    ),
    Contestant(
        name="generated_client",
        imports="from generated_client.api.users import find_users, get_user",
        version_of="connectycube-python",
        sync=_generated,
        tasks=_generated_tasks,
        decoder=_generated_decoder,
        note="typed models, no session; on our httpx2 adapter, whose import is not counted",
        ours=True,
    ),
    Contestant(
        name="stock, httpx",
        imports="from stock_httpx.api.users import find_users, get_user",
        version_of="openapi-python-client",
        sync=partial(_stock, "stock_httpx"),
        tasks=partial(_stock_tasks, "stock_httpx"),
        decoder=partial(_stock_decoder, "stock_httpx"),
        note="the same contract through the generator's own templates; keeps 20 connections",
    ),
    Contestant(
        name="stock, httpx2",
        imports="from stock_httpx2.api.users import find_users, get_user",
        version_of="openapi-python-client",
        sync=partial(_stock, "stock_httpx2"),
        tasks=partial(_stock_tasks, "stock_httpx2"),
        decoder=partial(_stock_decoder, "stock_httpx2"),
        note="the same, with httpx2 imported as httpx",
    ),
    Contestant(
        name=JAVASCRIPT,
        imports="",
        version_of="connectycube",
        sync=None,
        tasks=None,
        note="the official SDK, untyped objects; on Node; one user by login, it has no call by id",
    ),
    Contestant(
        name="getstream",
        imports="from getstream import AsyncStream, Stream",
        version_of="getstream",
        sync=_getstream,
        tasks=_getstream_tasks,
        note="typed models; no call for one user: a query with one id",
    ),
    Contestant(
        name="sendbird",
        imports="from sendbird_platform_sdk.api import user_api",
        version_of="sendbird-platform-sdk",
        sync=_sendbird,
        tasks=None,
        note="typed models; no asyncio: 64 threads instead of tasks",
    ),
    Contestant(
        name="stream-chat",
        imports="from stream_chat import StreamChat, StreamChatAsync",
        version_of="stream-chat",
        sync=_stream_chat,
        tasks=_stream_chat_tasks,
        note="untyped dicts; requests and aiohttp; no call for one user: a query with one id",
    ),
    Contestant(
        name="bare httpx2",
        imports="import httpx2",
        version_of="httpx2",
        sync=_httpx2,
        tasks=_httpx2_tasks,
        note="no models: what json.loads gives; keeps 100 connections, as our adapter does",
    ),
    Contestant(
        name="bare aiohttp",
        imports="import aiohttp",
        version_of="aiohttp",
        sync=None,
        tasks=_aiohttp_tasks,
        note="no models; asynchronous alone: one at a time is awaited",
    ),
)


def named(name: str) -> Contestant:
    """Find a contestant.

    Args:
        name: Its name.

    Returns:
        The contestant.

    Raises:
        KeyError: If there is none.
    """
    return {each.name: each for each in CONTESTANTS}[name]


def find_stock(folder: Path) -> None:
    """Let the clients made by the generator's own templates be imported.

    Args:
        folder: Where ``benchmarks.stock`` has put them.
    """
    sys.path.insert(0, str(folder))
