"""What two reference trainings say of a finding: the written criterion.

Both sides train on the same rows from the same start, seed by seed, so each criterion
looks at paired differences d = after - before (or the other way round if less is
better) and at their 95 % interval by Student's t:

raises
    before raises and after trains; or it does not raise on this backend, and learns
    nothing, or worse, by the criteria below.
no-learning
    accuracy before is in the lower half between chance and the best possible, or is
    NaN, and the interval of its gain is above 0.05.
misreported
    the interval by which the gap between reported and true shrinks is above 0.002, its
    mean is 0.02 or more, and the gap after is below 0.02.
miscalibrated
    the interval by which the calibration error shrinks is above 0.01, and the error
    after is below 0.08: a fix that is not calibrated either proves nothing. Or outputs
    are NaN in a start, and in none once fixed.
worse-training
    the interval of the gain in accuracy, among the starts that learn on both sides, is
    above 0.002; or starts never learn on one side alone, and a sign test is below 0.05
    over all starts that end apart: by more than 0.01, or as one of them never learns;
    or both reach that accuracy and it takes at least twice the steps; or the end is as
    accurate and worse calibrated, by the criterion before.
fragile
    miscalibrated or worse-training hold as compiled.

A start never learns if it ends within a quarter of the way from chance to the best
possible. Means are over those that learn, beside the count of the others.

A finding is refuted if the interval is on the other side, or so close to zero that the
harm is not there: within 0.01 (accuracy, calibration) or 0.002 (a metric). Everything
else is inconclusive: fewer than 3 seeds, a training that did not end, and a fixed setup
that raises, or learns from no start either, for then nothing was compared.
"""

from __future__ import annotations

from math import comb
from statistics import fmean

from kerascheck.confirm.differences import (
    MIN_SEEDS,
    Judgement,
    PairedDifference,
    inconclusive,
    judgement,
)
from kerascheck.confirm.metric_verdict import judge_metric
from kerascheck.confirm.quality import (
    failed_starts,
    halfway_quality,
    quality,
    quality_name,
)
from kerascheck.confirm.result import SetupResult, Status
from kerascheck.engine.finding import Finding, Harm, Verdict
from kerascheck.model.frozen import Frozen, replace
from kerascheck.report.figures import number

CALIBRATED = 0.08
"""Calibration error up to which a fix is called calibrated."""

APART = 0.01
"""Accuracy by which two ends of one start differ beyond what is drawn."""

_NEVER = 1e9  # steps, for a training that does not reach the accuracy


def judge(finding: Finding, before: SetupResult, after: SetupResult) -> Judgement:
    """Judge one pair by the claimed harm; `fragile` is judged as real harm."""
    unfinished = next((r for r in (before, after) if not r.ended), None)
    if unfinished is not None:
        return inconclusive(unfinished.reason or "training failed on this machine")
    if after.status is Status.RAISED:
        both = before.status is Status.RAISED
        subject = "both setups raise" if both else "the fixed setup raises"
        return inconclusive(f"{subject} {_error(after)}")
    if before.status is Status.RAISED:
        return _judge_exception(finding, before)
    return _with_starts(_judge_harm(finding, before, after), before, after)


def _with_starts(
    judgement: Judgement, before: SetupResult, after: SetupResult
) -> Judgement:
    """Return a judgement whose reason says which starts it is about."""
    starts = _Starts.of(before, after)
    if not starts.are_apart or starts.words in judgement.reason:
        return judgement
    reason = f"{starts.words}; over all of them {judgement.reason}"
    return replace(judgement, reason=reason)


def _judge_harm(finding: Finding, before: SetupResult, after: SetupResult) -> Judgement:
    match finding.harm:
        case Harm.RAISES:
            return _judge_no_exception(before, after)
        case Harm.NO_LEARNING:
            return _judge_learning(before, after)
        case Harm.MISREPORTED:
            return judge_metric(finding, before, after)
        case Harm.MISCALIBRATED:
            return _judge_calibration(before, after)
        case _:
            return _judge_training(before, after)


def _error(result: SetupResult) -> str:
    return result.error.type if result.error else "an exception"


def _judge_exception(finding: Finding, before: SetupResult) -> Judgement:
    """Confirm: a setup that raises does worse than any other harm claims."""
    reason = f"it raises {_error(before)}, and trains once fixed"
    if finding.harm is not Harm.RAISES:
        reason += f" (claimed: {finding.harm})"
    return Judgement(verdict=Verdict.CONFIRMED, reason=reason)


def _judge_no_exception(before: SetupResult, after: SetupResult) -> Judgement:
    backend = before.environment.get("backend", "this backend")
    reason = f"it does not raise on {backend}"
    learning = _judge_learning(before, after)
    if learning.verdict is not Verdict.CONFIRMED:
        learning = _judge_training(before, after)
    if learning.verdict is Verdict.REFUTED:
        return replace(learning, reason=reason)
    return replace(learning, reason=f"{reason}; {learning.reason}")


def _judge_learning(before: SetupResult, after: SetupResult) -> Judgement:
    less, more = quality(before), quality(after)
    paired = PairedDifference.of(less, more)
    if paired is None:
        return inconclusive("too few seeds")
    reason = f"{quality_name(before)} {number(fmean(less))} -> {number(fmean(more))}"
    if paired.low > 0.05 and fmean(less) <= halfway_quality(before):
        return judgement(Verdict.CONFIRMED, reason, paired)
    if all(len(failed_starts(r)) == len(r.seeds) for r in (before, after)):
        return inconclusive(f"{reason}: it does not learn once fixed either", paired)
    if paired.high < 0.01:
        return judgement(Verdict.REFUTED, f"{reason}: it learns as well", paired)
    return inconclusive(f"{reason}: it learns, though less surely", paired)


