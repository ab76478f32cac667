"""Which fixes of a report are applied to one model, and what it is then."""

from __future__ import annotations

from kerascheck.engine.finding import Finding
from kerascheck.engine.fix import Applicability, Edit, Fix
from kerascheck.engine.former_places import former_key, former_places
from kerascheck.engine.judge import judge
from kerascheck.engine.writable_fixes import why_not
from kerascheck.model.description import Description
from kerascheck.model.frozen import Frozen, replace
from kerascheck.report.report import Report

MAX_FIXES_OF_A_HEAD = 100
"""Fixes that are applied to one head, one after the other."""

NOTHING = Fix(advice="change nothing", applicability=Applicability.DISPLAY)


class Plan(Frozen):
    """What is changed in one model."""

    before: Description
    after: Description
    done: tuple[Finding, ...] = ()
    left: tuple[tuple[Finding, str], ...] = ()  # findings with a fix, and why not
    applied: Fix = NOTHING  # all edits, one after the other

    @property
    def changed_layers(self) -> frozenset[str]:
        """Lines of the last layers that change."""
        pairs = zip(self.before.heads, self.after.heads, strict=True)
        changed = (b for b, after in pairs if b.activation is not after.activation)
        return frozenset(head.source for head in changed if head.source is not None)


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
    in_program = model.program is not None

    def reason(finding: Finding) -> str | None:
        return why_not(finding, edits, unsafe=unsafe, in_program=in_program)

    done: dict[tuple[str, str], Finding] = {}
    applied = NOTHING
    after = model
    for _ in range(MAX_FIXES_OF_A_HEAD):
        places = former_places(model, [applied])
        found = {former_key(f, places): f for f in judge(report.rules, after).findings}
        changed: set[str] = set()
        for key, finding in found.items():
            fix = finding.fix
            if key not in wanted or key in done or reason(finding):
                continue
            assert fix is not None
            heads = {edit.head for edit in fix.edits}
            if heads & changed:  # judged again after what is changed in this round
                continue
            changed |= heads
            done[key] = replace(wanted[key], fix=fix)
            after = fix.of(after)
            applied = replace(applied, edits=(*applied.edits, *fix.edits))
        if not changed:
            break
    left = tuple(
        (finding, why)
        for key, finding in wanted.items()
        if key not in done and finding.fix is not None
        if (why := reason(finding))
    )
    return Plan(
        before=model,
        after=after,
        done=tuple(done.values()),
        left=left,
        applied=applied,
    )
