"""Which rules run, at which severity, and what is suppressed.

A selector is a code, a name, the beginning of a code, or "ALL". As in ruff, a later
layer's `select` replaces what earlier layers chose, and inside one layer the longer
selector wins; of equal ones the one that ignores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kerascheck.model.errors import UsageError
from kerascheck.model.named import NamedTuple
from kerascheck.model.suggest import did_you_mean

EVERYTHING = "ALL"

LISTED = "; kerascheck rule lists all"
"""Ends what is said of a rule that is not known, and similar to none."""

Codes = Mapping[str, str]
"""Code -> name, of every rule and of every finding about files."""


class Layer(NamedTuple):
    """What one place, the configuration or the call, selects; prefixes of codes."""

    select: tuple[str, ...] = ()  # empty: whatever was chosen before
    extend: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def layer(
    known: Codes,
    select: Iterable[str] = (),
    extend: Iterable[str] = (),
    ignore: Iterable[str] = (),
    *,
    where: str = "",
) -> Layer:
    """Return a layer with every selector turned into the prefix of a code.

    Args:
        known: Every code and its name.
        select: Selectors that replace what was chosen before.
        extend: Selectors that add to it.
        ignore: Selectors that take from it.
        where: File that the selectors are in, for the message.

    Raises:
        UsageError: A selector matches nothing.
    """
    return Layer(
        select=prefixes(known, select, where and f"{where}: select"),
        extend=prefixes(known, extend, where and f"{where}: extend-select"),
        ignore=prefixes(known, ignore, where and f"{where}: ignore"),
    )


def prefixes(
    known: Codes, selectors: Iterable[str], where: str = ""
) -> tuple[str, ...]:
    """Return the beginning of a code that each selector means.

    Raises:
        UsageError: A selector matches nothing; the message names the nearest ones.
    """
    return tuple(_prefix(known, selector, where) for selector in selectors)


def _prefix(known: Codes, selector: str, where: str) -> str:
    if selector == EVERYTHING:
        return ""
    upper = selector.upper()
    if any(code.startswith(upper) for code in known) and upper:
        return upper
    for code, name in known.items():
        if name == selector.lower():
            return code
    words = [*known, *known.values(), EVERYTHING]
    prefix = f"{where}: " if where else ""
    raise UsageError(
        f"{prefix}no rule is called {selector!r}"
        f"{did_you_mean(selector, words) or LISTED}"
    )


def runs(code: str, layers: Iterable[Layer]) -> bool:
    """Say whether the rule with this code is to run."""
    chosen = True
    for one in layers:
        on = _longest(code, one.select + one.extend)
        off = _longest(code, one.ignore)
        if one.select or on != off:
            chosen = on > off
        elif on >= 0:
            chosen = False
    return chosen


def ignored(code: str, layers: Iterable[Layer]) -> bool:
    """Say whether findings about files with this code are to be suppressed.

    Selecting rules does not silence findings about files; ignoring does.
    """
    suppressed = False
    for one in layers:
        on = _longest(code, one.select + one.extend)
        off = _longest(code, one.ignore)
        if on != off:
            suppressed = off > on
    return suppressed


def level(code: str, levels: Iterable[tuple[str, str]]) -> str | None:
    """Return the level that the longest matching prefix gives to this code."""
    fitting = [(len(prefix), to) for prefix, to in levels if code.startswith(prefix)]
    return max(fitting)[1] if fitting else None


def _longest(code: str, selectors: Iterable[str]) -> int:
    return max((len(s) for s in selectors if code.startswith(s)), default=-1)
