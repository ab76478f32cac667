"""What is trained to try a finding: pairs of setups, the best one first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from kerascheck.confirm.build import NotBuildable, Pair, pair_of
from kerascheck.engine.finding import Finding, Harm
from kerascheck.engine.judge import judge as judge_rules
from kerascheck.model.description import Description
from kerascheck.model.frozen import Frozen
from kerascheck.report.report import Report


class Plan(Frozen):
    """One finding and the pairs of trainings that may decide it.

    Attributes:
        finding: What is tried.
        pairs: The first whose fixed side does not raise decides; () if `why` says so.
        why: Why nothing can be trained.
    """

    finding: Finding
    pairs: tuple[Pair, ...] = ()
    why: str = ""


def plan_of(finding: Finding, report: Report) -> Plan:
    """Return what is trained to try a finding of a report."""
    if finding.harm is Harm.NONE:
        return Plan(finding=finding, why="it is about the file, not about training")
    model = next(m for m in report.models if m.path == finding.model)
    pairs, why = [*_with_other_faults_fixed(finding, model, report)], ""
    try:
        pairs.append(pair_of(finding, model))
    except NotBuildable as reason:
        why = str(reason)
    if not pairs:
        return Plan(finding=finding, why=why)
    if model.backend not in (None, "tensorflow"):
        pairs = [pair.hidden for pair in pairs]  # as TensorFlow would not know better
    return Plan(finding=finding, pairs=tuple(dict.fromkeys(pairs)))


def _with_other_faults_fixed(
    finding: Finding, model: Description, report: Report
) -> Iterator[Pair]:
    """Yield pairs in which the other faults of the head are fixed on both sides.

    Otherwise another fault, which raises or hides everything, would decide this one.
    The fix is the one that the rule proposes there: another fix may have changed the
    loss that this one is about.
    """
    rest = model
    for other in report.findings:
        same = (other.model, other.head) == (finding.model, finding.head)
        if same and other is not finding and other.fix is not None:
            rest = other.fix.of(rest)
    if rest == model:
        return
    there = judge_rules(report.rules, rest).findings
    again = [other for other in there if other.key == finding.key]
    for one in (*again, finding):
        with suppress(NotBuildable):
            pair = pair_of(one, rest)
            if pair.before != pair.after:
                yield pair
