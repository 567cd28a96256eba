"""Every public name: no generated type in a signature, a docstring that tells all of it."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import generated_client
import wrappers
from wrappers import _models, _session_state

CLASSES = [name for name in wrappers.__all__ if inspect.isclass(getattr(wrappers, name))]
FUNCTIONS = [name for name in wrappers.__all__ if inspect.isfunction(getattr(wrappers, name))]
GENERATED_ON_PURPOSE = {"api", "raw"}
"""The way underneath: the generated client, and the generated model that ours was read from."""

SEND_NOTHING = {
    "aclose", "close", "as_user", "with_options", "public_url", "uid_of", "stream", "pages",
}  # fmt: skip


def public_calls(face: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, member in inspect.getmembers(face):
        if name.startswith("_") or not (inspect.isfunction(member) or inspect.ismethod(member)):
            continue
        if (member.__module__ or "").startswith("wrappers."):
            yield name, member


def properties(face: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, member in inspect.getmembers(face):
        if not name.startswith("_") and isinstance(member, property) and member.fget is not None:
            yield name, member.fget


def hints_of(thing: object) -> dict[str, object]:
    """The types, with what only type checkers import."""
    known: dict[str, object] = dict.fromkeys(("AnyBlob", "Pieces", "Renew"), object)
    known |= vars(_models) | vars(_session_state)
    known |= {name: getattr(generated_client, name) for name in generated_client.__all__}
    known |= {name: getattr(wrappers, name) for name in wrappers.__all__}
    return typing.get_type_hints(thing, localns=known)


def parts_of(kind: object) -> Iterator[object]:
    yield kind
    for inner in typing.get_args(kind):
        yield from parts_of(inner)


def is_generated(kind: object) -> bool:
    return any(
        str(getattr(part, "__module__", "")).partition(".")[0] == "generated_client"
        or "Unset" in str(part)
        for part in parts_of(kind)
    )


@pytest.mark.parametrize("name", CLASSES)
def test_no_generated_type_in_a_class(name: str) -> None:
    face = getattr(wrappers, name)
    members: dict[str, object] = dict(hints_of(face))
    for call, function in [*public_calls(face), *properties(face)]:
        members |= {f"{call}({hint})": kind for hint, kind in hints_of(function).items()}
    generated = {
        member
        for member, kind in members.items()
        if is_generated(kind) and member.partition("(")[0] not in GENERATED_ON_PURPOSE
    }
    assert not generated


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_generated_type_in_a_function(name: str) -> None:
    assert not [
        hint for hint, kind in hints_of(getattr(wrappers, name)).items() if is_generated(kind)
    ]


def test_a_generated_type_would_be_noticed() -> None:
    def leaks() -> list[generated_client.Client | None]:
        return []

    assert is_generated(hints_of(leaks)["return"])
    [api] = [get for name, get in properties(wrappers.ConnectyCube) if name == "api"]
    assert is_generated(hints_of(api)["return"])


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_says_what_it_is_and_its_calls_say_all(name: str) -> None:
    face = getattr(wrappers, name)
    assert inspect.getdoc(face), name
    for call, function in public_calls(face):
        assert function.__doc__, f"{name}.{call}"
        if name in FACES:
            check(function, f"{name}.{call}", sends=call not in SEND_NOTHING)
    for attribute, function in properties(face):
        assert function.__doc__, attribute


FACES = {
    f"{prefix}{face}"
    for prefix in ("", "Async")
    for face in ("ConnectyCube", "Users", "Storage", "Avatars", "Pages")
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_says_all(name: str) -> None:
    check(getattr(wrappers, name), name, sends=False)


def check(function: Callable[..., Any], name: str, *, sends: bool) -> None:
    """Google's sections: arguments by their names, what comes back, what is raised."""
    text = inspect.getdoc(function) or ""
    assert text, name
    signature = inspect.signature(function)
    arguments = section(text, "Args")
    for parameter in signature.parameters.values():
        if parameter.name != "self":
            assert re.search(rf"^    {parameter.name}: ", arguments, re.MULTILINE), (
                name,
                parameter.name,
            )
    if signature.return_annotation not in {"None", None, "Self"}:
        assert section(text, "Returns") or section(text, "Yields"), name
    if sends:
        assert "ConnectyCubeError: " in section(text, "Raises"), name


def section(text: str, title: str) -> str:
    found = re.search(rf"^{title}:\n(.*?)(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""
