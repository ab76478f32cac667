"""What two reference trainings say of a finding: the written criterion.

Both sides train on the same rows from the same start, seed by seed, so that each
criterion looks at paired differences d = after - before (or the other way round where
less is better) and at their 95 % interval by Student's t:

raises
    before raises and after trains; or it does not raise on this backend, and learns
    nothing, or worse, by the criteria below.
no-learning
    accuracy before lies in the lower half between chance and the best possible, or is
    NaN, and the interval of its gain lies above 0.05.
misreported
    the interval by which the gap between reported and true shrinks lies above 0.002,
    and the gap after is below 0.02.
miscalibrated
    the interval by which the calibration error shrinks lies above 0.01.
worse-training
    the interval of the gain in accuracy lies above 0.002; or both get there and the
    interval of the steps saved lies above 0; or the end is as accurate and worse
    calibrated, by the criterion before.
fragile
    miscalibrated or worse-training hold on this backend as compiled, or with an
    operation between activation and loss.

A finding is refuted where the interval lies on the other side, or so close to zero that
the harm can not be there: within 0.01 (accuracy, calibration) or 0.002 (a metric). All
else is inconclusive. One seed gives no verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

from kerascheck.confirm.result import SetupResult, Status
from kerascheck.confirm.setup import SEVERAL_LABELS, Part
from kerascheck.engine.finding import Finding, Harm, Verdict
from kerascheck.engine.fix import AddMetric, Fix
from kerascheck.keras_api.metrics import ACCURACY, METRIC_NAMES, METRICS
from kerascheck.model.frozen import Frozen, replace

LEAST_SEEDS = 3

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
"""Student's t at 0.975 for 1 to 20 degrees of freedom; 2.0 serves beyond."""

_NEVER = 1e9  # steps, for a training that does not get there


