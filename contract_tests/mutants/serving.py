"""A mock server in which one module has another source; no other process sees any of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

PACKAGE = "mock_server"


class _Loader(SourceFileLoader):
    """Loads a module as its own file, from another text."""

    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:
        """Compile the other text, past the cache of the honest one."""
        del fullname
        return compile(self._source, self.path, "exec", dont_inherit=True)


class _Finder:
    """Finds one module, and leaves all others to Python."""

    def __init__(self, name: str, source: str) -> None:
        self._name = name
        self._source = source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Say how to load the one module."""
        found = PathFinder.find_spec(fullname, path, target) if fullname == self._name else None
        if found is not None and found.origin is not None:
            found.loader = _Loader(fullname, found.origin, self._source)
        return found


def serve(module: str, source: str, options: Sequence[str]) -> int:
    """Run the mock server's command with one module changed.

    Args:
        module: The module's name, without its package.
        source: Its text.
        options: Options of the mock server.

    Returns:
        The exit status.
    """
    name = f"{PACKAGE}.{module}"
    assert name not in sys.modules, f"{name} is loaded already, and would stay honest"
    sys.meta_path.insert(0, _Finder(name, source))
    # Now, with the changed module in it, and not earlier.
    from mock_server.__main__ import main  # noqa: PLC0415

    return main(options)
