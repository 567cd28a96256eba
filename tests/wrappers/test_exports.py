"""The face of the package: what it exports, how, and at what cost."""

from __future__ import annotations

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import wrappers

ROOT = Path(__file__).resolve().parent.parent.parent
EXPORTS = """
    progress_bar
    AsyncStorage Progress Storage
    AsyncRedisSessionStore AsyncSessionStore FileSessionStore MemorySessionStore RedisSessionStore
    SessionFailure SessionStore SessionStoreError Stored kept_until stored_from_json stored_to_json
    APIError AlreadyTaken AsyncAvatars AsyncConnectyCube AsyncPages AsyncUsers Avatars
    BadRequest Blob ChatCredentials ClientClosed ConfigurationError Conflict ConnectionFailed
    ConnectyCube ConnectyCubeError Credentials CustomData CustomIdentity Facebook FileChanged
    FileEmpty FileSource FileTooLarge FileUnreadable FileUnwritable FilterRule FirebaseEmail
    FirebasePhone Forbidden FoundUsers Guest InvalidArgument InvalidCredentials
    InvalidCustomData InvalidFile InvalidFilter InvalidImage LostUpdate NOT_GIVEN NeedUser NoAvatar
    NotFound NotGiven ObjectStoreError Page Pages Password RateLimited Response ServerError
    Session SessionExpired SortField TransportError TransportTimeout Twitter Unauthorized
    UnexpectedResponseError UnreadableItem User UserFilters Users ValidationError
"""


def test_exactly_these_names_are_public() -> None:
    assert sorted(wrappers.__all__) == sorted(EXPORTS.split())
    assert dir(wrappers) == sorted(wrappers.__all__)
    assert (ROOT / "wrappers" / "py.typed").exists()


@pytest.mark.parametrize("name", EXPORTS.split())
def test_every_name_can_be_imported(name: str) -> None:
    assert getattr(wrappers, name) is getattr(importlib.import_module("wrappers"), name)


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse((ROOT / "wrappers" / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    imported = [
        alias.name
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    assert sorted(imported) == sorted(wrappers.__all__)


def test_other_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Unset'"):
        wrappers.__getattr__("Unset")


def test_importing_the_package_loads_nothing_else() -> None:
    code = "import sys, wrappers; print(*sorted(sys.modules), sep='\\n')"
    output = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "wrappers" in output
    assert not {"httpx2", "attrs", "anyio", "generated_client"} & set(output)


def test_the_synchronous_client_needs_no_event_loop_library_of_ours() -> None:
    code = "import sys; from wrappers import ConnectyCube; print(*sys.modules)"
    output = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "wrappers._async.client" not in output


@pytest.mark.parametrize(
    "face",
    [
        wrappers.ConnectyCube, wrappers.AsyncConnectyCube, wrappers.Users, wrappers.AsyncUsers,
        wrappers.Avatars, wrappers.AsyncAvatars, wrappers.Storage, wrappers.AsyncStorage,
        wrappers.Pages, wrappers.AsyncPages,
    ],
)  # fmt: skip
def test_public_calls_have_docstrings_and_no_generated_type(face: type) -> None:
    for name, call in inspect.getmembers(face, inspect.isfunction):
        if name.startswith("_"):
            continue
        assert call.__doc__, name
        assert "Returns:" in call.__doc__ or call.__annotations__["return"] == "None", name
        for annotation in call.__annotations__.values():
            assert "generated" not in annotation
            assert "Unset" not in annotation


def test_both_clients_have_the_same_calls() -> None:
    for synchronous, asynchronous in (
        (wrappers.ConnectyCube, wrappers.AsyncConnectyCube),
        (wrappers.Users, wrappers.AsyncUsers),
        (wrappers.Avatars, wrappers.AsyncAvatars),
        (wrappers.Storage, wrappers.AsyncStorage),
        (wrappers.Pages, wrappers.AsyncPages),
    ):
        one, two = (
            {name for name, _ in inspect.getmembers(face, callable) if not name.startswith("_")}
            for face in (synchronous, asynchronous)
        )
        assert one == {name.replace("aclose", "close") for name in two}
