"""Comprehensions and generator expressions."""

from __future__ import annotations

import ast
from collections.abc import Callable

from kerascheck.model.typed import Any, Final
from kerascheck.readers.source.assignment import assign
from kerascheck.readers.source.bounds import is_constant
from kerascheck.readers.source.items import items_of
from kerascheck.readers.source.open_values import MORE, OpenDict, OpenList
from kerascheck.readers.source.operators import truth
from kerascheck.readers.source.run import Run
from kerascheck.readers.source.scope import Scope
from kerascheck.readers.source.values import Unknown, UnknownNumber, Value

__all__ = ["dict_of", "list_of"]

_MAX_ROUNDS: Final = 64
"""Items of a comprehension that are looked at."""


def list_of(run: Run, node: Any, scope: Scope) -> Value:
    """Return what a list or set comprehension, or a generator, makes."""
    found: list[Value] = []
    complete = _rounds(
        run, node.generators, 0, _inner(scope), lambda s: _put(run, node, s, found)
    )
    return found if complete else OpenList(found)


def _put(run: Run, node: Any, scope: Scope, found: list[Value]) -> None:
    found.append(run.evaluate(node.elt, scope))


def dict_of(run: Run, node: Any, scope: Scope) -> Value:
    """Return what a dict comprehension makes."""
    made: dict[Value, Value] = {}
    odd: list[Value] = []

    def put(inner: Scope) -> None:
        key = run.evaluate(node.key, inner)
        value = run.evaluate(node.value, inner)
        if is_constant(key):
            made[key] = value
        else:
            odd.append(key)
            if isinstance(value, (int, float, UnknownNumber)):
                made[MORE] = UnknownNumber("an item of a dict that is not known")

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
    items, complete = items_of(run.evaluate(generator.iter, scope))
    if not complete and not items:
        items = [Unknown("an item of what is not known")]
    if len(items) > _MAX_ROUNDS:
        items, complete = items[:_MAX_ROUNDS], False
    for item in items:
        assign(run, generator.target, item, scope)
        kept: list[bool | None] = [
            truth(run.evaluate(test, scope)) for test in generator.ifs
        ]
        if False in kept:
            continue
        complete = complete and None not in kept
        complete = _rounds(run, generators, place + 1, scope, put) and complete
    return complete
