"""Tries a rule on its own examples: for the tests of our rules and of users' own.

from kerascheck.testing import assert_examples

def test_examples():
    assert_examples(RULE)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, Self

from kerascheck.engine.facts import FIELDS, HEADS, Facts
from kerascheck.engine.finding import Finding
from kerascheck.engine.rule import Rule
from kerascheck.model.description import Description, Head
from kerascheck.model.errors import NotApplicable, Undecided

__all__ = [
    "assert_examples",
    "assert_found",
    "assert_left",
    "assert_mended",
    "assert_reads",
    "found",
    "read_by",
]


def assert_examples(rule: Rule) -> None:
    """Assert that a rule does on its examples as its card says.

    Raises:
        AssertionError: It has no examples of a kind, leaves a bad one, finds a good
            one, has a fix after which it still finds the same, or looks at a fact
            that is not among those it declares to read.
    """
    bad, good = tuple(rule.bad()), tuple(rule.good())
    assert bad, f"{rule.code} has no bad example"
    assert good, f"{rule.code} has no good example"
    for model in bad:
        assert_found(rule, model)
        assert_mended(rule, model)
    for model in good:
        assert_left(rule, model)
    for model in (*bad, *good):
        assert_reads(rule, model)


def assert_found(rule: Rule, model: Description) -> None:
    """Assert that a rule finds something, and says it in one plain statement."""
    findings = found(rule, model)
    assert findings, f"{rule.code} finds nothing in {_shown(model)}"
    for finding in findings:
        assert not finding.message.endswith("."), f"a full stop: {finding.message!r}"
        assert "\n" not in finding.message, f"several lines: {finding.message!r}"


def assert_left(rule: Rule, model: Description) -> None:
    """Assert that a rule finds nothing."""
    findings = found(rule, model)
    told = "; ".join(finding.message for finding in findings)
    assert not findings, f"{rule.code} finds {told!r} in {_shown(model)}"


def assert_mended(rule: Rule, model: Description) -> None:
    """Assert that every fix that can be applied takes its own finding away."""
    for finding in found(rule, model):
        if finding.fix is None or not finding.fix.edits:
            continue
        left = {other.location for other in found(rule, finding.fix.of(model))}
        assert finding.location not in left, (
            f"{rule.code} finds the same after {finding.fix.title!r} in {_shown(model)}"
        )


def assert_reads(rule: Rule, model: Description) -> None:
    """Assert that a rule looks at no fact beyond those that it declares, if it does.

    Which rules look at other heads only for what they say, and not for whether they
    find something, is left to the tests of those rules.
    """
    if rule.reads is None:
        return
    more = ", ".join(sorted(read_by(rule, model) - rule.reads - {HEADS}))
    assert not more, f"{rule.code} reads {more} in {_shown(model)}"


def read_by(rule: Rule, model: Description) -> set[str]:
    """Return the facts that a rule looks at in all heads of a model."""
    seen: set[str] = set()
    heads: list[Any] = [_Watched(head, seen) for head in model.heads]
    watched: Any = _WatchedModel(model, _WatchedHeads(heads, seen))
    for head in heads[: 1 if rule.scope == "model" else None]:
        with suppress(NotApplicable, Undecided):
            list(rule.check(Facts(head, watched)))
    return seen


_FACT_OF = {field: fact for fact, fields in FIELDS.items() for field in fields}


class _Watched:
    """A head that notes which of its facts are asked for."""

    def __init__(self, head: Head, seen: set[str]) -> None:
        self._head = head
        self._seen = seen

    def __getattr__(self, name: str) -> Any:
        if name in _FACT_OF:
            self._seen.add(_FACT_OF[name])
        return getattr(self._head, name)


class _WatchedHeads(tuple[Any, ...]):
    """The heads of a model; how many there are is no fact that a fix changes."""

    def __new__(cls, heads: Iterable[Any], seen: set[str]) -> Self:
        made = super().__new__(cls, heads)
        made._seen = seen
        return made

    _seen: set[str]

    def __iter__(self) -> Iterator[Any]:
        self._seen.add(HEADS)
        return super().__iter__()

    def __getitem__(self, place: Any) -> Any:
        self._seen.add(HEADS)
        return super().__getitem__(place)


class _WatchedModel:
    """A model that notes whether its other heads are asked for."""

    def __init__(self, model: Description, heads: _WatchedHeads) -> None:
        self._model = model
        self.heads = heads

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)


def found(rule: Rule, model: Description) -> list[Finding]:
    """Return what a rule finds in a model, in each head that it can judge."""
    findings: list[Finding] = []
    for head in model.heads[:1] if rule.scope == "model" else model.heads:
        try:
            findings.extend(rule.check(Facts(head, model)))
        except (NotApplicable, Undecided):
            continue
    return findings


def _shown(model: Description) -> str:
    from kerascheck.engine.snippet import snippet

    return snippet(model)
