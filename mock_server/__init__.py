"""A stateful mock of the ConnectyCube server, for development and tests on one machine.

```python
from mock_server import running

with running() as server:
    print(server.base_url)
```

or `python -m mock_server --port 8080`. It is routed and validated by the project's OpenAPI
document and shares no code with the client it is used to test.
"""

from mock_server.app import MockServer, create_app
from mock_server.clock import Clock, ManualClock
from mock_server.providers import FirebaseProject, IdentityProvider, ProviderAccount
from mock_server.server import RunningServer, running
from mock_server.settings import Settings

__all__ = [
    "Clock",
    "FirebaseProject",
    "IdentityProvider",
    "ManualClock",
    "MockServer",
    "ProviderAccount",
    "RunningServer",
    "Settings",
    "create_app",
    "running",
]
