"""Which fixes of a report are applied to one model, and what it is then."""

from __future__ import annotations

from collections.abc import Sequence

from kerascheck.engine.finding import Finding
from kerascheck.engine.fix import AddMetric, Applicability, Edit, SetLoss, SetMetric
from kerascheck.engine.judge import MAX_ROUNDS, judge
from kerascheck.model.description import Description
from kerascheck.model.frozen import Frozen
from kerascheck.report.report import Report

COMPILE_ONLY: tuple[type[Edit], ...] = (SetLoss, SetMetric, AddMetric)
"""Edits of what `compile` is called with."""

OUTSIDE = "it changes more than the compile call"
UNSAFE = "it changes training, so it is unsafe (see --unsafe-fixes)"
ADVICE = "it is advice: there is no edit that is right for every model"


class Plan(Frozen):
    """What is changed in one model."""

    before: Description
    after: Description
    done: tuple[Finding, ...] = ()
    left: tuple[tuple[Finding, str], ...] = ()  # findings with a fix, and why not


def planned(
    report: Report, model: Description, edits: tuple[type[Edit], ...], *, unsafe: bool
) -> Plan:
    """Apply the fixes of one model's findings, each to what those before it left.

    Args:
        report: Only what it finds is fixed, not what is suppressed.
        model: One of its models.
        edits: The kinds of edits that can be written.
        unsafe: Also apply fixes that change training.
    """
    wanted = {f.key: f for f in report.findings if f.model == model.path}
    done: dict[tuple[str, str], Finding] = {}
    after = model
    for _ in range(MAX_ROUNDS):
        found = judge(report.rules, after).findings
        able = (f for f in found if f.key in wanted and f.key not in done)
        finding = next((f for f in able if not _why_not(f, edits, unsafe)), None)
        if finding is None or finding.fix is None:
            break
        done[finding.key] = finding
        after = finding.fix.of(after)
    left = tuple(
        (finding, why)
        for key, finding in wanted.items()
        if key not in done and finding.fix is not None
        if (why := _why_not(finding, edits, unsafe))
    )
    return Plan(before=model, after=after, done=tuple(done.values()), left=left)


def _why_not(finding: Finding, edits: Sequence[type[Edit]], unsafe: bool) -> str | None:
    """Return why a fix is not applied; None: it is."""
    fix = finding.fix
    if fix is None or not fix.edits or fix.applicability is Applicability.DISPLAY:
        return ADVICE
    if not all(isinstance(edit, tuple(edits)) for edit in fix.edits):
        return OUTSIDE
    if fix.applicability is Applicability.UNSAFE and not unsafe:
        return UNSAFE
    return None
