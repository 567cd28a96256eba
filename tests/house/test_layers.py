"""Which room may import what: an allow-list, where import-linter can only forbid."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("contract_tests", "examples", "generated_client", "mock_server", "openapi", "wrappers")
PACKAGES = ("generated_client", "mock_server", "wrappers")

# Beside the standard library and itself.
ALLOWED = {
    "generated_client": {"attrs"},
    # trio is named where a program that runs on trio has loaded it already; cyclopts and rich are
    # the command line's alone (tests/wrappers/test_cli.py), redis a store's, pytest its plugin's.
    "wrappers": {
        "generated_client", "anyio", "attrs", "cyclopts", "httpx2", "pyreqwest", "pytest", "redis",
        "rich", "trio",
    },
    # httpx2 calls an app's identity provider; the distribution depends on it anyway.
    "mock_server": {
        "argon2", "httptools", "httpx2", "joserfc", "jsonschema_rs", "orjson", "pytest",
        "python_multipart", "sqlalchemy", "starlette", "trustme", "uvicorn", "uvloop", "yaml",
    },
}  # fmt: skip


def imports(file: Path) -> Iterator[tuple[str, ...]]:
    """The modules that a file imports by absolute names, split at the dots."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield tuple(alias.name.split("."))
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            module = tuple((node.module or "").split("."))
            for alias in node.names:
                yield (*module, alias.name)


@pytest.mark.parametrize("room", ALLOWED)
def test_a_package_imports_what_it_may_and_no_more(room: str) -> None:
    files = list((ROOT / room).rglob("*.py"))
    assert files
    used = {name[0] for file in files for name in imports(file)}
    foreign = used - set(sys.stdlib_module_names) - {room, "__future__"}
    assert foreign <= ALLOWED[room]


@pytest.mark.parametrize("room", ["contract_tests", "examples", "openapi"])
def test_others_use_public_faces_alone(room: str) -> None:
    """No private module or name of a package, and of ours only what stands upstream."""
    for file in (ROOT / room).rglob("*.py"):
        for name in imports(file):
            if name[0] in PACKAGES and name[0] != room:
                assert room != "openapi", f"{file.name} imports {'.'.join(name)}"
                private = [part for part in name if part.startswith("_") and part != "__main__"]
                assert not private, f"{file.name} imports {'.'.join(name)}"


def test_every_package_is_typed() -> None:
    for package in PACKAGES:
        assert (ROOT / package / "py.typed").is_file()
