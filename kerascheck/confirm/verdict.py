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
    the interval by which the gap between reported and true shrinks is above 0.002,
    and the gap after is below 0.02.
miscalibrated
    the interval by which the calibration error shrinks is above 0.01, and the error
    after is below 0.08: a fix that is not calibrated either proves nothing.
worse-training
    the interval of the gain in accuracy, among the starts that learn on both sides, is
    above 0.002; or so many more starts never learn that a sign test is below 0.05; or
    both reach that accuracy and it takes at least twice the steps; or the end is as
    accurate and worse calibrated, by the criterion before.
fragile
    miscalibrated or worse-training hold as compiled.

A start never learns if it ends within a quarter of the way from chance to the best
possible. Means are over those that learn, beside the count of the others.

A finding is refuted if the interval is on the other side, or so close to zero that the
harm is not there: within 0.01 (accuracy, calibration) or 0.002 (a metric). Everything
else is inconclusive: fewer than 3 seeds, a training that did not end, and a fixed setup
that raises, for then nothing was compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, sqrt
from statistics import fmean, stdev

from kerascheck.confirm.result import SetupResult, Status
from kerascheck.confirm.setup import SEVERAL_LABELS, Part
from kerascheck.engine.finding import Finding, Harm, Verdict
from kerascheck.engine.fix import AddMetric, Fix
from kerascheck.keras_api.metrics import ACCURACY, METRIC_NAMES, METRICS
from kerascheck.model.frozen import Frozen, replace
from kerascheck.report.figures import number

MIN_SEEDS = 3
CALIBRATED = 0.08
"""Calibration error up to which a fix is called calibrated."""

_T_975 = (
    12.706,
    4.303,
    3.182,
    2.776,
    2.571,
    2.447,
    2.365,
    2.306,
    2.262,
    2.228,
    2.201,
    2.179,
    2.160,
    2.145,
    2.131,
    2.120,
    2.110,
    2.101,
    2.093,
    2.086,
)
"""Student's t at 0.975 for 1 to 20 degrees of freedom; beyond that 2.0 is used."""

_NEVER = 1e9  # steps, for a training that does not reach the accuracy


