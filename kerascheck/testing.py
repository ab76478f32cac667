"""Tries a rule on its own examples: for the tests of our rules and of users' own.

from kerascheck.testing import assert_examples

def test_examples():
    assert_examples(RULE)
"""

from __future__ import annotations

from kerascheck.core.description import Description
from kerascheck.core.errors import NotApplicable, Undecided
from kerascheck.core.facts import Facts
from kerascheck.core.finding import Finding
from kerascheck.core.rule import Rule

__all__ = ["assert_examples", "assert_found", "assert_left", "assert_mended", "found"]


def assert_examples(rule: Rule) -> None:
    """Assert that a rule does on its examples as its card says.

    Raises:
        AssertionError: It has no examples of a kind, leaves a bad one, finds a good
            one, or has a fix after which it still finds the same.
    """
    bad, good = tuple(rule.bad()), tuple(rule.good())
    assert bad, f"{rule.code} has no bad example"
    assert good, f"{rule.code} has no good example"
    for model in bad:
        assert_found(rule, model)
        assert_mended(rule, model)
    for model in good:
        assert_left(rule, model)


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
    from kerascheck.core.snippet import snippet

    return snippet(model)
