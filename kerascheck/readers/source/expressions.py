"""The value of an expression."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Final

from kerascheck.readers.source import arrays
from kerascheck.readers.source.attributes import attribute_of
from kerascheck.readers.source.binding import STAR, OpenArgs
from kerascheck.readers.source.bounds import is_constant, is_small
from kerascheck.readers.source.items import items_of, unpack
from kerascheck.readers.source.names import undefined
from kerascheck.readers.source.open_values import OpenDict, OpenList, is_open, open_up
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

__all__ = ["assign", "evaluate"]

_MAX_ROUNDS: Final = 64
"""Items of a comprehension that are looked at."""


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


def _list(run: Run, node: Any, scope: Scope) -> Value:
    items, is_open = elements(run, node.elts, scope)
    return OpenList(items) if is_open else items


def _tuple(run: Run, node: Any, scope: Scope) -> Value:
    items, is_open = elements(run, node.elts, scope)
    return OpenList(items) if is_open else tuple(items)


def _set(run: Run, node: Any, scope: Scope) -> Value:
    items, is_open = elements(run, node.elts, scope)
    if is_open or not all(is_constant(item) for item in items):
        return Unknown("a set of what is not known")
    return set(items)


def elements(run: Run, nodes: list[ast.expr], scope: Scope) -> tuple[list[Value], bool]:
    """Return items of a display, and whether there may be others."""
    items: list[Value] = []
    for node in nodes:
        if not isinstance(node, ast.Starred):
            items.append(evaluate(run, node, scope))
            continue
        found, complete = items_of(evaluate(run, node.value, scope))
        items += found
        if not complete:
            return items, True
    return items, False


def _dict(run: Run, node: Any, scope: Scope) -> Value:
    made: dict[Value, Value] = {}
    opened = False
    for key, value in zip(node.keys, node.values, strict=True):
        given = evaluate(run, value, scope)
        if key is None:
            if isinstance(given, dict):
                made.update(given)
                opened = opened or is_open(given)
            else:
                opened = True
            continue
        name = evaluate(run, key, scope)
        if is_constant(name) or _is_plain_tuple(name):
            made[name] = given
        else:
            opened = True
    return OpenDict(made) if opened else made


def _is_plain_tuple(value: Value) -> bool:
    return isinstance(value, tuple) and all(is_constant(each) for each in value)


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


def _listed(run: Run, node: Any, scope: Scope) -> Value:
    found: list[Value] = []
    complete = _rounds(
        run, node.generators, 0, _inner(scope), lambda s: _put(run, node, s, found)
    )
    return found if complete else OpenList(found)


def _put(run: Run, node: Any, scope: Scope, found: list[Value]) -> None:
    found.append(evaluate(run, node.elt, scope))


def _mapped(run: Run, node: Any, scope: Scope) -> Value:
    made: dict[Value, Value] = {}
    odd: list[Value] = []

    def put(inner: Scope) -> None:
        key = evaluate(run, node.key, inner)
        value = evaluate(run, node.value, inner)
        if is_constant(key):
            made[key] = value
        else:
            odd.append(key)

    complete = _rounds(run, node.generators, 0, _inner(scope), put)
    return made if complete and not odd else OpenDict(made)


def _inner(scope: Scope) -> Scope:
    return Scope(scope, scope.function)


def _rounds(
    run: Run,
    generators: list[ast.comprehension],
    place: int,
    scope: Scope,
    put: Callable[[Scope], None],
) -> bool:
    """Go through a comprehension; return whether all of it is known."""
    if place == len(generators):
        put(scope)
        return True
    generator = generators[place]
    items, complete = items_of(evaluate(run, generator.iter, scope))
    if not complete and not items:
        items = [Unknown("an item of what is not known")]
    if len(items) > _MAX_ROUNDS:
        items, complete = items[:_MAX_ROUNDS], False
    for item in items:
        assign(run, generator.target, item, scope)
        kept: list[bool | None] = [
            truth(evaluate(run, test, scope)) for test in generator.ifs
        ]
        if False in kept:
            continue
        complete = complete and None not in kept
        complete = _rounds(run, generators, place + 1, scope, put) and complete
    return complete


def _walrus(run: Run, node: Any, scope: Scope) -> Value:
    value = evaluate(run, node.value, scope)
    assign(run, node.target, value, scope)
    return value


def _yield(run: Run, node: Any, scope: Scope) -> Value:
    value = None if node.value is None else evaluate(run, node.value, scope)
    if isinstance(node, ast.YieldFrom):
        value = value.items[0] if isinstance(value, Generated) and value.items else None
    if scope.yielded is not None and len(scope.yielded) < _MAX_ROUNDS:
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
    ast.List: _list,
    ast.Tuple: _tuple,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _bool,
    ast.Compare: _compare,
    ast.IfExp: _if,
    ast.Call: _call,
    ast.Lambda: _lambda,
    ast.JoinedStr: _text,
    ast.FormattedValue: _formatted,
    ast.ListComp: _listed,
    ast.GeneratorExp: _listed,
    ast.SetComp: lambda run, node, scope: Unknown("a set"),
    ast.DictComp: _mapped,
    ast.NamedExpr: _walrus,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.Await: _await,
}


def assign(run: Run, target: ast.expr, value: Value, scope: Scope) -> None:
    """Assign a value to a target."""
    if isinstance(target, ast.Name):
        scope.bind(target.id, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        _assign_each(run, target.elts, value, scope)
    elif isinstance(target, ast.Attribute):
        run.models.set_attribute(evaluate(run, target.value, scope), target.attr, value)
    elif isinstance(target, ast.Subscript):
        holder = evaluate(run, target.value, scope)
        index = evaluate(run, target.slice, scope)
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
