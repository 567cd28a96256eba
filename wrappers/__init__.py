"""ConnectyCube for Python: sessions, users, avatars, files.

``ConnectyCube`` is the client for threads, ``AsyncConnectyCube`` the one for tasks (asyncio and
trio). Both have the same calls.

Names are loaded when they are first used (PEP 562), so that importing the package costs little.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._async.avatars import AsyncAvatars
    from ._async.client import AsyncConnectyCube
    from ._async.pages import AsyncPages
    from ._async.redis_store import AsyncRedisSessionStore
    from ._async.storage import AsyncStorage
    from ._async.users import AsyncUsers
    from ._chat import ChatCredentials
    from ._credentials import (
        Credentials,
        CustomIdentity,
        Facebook,
        FirebaseEmail,
        FirebasePhone,
        Guest,
        Password,
        Twitter,
    )
    from ._errors import (
        AlreadyTaken,
        APIError,
        BadRequest,
        ClientClosed,
        ConfigurationError,
        Conflict,
        ConnectionFailed,
        ConnectyCubeError,
        FileChanged,
        FileEmpty,
        FileTooLarge,
        FileUnreadable,
        FileUnwritable,
        FilterRule,
        Forbidden,
        InvalidArgument,
        InvalidCredentials,
        InvalidCustomData,
        InvalidFile,
        InvalidFilter,
        InvalidImage,
        LostUpdate,
        NeedUser,
        NoAvatar,
        NotFound,
        ObjectStoreError,
        RateLimited,
        ServerError,
        SessionExpired,
        SessionStoreError,
        TransportError,
        TransportTimeout,
        Unauthorized,
        UnexpectedResponseError,
        ValidationError,
    )
    from ._file_store import FileSessionStore
    from ._files import FileSource, Progress
    from ._filters import SortField, UserFilters
    from ._memory_store import MemorySessionStore
    from ._models import Blob, Session, User
    from ._pages import FoundUsers, Page, UnreadableItem
    from ._profile import CustomData
    from ._progress_bar import progress_bar
    from ._response import Response
    from ._sentinel import NOT_GIVEN, NotGiven
    from ._session_stores import AsyncSessionStore, SessionStore
    from ._stored import SessionFailure, Stored, kept_until, stored_from_json, stored_to_json
    from ._sync.avatars import Avatars
    from ._sync.client import ConnectyCube
    from ._sync.pages import Pages
    from ._sync.redis_store import RedisSessionStore
    from ._sync.storage import Storage
    from ._sync.users import Users

__all__ = [
    "NOT_GIVEN",
    "APIError",
    "AlreadyTaken",
    "AsyncAvatars",
    "AsyncConnectyCube",
    "AsyncPages",
    "AsyncRedisSessionStore",
    "AsyncSessionStore",
    "AsyncStorage",
    "AsyncUsers",
    "Avatars",
    "BadRequest",
    "Blob",
    "ChatCredentials",
    "ClientClosed",
    "ConfigurationError",
    "Conflict",
    "ConnectionFailed",
    "ConnectyCube",
    "ConnectyCubeError",
    "Credentials",
    "CustomData",
    "CustomIdentity",
    "Facebook",
    "FileChanged",
    "FileEmpty",
    "FileSessionStore",
    "FileSource",
    "FileTooLarge",
    "FileUnreadable",
    "FileUnwritable",
    "FilterRule",
    "FirebaseEmail",
    "FirebasePhone",
    "Forbidden",
    "FoundUsers",
    "Guest",
    "InvalidArgument",
    "InvalidCredentials",
    "InvalidCustomData",
    "InvalidFile",
    "InvalidFilter",
    "InvalidImage",
    "LostUpdate",
    "MemorySessionStore",
    "NeedUser",
    "NoAvatar",
    "NotFound",
    "NotGiven",
    "ObjectStoreError",
    "Page",
    "Pages",
    "Password",
    "Progress",
    "RateLimited",
    "RedisSessionStore",
    "Response",
    "ServerError",
    "Session",
    "SessionExpired",
    "SessionFailure",
    "SessionStore",
    "SessionStoreError",
    "SortField",
    "Storage",
    "Stored",
    "TransportError",
    "TransportTimeout",
    "Twitter",
    "Unauthorized",
    "UnexpectedResponseError",
    "UnreadableItem",
    "User",
    "UserFilters",
    "Users",
    "ValidationError",
    "kept_until",
    "progress_bar",
    "stored_from_json",
    "stored_to_json",
]

_HOMES = {
    "_async.avatars": ("AsyncAvatars",),
    "_async.client": ("AsyncConnectyCube",),
    "_async.redis_store": ("AsyncRedisSessionStore",),
    "_async.storage": ("AsyncStorage",),
    "_async.pages": ("AsyncPages",),
    "_async.users": ("AsyncUsers",),
    "_chat": ("ChatCredentials",),
    "_credentials": (
        "Credentials",
        "CustomIdentity",
        "Facebook",
        "FirebaseEmail",
        "FirebasePhone",
        "Guest",
        "Password",
        "Twitter",
    ),
    "_file_store": ("FileSessionStore",),
    "_files": ("FileSource", "Progress"),
    "_filters": ("SortField", "UserFilters"),
    "_memory_store": ("MemorySessionStore",),
    "_models": ("Blob", "Session", "User"),
    "_pages": ("FoundUsers", "Page", "UnreadableItem"),
    "_profile": ("CustomData",),
    "_progress_bar": ("progress_bar",),
    "_response": ("Response",),
    "_sentinel": ("NOT_GIVEN", "NotGiven"),
    "_session_stores": ("AsyncSessionStore", "SessionStore"),
    "_stored": ("SessionFailure", "Stored", "kept_until", "stored_from_json", "stored_to_json"),
    "_sync.avatars": ("Avatars",),
    "_sync.client": ("ConnectyCube",),
    "_sync.redis_store": ("RedisSessionStore",),
    "_sync.storage": ("Storage",),
    "_sync.pages": ("Pages",),
    "_sync.users": ("Users",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # What has no home of its own in the table is an exception.
    module = import_module(f".{_HOME_OF.get(name, '_errors')}", __name__)
    value: object = getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
