"""Every small change of one Python module: classic operators, one change a mutant.

Only the text of the changed expression or statement is written anew, all else stays as it is.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
}
# Said to the log, the journal or the database, and never heard by a client.
_UNHEARD_ARGUMENTS = frozenset({"why", "index", "nullable"})
_UNHEARD_OBJECTS = ("logger.",)
_UNHEARD_FUNCTIONS = frozenset({"__repr__", "__str__"})


@dataclass(frozen=True)
class Edit:
    """One small change of a module's text.

    Attributes:
        operator: Which kind of change it is.
        within: The function or class that it is in, by its qualified name; empty outside of all.
        begin: The offset of the first byte that is replaced.
        end: The offset behind the last one.
        text: What comes in its place.
    """

    operator: str
    within: str
    begin: int
    end: int
    text: str

    def applied(self, source: str) -> str:
        """Make the change.

        Args:
            source: The module's text.

        Returns:
            The changed text.
        """
        given = source.encode()
        return (given[: self.begin] + self.text.encode() + given[self.end :]).decode()


def edits(source: str) -> Iterator[Edit]:
    """All small changes of a module, in the order of its text.

    Args:
        source: The module's text.

    Yields:
        The changes; some may not compile, or do not change what the module does.
    """
    yield from _Finder(source).below(ast.parse(source), "")


class _Finder:
    def __init__(self, source: str) -> None:
        self._offsets = [0]
        for line in source.encode().splitlines(keepends=True):
            self._offsets.append(self._offsets[-1] + len(line))

    def below(self, node: ast.AST, within: str) -> Iterator[Edit]:
        """The changes of whatever a node holds."""
        for child in _looked_at(node):
            name = within
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                if child.name in _UNHEARD_FUNCTIONS:
                    continue
                name = f"{within}.{child.name}".lstrip(".")
            for operator, replaced, changed in _changes(child):
                yield self._edit(operator, name, replaced, changed)
            yield from self.below(child, name)

    def _edit(self, operator: str, within: str, node: ast.AST, changed: ast.AST) -> Edit:
        assert isinstance(node, ast.expr | ast.stmt)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return Edit(
            operator,
            within,
            self._offsets[node.lineno - 1] + node.col_offset,
            self._offsets[node.end_lineno - 1] + node.end_col_offset,
            ast.unparse(changed),
        )


def _looked_at(node: ast.AST) -> Iterator[ast.AST]:
    """What a node holds, without types, decorators, texts, and what only a log would tell."""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_params"}:
            continue
        for child in cast("list[object]", value if isinstance(value, list) else [value]):
            # The parts of an f-string have no true places before Python 3.12.
            unseen = isinstance(child, ast.JoinedStr | ast.Assert)
            if isinstance(child, ast.AST) and not unseen and not _is_unheard(child):
                yield child


def _is_unheard(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword):
        return node.arg in _UNHEARD_ARGUMENTS
    return isinstance(node, ast.Expr) and ast.unparse(node).startswith(_UNHEARD_OBJECTS)


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST, ast.AST]]:
    """The changes of a node itself: the operator, what is replaced, and what comes in its place."""
    if isinstance(node, ast.expr):
        for operator, changed in _of_expression(node):
            yield operator, node, changed
    if isinstance(node, ast.stmt):
        for operator, changed in _of_statement(node):
            yield operator, node, changed
    for test in _conditions(node):
        yield "condition", test, ast.UnaryOp(ast.Not(), test)


def _conditions(node: ast.AST) -> list[ast.expr]:
    """The conditions that decide what a node does and that no other operator negates already."""
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        tests = [node.test]
    else:
        tests = node.ifs if isinstance(node, ast.comprehension) else []
    return [
        test
        for test in tests
        if not isinstance(test, ast.UnaryOp)
        and not (isinstance(test, ast.Compare) and _is_negated_by_comparison(test))
        and ast.unparse(test) != "TYPE_CHECKING"
    ]


def _is_negated_by_comparison(test: ast.Compare) -> bool:
    return isinstance(test.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn | ast.Is | ast.IsNot)


def _of_expression(node: ast.expr) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Compare(ops=[kind]) if type(kind) in _COMPARISONS:
            yield "comparison", _with(node, ops=[_COMPARISONS[type(kind)]()])
        case ast.BoolOp(op=kind):
            yield "boolean", _with(node, op=ast.Or() if isinstance(kind, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not()):
            yield "negation", node.operand
        case ast.BinOp(op=kind) if type(kind) in _ARITHMETIC:
            yield "arithmetic", _with(node, op=_ARITHMETIC[type(kind)]())
        case ast.Constant(value=bool()):
            yield "constant", ast.Constant(not node.value)
        case ast.Constant(value=int() as number):
            yield "constant", ast.Constant(number + 1)
            yield "constant", ast.Constant(number - 1)
        case ast.Call():
            for at, keyword in enumerate(node.keywords):
                if keyword.arg is not None and keyword.arg not in _UNHEARD_ARGUMENTS:
                    yield "argument", _with(node, keywords=_without(node.keywords, at))
        case _:
            pass


def _of_statement(node: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Expr(value=ast.Constant()):
            pass
        case ast.Expr() | ast.Raise() | ast.AugAssign() | ast.Delete():
            yield "statement", ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield "statement", ast.Pass()
        case ast.Return(value=ast.expr() as value) if not _is_nothing(value):
            yield "return", ast.Return(ast.Constant(None))
        case ast.Break():
            yield "loop", ast.Continue()
        case ast.Continue():
            yield "loop", ast.Break()
        case _:
            pass


def _is_nothing(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _with(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _without(items: list[ast.keyword], at: int) -> list[ast.keyword]:
    return [*items[:at], *items[at + 1 :]]
