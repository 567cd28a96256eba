"""A stateful mock of the ConnectyCube server, for development and tests on one machine.

```python
from mock_server import running

with running() as server:
    print(server.base_url)
```

or `python -m mock_server --port 8080`, or the pytest fixture `connectycube_server`. It is routed
and validated by the project's OpenAPI document and shares no code with the client it is used to
test.

Names are loaded when they are first used (PEP 562): pytest imports this package at each start, for
the fixture's sake, whether anybody uses it or not.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mock_server.app import MockServer, create_app
    from mock_server.clock import Clock, ManualClock
    from mock_server.mailbox import Mail, Mailbox
    from mock_server.providers import FirebaseProject, IdentityProvider, ProviderAccount
    from mock_server.server import RunningServer, running
    from mock_server.settings import Settings

__all__ = [
    "Clock",
    "FirebaseProject",
    "IdentityProvider",
    "Mail",
    "Mailbox",
    "ManualClock",
    "MockServer",
    "ProviderAccount",
    "RunningServer",
    "Settings",
    "create_app",
    "running",
]
_HOMES = {
    "app": ("MockServer", "create_app"),
    "clock": ("Clock", "ManualClock"),
    "mailbox": ("Mail", "Mailbox"),
    "providers": ("FirebaseProject", "IdentityProvider", "ProviderAccount"),
    "server": ("RunningServer", "running"),
    "settings": ("Settings",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
