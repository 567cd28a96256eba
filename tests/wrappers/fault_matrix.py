"""What the fault matrix is made of: a small world, a row for every public call, and the faults."""

from __future__ import annotations

import base64
import hashlib
import inspect
import json
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    contextmanager,
    nullcontext,
)
from functools import partial
from itertools import islice
from typing import Any, Literal, cast

from anyio.from_thread import BlockingPortal, start_blocking_portal
from attrs import frozen

from mock_server import RunningServer
from tests.wrappers.worlds import MockWorld, png
from wrappers import (
    APIError,
    AsyncAvatars,
    AsyncConnectyCube,
    AsyncPages,
    AsyncStorage,
    AsyncUsers,
    Avatars,
    Blob,
    ConnectionFailed,
    ConnectyCube,
    ConnectyCubeError,
    ObjectStoreError,
    Password,
    RateLimited,
    ServerError,
    Session,
    SessionExpired,
    Storage,
    TransportTimeout,
    Unauthorized,
    UnexpectedResponseError,
    User,
    Users,
)
from wrappers._async.core import AsyncCore
from wrappers._async.httpx2_transport import AsyncHttpx2Transport
from wrappers._async.patience import AsyncPatience
from wrappers._async.pyreqwest_transport import AsyncPyreqwestTransport
from wrappers._configuration import Application
from wrappers._identity import Identity
from wrappers._session_state import Live
from wrappers._sync.core import Core
from wrappers._sync.httpx2_transport import Httpx2Transport
from wrappers._sync.patience import Patience
from wrappers._sync.pyreqwest_transport import PyreqwestTransport

FACES = {"": ConnectyCube, "users": Users, "storage": Storage, "avatars": Avatars}

# ── the world ────────────────────────────────────────────────────────────────────────────────────

MARVIN = Password(login="marvin18", password="pass-of-marvin")
AMIGO = Password(login="amigo", password="pass-of-amigo")
TRILLIAN = Password(login="trillian", password="pass-of-trillian")
NEW_PASSWORD = "another-password"
KEPT = {"towel": True, "planet": "Earth"}
FACE, OTHER_FACE = png(), png(5, 5)
NOTES = b"one\r\n--+++\r\ntwo"


@frozen
class World:
    """What is there before each case: two users, sessions, an avatar, a file."""

    marvin: User
    amigo: User
    notes: Blob
    session: Session
    snapshot: dict[str, Any]
    application: Application


def build(server: RunningServer) -> World:
    """Make the world, and stop the server's clock, so that answers can be compared."""
    server.clock.freeze()
    options = MockWorld(server).options
    with ConnectyCube(**options) as cube:
        marvin = cube.users.sign_up(
            login="marvin18", password=MARVIN.password, email="marvin@example.com",
            full_name="Marvin", custom_data=KEPT,
        )  # fmt: skip
        amigo = cube.users.sign_up(
            login="amigo", password=AMIGO.password, full_name="Amigo", phone="123456",
            external_id="ext-1", facebook_id="fb-1", twitter_id="tw-1", tags=["vip"],
        )  # fmt: skip
        cube.as_user(AMIGO).avatars.set(OTHER_FACE)
        own = cube.as_user(MARVIN)
        marvin = own.avatars.set(FACE)
        notes = own.storage.upload(NOTES, name="notes.txt", public=True)
        amigo = cube.users.get(amigo.id)
        session = own.get_session()
    settled = Application(
        app_id=1, auth_key="dev-auth-key", auth_secret="dev-auth-secret",
        base_url=server.base_url,
    )  # fmt: skip
    return World(marvin, amigo, notes, session, server.snapshot(), settled)


State = tuple[tuple[Any, ...], ...]


