"""What is trained to try a finding: pairs of setups, the best one first."""

from __future__ import annotations

from kerascheck.confirm.build import NotBuildable, Pair, pair_of
from kerascheck.confirm.evidence.alike import is_usual
from kerascheck.engine.finding import Finding, Harm
from kerascheck.engine.fix import Edit
from kerascheck.engine.judge import judge as judge_rules
from kerascheck.model.description import Description, Head
from kerascheck.model.frozen import Frozen, replace
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


class Attempt(Frozen):
    """A way to try a finding: alone, or with other faults of its head fixed.

    Attributes:
        finding: With the fix that its rule proposes there.
        model: With the other faults fixed.
        edits: That fix them.
        original: The head as compiled.
    """

    finding: Finding
    model: Description
    edits: tuple[Edit, ...]
    original: Head


def plan_of(finding: Finding, report: Report) -> Plan:
    """Return what is trained to try a finding of a report."""
    if finding.harm is Harm.NONE:
        return Plan(finding=finding, why="it is about the file, not about training")
    model = next(m for m in report.models if m.path == finding.model)
    if finding.head is None:
        return Plan(finding=finding, why="there is no fix to try by training")
    pairs, why = [], ""
    for attempt in attempts_of(finding, model, report):
        try:
            pair = _without_spare_metrics(
                finding, pair_of(attempt.finding, attempt.model)
            )
        except NotBuildable as reason:
            why = str(reason)
        else:
            if pair.before != pair.after or not attempt.edits:
                pairs.append(pair)
    if not pairs:
        return Plan(finding=finding, why=why)
    if model.backend not in (None, "tensorflow"):
        pairs = [pair.hidden for pair in pairs]  # as TensorFlow would not know better
    return Plan(finding=finding, pairs=tuple(dict.fromkeys(pairs)))


def _without_spare_metrics(finding: Finding, pair: Pair) -> Pair:
    """Return a pair of what few models have without metrics, if it is not about them.

    Such setups ship without metrics.
    """
    if finding.harm is Harm.MISREPORTED or is_usual(pair.before):
        return pair
    return replace(
        pair,
        before=replace(pair.before, metrics=()),
        after=replace(pair.after, metrics=()),
    )


def attempts_of(
    finding: Finding, model: Description, report: Report
) -> tuple[Attempt, ...]:
    """Return the ways to try a finding about a head, the best one first.

    Another fault of the head, which raises or hides everything, would decide this one,
    so it is fixed on both sides. The fix is the one that the rule proposes there:
    another fix may have changed the loss that this one is about.
    """
    if finding.head is None:
        return ()
    original, rest = model.head(finding.head), model
    edits: list[Edit] = []
    for other in report.findings:
        same = (other.model, other.head) == (finding.model, finding.head)
        if same and other is not finding and other.fix is not None:
            rest = _as_hidden_as(original, other.fix.of(rest))
            edits += other.fix.edits
    alone = Attempt(finding=finding, model=model, edits=(), original=original)
    if rest == model:
        return (alone,)
    there = judge_rules(report.rules, rest).findings
    again = [other for other in there if other.key == finding.key]
    with_others_fixed = (
        Attempt(finding=one, model=rest, edits=tuple(edits), original=original)
        for one in (*again, finding)
    )
    return (*with_others_fixed, alone)


def _as_hidden_as(head: Head, model: Description) -> Description:
    """Return a model whose head hides its logits from a backend if `head` does.

    A harm that depends on that is as compiled, though the layer that hid them is gone.
    """
    if not head.logits_hidden:
        return model
    return model.with_head(replace(model.head(head.name), logits_hidden=True))
