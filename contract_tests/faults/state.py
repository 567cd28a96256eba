"""Faults made within the server: handlers, the repository or its contract are replaced.

Nothing of the server's own code changes, and a fault that no longer fits it fails loudly when the
server starts.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from types import ModuleType
from typing import Any

from contract_tests.faults.fault import Commit, Group, Place, register
from mock_server import contract
from mock_server.call import Answer, Call, Handler
from mock_server.operations import HANDLERS
from mock_server.refusals import Refusal

Wrapper = Callable[[Call, Handler], Answer]
Document = dict[str, Any]


def within(group: Group, source: str = "") -> Callable[[Commit], Commit]:
    """Make a fault of a function that replaces something within the server.

    Args:
        group: What the fault is about.
        source: Whose catalogue it is from, see `Fault`.

    Returns:
        The decorator.
    """
    return register(group, Place.STATE, source)


def replace(owner: type | ModuleType, name: str, value: object) -> Any:
    """Put something else in the place of a function or class of the server.

    Args:
        owner: The module or class it belongs to.
        name: Its name there.
        value: What comes in its place.

    Returns:
        What was there before.
    """
    before = current(owner, name)
    setattr(owner, name, value)
    return before


def current(owner: type | ModuleType, name: str) -> Any:
    """Give a function, class or constant of the server as it is now.

    Args:
        owner: The module or class it belongs to.
        name: Its name there.

    Returns:
        What is there.
    """
    found = getattr(owner, name, None)
    assert found is not None, f"{owner.__name__} has no {name} to break any more"
    return found


def true(*_: object) -> bool:
    """Say yes: what a forgotten check does."""
    return True


def nothing(*_: object) -> None:
    """Do nothing: what a forgotten step does."""


def around(*operations: str) -> Callable[[Wrapper], Wrapper]:
    """Wrap the handlers of operations in a function that gets each call and the handler.

    Args:
        operations: The operationIds; none means all.

    Returns:
        The decorator.
    """

    def wrapping(wrapper: Wrapper) -> Wrapper:
        for operation in operations or tuple(HANDLERS):
            _wrap(operation, wrapper)
        return wrapper

    return wrapping


def _wrap(operation: str, wrapper: Wrapper) -> None:
    honest = HANDLERS[operation]
    HANDLERS[operation] = lambda call: wrapper(call, honest)


def later(*operations: str) -> Callable[[Callable[[Call], None]], None]:
    """Have a refused request take effect after all, once its refusal is out.

    A refusal undoes whatever its request did. What is done here happens at the start of the next
    request, in that one's transaction: to a client it looks as if the refused one had done it.

    Args:
        operations: The operationIds whose refusals take effect.

    Returns:
        The decorator of a function that gets the refused call, with the state of the next one.
    """
    waiting: list[Call] = []

    def deciding(effect: Callable[[Call], None]) -> None:
        @around(*operations)
        def refused(call: Call, honest: Handler) -> Answer:
            try:
                return honest(call)
            except Refusal:
                waiting.append(call)
                raise

        @around()
        def taking_effect(call: Call, honest: Handler) -> Answer:
            for each in waiting:
                effect(dataclasses.replace(each, state=call.state))
            answer = honest(call)
            # A refusal would have undone the effects with the rest.
            waiting.clear()
            return answer

    return deciding


def loosen(change: Callable[[Document], None]) -> None:
    """Have the server read another contract than the one it is held to.

    Args:
        change: Changes the parsed document.
    """
    document = contract.load().document
    change(document)
    changed = contract.Contract(document)
    replace(contract, "load", lambda: changed)


def schema(document: Document, name: str) -> Document:
    """One of the document's schemas.

    Args:
        document: The document.
        name: Its name.

    Returns:
        The schema, to be changed in place.
    """
    found: Document = document["components"]["schemas"][name]
    return found


def parameter(document: Document, operation: str, name: str) -> Document:
    """The schema of a query parameter that an operation has of its own.

    Args:
        document: The document.
        operation: The operationId.
        name: The parameter's name.

    Returns:
        The schema, to be changed in place.
    """
    for item in document["paths"].values():
        for described in item.values():
            if described["operationId"] == operation:
                for each in described["parameters"]:
                    if each.get("name") == name:
                        found: Document = each["schema"]
                        return found
    raise AssertionError(f"{operation} has no parameter {name}")
