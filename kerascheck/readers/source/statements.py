"""What statements do."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from kerascheck.model.typed import Any, Final
from kerascheck.readers.source.assignment import assign
from kerascheck.readers.source.attributes import attribute_of
from kerascheck.readers.source.definitions import define_class, define_function
from kerascheck.readers.source.expressions import evaluate, item_of, operate
from kerascheck.readers.source.imports import bind_import, bind_import_from
from kerascheck.readers.source.loops import for_loop, while_loop
from kerascheck.readers.source.operators import truth
from kerascheck.readers.source.plain_methods import add_items
from kerascheck.readers.source.run import Raised, Run, Signal
from kerascheck.readers.source.scope import Scope
from kerascheck.readers.source.values import Unknown

__all__ = ["execute"]

_CHANGING: Final = frozenset({"add", "append", "compile", "fit", "pop", "update"})
_EXITS: Final = frozenset({"exit", "quit", "_exit", "abort"})


def execute(run: Run, body: Sequence[ast.stmt], scope: Scope) -> Signal:
    """Execute statements in order; return how they end."""
    for statement in body:
        try:
            run.budget.take()
            handler = _HANDLERS.get(type(statement))
            signal = handler(run, statement, scope) if handler else None
        except RecursionError:
            _forget(run, statement, scope)
            signal = None
        if signal is not None:
            return signal
    return None


def _forget(run: Run, statement: ast.stmt, scope: Scope) -> None:
    """Make unknown what a statement that is nested too deeply may assign."""
    try:
        names = list(_assigned([statement]))
    except RecursionError:
        names = []
    for name in names:
        scope.bind(name, Unknown("nested too deeply"))


def _expression(run: Run, node: Any, scope: Scope) -> Signal:
    evaluate(run, node.value, scope)
    return None


def _assign(run: Run, node: Any, scope: Scope) -> Signal:
    value = evaluate(run, node.value, scope)
    for target in node.targets:
        assign(run, target, value, scope)
    return None


def _annotated(run: Run, node: Any, scope: Scope) -> Signal:
    if node.value is not None:
        assign(run, node.target, evaluate(run, node.value, scope), scope)
    return None


def _augmented(run: Run, node: Any, scope: Scope) -> Signal:
    target = node.target
    value = evaluate(run, node.value, scope)
    if isinstance(target, ast.Name):
        holder = scope.holder(target.id)
        old = holder.names[target.id] if holder else Unknown("not assigned before")
    elif isinstance(target, ast.Attribute):
        old = attribute_of(run, evaluate(run, target.value, scope), target.attr)
    else:
        holder_value = evaluate(run, target.value, scope)
        index = evaluate(run, target.slice, scope)
        old = item_of(run, holder_value, index, node)
    if isinstance(old, list) and isinstance(node.op, ast.Add):
        add_items(old, value)
        return None
    assign(run, target, operate(run, node.op, old, value, node), scope)
    return None


def _delete(run: Run, node: Any, scope: Scope) -> Signal:
    for target in node.targets:
        if isinstance(target, ast.Name):
            scope.names.pop(target.id, None)
    return None


def _if(run: Run, node: Any, scope: Scope) -> Signal:
    known = truth(evaluate(run, node.test, scope))
    if known is None:
        raises = _raises(node.body)
        if raises != _raises(node.orelse):
            known = not raises
        else:
            likely = bool(node.orelse) or not _leaves(node.body)
            known = run.decide(node.test, likely=likely, matters=_matters(node))
    return execute(run, node.body if known else node.orelse, scope)


def _raises(body: Sequence[ast.stmt]) -> bool:
    """Say whether a branch ends the program."""
    last = body[-1] if body else None
    if isinstance(last, ast.Raise):
        return True
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        function = last.value.func
        name = getattr(function, "attr", getattr(function, "id", ""))
        return name in _EXITS
    return False


def _leaves(body: Sequence[ast.stmt]) -> bool:
    """Say whether a branch leaves what is around it and hands nothing back."""
    last = body[-1] if body else None
    if isinstance(last, ast.Return):
        return last.value is None or isinstance(last.value, ast.Constant)
    return isinstance(last, (ast.Break, ast.Continue))


def _matters(node: ast.If) -> bool:
    """Say whether the other way at an `if` may lead to another model."""
    for each in ast.walk(node):
        if isinstance(each, (ast.Return, ast.Assign, ast.AugAssign)):
            return True
        if isinstance(each, ast.Attribute) and each.attr in _CHANGING:
            return True
    return False


def _assigned(body: Sequence[ast.stmt]) -> Iterator[str]:
    for statement in body:
        for each in ast.walk(statement):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                yield each.id


def _with(run: Run, node: Any, scope: Scope) -> Signal:
    for item in node.items:
        value = evaluate(run, item.context_expr, scope)
        if item.optional_vars is not None:
            assign(run, item.optional_vars, value, scope)
    return execute(run, node.body, scope)


def _try(run: Run, node: Any, scope: Scope) -> Signal:
    try:
        signal = execute(run, node.body, scope)
        failed = signal is not None and signal[0] == "raise"
    except Raised:
        signal, failed = None, True
    if failed:
        signal = None
        for handler in node.handlers[:1]:
            signal = execute(run, handler.body, scope)
    elif signal is None:
        _bind_missing(run, node.handlers, scope)
        signal = execute(run, node.orelse, scope)
    last = execute(run, node.finalbody, scope)
    return signal if last is None else last


def _bind_missing(run: Run, handlers: Sequence[Any], scope: Scope) -> None:
    """Bind the names that only a handler binds, as imports of an older library."""
    for handler in handlers:
        names = {
            alias.asname or alias.name.partition(".")[0]
            for statement in handler.body
            if isinstance(statement, (ast.Import, ast.ImportFrom))
            for alias in statement.names
        }
        if any(scope.holder(name) is None for name in names):
            inner = Scope(scope)
            execute(run, handler.body, inner)
            for name, value in inner.names.items():
                if scope.holder(name) is None:
                    scope.bind(name, value)


def _return(run: Run, node: Any, scope: Scope) -> Signal:
    value = None if node.value is None else evaluate(run, node.value, scope)
    return "return", value


def _raise(run: Run, node: Any, scope: Scope) -> Signal:
    return "raise", None


def _global(run: Run, node: Any, scope: Scope) -> Signal:
    for name in node.names:
        scope.shared[name] = scope.module()
    return None


def _nonlocal(run: Run, node: Any, scope: Scope) -> Signal:
    for name in node.names:
        holder = scope.around and scope.around.holder(name)
        if holder:
            scope.shared[name] = holder
    return None


def _import(run: Run, node: Any, scope: Scope) -> Signal:
    bind_import(run, node, scope)
    return None


def _import_from(run: Run, node: Any, scope: Scope) -> Signal:
    bind_import_from(run, node, scope)
    return None


def _match(run: Run, node: Any, scope: Scope) -> Signal:
    """Take the first case whose literal pattern is the subject, or the last one."""
    subject = evaluate(run, node.subject, scope)
    for case in node.cases:
        pattern = case.pattern
        if isinstance(pattern, ast.MatchValue) and case.guard is None:
            value = evaluate(run, pattern.value, scope)
            if isinstance(subject, (str, int, float)) and value == subject:
                return execute(run, case.body, scope)
            if isinstance(subject, (str, int, float)):
                continue
            test = ast.Compare(node.subject, [ast.Eq()], [pattern.value])
            if run.decide(test, likely=True, matters=True):
                return execute(run, case.body, scope)
        elif isinstance(pattern, ast.MatchAs) and pattern.pattern is None:
            if pattern.name:
                scope.bind(pattern.name, subject)
            return execute(run, case.body, scope)
        else:
            return None
    return None


_HANDLERS: Final[dict[type[ast.stmt], Callable[[Run, Any, Scope], Signal]]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Delete: _delete,
    ast.If: _if,
    ast.For: for_loop,
    ast.AsyncFor: for_loop,
    ast.While: while_loop,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.FunctionDef: define_function,
    ast.AsyncFunctionDef: define_function,
    ast.ClassDef: define_class,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Break: lambda run, node, scope: ("break", None),
    ast.Continue: lambda run, node, scope: ("continue", None),
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Match: _match,
}
