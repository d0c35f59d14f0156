"""Small changes to a reference solution: what an exercise's tests must notice, or its author explain.

A change is named by the statement that it is in, before and after, so that its name outlives moved lines.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import Any

import msgspec

_OTHER_OPERATORS: dict[type[ast.AST], list[type[ast.AST]]] = {
    ast.Add: [ast.Sub], ast.Sub: [ast.Add], ast.Mult: [ast.Div, ast.Add], ast.Div: [ast.Mult], ast.FloorDiv: [ast.Div],
    ast.Pow: [ast.Mult], ast.Lt: [ast.LtE, ast.GtE], ast.LtE: [ast.Lt], ast.Gt: [ast.GtE, ast.LtE], ast.GtE: [ast.Gt],
    ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq], ast.Is: [ast.IsNot], ast.IsNot: [ast.Is], ast.In: [ast.NotIn],
    ast.NotIn: [ast.In], ast.And: [ast.Or], ast.Or: [ast.And],
}  # fmt: skip
_DROPPED = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return, ast.Raise, ast.Assert, ast.Delete)
_UNWRAPPED = (ast.With, ast.If, ast.For, ast.While, ast.Try)
_INSIDE = {"body", "orelse", "finalbody", "handlers", "annotation", "returns"}


class Change(msgspec.Struct, frozen=True):
    """A changed copy of a program. `name`: "statement -> changed statement", on one line."""

    name: str
    source: str


def changes(source: str) -> list[Change]:
    """Every program that differs from `source` by one small change, each once. Imports and docstrings stay."""
    source = ast.unparse(ast.parse(source))  # one statement a line, without comments
    found: dict[str, Change] = {}
    for statement in ast.walk(ast.parse(source)):
        if not isinstance(statement, ast.stmt) or isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        for node, replacement in _edits(statement):
            changed, after = _spliced(source, statement, node, replacement)
            if changed != source:
                found.setdefault(changed, Change(f"{_headline(ast.unparse(statement))} -> {_headline(after)}", changed))
    return list(found.values())


def _edits(statement: ast.stmt) -> Iterator[tuple[ast.AST, str]]:
    """A node of the statement, and the text in its place."""
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    if isinstance(statement, _DROPPED) and not is_text:
        yield statement, "pass"
    if isinstance(statement, _UNWRAPPED):  # without its condition, loop or context
        yield statement, "\n".join(map(ast.unparse, statement.body))
    if isinstance(statement, ast.AugAssign):
        yield from ((statement, ast.unparse(_with(statement, op=other))) for other in _others(statement.op))
    for expression in _expressions(statement):
        for replacement in _instead(expression):
            yield expression, f"({ast.unparse(replacement)})"


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    """Those of the statement itself, not of the statements in it; what an f-string shows is of no interest."""
    for field, value in ast.iter_fields(node):
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, ast.AST) and field not in _INSIDE and not isinstance(item, ast.JoinedStr):
                if isinstance(item, ast.expr):
                    yield item
                yield from _expressions(item)


def _instead(node: ast.expr) -> Iterator[ast.AST]:
    match node:
        case ast.BinOp(op=op) | ast.BoolOp(op=op):
            yield from (_with(node, op=other) for other in _others(op))
        case ast.Compare(ops=[first, *rest]):
            yield from (_with(node, ops=[other, *rest]) for other in _others(first))
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield ast.Constant(value + 1)
        case ast.Attribute(value=value, attr="T" | "mT" | "data" | "grad"):
            yield value
        case ast.Call():
            yield from _calls_instead(node)


def _calls_instead(call: ast.Call) -> Iterator[ast.AST]:
    """Without each keyword, with two arguments swapped, and without the call: its receiver, or its only argument."""
    for index in range(len(call.keywords)):
        yield _with(call, keywords=call.keywords[:index] + call.keywords[index + 1 :])
    if len(call.args) >= 2:
        first, second, *rest = call.args
        yield _with(call, args=[second, first, *rest])
    is_of_module = isinstance(call.func, ast.Attribute) and ast.unparse(call.func).startswith("torch.")
    if isinstance(call.func, ast.Attribute) and not is_of_module:
        yield call.func.value
    elif len(call.args) == 1:
        yield call.args[0]


def _with(node: ast.AST, **fields: Any) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _others(operator: ast.AST) -> list[ast.AST]:
    return [other() for other in _OTHER_OPERATORS.get(type(operator), [])]


def _spliced(source: str, statement: ast.stmt, node: Any, replacement: str) -> tuple[str, str]:
    """The program with `replacement` in the node's place, in its usual form, and what became of the statement."""
    lines = source.encode().splitlines(keepends=True)  # columns count bytes
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    begin, end = (
        starts[line - 1] + column
        for line, column in ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))
    )
    text = replacement.replace("\n", "\n" + " " * node.col_offset)
    data = source.encode()
    try:
        changed = ast.unparse(ast.parse(data[:begin] + text.encode() + data[end:]))
    except SyntaxError:  # a star or a slice in parentheses
        return source, ""
    return changed, (changed.splitlines() or [""])[statement.lineno - 1]


def _headline(text: str) -> str:
    return text.split("\n")[0].strip()
