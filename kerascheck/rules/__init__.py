"""One rule a file; a rule is found by its place here, nothing lists it."""

from __future__ import annotations

from functools import cache

from kerascheck.core.cards import modules_in
from kerascheck.core.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule in this folder, in the order of their codes."""
    modules = modules_in(__name__, __path__[0])
    return tuple(sorted((m.RULE for m in modules), key=lambda rule: rule.code))