def state_of(server: RunningServer, forgotten: Iterable[str] = ()) -> State:
    """Write down what matters of the server's state, without ids, moments and sessions.

    Args:
        server: The server.
        forgotten: Ids and uids of files to leave out.
    """
    snapshot = server.snapshot()
    tables, left_out = snapshot["tables"], set(forgotten)
    contents = {
        each["key"]: hashlib.sha256(base64.b64decode(each["base64"])).hexdigest()
        for each in snapshot["objects"]
    }
    logins = {user["id"]: user["login"] for user in tables["users"]}
    uids = {blob["uid"]: blob for blob in tables["blobs"]}

    def pointed(text: str | None) -> str | None:
        for uid, blob in uids.items():
            complete = blob["completed_at"] is not None
            name = f"<{contents.get(uid, 'lost') if complete else 'incomplete'}>"
            text = None if text is None else text.replace(uid, name)
        return text

    users = sorted(
        (
            user["login"], user["email"], user["full_name"], user["phone"], user["user_tags"],
            user["website"], user["password_hash"], pointed(user["custom_data"]),
            pointed(user["avatar"]),
        )
        for user in tables["users"]
    )  # fmt: skip
    files = sorted(
        (
            str(logins.get(blob["owner_id"])), blob["name"], blob["content_type"],
            str(blob["size"]), blob["completed_at"] is not None, str(contents.get(blob["uid"])),
        )
        for blob in tables["blobs"]
        if not {str(blob["id"]), blob["uid"]} & left_out
    )  # fmt: skip
    mails = sorted(message["recipient"] for message in tables["messages"])
    return (tuple(users), tuple(files), tuple(mails))


def without_hashes(state: State) -> State:
    """The same without what a salt makes different each time."""
    users, files, mails = state
    return (tuple((*user[:6], *user[7:]) for user in users), files, mails)


def check_invariants(state: State, *, marvin: bool = True) -> None:
    """Hold what must hold after anything."""
    users, files, _ = state
    logins = [user[0] for user in users]
    assert len(logins) == len({*logins}), "a user twice"
    for user in users:
        for text in (user[7], user[8]):
            assert "<lost>" not in (text or ""), "a user points at a file that is gone"
            assert "<incomplete>" not in (text or ""), "a user points at no complete file"
            if text and (text is user[8]):
                assert text.startswith("<"), "a user points at a file that was deleted"
    found = [json.loads(user[7]) for user in users if user[0] == "marvin18"]
    if marvin and found:
        assert KEPT.items() <= found[0].items(), "a key of custom_data is lost"
    assert all(file[5] != "None" for file in files if file[4]), "a complete file without bytes"


# ── one row for every public call ────────────────────────────────────────────────────────────────

Call = Callable[[ConnectyCube, World], object]


def some(items: Iterable[object]) -> list[object]:
    """Go through pages, though not for ever: a server can always say that there are more."""
    return [*islice(items, 10)]


def _stream(cube: ConnectyCube, world: World) -> bytes:
    with cube.storage.stream(world.notes) as pieces:
        return b"".join(pieces)


