"""One rule a file; a rule is found by its place here, nothing lists it."""

from __future__ import annotations

from functools import cache

from kerascheck.engine.discovery import modules_in
from kerascheck.engine.rule import Rule


@cache
def our_rules() -> tuple[Rule, ...]:
    """Return every rule in this folder, in the order of their codes."""
    modules = modules_in(__name__, __path__[0])
    return tuple(sorted((m.RULE for m in modules), key=lambda rule: rule.code))


@cache
def all_rules(own: tuple[str, ...] = ()) -> tuple[Rule, ...]:
    """Return our rules and users' own, in the order of their codes.

    Args:
        own: Modules with rules, in addition to those of installed distributions.

    Raises:
        UsageError: A rule of the user's own cannot be used.
    """
    from kerascheck.rules._own import own_rules

    ours = our_rules()
    more = own_rules(own, ours)
    return tuple(sorted([*ours, *more], key=lambda rule: rule.code)) if more else ours
