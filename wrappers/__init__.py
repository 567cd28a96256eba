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
    from ._async.storage import AsyncStorage
    from ._async.users import AsyncUsers
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
        Forbidden,
        InvalidArgument,
        InvalidCredentials,
        InvalidCustomData,
        InvalidFile,
        InvalidImage,
        NeedUser,
        NoAvatar,
        NotFound,
        ObjectStoreError,
        RateLimited,
        ServerError,
        SessionExpired,
        TransportError,
        TransportTimeout,
        Unauthorized,
        UnexpectedResponseError,
        ValidationError,
    )
    from ._files import FileSource, Progress
    from ._models import Blob, Session, User
    from ._profile import CustomData
    from ._response import Response
    from ._sentinel import NOT_GIVEN, NotGiven
    from ._sync.avatars import Avatars
    from ._sync.client import ConnectyCube
    from ._sync.storage import Storage
    from ._sync.users import Users

__all__ = [
    "NOT_GIVEN",
    "APIError",
    "AlreadyTaken",
    "AsyncAvatars",
    "AsyncConnectyCube",
    "AsyncStorage",
    "AsyncUsers",
    "Avatars",
    "BadRequest",
    "Blob",
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
    "FileSource",
    "FileTooLarge",
    "FileUnreadable",
    "FileUnwritable",
    "FirebaseEmail",
    "FirebasePhone",
    "Forbidden",
    "Guest",
    "InvalidArgument",
    "InvalidCredentials",
    "InvalidCustomData",
    "InvalidFile",
    "InvalidImage",
    "NeedUser",
    "NoAvatar",
    "NotFound",
    "NotGiven",
    "ObjectStoreError",
    "Password",
    "Progress",
    "RateLimited",
    "Response",
    "ServerError",
    "Session",
    "SessionExpired",
    "Storage",
    "TransportError",
    "TransportTimeout",
    "Twitter",
    "Unauthorized",
    "UnexpectedResponseError",
    "User",
    "Users",
    "ValidationError",
]

_HOMES = {
    "_async.avatars": ("AsyncAvatars",),
    "_async.client": ("AsyncConnectyCube",),
    "_async.storage": ("AsyncStorage",),
    "_async.users": ("AsyncUsers",),
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
    "_files": ("FileSource", "Progress"),
    "_models": ("Blob", "Session", "User"),
    "_profile": ("CustomData",),
    "_response": ("Response",),
    "_sentinel": ("NOT_GIVEN", "NotGiven"),
    "_sync.avatars": ("Avatars",),
    "_sync.client": ("ConnectyCube",),
    "_sync.storage": ("Storage",),
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