ROWS: dict[str, Call] = {
    "create_session": lambda cube, _: cube.create_session(AMIGO).user_id,
    "login": lambda cube, _: cube.login(AMIGO),
    "logout": lambda cube, _: cube.logout(),
    "get_session": lambda cube, _: cube.get_session().user_id,
    "chat_credentials": lambda cube, _: cube.chat_credentials(),
    "destroy_session": lambda cube, _: cube.destroy_session(),
    "users.sign_up": lambda cube, _: cube.users.sign_up(
        login="trillian", password=TRILLIAN.password, full_name="Trillian", tags=["a"]
    ),
    "users.get": lambda cube, world: cube.users.get(world.amigo.id),
    "users.get_by_login": lambda cube, _: cube.users.get_by_login("amigo"),
    "users.get_by_email": lambda cube, _: cube.users.get_by_email("marvin@example.com"),
    "users.get_by_phone": lambda cube, _: cube.users.get_by_phone("123456"),
    "users.get_by_external_id": lambda cube, _: cube.users.get_by_external_id("ext-1"),
    "users.get_by_facebook_id": lambda cube, _: cube.users.get_by_facebook_id("fb-1"),
    "users.get_by_twitter_id": lambda cube, _: cube.users.get_by_twitter_id("tw-1"),
    "users.get_many": lambda cube, world: cube.users.get_many([world.amigo.id, 999]),
    "users.find": lambda cube, _: some(cube.users.find(login__in=["amigo", "marvin18"], limit=1)),
    "users.find_by_full_name": lambda cube, _: some(cube.users.find_by_full_name("Amigo")),
    "users.find_by_phones": lambda cube, _: some(cube.users.find_by_phones(["123456", "1"])),
    "users.find_by_tags": lambda cube, _: some(cube.users.find_by_tags(["vip"])),
    "users.online": lambda cube, _: some(cube.users.online(limit=1)),
    "users.online_count": lambda cube, _: cube.users.online_count(),
    "users.reset_password": lambda cube, _: cube.users.reset_password("marvin@example.com"),
    "users.update": lambda cube, _: cube.users.update(full_name="Marvin the Android"),
    "users.update_custom_data": lambda cube, _: cube.users.update_custom_data(answer=42),
    "users.change_password": lambda cube, _: cube.users.change_password(
        old=MARVIN.password, new=NEW_PASSWORD
    ),
    "users.delete": lambda cube, _: cube.users.delete(),
    "storage.upload": lambda cube, _: cube.storage.upload(b"new bytes", name="new.txt"),
    "storage.download": lambda cube, world: cube.storage.download(world.notes),
    "storage.stream": _stream,
    "storage.get": lambda cube, world: (
        cube.storage.get(world.notes), cube.storage.get(world.notes.uid).name
    ),
    "storage.list": lambda cube, _: some(cube.storage.list(limit=1)),
    "storage.rename": lambda cube, world: cube.storage.rename(world.notes, "renamed.txt"),
    "storage.delete": lambda cube, world: cube.storage.delete(world.notes),
    "storage.private_url": lambda cube, world: cube.storage.private_url(world.notes)[:20],
    "storage.signed_url": lambda cube, world: len(cube.storage.signed_url(world.notes)),
    "avatars.set": lambda cube, _: cube.avatars.set(png(7, 7)),
    "avatars.remove": lambda cube, _: cube.avatars.remove(),
    "avatars.url": lambda cube, world: cube.avatars.url(world.amigo)[:20],
    "avatars.signed_url": lambda cube, world: len(cube.avatars.signed_url(world.amigo)),
    "avatars.download": lambda cube, world: cube.avatars.download(world.amigo),
}  # fmt: skip
LOCAL = {"as_user", "with_options", "close", "storage.public_url", "avatars.uid_of"}
"""Public calls that send nothing."""

SESSION_ALONE = ("chat_credentials", "storage.private_url", "avatars.url")
"""Calls that want a session and nothing else: they send when there is none yet."""

FIRST = (*SESSION_ALONE, "users.get", "users.sign_up", "users.update", "storage.upload",
         "avatars.set")  # fmt: skip
"""Rows of a client that has no session yet."""

CASES = [(row, True) for row in ROWS if row not in SESSION_ALONE] + [(row, False) for row in FIRST]
"""Each row, and whether its client has a session already."""


def public_calls() -> set[str]:
    """Every public call of the client's faces, found by looking."""
    return {
        f"{prefix}.{name}".lstrip(".")
        for prefix, face in FACES.items()
        for name, _ in inspect.getmembers(face, inspect.isfunction)
        if not name.startswith("_")
    }


# ── the faults ───────────────────────────────────────────────────────────────────────────────────

LOST = {"errors": {"base": ["Required session does not exist"]}}
HTML = {"Content-Type": "text/html"}
PATIENCE = 0.2
"""Seconds of the timeout where a fault is late."""

Meaning = Literal["refused", "maybe", "broken"]


@frozen
class Fault:
    """Something that goes wrong.

    Attributes:
        name: What.
        order: The order to the mock server.
        errors: What the client may raise then.
        meaning: Whether it surely was not carried out and is worth another attempt, may have
            been and is, or is not worth one.
        once: Whether it happens a single time.
    """

    name: str
    order: dict[str, Any]
    errors: tuple[type[ConnectyCubeError], ...]
    meaning: Meaning = "broken"
    once: bool = True

    @property
    def late(self) -> bool:
        return "delay" in self.order or "slow_body" in self.order

    @property
    def carried_out(self) -> bool:
        late = {"delay", "slow_body", "truncate"}  # the server goes on when nobody waits any more
        return self.order.get("when") == "after" or bool(late & {*self.order})


