"""Lists, tuples, sets and dicts as they are written."""

from __future__ import annotations

import ast

from kerascheck.model.typed import Any
from kerascheck.readers.source.bounds import is_constant
from kerascheck.readers.source.items import items_of
from kerascheck.readers.source.open_values import OpenDict, OpenList, is_open
from kerascheck.readers.source.run import Run
from kerascheck.readers.source.scope import Scope
from kerascheck.readers.source.values import Unknown, Value

__all__ = ["dict_display", "elements", "list_display", "set_display", "tuple_display"]


def list_display(run: Run, node: Any, scope: Scope) -> Value:
    """Return a list as it is written."""
    items, is_open = elements(run, node.elts, scope)
    return OpenList(items) if is_open else items


def tuple_display(run: Run, node: Any, scope: Scope) -> Value:
    """Return a tuple as it is written."""
    items, is_open = elements(run, node.elts, scope)
    return OpenList(items) if is_open else tuple(items)


def set_display(run: Run, node: Any, scope: Scope) -> Value:
    """Return a set as it is written."""
    items, is_open = elements(run, node.elts, scope)
    if is_open or not all(is_constant(item) for item in items):
        return Unknown("a set of what is not known")
    return set(items)


def elements(run: Run, nodes: list[ast.expr], scope: Scope) -> tuple[list[Value], bool]:
    """Return items of a display, and whether there may be others."""
    items: list[Value] = []
    for node in nodes:
        if not isinstance(node, ast.Starred):
            items.append(run.evaluate(node, scope))
            continue
        found, complete = items_of(run.evaluate(node.value, scope))
        items += found
        if not complete:
            return items, True
    return items, False


def dict_display(run: Run, node: Any, scope: Scope) -> Value:
    """Return a dict as it is written."""
    made: dict[Value, Value] = {}
    opened = False
    for key, value in zip(node.keys, node.values, strict=True):
        given = run.evaluate(value, scope)
        if key is None:
            if isinstance(given, dict):
                made.update(given)
                opened = opened or is_open(given)
            else:
                opened = True
            continue
        name = run.evaluate(key, scope)
        if is_constant(name) or _is_plain_tuple(name):
            made[name] = given
        else:
            opened = True
    return OpenDict(made) if opened else made


def _is_plain_tuple(value: Value) -> bool:
    return isinstance(value, tuple) and all(is_constant(each) for each in value)
