"""The page of a rule: what its module says and what its card knows."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kerascheck.engine.facts import Facts
from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Finding
from kerascheck.engine.fix import Applicability
from kerascheck.engine.rule import Rule
from kerascheck.keras_api.program import keras_code
from kerascheck.model.errors import NotApplicable, Undecided
from kerascheck.report.terminal import HARMS

SAFETY = {
    Applicability.SAFE: "safe: what the saved weights predict stays the same",
    Applicability.UNSAFE: "unsafe: training changes, so train the model again",
    Applicability.DISPLAY: "advice: the change lies outside `compile()`",
}
"""What it means to apply a fix."""

CHANGED = "  # changed"
"""Ends each line of the good program that is not in the bad one."""

_CODE_BEFORE = "\n## When to ignore\n"


class Example(NamedTuple):
    """A rule shown on two programs that differ in little."""

    bad: str
    good: str
    fix: str  # what was done, and how safe that is; "" where the rule has no fix


def page(card: Rule | FileRule, *, measured: Sequence[str] = ()) -> str:
    """Return the page of a rule as Markdown, from the docstring of its module.

    Args:
        card: A rule, or something that reading can say.
        measured: Lines of what reference training showed.
    """
    lines = [f"# {card.code} {card.name}", "", *_body(card, measured)]
    return "\n".join(lines).rstrip() + "\n"


def _body(card: Rule | FileRule, measured: Sequence[str]) -> Iterator[str]:
    summary, _, sections = _docstring(card).partition("\n")
    yield summary
    yield ""
    yield from _facts(card)
    if isinstance(card, FileRule):
        yield sections.strip()
        return
    first, then, last = sections.strip().partition(_CODE_BEFORE)
    yield first.strip()
    yield ""
    yield from _shown(example(card))
    if measured:
        yield "## Measured"
        yield from measured
        yield ""
    yield then.strip("\n")
    yield last.strip()


def _docstring(card: Rule | FileRule) -> str:
    if isinstance(card, FileRule):
        text: str | None = card.page
    else:
        text = sys.modules[card.check.__module__].__doc__
    return text or _sentence(card.summary)  # `python -OO` keeps no docstrings


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _facts(card: Rule | FileRule) -> Iterator[str]:
    yield f"- severity: {card.severity}"
    if isinstance(card, Rule):
        yield f"- confidence: {card.confidence}"
    if HARMS[card.harm.value]:
        yield f"- harm: {card.harm}, {HARMS[card.harm.value]}"
    yield f"- since: {card.since}"
    yield ""


def _shown(example: Example | None) -> Iterator[str]:
    if example is None:
        return
    yield from _program("Bad", example.bad)
    before = example.bad.split("\n")
    lines = [
        line if line in before or not line else line + CHANGED
        for line in example.good.split("\n")
    ]
    yield from _program("Good", "\n".join(lines))
    if example.fix:
        yield "## Fix"
        yield example.fix
        yield ""


def _program(title: str, code: str) -> Iterator[str]:
    yield f"## {title}"
    yield "```python"
    yield code
    yield "```"
    yield ""


def example(rule: Rule) -> Example | None:
    """Return the first bad example as a program, and the same mended.

    Where the rule has no fix that could be applied, the good one is that of its good
    examples which is most like the bad one.
    """
    for model in rule.bad():
        bad = keras_code(model)
        views = (Facts(head, model) for head in model.heads)
        finding = next((f for facts in views for f in _found(rule, facts)), None)
        if bad is None or finding is None:
            continue
        fix = finding.fix
        good = keras_code(fix.of(model)) if fix is not None and fix.edits else None
        if good is None or good == bad:
            good = _most_like(bad, rule)
        if good is not None:
            told = "" if fix is None else fix.title[:1].upper() + fix.title[1:]
            safety = "" if fix is None else f" ({SAFETY[fix.applicability]})."
            return Example(bad, good, told + safety)
    return None


def _found(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """Yield what a rule finds in one head, nothing where it is undecided."""
    try:
        yield from rule.check(facts)
    except (NotApplicable, Undecided):
        return


def _most_like(bad: str, rule: Rule) -> str | None:
    """Return the good program with the fewest lines that the bad one has not."""
    lines = set(bad.split("\n"))
    codes = [code for code in map(keras_code, rule.good()) if code not in (None, bad)]
    return min(
        codes, key=lambda code: len(lines ^ set((code or "").split("\n"))), default=None
    )
