"""Mutants of the mock server's source: one node of one module changed, compiled at import."""

from __future__ import annotations

import ast
import copy
import importlib.util
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder, SourceLoader
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from contract_tests.server import ROOT

MODULES = (
    "users", "sessions", "sign_ins", "blobs", "user_filters", "user_lists", "password_reset",
    "repository", "policy", "signature",
)  # fmt: skip
"""The handlers, and what they decide by."""

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change of one module.

    Attributes:
        module: The module of the mock server.
        place: Which of the module's possible changes.
        line: The line it is on.
        does: What changes, in a few words.
    """

    module: str
    place: int
    line: int
    does: str

    @property
    def name(self) -> str:
        """Its switch."""
        return f"{self.module}:{self.place}"


@dataclass(frozen=True)
class _Change:
    """A change, before it is made: what to do to the tree."""

    line: int
    does: str
    make: Callable[[], object]


def mutants() -> list[Mutant]:
    """All mutants, in the order of the source."""
    return [
        Mutant(module, place, change.line, change.does)
        for module in MODULES
        for place, change in enumerate(_changes(_tree(module)))
    ]


def sample(size: int, seed: int) -> list[Mutant]:
    """Draw mutants.

    Args:
        size: How many; all if there are fewer.
        seed: Decides which.

    Returns:
        The mutants, in the order of the source.
    """
    everyone = mutants()
    chosen = random.Random(seed).sample(range(len(everyone)), min(size, len(everyone)))
    return [everyone[number] for number in sorted(chosen)]


def install(name: str) -> None:
    """Have this process import the mutant's module changed.

    Args:
        name: The mutant's name.

    Raises:
        ValueError: There is none of that name.
    """
    module, _, place = name.partition(":")
    if module not in MODULES or not place.isdecimal():
        raise ValueError(f"{name} is no mutant")
    tree = _tree(module)
    changes = list(_changes(tree))
    if int(place) >= len(changes):
        raise ValueError(f"{name} is no mutant")
    changes[int(place)].make()
    ast.fix_missing_locations(tree)
    full = f"mock_server.{module}"
    assert full not in sys.modules, f"{full} is imported already"
    sys.meta_path.insert(0, _Finder(full, _path(module), ast.unparse(tree)))


class _Finder(MetaPathFinder):
    """Finds one module, changed."""

    def __init__(self, name: str, path: Path, text: str) -> None:
        self._name = name
        self._loader = _Loader(path, text)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if fullname != self._name:
            return None
        return importlib.util.spec_from_loader(fullname, self._loader)


class _Loader(SourceLoader):
    """Loads a text in the place of a module's file."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text

    def get_filename(self, fullname: str) -> str:
        del fullname
        return str(self._path)

    def get_data(self, path: bytes | str) -> bytes:
        del path
        return self._text.encode()


def _path(module: str) -> Path:
    return ROOT / "mock_server" / f"{module}.py"


def _tree(module: str) -> ast.Module:
    return ast.parse(_path(module).read_text(encoding="utf-8"))


def _changes(tree: ast.Module) -> Iterator[_Change]:
    """Every change of a tree; only what is made is changed."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for node in _own_nodes(function):
                yield from _of_node(node, tree)


def _own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function's body, those of functions within it left to these."""
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef):
            continue
        yield node
        waiting += reversed(list(ast.iter_child_nodes(node)))


def _of_node(node: ast.AST, tree: ast.Module) -> Iterator[_Change]:
    match node:
        case ast.Compare(ops=[operator, *_]) if type(operator) in _COMPARISONS:
            other = _COMPARISONS[type(operator)]
            does = f"{_called(operator)} is {other.__name__}"
            yield _set(node, "ops", [other(), *node.ops[1:]], does)
        case ast.BoolOp():
            other_word = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield _set(node, "op", other_word, f"{_called(node.op)} is {_called(other_word)}")
        case ast.UnaryOp(op=ast.Not()):
            twice = ast.UnaryOp(ast.Not(), copy.deepcopy(node.operand))
            yield _set(node, "operand", twice, "not is left out")
        case ast.BinOp(op=operator) if type(operator) in _ARITHMETIC:
            swapped = _ARITHMETIC[type(operator)]()
            yield _set(node, "op", swapped, f"{_called(operator)} is {_called(swapped)}")
        case ast.Constant(value=bool() as value):
            yield _set(node, "value", not value, f"{value} is {not value}")
        case ast.Constant(value=int() as value):
            yield _set(node, "value", value + 1, f"{value} is {value + 1}")
        case ast.If() | ast.IfExp():
            negated = ast.UnaryOp(ast.Not(), copy.deepcopy(node.test))
            yield _set(node, "test", negated, "a condition is turned round")
        case ast.Expr(value=ast.Call()):
            yield _set(node, "value", ast.Constant(None), "a call is left out")
        case ast.Raise():
            without = _Without(node)
            yield _Change(node.lineno, "nothing is raised", lambda: without.visit(tree))
        case _:
            return


def _set(node: ast.AST, name: str, value: object, does: str) -> _Change:
    return _Change(getattr(node, "lineno", 0), does, lambda: setattr(node, name, value))


class _Without(ast.NodeTransformer):
    """Puts `pass` in the place of one statement."""

    def __init__(self, statement: ast.stmt) -> None:
        self._statement = statement

    def visit(self, node: ast.AST) -> Any:
        """Replace the statement, go on elsewhere."""
        return ast.Pass() if node is self._statement else self.generic_visit(node)


def _called(operator: ast.AST) -> str:
    return type(operator).__name__
