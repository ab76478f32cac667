"""The value of an expression."""

from __future__ import annotations

import ast
from collections.abc import Callable

from kerascheck.model.typed import Any, Final
from kerascheck.readers.source import arrays
from kerascheck.readers.source.assignment import assign
from kerascheck.readers.source.attributes import attribute_of
from kerascheck.readers.source.binding import STAR, OpenArgs
from kerascheck.readers.source.bounds import is_constant, is_small
from kerascheck.readers.source.comprehensions import dict_of, list_of
from kerascheck.readers.source.displays import (
    dict_display,
    elements,
    list_display,
    set_display,
    tuple_display,
)
from kerascheck.readers.source.names import undefined
from kerascheck.readers.source.open_values import is_open
from kerascheck.readers.source.operators import (
    MAX_LENGTH,
    binary,
    compare,
    subscript,
    truth,
    unary,
)
from kerascheck.readers.source.run import ITEMS_PER_STEP, Run
from kerascheck.readers.source.scope import Scope
from kerascheck.readers.source.values import (
    Closure,
    Generated,
    Library,
    Slice,
    Unknown,
    Value,
)

__all__ = ["evaluate"]

_MAX_YIELDED: Final = 64
"""Values that a generator yields and that are looked at."""


def evaluate(run: Run, node: ast.expr, scope: Scope) -> Value:
    """Return the value of an expression."""
    run.budget.take()
    handler = _HANDLERS.get(type(node))
    if handler is None:
        return Unknown(f"{type(node).__name__} is not understood")
    value = handler(run, node, scope)
    if isinstance(value, (list, tuple, set, dict)) and isinstance(node, _MAKING):
        run.budget.take(len(value) // ITEMS_PER_STEP)
    return value


_MAKING: Final = (ast.BinOp, ast.Call, ast.Subscript)
"""Expressions that make a value of many items in one step."""


def _constant(run: Run, node: Any, scope: Scope) -> Value:
    return node.value


def _name(run: Run, node: Any, scope: Scope) -> Value:
    holder = scope.holder(node.id)
    if holder is not None:
        return holder.names[node.id]
    if node.id in BUILTINS:
        return Library(f"builtins.{node.id}")
    for star in scope.module().names.get(STAR, ()):
        found = star(node.id)
        if found is not None:
            return found
    found = undefined(node.id)
    if found is not None:
        return found
    return Unknown(f"{node.id!r} is not defined in the program")


def _attribute(run: Run, node: Any, scope: Scope) -> Value:
    return attribute_of(run, evaluate(run, node.value, scope), node.attr)


def _subscript(run: Run, node: Any, scope: Scope) -> Value:
    value = evaluate(run, node.value, scope)
    index = evaluate(run, node.slice, scope)
    return item_of(run, value, index, node)


def item_of(run: Run, value: Value, index: Value, node: ast.AST) -> Value:
    """Return an item of any value."""
    found = run.models.subscript(value, index, node)
    if found is None:
        found = arrays.subscript(value, index)
    return subscript(value, index) if found is None else found


def _slice(run: Run, node: Any, scope: Scope) -> Value:
    parts = (node.lower, node.upper, node.step)
    return Slice(*(p and evaluate(run, p, scope) for p in parts))


def _binary(run: Run, node: Any, scope: Scope) -> Value:
    left = evaluate(run, node.left, scope)
    right = evaluate(run, node.right, scope)
    return operate(run, node.op, left, right, node)


def operate(
    run: Run, op: ast.operator, left: Value, right: Value, node: ast.AST
) -> Value:
    """Return what an operator makes of any two values."""
    found = run.models.operate(op, left, right, node)
    if found is None:
        found = arrays.operator(op, left, right)
    return binary(op, left, right) if found is None else found


def _unary(run: Run, node: Any, scope: Scope) -> Value:
    value = evaluate(run, node.operand, scope)
    found = run.models.operate(node.op, value, None, node)
    if found is None and not isinstance(node.op, ast.Not):
        found = arrays.unary(node.op, value)
    return unary(node.op, value) if found is None else found


def _bool(run: Run, node: Any, scope: Scope) -> Value:
    stops = isinstance(node.op, ast.Or)
    unknown: Unknown | None = None
    value: Value = None
    for each in node.values:
        value = evaluate(run, each, scope)
        known = truth(value)
        if known is None:
            unknown = unknown or Unknown("a condition that is not known")
        elif known is stops:
            return value if unknown is None or is_constant(value) else unknown
    return value if unknown is None else unknown


def _compare(run: Run, node: Any, scope: Scope) -> Value:
    left = evaluate(run, node.left, scope)
    result: Value = True
    for op, right_node in zip(node.ops, node.comparators, strict=True):
        right = evaluate(run, right_node, scope)
        found = arrays.compare(op, left, right)
        result = compare(op, left, right) if found is None else found
        if result is not True:
            return result
        left = right
    return result


def _if(run: Run, node: Any, scope: Scope) -> Value:
    known = truth(evaluate(run, node.test, scope))
    if known is None:
        known = run.decide(node.test, likely=True, matters=True)
    return evaluate(run, node.body if known else node.orelse, scope)


def _call(run: Run, node: Any, scope: Scope) -> Value:
    function = evaluate(run, node.func, scope)
    if isinstance(function, Library) and function.name == "builtins.super":
        return run.models.own.super_of(scope, node)
    args, more = elements(run, node.args, scope)
    if more:
        args.append(OpenArgs())
    args = [_bounded(each) for each in args]
    kwargs: dict[str, Value] = {}
    for keyword in node.keywords:
        value = _bounded(evaluate(run, keyword.value, scope))
        if keyword.arg is not None:
            kwargs[keyword.arg] = value
        elif isinstance(value, dict):
            kwargs.update({k: v for k, v in value.items() if isinstance(k, str)})
            if is_open(value):
                kwargs[STAR] = Unknown("further arguments")
        else:
            kwargs[STAR] = Unknown("further arguments")
    return run.call(function, args, kwargs, node)


def _bounded(value: Value) -> Value:
    return value if is_small(value) else Unknown("a value that is too large")


def _lambda(run: Run, node: Any, scope: Scope) -> Value:
    return closure_of(run, "<lambda>", node, scope)


def closure_of(run: Run, name: str, node: Any, scope: Scope) -> Closure:
    """Return the function that a definition makes."""
    spec = node.args
    defaults = [evaluate(run, each, scope) for each in spec.defaults]
    keyword_defaults = {
        parameter.arg: evaluate(run, default, scope)
        for parameter, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True)
        if default is not None
    }
    return Closure(name, node, scope, defaults, keyword_defaults)