def _said(status: int, *errors: type[ConnectyCubeError], **order: Any) -> dict[str, Any]:
    return {"order": {"status": status, "force": True, **order}, "errors": errors}


def _faults() -> Iterator[Fault]:
    failed = (ServerError,)
    for status in (500, 502, 503, 504):
        meaning: Meaning = "broken" if status == 500 else "maybe"
        for when in ("before", "after"):
            yield Fault(f"{status} {when}", {"status": status, "force": True, "when": when},
                        failed, meaning)  # fmt: skip
    asked, tomorrow = ({"headers": {"Retry-After": each}} for each in ("7", "99999"))
    yield Fault("503, come back", **_said(503, ServerError, **asked), meaning="refused")
    yield Fault("503, come back tomorrow", **_said(503, ServerError, **tomorrow))
    yield Fault("429", **_said(429, RateLimited), meaning="refused")
    yield Fault("429, come back", **_said(429, RateLimited, **asked), meaning="refused")
    yield Fault("429, come back tomorrow", **_said(429, RateLimited, **tomorrow))
    yield Fault("429 for ever", **_said(429, RateLimited), once=False)
    yield Fault("503 for ever", **_said(503, ServerError), once=False)
    cut = (ConnectionFailed,)
    yield Fault("reset before", {"reset": True}, cut, "maybe")
    yield Fault("reset after", {"reset": True, "when": "after"}, cut, "maybe")
    yield Fault("reset for ever", {"reset": True}, cut, once=False)
    yield Fault("truncated", {"truncate": True}, cut, "maybe")
    late = (TransportTimeout,)
    yield Fault("late before", {"delay": 30}, late, "maybe")
    yield Fault("late after", {"delay": 30, "when": "after"}, late, "maybe")
    yield Fault("slow body", {"slow_body": 30}, late, "maybe")
    page = {"body": "<html>Bad gateway</html>", "headers": HTML}
    yield Fault("HTML 502", **_said(502, ServerError, **page), meaning="maybe")
    unreadable = (UnexpectedResponseError,)
    bodies: dict[str, object] = {
        "HTML": "<html>Welcome</html>", "nothing": "", "a list": [], "an empty object": {},
        "half of it": '{"user": {"id":',
    }  # fmt: skip
    for name, body in bodies.items():
        yield Fault(f"200 with {name}", **_said(200, *unreadable, when="after", body=body))
    yield Fault("200 with errors", **_said(200, APIError, body={"errors": ["Out of order"]}))
    yield Fault("299", **_said(299, *unreadable, when="after", body={}))
    elsewhere = {"Location": "http://127.0.0.1:1/"}
    yield Fault("a redirect elsewhere", **_said(302, *unreadable, body="", headers=elsewhere))
    yield Fault("418", **_said(418, APIError))
    ended = (SessionExpired, Unauthorized)
    yield Fault("session lost", **_said(401, *ended, body=LOST), meaning="refused")
    yield Fault("session lost for ever", **_said(401, *ended, body=LOST), once=False)


FAULTS = [*_faults()]
STORE = {"uploadObject", "downloadObject"}
SAFE = {"completeBlob", "deleteBlob", "destroySession", "createSession"}
"""Operations beside reads that may be sent again whatever happened to the first attempt."""


def allowed_errors(fault: Fault, operation: str) -> tuple[type[ConnectyCubeError], ...]:
    """What a call may raise when one of its operations meets a fault."""
    if operation in STORE and "status" in fault.order:
        return (*fault.errors, ObjectStoreError, UnexpectedResponseError)
    return fault.errors


def can_be_noticed(fault: Fault, operation: str) -> bool:
    """Whether there is anything to notice: what the store gives with 200 are the file's bytes."""
    return operation != "downloadObject" or not fault.name.startswith("200 with ")