class Ruling(Frozen):
    """A verdict with what it rests on."""

    verdict: Verdict
    reason: str
    difference: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Paired:
    """Mean and 95 % interval of paired differences."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, less: Sequence[float], more: Sequence[float]) -> Paired | None:
        """Return the interval of more - less; None where pairs are too few."""
        if len(less) != len(more) or len(less) < LEAST_SEEDS:
            return None
        differences = [b - a for a, b in zip(less, more, strict=True)]
        mean = fmean(differences)
        freedom = len(differences) - 1
        t = _T_975[freedom - 1] if freedom <= len(_T_975) else 2.0
        half = t * stdev(differences) / sqrt(len(differences))
        return cls(mean, mean - half, mean + half)


def rule_on(finding: Finding, before: SetupResult, after: SetupResult) -> Ruling:
    """Judge one pair by the claimed harm; `fragile` is judged as real harm."""
    unfinished = next((r for r in (before, after) if _unfinished(r)), None)
    if unfinished is not None:
        return _inconclusive(unfinished.reason or "training failed on this machine")
    if after.status is Status.RAISED:
        return Ruling(
            verdict=Verdict.REFUTED, reason=f"the fixed setup raises {_error(after)}"
        )
    if before.status is Status.RAISED:
        return _raised(finding, before)
    match finding.harm:
        case Harm.RAISES:
            return _did_not_raise(before, after)
        case Harm.NO_LEARNING:
            return _no_learning(before, after)
        case Harm.MISREPORTED:
            return _misreported(finding, before, after)
        case Harm.MISCALIBRATED:
            return _calibration(before, after)
        case Harm.FRAGILE:
            return _worse(before, after)
        case _:
            return _worse(before, after)


def _unfinished(result: SetupResult) -> bool:
    return result.status in (Status.UNFINISHED, Status.FAILED)


def _error(result: SetupResult) -> str:
    return result.error.type if result.error else "an exception"


def _inconclusive(reason: str, paired: Paired | None = None) -> Ruling:
    return _ruling(Verdict.INCONCLUSIVE, reason, paired)


def _ruling(verdict: Verdict, reason: str, paired: Paired | None) -> Ruling:
    if paired is None:
        return Ruling(verdict=verdict, reason=reason)
    return Ruling(
        verdict=verdict,
        reason=reason,
        difference=paired.mean,
        interval=(paired.low, paired.high),
    )


def _raised(finding: Finding, before: SetupResult) -> Ruling:
    """A setup that raises does worse than any other harm would have it."""
    told = f"it raises {_error(before)}, and trains once fixed"
    if finding.harm is not Harm.RAISES:
        told += f" (claimed: {finding.harm})"
    return Ruling(verdict=Verdict.CONFIRMED, reason=told)


def _did_not_raise(before: SetupResult, after: SetupResult) -> Ruling:
    backend = before.environment.get("backend", "this backend")
    told = f"it does not raise on {backend}"
    learning = _no_learning(before, after)
    if learning.verdict is not Verdict.CONFIRMED:
        learning = _worse(before, after)
    if learning.verdict is Verdict.CONFIRMED:
        return replace(learning, reason=f"{told}, and {learning.reason}")
    return replace(learning, verdict=Verdict.REFUTED, reason=told)


def quality(result: SetupResult) -> tuple[float, ...]:
    """Return what training is for, one value a seed: accuracy, or R squared.

    Imbalanced tasks are read by balanced accuracy. A NaN training has 0.
    """
    name = "accuracy"
    if result.setup.task == "regression":
        name = "r_squared"
    elif result.setup.task == "binary_imbalanced":
        name = "balanced_accuracy"
    return tuple(
        0.0 if seed.nan else getattr(seed, name) or 0.0 for seed in result.seeds
    )


def _called(result: SetupResult) -> str:
    names = {"regression": "R squared", "binary_imbalanced": "balanced accuracy"}
    return names.get(result.setup.task, "accuracy")


def half_way(result: SetupResult) -> float:
    """Return the quality half way between chance and the best possible."""
    if result.setup.task == "regression":
        return 0.45
    best = result.bayes_accuracy or 1.0
    chance = 0.5 if result.setup.task in SEVERAL_LABELS else 1 / result.setup.classes
    return (best + chance) / 2


def _no_learning(before: SetupResult, after: SetupResult) -> Ruling:
    less, more = quality(before), quality(after)
    paired = Paired.of(less, more)
    if paired is None:
        return _inconclusive("too few seeds")
    told = f"{_called(before)} {fmean(less):.2f} -> {fmean(more):.2f}"
    if paired.low > 0.05 and fmean(less) <= half_way(before):
        return _ruling(Verdict.CONFIRMED, told, paired)
    if paired.high < 0.01:
        return _ruling(Verdict.REFUTED, f"{told}: it learns as well", paired)
    return _inconclusive(f"{told}: it learns, though less surely", paired)


def _worse(before: SetupResult, after: SetupResult) -> Ruling:
    less, more = quality(before), quality(after)
    paired = Paired.of(less, more)
    if paired is None:
        return _inconclusive("too few seeds")
    told = f"{_called(before)} {fmean(less):.3f} -> {fmean(more):.3f}"
    if paired.low > 0.002:
        return _ruling(Verdict.CONFIRMED, told, paired)
    steps = Paired.of(_steps(after), _steps(before))
    if steps is not None and steps.low > 0 and steps.high < _NEVER / 2:
        told = f"{_mean(before):.0f} -> {_mean(after):.0f} steps to the same accuracy"
        return _ruling(Verdict.CONFIRMED, told, steps)
    calibration = _calibration(before, after)
    if calibration.verdict is Verdict.CONFIRMED:
        return calibration
    if paired.high < 0.01:
        return _ruling(Verdict.REFUTED, f"{told}: it learns as well", paired)
    return _inconclusive(told, paired)


def _steps(result: SetupResult) -> tuple[float, ...]:
    return tuple(s.steps_to_accuracy or _NEVER for s in result.seeds)


def _mean(result: SetupResult) -> float:
    return fmean(_steps(result))


def _calibration(before: SetupResult, after: SetupResult) -> Ruling:
    more, less = before.values("ece"), after.values("ece")
    paired = Paired.of(less, more)
    if any(seed.nan for seed in before.seeds):
        return Ruling(verdict=Verdict.CONFIRMED, reason="outputs turn to NaN")
    if paired is None:
        return _inconclusive("the outputs are no probabilities")
    told = f"calibration error {fmean(more):.3f} -> {fmean(less):.3f}"
    if paired.low > 0.01:
        return _ruling(Verdict.CONFIRMED, told, paired)
    if paired.high < 0.01:
        return _ruling(Verdict.REFUTED, f"{told}: as well calibrated", paired)
    return _inconclusive(told, paired)


def _misreported(finding: Finding, before: SetupResult, after: SetupResult) -> Ruling:
    name = reported_name(finding, before)
    if name is None:
        return _inconclusive("no metric of the head was measured")
    if name in before.not_reported:
        error = before.not_reported[name].type
        return Ruling(verdict=Verdict.CONFIRMED, reason=f"the metric raises {error}")
    if before.setup.task == "regression":
        return _meaningless(before, name)
    other = reported_name(finding, after)
    if finding.fix is not None and _only_adds(finding.fix):
        return _hides_a_class(before, name)
    wrong = gaps(before, name)
    right = gaps(after, other or name)
    paired = Paired.of(right, wrong)
    if paired is None:
        return _disagree(before, after, name, other)
    told = f"{name} is off by {fmean(wrong):.3f}, once fixed by {fmean(right):.3f}"
    if paired.low > 0.002 and fmean(right) < 0.02:
        return _ruling(Verdict.CONFIRMED, told, paired)
    if paired.high < 0.002:
        return _ruling(Verdict.REFUTED, told, paired)
    return _inconclusive(told, paired)


def _meaningless(before: SetupResult, name: str) -> Ruling:
    """An accuracy of real targets: it says nothing of a model that predicts them."""
    shown, fitted = reported(before, name), before.values("r_squared")
    told = f"{name} shows {fmean(shown):.2f} at an R squared of {fmean(fitted):.2f}"
    paired = Paired.of(shown, fitted)
    if paired is not None and paired.low > 0.2 and fmean(shown) < 0.1:
        return _ruling(Verdict.CONFIRMED, told, paired)
    return _inconclusive(told, paired)


def _only_adds(fix: Fix) -> bool:
    return all(isinstance(edit, AddMetric) for edit in fix.edits)


def _hides_a_class(before: SetupResult, name: str) -> Ruling:
    """A metric that the rare class hardly moves: reported against balanced accuracy."""
    shown, balanced = reported(before, name), before.values("balanced_accuracy")
    told = f"{name} shows {fmean(shown):.3f}, over both classes it is "
    told += f"{fmean(balanced):.3f}" if balanced else "unknown"
    paired = Paired.of(balanced, shown)
    if paired is not None and paired.low > 0.01:
        return _ruling(Verdict.CONFIRMED, told, paired)
    if paired is not None and paired.high < 0.01:
        return _ruling(Verdict.REFUTED, told, paired)
    return _inconclusive(told, paired)


def _disagree(
    before: SetupResult, after: SetupResult, name: str, other: str | None
) -> Ruling:
    """No truth in numpy: the metric against the one that fits, on the same outputs."""
    shown = reported(before, name)
    fitting = reported(after, other) if other else ()
    if not fitting and shown and min(shown) == 1.0:
        fitting, other = before.values("accuracy"), "true accuracy"
    paired = Paired.of(fitting, shown)
    if paired is None:
        return _inconclusive(f"the truth of {name} is not measured")
    told = f"{name} shows {fmean(shown):.3f}, {other} {fmean(fitting):.3f}"
    if paired.low > 0.002 or paired.high < -0.002:
        return _ruling(Verdict.CONFIRMED, told, paired)
    if paired.low > -0.002 and paired.high < 0.002:
        return _ruling(Verdict.REFUTED, told, paired)
    return _inconclusive(told, paired)


def reported_name(finding: Finding, result: SetupResult) -> str | None:
    """Return the metric that a finding is about: its own, or the first accuracy."""
    names = [reported_as(part) for part in result.setup.metrics]
    _, _, index = finding.location.partition(".metrics.")
    if index.isdigit():
        return names[int(index)] if int(index) < len(names) else None
    return next((n for n in names if "acc" in n.lower()), names[0] if names else None)


def reported_as(part: Part) -> str:
    """Return the name under which Keras reports a metric."""
    return str(dict(part.arguments).get("name", part.name))


def reported(result: SetupResult, name: str) -> tuple[float, ...]:
    """Return what Keras shows for a metric, one value a seed that has it."""
    found = (seed.reported.get(name) for seed in result.seeds)
    return tuple(value for value in found if value is not None)


def gaps(result: SetupResult, name: str) -> tuple[float, ...]:
    """Return how far a metric is off, one value a seed; () where no truth is known."""
    truth = _truth(result, name)
    if truth is None:
        return ()
    pairs = ((seed.reported.get(name), getattr(seed, truth)) for seed in result.seeds)
    return tuple(abs(r - t) for r, t in pairs if r is not None and t is not None)


def _truth(result: SetupResult, name: str) -> str | None:
    """Return the quantity of `SeedResult` that a metric claims to show, if any."""
    part = next((p for p in result.setup.metrics if reported_as(p) == name), None)
    if part is None:
        return None
    if part.name.lower() in ACCURACY:
        return "accuracy"
    told = dict(part.arguments)
    row = METRICS.get(METRIC_NAMES.get(part.name, part.name))
    measured = row.measures if row else None
    if measured == "auc":
        plain = told.get("curve", "ROC") == "ROC" and result.setup.classes == 2
        return "auc" if plain and result.setup.task not in SEVERAL_LABELS else None
    if measured != "accuracy" and result.setup.classes != 2:
        return None
    return measured
