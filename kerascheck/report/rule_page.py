"""The page of a rule, from the docstring of its module and its card."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from kerascheck.engine.facts import Facts
from kerascheck.engine.file_findings import file_rules
from kerascheck.engine.file_rule import FileRule
from kerascheck.engine.finding import Finding
from kerascheck.engine.fix import Applicability
from kerascheck.engine.outcome import Outcome
from kerascheck.engine.rule import Rule
from kerascheck.keras_api.program import keras_code
from kerascheck.model.errors import NotApplicable, Undecided
from kerascheck.model.named import NamedTuple
from kerascheck.report.view import HARMS

Card = Rule | FileRule

SAFETY = {
    Applicability.SAFE: "safe: what the saved weights predict stays the same",
    Applicability.UNSAFE: "unsafe: training changes, so train the model again",
    Applicability.DISPLAY: "advice: the change is outside `compile()`",
}
"""What it means to apply a fix."""

CHANGED = "  # changed"
"""Ends each line of the good program that is not in the bad one."""

_CODE_BEFORE = "\n## When to ignore\n"


class Example(NamedTuple):
    """A rule shown on two programs that differ in little."""

    bad: str
    good: str
    fix: str  # what was done, and how safe that is; "" if the rule has no fix


def cards(outcome: Outcome) -> list[Card]:
    """Return every finding that reading can have and every selected rule, by code."""
    return sorted([*file_rules(), *outcome.rules], key=lambda card: card.code)


def sentence(text: str) -> str:
    """Return a summary as a sentence."""
    return f"{text[:1].upper()}{text[1:]}."


def section(card: Card, *titles: str) -> str:
    """Return the first of these sections that the page of a rule has, or nothing."""
    text = page(card)
    for title in titles:
        _, found, rest = text.partition(f"\n## {title}\n")
        if found:
            return rest.partition("\n## ")[0].strip()
    return ""


def in_the_log(card: Card) -> str:
    """Return what the page of a rule says of logs, in one line."""
    return " ".join(section(card, "In the log").split())


def page(card: Card, *, measured: Sequence[str] = ()) -> str:
    """Return the page of a rule as Markdown, from the docstring of its module.

    Args:
        card: A rule, or a kind of finding about a file.
        measured: Lines of what reference training showed.
    """
    lines = [f"# {card.code} {card.name}", "", *_body(card, measured)]
    return "\n".join(lines).rstrip() + "\n"


def _body(card: Card, measured: Sequence[str]) -> Iterator[str]:
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
    yield from _program_lines(example(card))
    if measured:
        yield "## Measured"
        yield from measured
        yield ""
    yield then.strip("\n")
    yield last.strip()


def _docstring(card: Card) -> str:
    if isinstance(card, FileRule):
        text: str | None = card.page
    else:
        text = sys.modules[card.check.__module__].__doc__
    return text or sentence(card.summary)  # `python -OO` keeps no docstrings


def _facts(card: Card) -> Iterator[str]:
    yield f"- severity: {card.severity}"
    if isinstance(card, Rule):
        yield f"- confidence: {card.confidence}"
    if HARMS[card.harm.value]:
        yield f"- harm: {card.harm}, {HARMS[card.harm.value]}"
    yield f"- since: {card.since}"
    yield ""


def _program_lines(example: Example | None) -> Iterator[str]:
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
    """Return the first bad example as a program, and the same program fixed.

    If the rule has no fix that can be applied, the good program is the good example
    that is most like the bad one.
    """
    for model in rule.bad():
        bad = keras_code(model)
        views = (Facts(head, model) for head in model.heads)
        finding = next((f for facts in views for f in _findings(rule, facts)), None)
        if bad is None or finding is None:
            continue
        fix = finding.fix
        good = keras_code(fix.of(model)) if fix is not None and fix.edits else None
        if good is None or good == bad:
            good = _most_like(bad, rule)
        if good is not None:
            title = "" if fix is None else fix.title[:1].upper() + fix.title[1:]
            safety = "" if fix is None else f" ({SAFETY[fix.applicability]})."
            return Example(bad, good, title + safety)
    return None


def _findings(rule: Rule, facts: Facts) -> Iterator[Finding]:
    """Yield what a rule finds in one head; nothing if it is undecided."""
    try:
        yield from rule.check(facts)
    except (NotApplicable, Undecided):
        return


def _most_like(bad: str, rule: Rule) -> str | None:
    """Return the good program that shares most lines with the bad one."""
    lines = set(bad.split("\n"))
    codes = [code for code in map(keras_code, rule.good()) if code not in (None, bad)]
    return min(
        codes, key=lambda code: len(lines ^ set((code or "").split("\n"))), default=None
    )
