"""Loops: over items that are known, and over others."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from kerascheck.model.typed import Any, Final
from kerascheck.readers.source import arrays
from kerascheck.readers.source.assignment import assign
from kerascheck.readers.source.items import items_of
from kerascheck.readers.source.open_loops import make_open
from kerascheck.readers.source.operators import truth
from kerascheck.readers.source.run import Run, Signal
from kerascheck.readers.source.scope import Scope
from kerascheck.readers.source.values import Unknown, Value

__all__ = ["MAX_ROUNDS", "for_loop", "while_loop"]

MAX_ROUNDS: Final = 64
"""Rounds of a loop that are followed."""


def for_loop(run: Run, node: Any, scope: Scope) -> Signal:
    """Follow a `for`, item by item as far as they are known."""
    items, complete = items_of(run.evaluate(node.iter, scope))
    known = complete
    if not complete and not items:
        items = [Unknown("an item of a loop")]
    if len(items) > MAX_ROUNDS:
        items, known = items[:2], False
    if not known:
        make_open(run, node.body, scope, alike=all(map(_stands_for_others, items)))
    return _rounds(run, node, items, scope)


def _stands_for_others(item: Value) -> bool:
    """Say whether an item says of no other item what does not hold for it."""
    if isinstance(item, tuple):
        return all(map(_stands_for_others, item))
    return isinstance(item, Unknown) or arrays.is_data(item)


def _rounds(run: Run, node: Any, items: Sequence[Value], scope: Scope) -> Signal:
    for place, item in enumerate(items):
        if place and not run.may_go_round(node):
            make_open(run, node.body, scope)
            break
        assign(run, node.target, item, scope)
        signal = run.execute(node.body, scope)
        if signal is None or signal[0] == "continue":
            continue
        if signal[0] == "break":
            return None
        return signal
    return run.execute(node.orelse, scope)


def while_loop(run: Run, node: Any, scope: Scope) -> Signal:
    """Follow a `while`, as long as its condition is known."""
    for _ in range(MAX_ROUNDS):
        known = truth(run.evaluate(node.test, scope))
        if known is False:
            return run.execute(node.orelse, scope)
        if known is None:
            make_open(run, node.body, scope)
        signal = run.execute(node.body, scope)
        if signal is not None and signal[0] == "break":
            return None
        if signal is not None and signal[0] != "continue":
            return signal
        if known is None:
            return None
        if isinstance(node.test, ast.Constant):
            break
    make_open(run, node.body, scope)
    return None
