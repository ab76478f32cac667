"""Rules over descriptions: findings, what stayed undecided, and fixes that add up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kerascheck.core.description import Description
from kerascheck.core.errors import NotApplicable, Undecided
from kerascheck.core.facts import Facts
from kerascheck.core.finding import Finding, Harm, Severity
from kerascheck.core.fix import Applicability, Fix
from kerascheck.core.report import NotRun
from kerascheck.core.rule import Rule
from kerascheck.core.snippet import snippet

MOST_ROUNDS = 8
"""Fixes that may follow from one another before mending gives up."""

OnCrash = Callable[[Rule, Exception], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the rules said of one model."""

    findings: tuple[Finding, ...]
    not_run: tuple[NotRun, ...]
    decided: int


def run(
    rules: Sequence[Rule], model: Description, *, on_crash: OnCrash | None = None
) -> Outcome:
    """Judge one model: each cause once, with what follows from it inside.

    Args:
        rules: In the order of their codes.
        model: A description with its labels and resolved metrics.
        on_crash: Called with a rule that raised and what it raised; by default the
            crash becomes a finding and the other rules still run.
    """
    findings, not_run, decided = _judge(rules, model, on_crash)
    return Outcome(
        findings=_ordered(model, _by_cause(rules, model, findings)),
        not_run=tuple(not_run),
        decided=decided,
    )


def mended(rules: Sequence[Rule], model: Description) -> Description:
    """Return `model` with the fixes of all findings applied, worst first.

    Each fix is asked for on the model as the fixes before it left it, so that
    together they are one setup that is right as a whole.
    """
    for _ in range(MOST_ROUNDS):
        changed = _next_mended(rules, model)
        if changed is None:
            break
        model = changed
    return model


def _next_mended(rules: Sequence[Rule], model: Description) -> Description | None:
    """Return `model` after the first fix that removes its own finding, or None."""
    for finding in _fixable(_judge(rules, model)[0]):
        changed = _fix_of(finding).of(model)
        if _key(finding) not in {_key(f) for f in _judge(rules, changed)[0]}:
            return changed
    return None


def _judge(
    rules: Sequence[Rule], model: Description, on_crash: OnCrash | None = None
) -> tuple[list[Finding], list[NotRun], int]:
    findings: list[Finding] = []
    not_run: list[NotRun] = []
    decided = 0
    views = [Facts(head, model) for head in model.heads]
    for rule in rules:
        for facts in views[:1] if rule.scope == "model" else views:
            try:
                findings.extend(rule.check(facts))
                decided += 1
            except NotApplicable:
                decided += 1
            except Undecided as unknown:
                not_run.append(_not_run(rule, facts, unknown.why))
            except Exception as crash:
                if on_crash is not None:
                    on_crash(rule, crash)
                findings.append(_crashed(rule, facts, crash))
    return findings, not_run, decided


def _not_run(rule: Rule, facts: Facts, why: str) -> NotRun:
    head = None if rule.scope == "model" else facts.name
    return NotRun(
        code=rule.code, name=rule.name, model=facts.model.path, head=head, why=why
    )


def _crashed(rule: Rule, facts: Facts, crash: Exception) -> Finding:
    return Finding(
        code="KC000",
        name="rule-crashed",
        severity=Severity.ERROR,
        harm=Harm.NONE,
        message=f"rule {rule.code} raised {type(crash).__name__} and decided nothing",
        model=facts.model.path,
        head=facts.name,
        location=facts.head.at(),
    )


def _key(finding: Finding) -> tuple[str, str]:
    return finding.code, finding.location


def _worst_first(finding: Finding) -> tuple[int, str, str]:
    return -finding.severity.rank, finding.code, finding.location


def _fixable(findings: Sequence[Finding]) -> list[Finding]:
    ordered = sorted(findings, key=_worst_first)
    return [f for f in ordered if f.fix is not None and f.fix.edits]


def _fix_of(finding: Finding) -> Fix:
    assert finding.fix is not None
    return finding.fix


def _by_cause(
    rules: Sequence[Rule], model: Description, findings: list[Finding]
) -> list[Finding]:
    """Fold each finding that another one's fix removes into that other one."""
    left = sorted(findings, key=_worst_first)
    causes: list[Finding] = []
    while left:
        cause = left.pop(0)
        if cause.fix is None or not cause.fix.edits:
            causes.append(cause)
            continue
        fix, after, remaining = _closed(rules, model, cause, findings)
        if _key(cause) in remaining:
            advice = replace(fix, applicability=Applicability.DISPLAY, edits=())
            causes.append(replace(cause, fix=advice))
            continue
        follows = [f for f in left if f.head == cause.head and _key(f) not in remaining]
        left = [f for f in left if f not in follows]
        causes.append(
            replace(
                cause,
                fix=fix,
                snippet=snippet(after),
                follows=tuple(follows),
            )
        )
    return causes


def _closed(
    rules: Sequence[Rule], model: Description, cause: Finding, known: list[Finding]
) -> tuple[Fix, Description, set[tuple[str, str]]]:
    """Return a fix that brings no new finding, the model after it, what remains."""
    fix = _fix_of(cause)
    edits = list(fix.edits)
    applicability = fix.applicability
    old = {_key(f) for f in known}
    after = fix.of(model)
    findings = _judge(rules, after)[0]
    for _ in range(MOST_ROUNDS):
        new = [f for f in _fixable(findings) if _key(f) not in old]
        if not new:
            break
        more = _fix_of(new[0])
        edits.extend(more.edits)
        applicability = _least(applicability, more.applicability)
        after = more.of(after)
        findings = _judge(rules, after)[0]
    closed = replace(fix, edits=tuple(edits), applicability=applicability)
    return closed, after, {_key(f) for f in findings}


def _least(one: Applicability, other: Applicability) -> Applicability:
    order = (Applicability.DISPLAY, Applicability.UNSAFE, Applicability.SAFE)
    return min(one, other, key=order.index)


def _ordered(model: Description, findings: list[Finding]) -> tuple[Finding, ...]:
    place = {head.name: i for i, head in enumerate(model.heads)}

    def key(finding: Finding) -> tuple[int, str, str]:
        return place.get(finding.head or "", -1), finding.location, finding.code

    return tuple(sorted(findings, key=key))
