"""Values that get names, attributes and items."""

from __future__ import annotations

import ast

from kerascheck.readers.source import arrays
from kerascheck.readers.source.bounds import is_constant
from kerascheck.readers.source.items import unpack
from kerascheck.readers.source.open_values import open_up
from kerascheck.readers.source.operators import MAX_LENGTH
from kerascheck.readers.source.run import Run
from kerascheck.readers.source.scope import Scope
from kerascheck.readers.source.values import Unknown, Value

__all__ = ["assign", "set_item"]


def assign(run: Run, target: ast.expr, value: Value, scope: Scope) -> None:
    """Assign a value to a target."""
    if isinstance(target, ast.Name):
        scope.bind(target.id, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        _assign_each(run, target.elts, value, scope)
    elif isinstance(target, ast.Attribute):
        run.models.set_attribute(run.evaluate(target.value, scope), target.attr, value)
    elif isinstance(target, ast.Subscript):
        holder = run.evaluate(target.value, scope)
        index = run.evaluate(target.slice, scope)
        changed = set_item(holder, index, value)
        if changed is not None:
            assign(run, target.value, changed, scope)
    elif isinstance(target, ast.Starred):
        assign(run, target.value, value, scope)


def set_item(holder: Value, index: Value, value: Value) -> Value | None:
    """Assign an item, as far as that is known; return what takes the holder's place."""
    if isinstance(holder, dict) and is_constant(index) and len(holder) < MAX_LENGTH:
        holder[index] = value
    elif isinstance(holder, list):
        known = type(index) is int and -len(holder) <= index < len(holder)
        if known:
            holder[index] = value
        else:
            holder[:] = [Unknown("an item that was assigned")] * len(holder)
    elif isinstance(holder, dict):
        for key in holder:
            holder[key] = Unknown("an item that was assigned")
        open_up(holder)
    else:
        return arrays.set_item(holder, index, value)
    return None


def _assign_each(run: Run, targets: list[ast.expr], value: Value, scope: Scope) -> None:
    starred = next(
        (p for p, target in enumerate(targets) if isinstance(target, ast.Starred)), None
    )
    for target, each in zip(
        targets, unpack(run, value, len(targets), starred), strict=True
    ):
        assign(run, target, each, scope)