def _judge_training(before: SetupResult, after: SetupResult) -> Judgement:
    starts = _Starts.of(before, after)
    less = tuple(quality(before)[i] for i in starts.learning)
    more = tuple(quality(after)[i] for i in starts.learning)
    paired = PairedDifference.of(less, more)
    if paired is None:
        return starts.judgement()
    reason = f"{quality_name(before)} {number(fmean(less))} -> {number(fmean(more))}"
    if starts.words:
        reason = f"{starts.words}; {reason} among the others"
    calibration = _judge_calibration(before, after)
    if paired.low > 0.002:
        found = judgement(Verdict.CONFIRMED, reason, paired)
        if not calibration.of_ece or starts.words:
            return found
        return replace(found, reason=f"{reason}, {calibration.reason}", of_ece=True)
    if starts.only_before or starts.only_after:
        by_sign = starts.judgement()
        if by_sign.verdict is Verdict.CONFIRMED and starts.worse > starts.only_before:
            reason += f"; {starts.worse} of {starts.count} starts end worse"
        return judgement(by_sign.verdict, reason, paired)
    steps = PairedDifference.of(_steps_needed(after), _steps_needed(before))
    if steps is not None and _mean_steps(after) < steps.low < _NEVER / 2:
        fewer = f"{_mean_steps(before):.0f} -> {_mean_steps(after):.0f} steps"
        reason = f"{fewer} to the same accuracy"
        return judgement(Verdict.CONFIRMED, reason, steps)
    if calibration.verdict is Verdict.CONFIRMED:
        return calibration
    if paired.high < 0.01:
        return judgement(Verdict.REFUTED, f"{reason}: it learns as well", paired)
    return inconclusive(reason, paired)


class _Starts(Frozen):
    """Which starts learn, of two trainings from the same starts."""

    count: int
    learning: tuple[int, ...]  # places of those that learn on both sides
    only_before: int  # that never learn before, and do after
    only_after: int
    worse: int  # that end lower before, beyond `APART`, or never learn before alone
    better: int
    words: str  # "2 of 8 starts never learn, once fixed none"; "" if all learn
    are_apart: bool  # on a side, some learn and some do not

    @classmethod
    def of(cls, before: SetupResult, after: SetupResult) -> _Starts:
        count = min(len(before.seeds), len(after.seeds))
        one, other = set(failed_starts(before)), set(failed_starts(after))
        learning = tuple(i for i in range(count) if i not in one | other)
        gains = [quality(after)[i] - quality(before)[i] for i in learning]
        words = ""
        if one or other:
            then = len(other) or "none"
            words = f"{len(one)} of {count} starts never learn, once fixed {then}"
        return cls(
            count=count,
            learning=learning,
            only_before=len(one - other),
            only_after=len(other - one),
            worse=len(one - other) + sum(gain > APART for gain in gains),
            better=len(other - one) + sum(gain < -APART for gain in gains),
            words=words,
            are_apart=any(0 < len(side) < count for side in (one, other)),
        )

    def judgement(self) -> Judgement:
        """Judge by which starts end worse: a sign test, one-sided."""
        if self.count < MIN_SEEDS:
            return inconclusive("too few seeds")
        chance = _sign_test(self.worse, self.better)
        return Judgement(
            verdict=Verdict.CONFIRMED if chance < 0.05 else Verdict.INCONCLUSIVE,
            reason=self.words,
            difference=(self.only_before - self.only_after) / self.count,
        )


def _sign_test(for_it: int, against: int) -> float:
    """Return the chance of at least so many of all differences by fair coins."""
    total = for_it + against
    return 0.5**total * sum(comb(total, k) for k in range(for_it, total + 1))


def _steps_needed(result: SetupResult) -> tuple[float, ...]:
    return tuple(s.steps_to_accuracy or _NEVER for s in result.seeds)


def _mean_steps(result: SetupResult) -> float:
    return fmean(_steps_needed(result))


def _judge_calibration(before: SetupResult, after: SetupResult) -> Judgement:
    more, less = before.values("ece"), after.values("ece")
    paired = PairedDifference.of(less, more)
    if any(seed.nan for seed in after.seeds):
        return inconclusive("outputs turn to NaN once fixed")
    if any(seed.nan for seed in before.seeds):
        return Judgement(verdict=Verdict.CONFIRMED, reason="outputs turn to NaN")
    if paired is None:
        return inconclusive("the outputs are not probabilities")
    reason = f"calibration error {number(fmean(more))} -> {number(fmean(less))}"
    if before.setup.task.endswith("_hard"):
        reason += " on classes that overlap"
    if paired.low > 0.01 and fmean(less) < CALIBRATED:
        return replace(judgement(Verdict.CONFIRMED, reason, paired), of_ece=True)
    if paired.low > 0.01:
        return inconclusive(f"{reason}: the fix is not calibrated either", paired)
    if paired.high < 0.01:
        return judgement(Verdict.REFUTED, f"{reason}: as well calibrated", paired)
    return inconclusive(reason, paired)
