"""What a loop leaves behind whose rounds are not known."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from kerascheck.model.typed import Final
from kerascheck.readers.source import arrays
from kerascheck.readers.source.assignment import assign
from kerascheck.readers.source.attributes import attribute_of
from kerascheck.readers.source.open_values import open_up
from kerascheck.readers.source.run import Run
from kerascheck.readers.source.scope import Scope
from kerascheck.readers.source.values import Unknown, Value

__all__ = ["make_open"]

_FILLING: Final = frozenset(
    {"add", "append", "extend", "insert", "pop", "remove", "setdefault", "update"}
)


def make_open(
    run: Run, body: Sequence[ast.stmt], scope: Scope, *, alike: bool = False
) -> None:
    """Make unknown what a loop of unknown length counts, and open what it fills.

    Args:
        run: Of the program.
        body: Of the loop.
        scope: In which the loop is.
        alike: Whether what is known of one round holds for all.
    """
    known, key = run.budget.known, ("counts", id(body))
    if key not in known:
        known[key] = list(dict.fromkeys(_counted(body)))
    for name in known[key]:
        holder = scope.holder(name)
        if holder is not None and isinstance(holder.names[name], (int, float, str)):
            holder.names[name] = Unknown(f"{name!r} changes in a loop")
    for node in _filled(run, body):
        open_up(_held(run, node, scope))
    for node in _written(run, body):
        held = _held(run, node, scope)
        if arrays.is_data(held):
            assign(run, node, (arrays.vary if alike else arrays.forget)(held), scope)


def _filled(run: Run, body: Sequence[ast.stmt]) -> list[ast.expr]:
    """Return what a loop adds items to, or takes some from."""
    known, key = run.budget.known, ("filled", id(body))
    if key not in known:
        nodes = (each for statement in body for each in ast.walk(statement))
        known[key] = [found for each in nodes if (found := _filled_by(each))]
    filled: list[ast.expr] = known[key]
    return filled


def _written(run: Run, body: Sequence[ast.stmt]) -> list[ast.expr]:
    """Return the arrays whose items get values that may differ in each round."""
    known, key = run.budget.known, ("written", id(body))
    if key not in known:
        nodes = (each for statement in body for each in ast.walk(statement))
        known[key] = [
            target.value
            for node in nodes
            if isinstance(node, (ast.Assign, ast.AugAssign))
            and not _writes_a_constant(node)
            for target in getattr(node, "targets", [getattr(node, "target", None)])
            if isinstance(target, ast.Subscript)
        ]
    written: list[ast.expr] = known[key]
    return written


def _writes_a_constant(node: ast.Assign | ast.AugAssign) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)


def _filled_by(node: ast.AST) -> ast.expr | None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.value if node.func.attr in _FILLING else None
    if isinstance(node, ast.AugAssign):
        return node.target
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        return node
    return None


def _held(run: Run, node: ast.expr, scope: Scope) -> Value:
    """Return the value of a name or of an attribute; None: it has none yet."""
    if isinstance(node, ast.Name):
        holder = scope.holder(node.id)
        return None if holder is None else holder.names[node.id]
    if isinstance(node, ast.Attribute):
        held = _held(run, node.value, scope)
        return None if held is None else attribute_of(run, held, node.attr)
    if isinstance(node, ast.Subscript):  # an item of a list adds none to it
        held = _held(run, node.value, scope)
        return held if isinstance(held, dict) else None
    return None


def _counted(body: Sequence[ast.stmt]) -> Iterator[str]:
    for statement in body:
        for each in ast.walk(statement):
            if isinstance(each, ast.AugAssign) and isinstance(each.target, ast.Name):
                yield each.target.id
            elif isinstance(each, ast.Assign):
                yield from _counted_by(each)


def _counted_by(node: ast.Assign) -> Iterator[str]:
    """Yield the names whose next value depends on the one before, as in `n = n + 1`."""
    for target in node.targets:
        if isinstance(target, ast.Name) and isinstance(node.value, ast.BinOp):
            used = (e.id for e in ast.walk(node.value) if isinstance(e, ast.Name))
            if target.id in used:
                yield target.id
