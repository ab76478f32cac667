"""What calls return."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from kerascheck.model.typed import Final
from kerascheck.readers.source import arrays, builders, builtin_functions, plain_methods
from kerascheck.readers.source.binding import STAR, OpenArgs, bind
from kerascheck.readers.source.keras_values import model_of
from kerascheck.readers.source.open_values import open_up
from kerascheck.readers.source.run import MAX_CALLS, MAX_SAME_CALLS, Raised, Run
from kerascheck.readers.source.scope import Scope
from kerascheck.readers.source.values import (
    BoundMethod,
    Choice,
    ClassValue,
    Closure,
    Generated,
    Instance,
    Library,
    Native,
    Partial,
    Unknown,
    UnknownMember,
    Value,
)

__all__ = ["call"]


def call(
    run: Run,
    function: Value,
    args: list[Value],
    kwargs: dict[str, Value],
    node: ast.AST,
) -> Value:
    """Return what a call of any value returns."""
    run.budget.take()
    if isinstance(function, Closure):
        return _call_closure(run, function, args, kwargs)
    if isinstance(function, BoundMethod):
        return _call_closure(run, function.function, [function.instance, *args], kwargs)
    if isinstance(function, ClassValue):
        return _make(run, function, args, kwargs, node)
    if isinstance(function, Library):
        return _call_library(run, function, args, kwargs, node)
    if isinstance(function, UnknownMember):
        function = Native(function.target, function.name)
    if isinstance(function, Native):
        return _call_method(run, function, args, kwargs, node)
    if isinstance(function, Partial):
        return call(
            run,
            function.function,
            [*function.args, *args],
            {**function.kwargs, **kwargs},
            node,
        )
    if isinstance(function, Instance):
        own = function.kind.find("__call__")
        if isinstance(own, Closure):
            return _call_closure(run, own, [function, *args], kwargs)
    found = run.models.call_value(function, args, kwargs, node)
    if found is not None:
        return found
    if isinstance(function, Choice):
        return Unknown("a call of one of several functions")
    _pass_on(args, kwargs)
    why = function.why if isinstance(function, Unknown) else "a call that is not known"
    return Unknown(why)


def _pass_on(args: list[Value], kwargs: dict[str, Value]) -> None:
    """Note what is passed to a function that is not known: it fills, or trains, it."""
    for value in (*args, *kwargs.values()):
        model = model_of(value)
        if model is not None:
            model.is_passed_on = True
        if isinstance(value, (list, dict, set)) and not value:
            open_up(value)


def _call_closure(
    run: Run, function: Closure, args: list[Value], kwargs: dict[str, Value]
) -> Value:
    run.entered.add(id(function.node))
    if run.stack.count(function) >= MAX_SAME_CALLS or len(run.stack) >= MAX_CALLS:
        return Unknown(f"{function.name} calls itself, or calls are too deep")
    scope = Scope(function.scope, function.name)
    scope.names.update(bind(function, args, kwargs))
    scope.owner = function.owner
    scope.first = args[0] if args else None
    run.stack.append(function)
    try:
        if isinstance(function.node, ast.Lambda):
            return run.evaluate(function.node.body, scope)
        if _is_generator(run, function):
            scope.yielded = []
            run.execute(function.node.body, scope)
            return Generated(function.name, scope.yielded)
        signal = run.execute(function.node.body, scope)
    finally:
        run.stack.pop()
    if signal is None or signal[0] != "return":
        if signal is not None and signal[0] == "raise":
            raise Raised(function.name)
        return None
    return signal[1]


def _is_generator(run: Run, function: Closure) -> bool:
    known = run.budget.known
    key = ("yields", id(function.node))
    if key not in known:
        known[key] = _yields(getattr(function.node, "body", ()))
    return bool(known[key])


_LEAVES: Final = (ast.Constant, ast.Name, ast.expr_context)
_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def _yields(body: Iterable[ast.AST]) -> bool:
    """Say whether there is a `yield` that is not of a function inside."""
    todo = [*body]
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if isinstance(node, _SCOPES):
            continue
        for value in vars(node).values():
            if isinstance(value, list):
                todo += [each for each in value if isinstance(each, ast.AST)]
            elif isinstance(value, ast.AST) and not isinstance(value, _LEAVES):
                todo.append(value)
    return False


def _make(
    run: Run,
    kind: ClassValue,
    args: list[Value],
    kwargs: dict[str, Value],
    node: ast.AST,
) -> Value:
    made = Instance(kind)
    run.models.own.begin(made, node)
    init = kind.find("__init__")
    if isinstance(init, Closure):
        _call_closure(run, init, [made, *args], kwargs)
    elif _is_record(kind):
        _fill_record(kind, made, args, kwargs)
    else:
        run.models.own.initialize(made, args, kwargs, node)
    return made


def _is_record(kind: ClassValue) -> bool:
    return any(
        isinstance(statement, ast.AnnAssign)
        for each in kind.lineage()
        for statement in each.node.body
    )


def _fill_record(
    kind: ClassValue, made: Instance, args: list[Value], kwargs: dict[str, Value]
) -> None:
    names = [
        statement.target.id
        for each in reversed(kind.lineage())
        for statement in each.node.body
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
    ]
    given = dict(zip(names, args, strict=False)) | kwargs
    if STAR in given or any(isinstance(value, OpenArgs) for value in args):
        given = {name: Unknown("an argument that may be given") for name in names}
    made.attributes.update(given)
    for name in names:
        if name not in made.attributes and kind.find(name) is None:
            made.attributes[name] = Unknown(f"field {name!r}")


def _call_library(
    run: Run,
    function: Library,
    args: list[Value],
    kwargs: dict[str, Value],
    node: ast.AST,
) -> Value:
    found = run.models.call_library(function, args, kwargs, node)
    if found is not None:
        return found
    if function.name.startswith("builtins."):
        name = function.name.partition(".")[2]
        return builtin_functions.call(run, name, args, kwargs, node)
    made = builders.builder(function.name, args, kwargs)
    if made is not None:
        return made
    builders.train(run, function.name.rpartition(".")[2], args, kwargs, node)
    found = _call_standard(function.name, args, kwargs)
    if found is None:
        found = arrays.call(function.name, args, kwargs, _invoke(run, node))
    if found is None:
        found = run.models.opaque(function, args, kwargs, node)
    if found is not None:
        return found
    _pass_on(args, kwargs)
    return Unknown(f"{function.name}() is not known")


def _call_standard(name: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Return what a function of the standard library returns; None: it is not known."""
    if name == "functools.partial" and args:
        return Partial(args[0], tuple(args[1:]), dict(kwargs))
    if name == "collections.OrderedDict" and len(args) == 1:
        return builtin_functions.as_dict(args[0])
    if name in ("sys.exit", "os._exit"):
        raise Raised(name)
    if name.startswith("argparse.ArgumentParser"):
        return builtin_functions.Parser()
    return None


def _invoke(run: Run, node: ast.AST) -> arrays.Invoke:
    """Return what calls a function of the program on values of the data part."""
    return lambda function, args: call(run, function, list(args), {}, node)


def _call_method(
    run: Run,
    method: Native,
    args: list[Value],
    kwargs: dict[str, Value],
    node: ast.AST,
) -> Value:
    target, name = method.target, method.name
    builders.train(run, name, [target, *args], kwargs, node)
    found = run.models.method(target, name, args, kwargs, node)
    if found is None:
        found = arrays.method(target, name, args, kwargs, _invoke(run, node))
    if found is None:
        found = plain_methods.call(run, target, name, args, kwargs, node)
        if found is not plain_methods.UNHANDLED:
            return found
        found = run.models.opaque(method, args, kwargs, node)
    if found is not None:
        return found
    _pass_on(args, kwargs)
    why = target.why if isinstance(target, Unknown) else f".{name}() is not known"
    return Unknown(why)