def _text(run: Run, node: Any, scope: Scope) -> Value:
    parts: list[str] = []
    for each in node.values:
        value = evaluate(run, each, scope)
        if not isinstance(value, str):
            return Unknown("a text whose parts are not known")
        parts.append(value)
    text = "".join(parts)
    return text if len(text) <= MAX_LENGTH else Unknown("a text that is too long")


def _formatted(run: Run, node: Any, scope: Scope) -> Value:
    value = evaluate(run, node.value, scope)
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        return Unknown("a part of a text")
    spec = "" if node.format_spec is None else _text(run, node.format_spec, scope)
    if not isinstance(spec, str) or len(spec) > 8 or node.conversion != -1:
        return Unknown("a part of a text")
    if any(len(part) > 3 for part in spec.replace(".", " ").split()):
        return Unknown("a part of a text")
    try:
        return format(value, spec)
    except (ValueError, TypeError, OverflowError):
        return Unknown("a part of a text")


def _walrus(run: Run, node: Any, scope: Scope) -> Value:
    value = evaluate(run, node.value, scope)
    assign(run, node.target, value, scope)
    return value


def _yield(run: Run, node: Any, scope: Scope) -> Value:
    value = None if node.value is None else evaluate(run, node.value, scope)
    if isinstance(node, ast.YieldFrom):
        value = value.items[0] if isinstance(value, Generated) and value.items else None
    if scope.yielded is not None and len(scope.yielded) < _MAX_YIELDED:
        scope.yielded.append(value)
    return Unknown("what is sent to a generator")


def _await(run: Run, node: Any, scope: Scope) -> Value:
    return evaluate(run, node.value, scope)


_HANDLERS: Final[dict[type[ast.expr], Callable[[Run, Any, Scope], Value]]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.List: list_display,
    ast.Tuple: tuple_display,
    ast.Set: set_display,
    ast.Dict: dict_display,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _bool,
    ast.Compare: _compare,
    ast.IfExp: _if,
    ast.Call: _call,
    ast.Lambda: _lambda,
    ast.JoinedStr: _text,
    ast.FormattedValue: _formatted,
    ast.ListComp: list_of,
    ast.GeneratorExp: list_of,
    ast.SetComp: lambda run, node, scope: Unknown("a set"),
    ast.DictComp: dict_of,
    ast.NamedExpr: _walrus,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.Await: _await,
}


_BUILTIN_NAMES: Final = """
    __import__ abs all any AttributeError bool bytes callable chr classmethod
    complex dict dir divmod enumerate eval Exception exec exit filter float
    format frozenset getattr globals hasattr hash id ImportError input int
    isinstance issubclass iter KeyError len list locals map max min
    ModuleNotFoundError next NotImplementedError object open ord pow print
    property quit range repr reversed round RuntimeError set setattr slice
    sorted staticmethod str sum super tuple type TypeError ValueError vars zip
"""
BUILTINS: Final = frozenset(_BUILTIN_NAMES.split())
