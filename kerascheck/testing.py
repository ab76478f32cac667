"""Tests a rule on its own examples, for our rules and for those of users.

from kerascheck.testing import assert_examples

def test_examples():
    assert_examples(RULE)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from kerascheck.engine.facts import FIELDS, HEADS, Facts
from kerascheck.engine.finding import Finding
from kerascheck.engine.rule import Rule
from kerascheck.model.description import Description, Head
from kerascheck.model.errors import NotApplicable, Undecided
from kerascheck.model.typed import Any, Self

__all__ = [
    "assert_examples",
    "assert_fixed",
    "assert_found",
    "assert_reads",
    "assert_silent",
    "facts_read_by",
    "findings_of",
]


def assert_examples(rule: Rule) -> None:
    """Assert that a rule finds its bad examples, fixes them, and no good ones.

    Raises:
        AssertionError: It has no examples of a kind, misses a bad one, finds a good
            one, has a fix after which it still finds the same, or reads a fact that
            it does not declare.
    """
    bad, good = tuple(rule.bad()), tuple(rule.good())
    assert bad, f"{rule.code} has no bad example"
    assert good, f"{rule.code} has no good example"
    for model in bad:
        assert_found(rule, model)
        assert_fixed(rule, model)
    for model in good:
        assert_silent(rule, model)
    for model in (*bad, *good):
        assert_reads(rule, model)


def assert_found(rule: Rule, model: Description) -> None:
    """Assert that a rule finds something, and that its message is one statement."""
    findings = findings_of(rule, model)
    assert findings, f"{rule.code} finds nothing in {_shown(model)}"
    for finding in findings:
        assert not finding.message.endswith("."), (
            f"ends in a full stop: {finding.message!r}"
        )
        assert "\n" not in finding.message, f"several lines: {finding.message!r}"


def assert_silent(rule: Rule, model: Description) -> None:
    """Assert that a rule finds nothing."""
    findings = findings_of(rule, model)
    messages = "; ".join(finding.message for finding in findings)
    assert not findings, f"{rule.code} finds {messages!r} in {_shown(model)}"


def assert_fixed(rule: Rule, model: Description) -> None:
    """Assert that every fix that can be applied removes its own finding."""
    for finding in findings_of(rule, model):
        if finding.fix is None or not finding.fix.edits:
            continue
        remaining = {
            other.location for other in findings_of(rule, finding.fix.of(model))
        }
        assert finding.location not in remaining, (
            f"{rule.code} finds the same after {finding.fix.title!r} in {_shown(model)}"
        )


def assert_reads(rule: Rule, model: Description) -> None:
    """Assert that a rule that declares what it reads reads no other fact.

    Other heads are not counted: some rules read them for their message alone. The tests
    of those rules check this.
    """
    if rule.reads is None:
        return
    more = ", ".join(sorted(facts_read_by(rule, model) - rule.reads - {HEADS}))
    assert not more, f"{rule.code} reads {more} in {_shown(model)}"


def facts_read_by(rule: Rule, model: Description) -> set[str]:
    """Return the facts that a rule reads in all heads of a model."""
    read: set[str] = set()
    heads: list[Any] = [_Recording(head, read) for head in model.heads]
    recording: Any = _RecordingModel(model, _RecordingHeads(heads, read))
    for head in heads[: 1 if rule.scope == "model" else None]:
        with suppress(NotApplicable, Undecided):
            list(rule.check(Facts(head, recording)))
    return read


_FACT_OF = {field: fact for fact, fields in FIELDS.items() for field in fields}


class _Recording:
    """A head that records which of its facts are read."""

    def __init__(self, head: Head, read: set[str]) -> None:
        self._head = head
        self._read = read

    def __getattr__(self, name: str) -> Any:
        if name in _FACT_OF:
            self._read.add(_FACT_OF[name])
        derived = getattr(type(self._head), name, None)
        if isinstance(derived, property) and derived.fget is not None:
            return derived.fget(self)  # which reads facts in turn
        return getattr(self._head, name)


class _RecordingHeads(tuple[Any, ...]):
    """The heads of a model. Their number is not recorded: no fix changes it."""

    def __new__(cls, heads: Iterable[Any], read: set[str]) -> Self:
        made = super().__new__(cls, heads)
        made._read = read
        return made

    _read: set[str]

    def __iter__(self) -> Iterator[Any]:
        self._read.add(HEADS)
        return super().__iter__()

    def __getitem__(self, place: Any) -> Any:
        self._read.add(HEADS)
        return super().__getitem__(place)


class _RecordingModel:
    """A model that records whether its other heads are read."""

    def __init__(self, model: Description, heads: _RecordingHeads) -> None:
        self._model = model
        self.heads = heads

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)


def findings_of(rule: Rule, model: Description) -> list[Finding]:
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
