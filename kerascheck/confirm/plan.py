"""What is trained to try a finding: pairs of setups, the best one first."""

from __future__ import annotations

from collections.abc import Sequence

from kerascheck.confirm.build import NotBuildable, Pair, pair_of
from kerascheck.confirm.evidence.alike import is_usual
from kerascheck.confirm.setup import Setup
from kerascheck.engine.finding import Finding, Harm
from kerascheck.engine.fix import Edit, Fix
from kerascheck.engine.judge import judge as judge_rules
from kerascheck.keras_api.metrics import ACCURACY
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
    """Return a pair without metrics that its verdict and its report do not look at.

    One of them could raise, and would decide. What few models have ships without any.
    """
    if finding.harm is Harm.MISREPORTED or ".metrics" in finding.location:
        return pair
    shown = ACCURACY if is_usual(pair.before) else ()

    def without(setup: Setup) -> Setup:
        kept = (part for part in setup.metrics if part.name.lower() in shown)
        return replace(setup, metrics=tuple(kept))

    return replace(pair, before=without(pair.before), after=without(pair.after))


def attempts_of(
    finding: Finding, model: Description, report: Report
) -> tuple[Attempt, ...]:
    """Return the ways to try a finding about a head, the best one first.

    Another fault of the head, which raises or hides everything, would decide this one,
    so it is fixed on both sides. The fix is the one that the rule proposes there:
    another fix may have changed the loss that this one is about. Others whose fix ends
    this one as well are left: with them there would be nothing to try.
    """
    if finding.head is None:
        return ()
    original = model.head(finding.head)
    alone = Attempt(finding=finding, model=model, edits=(), original=original)
    others = [
        other.fix
        for other in report.findings
        if (other.model, other.head) == (finding.model, finding.head)
        and other is not finding
        and other.fix is not None
    ]
    found = _with_fixed(others, alone, report)
    if found is None:
        found = alone
        for fix in others:
            found = _with_fixed([fix], found, report) or found
    return (alone,) if found.model == model else (found, alone)


def _with_fixed(
    fixes: Sequence[Fix], attempt: Attempt, report: Report
) -> Attempt | None:
    """Return an attempt with more of its head fixed; None: nothing is left to try."""
    model, original = attempt.model, attempt.original
    for fix in fixes:
        model = _as_hidden_as(original, fix.of(model))
    if model == attempt.model:
        return attempt
    there = judge_rules(report.rules, model).findings
    again = next((one for one in there if one.key == attempt.finding.key), None)
    if again is None:
        return None
    edits = (*attempt.edits, *(edit for fix in fixes for edit in fix.edits))
    return replace(attempt, finding=again, model=model, edits=edits)


def _as_hidden_as(head: Head, model: Description) -> Description:
    """Return a model whose head hides its logits from a backend if `head` does.

    A harm that depends on that is as compiled, though the layer that hid them is gone.
    """
    if not head.logits_hidden:
        return model
    return model.with_head(replace(model.head(head.name), logits_hidden=True))