class Judgement(Frozen):
    """A verdict, and the figures behind it."""

    verdict: Verdict
    reason: str
    difference: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """Mean and 95 % interval of paired differences."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(
        cls, less: Sequence[float], more: Sequence[float]
    ) -> PairedDifference | None:
        """Return the interval of more - less; None if there are too few pairs."""
        if len(less) != len(more) or len(less) < MIN_SEEDS:
            return None
        differences = [b - a for a, b in zip(less, more, strict=True)]
        mean = fmean(differences)
        freedom = len(differences) - 1
        t = _T_975[freedom - 1] if freedom <= len(_T_975) else 2.0
        half = t * stdev(differences) / sqrt(len(differences))
        return cls(mean, mean - half, mean + half)


def judge(finding: Finding, before: SetupResult, after: SetupResult) -> Judgement:
    """Judge one pair by the claimed harm; `fragile` is judged as real harm."""
    unfinished = next((r for r in (before, after) if _is_unfinished(r)), None)
    if unfinished is not None:
        return _inconclusive(unfinished.reason or "training failed on this machine")
    if after.status is Status.RAISED:
        both = before.status is Status.RAISED
        subject = "both setups raise" if both else "the fixed setup raises"
        return _inconclusive(f"{subject} {_error(after)}")
    if before.status is Status.RAISED:
        return _judge_exception(finding, before)
    match finding.harm:
        case Harm.RAISES:
            return _judge_no_exception(before, after)
        case Harm.NO_LEARNING:
            return _judge_learning(before, after)
        case Harm.MISREPORTED:
            return _judge_reporting(finding, before, after)
        case Harm.MISCALIBRATED:
            return _judge_calibration(before, after)
        case Harm.FRAGILE:
            return _judge_training(before, after)
        case _:
            return _judge_training(before, after)


def _is_unfinished(result: SetupResult) -> bool:
    return result.status in (Status.UNFINISHED, Status.FAILED)


def _error(result: SetupResult) -> str:
    return result.error.type if result.error else "an exception"


def _inconclusive(reason: str, paired: PairedDifference | None = None) -> Judgement:
    return _judgement(Verdict.INCONCLUSIVE, reason, paired)


def _judgement(
    verdict: Verdict, reason: str, paired: PairedDifference | None
) -> Judgement:
    if paired is None:
        return Judgement(verdict=verdict, reason=reason)
    return Judgement(
        verdict=verdict,
        reason=reason,
        difference=paired.mean,
        interval=(paired.low, paired.high),
    )


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


def quality(result: SetupResult) -> tuple[float, ...]:
    """Return the quality of each seed: accuracy, or R squared.

    Imbalanced tasks count balanced accuracy. A NaN training has 0.
    """
    name = "accuracy"
    if result.setup.task == "regression":
        name = "r_squared"
    elif result.setup.task == "binary_imbalanced":
        name = "balanced_accuracy"
    return tuple(
        0.0 if seed.nan else getattr(seed, name) or 0.0 for seed in result.seeds
    )


def _quality_name(result: SetupResult) -> str:
    names = {"regression": "R squared", "binary_imbalanced": "balanced accuracy"}
    return names.get(result.setup.task, "accuracy")


def halfway_quality(result: SetupResult) -> float:
    """Return the quality half way between chance and the best possible."""
    return _quality_at(0.5, result)


def failed_starts(result: SetupResult) -> tuple[int, ...]:
    """Return the places of the seeds that never learn."""
    enough = _quality_at(0.25, result)
    return tuple(i for i, reached in enumerate(quality(result)) if reached <= enough)


def _quality_at(share: float, result: SetupResult) -> float:
    """Return the quality at this share of the way from chance to the best possible."""
    if result.setup.task == "regression":
        return 0.9 * share
    best = result.bayes_accuracy or 1.0
    chance = 0.5 if result.setup.task in SEVERAL_LABELS else 1 / result.setup.classes
    return chance + share * (best - chance)


def _judge_learning(before: SetupResult, after: SetupResult) -> Judgement:
    less, more = quality(before), quality(after)
    paired = PairedDifference.of(less, more)
    if paired is None:
        return _inconclusive("too few seeds")
    reason = f"{_quality_name(before)} {number(fmean(less))} -> {number(fmean(more))}"
    if paired.low > 0.05 and fmean(less) <= halfway_quality(before):
        return _judgement(Verdict.CONFIRMED, reason, paired)
    if paired.high < 0.01:
        return _judgement(Verdict.REFUTED, f"{reason}: it learns as well", paired)
    return _inconclusive(f"{reason}: it learns, though less surely", paired)


def _judge_training(before: SetupResult, after: SetupResult) -> Judgement:
    starts = _Starts.of(before, after)
    less = tuple(quality(before)[i] for i in starts.learning)
    more = tuple(quality(after)[i] for i in starts.learning)
    paired = PairedDifference.of(less, more)
    if paired is None:
        return starts.judgement()
    reason = f"{_quality_name(before)} {number(fmean(less))} -> {number(fmean(more))}"
    if starts.words:
        reason = f"{starts.words}; {reason} among the others"
    if paired.low > 0.002:
        return _judgement(Verdict.CONFIRMED, reason, paired)
    if starts.only_before or starts.only_after:
        return replace(starts.judgement(), reason=reason)
    steps = PairedDifference.of(_steps_needed(after), _steps_needed(before))
    if steps is not None and _mean_steps(after) < steps.low < _NEVER / 2:
        fewer = f"{_mean_steps(before):.0f} -> {_mean_steps(after):.0f} steps"
        reason = f"{fewer} to the same accuracy"
        return _judgement(Verdict.CONFIRMED, reason, steps)
    calibration = _judge_calibration(before, after)
    if calibration.verdict is Verdict.CONFIRMED:
        return calibration
    if paired.high < 0.01:
        return _judgement(Verdict.REFUTED, f"{reason}: it learns as well", paired)
    return _inconclusive(reason, paired)


class _Starts(Frozen):
    """Which starts learn, of two trainings from the same starts."""

    count: int
    learning: tuple[int, ...]  # places of those that learn on both sides
    only_before: int  # that never learn before, and do after
    only_after: int
    words: str  # "2 of 8 starts never learn, once fixed none"; "" if all learn

    @classmethod
    def of(cls, before: SetupResult, after: SetupResult) -> _Starts:
        count = min(len(before.seeds), len(after.seeds))
        one, other = set(failed_starts(before)), set(failed_starts(after))
        words = ""
        if one or other:
            then = len(other) or "none"
            words = f"{len(one)} of {count} starts never learn, once fixed {then}"
        return cls(
            count=count,
            learning=tuple(i for i in range(count) if i not in one | other),
            only_before=len(one - other),
            only_after=len(other - one),
            words=words,
        )

    def judgement(self) -> Judgement:
        """Judge by the starts alone: a sign test, one-sided."""
        if self.count < MIN_SEEDS:
            return _inconclusive("too few seeds")
        if _sign_test(self.only_before, self.only_after) < 0.05:
            return _judgement(Verdict.CONFIRMED, self.words, None)
        return _inconclusive(self.words)


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
    if any(seed.nan for seed in before.seeds):
        return Judgement(verdict=Verdict.CONFIRMED, reason="outputs turn to NaN")
    if paired is None:
        return _inconclusive("the outputs are not probabilities")
    reason = f"calibration error {number(fmean(more))} -> {number(fmean(less))}"
    if before.setup.task.endswith("_hard"):
        reason += " on classes that overlap"
    if paired.low > 0.01 and fmean(less) < CALIBRATED:
        return _judgement(Verdict.CONFIRMED, reason, paired)
    if paired.low > 0.01:
        return _inconclusive(f"{reason}: the fix is not calibrated either", paired)
    if paired.high < 0.01:
        return _judgement(Verdict.REFUTED, f"{reason}: as well calibrated", paired)
    return _inconclusive(reason, paired)


def _judge_reporting(
    finding: Finding, before: SetupResult, after: SetupResult
) -> Judgement:
    name = judged_metric(finding, before)
    if name is None:
        return _inconclusive("no metric of the head was measured")
    if name in before.not_reported:
        error = before.not_reported[name].type
        return Judgement(verdict=Verdict.CONFIRMED, reason=f"the metric raises {error}")
    if before.setup.task == "regression":
        return _judge_real_targets(before, name)
    other = judged_metric(finding, after)
    if finding.fix is not None and _only_adds(finding.fix):
        return _judge_imbalance(before, name)
    wrong = reporting_gaps(before, name)
    right = reporting_gaps(after, other or name)
    paired = PairedDifference.of(right, wrong)
    if paired is None:
        return _judge_against_metric(before, after, name, other)
    reason = (
        f"{name} is off by {number(fmean(wrong))}, once fixed by {number(fmean(right))}"
    )
    if paired.low > 0.002 and fmean(right) < 0.02:
        return _judgement(Verdict.CONFIRMED, reason, paired)
    if paired.high < 0.002:
        return _judgement(Verdict.REFUTED, reason, paired)
    return _inconclusive(reason, paired)


def _judge_real_targets(before: SetupResult, name: str) -> Judgement:
    """Judge an accuracy of real targets, which says nothing of a regression."""
    shown, fitted = shown_values(before, name), before.values("r_squared")
    reason = f"{name} shows {number(fmean(shown))} at an R squared of "
    reason += number(fmean(fitted))
    paired = PairedDifference.of(shown, fitted)
    if paired is not None and paired.low > 0.2 and fmean(shown) < 0.1:
        return _judgement(Verdict.CONFIRMED, reason, paired)
    return _inconclusive(reason, paired)


def _only_adds(fix: Fix) -> bool:
    return all(isinstance(edit, AddMetric) for edit in fix.edits)


def _judge_imbalance(before: SetupResult, name: str) -> Judgement:
    """Judge a metric that the rare class hardly moves, against balanced accuracy."""
    shown, balanced = shown_values(before, name), before.values("balanced_accuracy")
    reason = f"{name} shows {number(fmean(shown))}, over both classes it is "
    reason += number(fmean(balanced)) if balanced else "unknown"
    paired = PairedDifference.of(balanced, shown)
    if paired is not None and paired.low > 0.01:
        return _judgement(Verdict.CONFIRMED, reason, paired)
    if paired is not None and paired.high < 0.01:
        return _judgement(Verdict.REFUTED, reason, paired)
    return _inconclusive(reason, paired)


def _judge_against_metric(
    before: SetupResult, after: SetupResult, name: str, other: str | None
) -> Judgement:
    """Judge a metric without a truth in numpy against the one that fits."""
    shown = shown_values(before, name)
    fitting = shown_values(after, other) if other else ()
    if not fitting and shown and min(shown) == 1.0:
        fitting, other = before.values("accuracy"), "true accuracy"
    paired = PairedDifference.of(fitting, shown)
    if paired is None:
        return _inconclusive(f"the truth of {name} is not measured")
    reason = f"{name} shows {number(fmean(shown))}, {other} {number(fmean(fitting))}"
    if paired.low > 0.002 or paired.high < -0.002:
        return _judgement(Verdict.CONFIRMED, reason, paired)
    if paired.low > -0.002 and paired.high < 0.002:
        return _judgement(Verdict.REFUTED, reason, paired)
    return _inconclusive(reason, paired)


def judged_metric(finding: Finding, result: SetupResult) -> str | None:
    """Return the metric that a finding is about: its own, or the first accuracy."""
    names = [metric_name(part) for part in result.setup.metrics]
    _, _, index = finding.location.partition(".metrics.")
    if index.isdigit():
        return names[int(index)] if int(index) < len(names) else None
    return next((n for n in names if "acc" in n.lower()), names[0] if names else None)


def judged_accuracy(finding: Finding, result: SetupResult) -> str | None:
    """Return the metric that a finding is about if it claims to be an accuracy."""
    name = judged_metric(finding, result)
    return name if name and _truth(result, name) == "accuracy" else None


def metric_name(part: Part) -> str:
    """Return the name under which Keras reports a metric."""
    return str(dict(part.arguments).get("name", part.name))


def shown_values(result: SetupResult, name: str) -> tuple[float, ...]:
    """Return what Keras shows for a metric, one value a seed that has it."""
    found = (seed.reported.get(name) for seed in result.seeds)
    return tuple(value for value in found if value is not None)


def reporting_gaps(result: SetupResult, name: str) -> tuple[float, ...]:
    """Return the error of a metric, one value a seed; () if the truth is unknown."""
    truth = _truth(result, name)
    if truth is None:
        return ()
    pairs = ((seed.reported.get(name), getattr(seed, truth)) for seed in result.seeds)
    return tuple(abs(r - t) for r, t in pairs if r is not None and t is not None)


def _truth(result: SetupResult, name: str) -> str | None:
    """Return the quantity of `SeedResult` that a metric claims to show, if any."""
    part = next((p for p in result.setup.metrics if metric_name(p) == name), None)
    if part is None:
        return None
    if part.name.lower() in ACCURACY:
        return "accuracy"
    arguments = dict(part.arguments)
    row = METRICS.get(METRIC_NAMES.get(part.name, part.name))
    measured = row.measures if row else None
    if measured == "auc":
        plain = arguments.get("curve", "ROC") == "ROC" and result.setup.classes == 2
        return "auc" if plain and result.setup.task not in SEVERAL_LABELS else None
    if measured != "accuracy" and result.setup.classes != 2:
        return None
    return measured
