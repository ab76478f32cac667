"""Functions and classes as a program defines them."""

from __future__ import annotations

import ast

from kerascheck.model.typed import Any
from kerascheck.readers.source.expressions import closure_of
from kerascheck.readers.source.run import Run, Signal
from kerascheck.readers.source.scope import Scope
from kerascheck.readers.source.values import ClassValue, Closure

__all__ = ["define_class", "define_function"]


def define_function(run: Run, node: Any, scope: Scope) -> Signal:
    """Bind a function."""
    function = closure_of(run, node.name, node, scope)
    for decorator in node.decorator_list:
        name = _last_name(decorator)
        if name in ("property", "staticmethod", "classmethod"):
            function.kind = name
        elif name == "cached_property":
            function.kind = "property"
        elif name in ("option", "argument") and isinstance(decorator, ast.Call):
            _note_option(run, function, decorator, scope)
    run.defined.append(function)
    scope.bind(node.name, function)
    return None


def _note_option(
    run: Run, function: Closure, decorator: ast.Call, scope: Scope
) -> None:
    """Take the default of an option of click for the value of its parameter."""
    given = {each.arg: each.value for each in decorator.keywords}
    names = [a.value for a in decorator.args if isinstance(a, ast.Constant)]
    flags = [each for each in names if isinstance(each, str)]
    plain = [flag for flag in flags if not flag.startswith("-")]
    long = plain or [flag for flag in flags if flag.startswith("--")]
    if long and "default" in given:
        name = long[0].lstrip("-").replace("-", "_")
        function.options[name] = run.evaluate(given["default"], scope)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    return str(getattr(node, "attr", getattr(node, "id", "")))


def define_class(run: Run, node: Any, scope: Scope) -> Signal:
    """Bind a class."""
    bases = tuple(run.evaluate(base, scope) for base in node.bases)
    made = ClassValue(node.name, bases, node)
    inner = Scope(scope)
    run.execute(node.body, inner)
    made.attributes = inner.names
    for value in inner.names.values():
        if hasattr(value, "owner") and value.scope is inner:
            value.owner = made
            value.scope = scope
    run.classes.append(made)
    scope.bind(node.name, made)
    return None
