"""Follows a program as far as its values are known, and notes its compile calls."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping

from kerascheck.model.typed import Final
from kerascheck.readers.source import calls, expressions, statements
from kerascheck.readers.source.keras_values import CompileCall
from kerascheck.readers.source.models import Models
from kerascheck.readers.source.modules import LINES, Find, Modules
from kerascheck.readers.source.run import BUDGET, Budget, Exhausted, Raised, Run
from kerascheck.readers.source.scope import Scope
from kerascheck.readers.source.values import Closure, Instance, Unknown, Value

__all__ = ["Passes", "follow"]

MAX_PASSES: Final = 8
"""Ways through the conditions of a program that are followed."""

Project = Find


class Passes:
    """What all passes over a program met.

    Attributes:
        runs: One for each way through its conditions.
        exhausted: Why a part was not understood; "" if all was.
    """

    __slots__ = ("exhausted", "runs")

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.exhausted = ""

    def compiled(self) -> list[list[CompileCall]]:
        """Return the compile calls of each pass."""
        return [run.models.compiled for run in self.runs]


def follow(tree: ast.Module, project: Project | None = None) -> Passes:
    """Follow a program.

    Args:
        tree: The program.
        project: Returns the text of a module of the same project; None: of none.
    """
    passes = Passes()
    budget = Budget()
    todo: list[dict[str, int]] = [{}]
    seen: set[tuple[tuple[str, int], ...]] = set()
    while todo and len(passes.runs) < MAX_PASSES:
        forced = todo.pop(0)
        run = _pass(tree, budget, forced, project, passes)
        for other in _other_ways(run, forced):
            mark = tuple(sorted(other.items()))
            if mark not in seen and len(seen) < 4 * MAX_PASSES:
                seen.add(mark)
                todo.append(other)
        if passes.exhausted:
            break
    return passes


def _other_ways(run: Run, forced: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """Yield the decisions of passes that differ from this one in a single way."""
    for key, ways in run.flippable.items():
        if key not in forced:
            for way in range(min(ways, MAX_PASSES)):
                if way != run.decided[key]:
                    yield {**forced, key: way}


def _pass(
    tree: ast.Module,
    budget: Budget,
    forced: Mapping[str, int],
    project: Project | None,
    passes: Passes,
) -> Run:
    run = new_run(budget, forced, project)
    passes.runs.append(run)
    scope = Scope()
    scope.names["__name__"] = "__main__"
    try:
        for statement in tree.body:
            _one(run, statement, scope, passes)
        for name in scope.rebound:
            # What is never called may be meant for any of its values.
            scope.names[name] = Unknown(f"{name!r} has several values")
        _call_the_rest(run)
        for compiled in run.models.compiled:
            _guarded(run, run.models.own.trace, compiled.model)
    except Exhausted:
        passes.exhausted = BUDGET
    return run


def _one(run: Run, statement: ast.stmt, scope: Scope, passes: Passes) -> None:
    """Execute a statement of the module, with a share of the budget."""
    budget = run.budget
    kept = budget.steps * 2 // 3
    budget.steps -= kept
    try:
        _guarded(run, run.execute, [statement], scope)
    except Exhausted:
        run.stack.clear()
        passes.exhausted = BUDGET
    finally:
        budget.steps = max(budget.steps, 0) + kept


def new_run(
    budget: Budget, forced: Mapping[str, int], project: Project | None = None
) -> Run:
    """Return a pass that has not begun."""
    run = Run(budget, forced)
    run.project = None if project is None else Modules(run, project).scope
    run.models = Models(run)
    run.evaluate = lambda node, scope: expressions.evaluate(run, node, scope)
    run.execute = lambda body, scope: statements.execute(run, body, scope)
    run.call = lambda function, args, kwargs, node: calls.call(
        run, function, args, kwargs, node
    )
    return run


def _guarded(run: Run, action: Callable[..., Value], *args: Value) -> Value:
    """Do one part of a pass; where the program raises, the others go on."""
    try:
        return action(*args)
    except (Raised, RecursionError):
        run.stack.clear()
        return None


def _call_the_rest(run: Run) -> None:
    """Call what the program defines and never calls, if it compiles a model.

    The last function comes first: it is the one that calls the others.
    """
    for kind in list(run.classes):
        methods = [v for v in kind.attributes.values() if isinstance(v, Closure)]
        left = [m for m in methods if _is_left(run, m)]
        if not left:
            continue
        made = _guarded(run, run.call, kind, [], {}, kind.node)
        for method in left if isinstance(made, Instance) else ():
            if _is_left(run, method):
                args = [] if method.kind == "staticmethod" else [made]
                _guarded(run, run.call, method, args, {}, method.node)
    for function in reversed(list(run.defined)):
        if function.owner is None and _is_left(run, function):
            _guarded(run, run.call, function, [], {}, function.node)


def _is_left(run: Run, function: Closure) -> bool:
    if getattr(function.node, "lineno", 0) > LINES:  # of a file that is imported
        return False
    if id(function.node) in run.entered:
        return False
    known, key = run.budget.known, ("compiles", id(function.node))
    if key not in known:
        known[key] = _compiles(getattr(function.node, "body", []))
    return bool(known[key])


def _compiles(body: Iterable[ast.stmt]) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr == "compile"
        for statement in body
        for node in ast.walk(statement)
    )