def must_succeed(fault: Fault, operation: str, method: str) -> bool:
    """Whether sending again is legal and enough."""
    if not fault.once or fault.late or fault.meaning == "broken":
        return False
    if fault.name == "session lost":
        return operation not in STORE | {"createSession", "login", "logout", "destroySession"}
    if operation == "uploadObject" or (operation == "downloadObject" and "truncate" in fault.order):
        return False
    if fault.meaning == "refused":
        return True
    return method == "GET" or operation in SAFE


# ── clients of each kind ─────────────────────────────────────────────────────────────────────────


@frozen
class Clients:
    """Makes clients over one way to the network; nobody waits between attempts.

    Attributes:
        make: Makes one, with a session already or without.
        sampled: Whether a part of the cases is enough: the same code is tried whole in threads.
    """

    make: Callable[[World, bool], ConnectyCube]
    sampled: bool = False


Making = Generator[Clients]


@contextmanager
def _in_threads(world: World, kind: type[Httpx2Transport | PyreqwestTransport]) -> Making:
    adapter = kind(world.application.base_url, timeout=20)
    patience = Patience(pause=lambda _: None)

    def make(world: World, signed_in: bool) -> ConnectyCube:
        core = Core(world.application, adapter, Identity(MARVIN), patience=patience)
        if signed_in:
            core.sessions.state.adopt(Identity(MARVIN, used=True), Live(world.session))
        return ConnectyCube._over(core)

    try:
        yield Clients(make)
    finally:
        adapter.close()


async def _no_pause(_: float) -> None:
    pass


@contextmanager
def _in_tasks(world: World, kind: type[AsyncHttpx2Transport | AsyncPyreqwestTransport]) -> Making:
    adapter = kind(world.application.base_url, timeout=20)
    patience = AsyncPatience(pause=_no_pause)

    def make(world: World, signed_in: bool) -> ConnectyCube:
        core = AsyncCore(world.application, adapter, Identity(MARVIN), patience=patience)
        if signed_in:
            core.sessions.state.adopt(Identity(MARVIN, used=True), Live(world.session))
        return cast("ConnectyCube", Driven(portal, AsyncConnectyCube._over(core)))

    with start_blocking_portal("asyncio") as portal:
        try:
            yield Clients(make, sampled=True)
        finally:
            portal.call(adapter.aclose)


KINDS: dict[str, Callable[[World], AbstractContextManager[Clients]]] = {
    "httpx2": partial(_in_threads, kind=Httpx2Transport),
    "httpx2 async": partial(_in_tasks, kind=AsyncHttpx2Transport),
    "pyreqwest": partial(_in_threads, kind=PyreqwestTransport),
    "pyreqwest async": partial(_in_tasks, kind=AsyncPyreqwestTransport),
}


async def _at_most(count: int, pages: AsyncPages[object]) -> AsyncIterator[object]:
    async for item in pages:
        yield item
        count -= 1
        if not count:
            return


class Driven:
    """An asynchronous client with the manners of a synchronous one: the rows drive both."""

    def __init__(self, portal: BlockingPortal, target: object) -> None:
        self._portal = portal
        self._target = target

    def __getattr__(self, name: str) -> object:
        value = getattr(self._target, name)
        if isinstance(value, (AsyncUsers, AsyncStorage, AsyncAvatars)):
            return Driven(self._portal, value)
        return self._driven(value) if callable(value) else value

    def _driven(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            async def run() -> object:
                result: object = function(*arguments, **named)
                if inspect.isawaitable(result):
                    result = await result
                if isinstance(result, AsyncPages):
                    pages = cast("AsyncPages[object]", result)
                    return [item async for item in _at_most(10, pages)]
                if isinstance(result, AbstractAsyncContextManager) and not isinstance(
                    result, AsyncConnectyCube
                ):
                    stream = cast("AbstractAsyncContextManager[AsyncIterator[bytes]]", result)
                    async with stream as pieces:
                        return nullcontext([piece async for piece in pieces])
                return result

            result = self._portal.call(run)
            return Driven(self._portal, result) if isinstance(result, AsyncConnectyCube) else result

        return call
