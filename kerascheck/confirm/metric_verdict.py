"""Whether a metric tells the truth: what Keras shows against what numpy measured."""

from __future__ import annotations

from statistics import fmean

from kerascheck.confirm.differences import (
    Judgement,
    PairedDifference,
    inconclusive,
    judgement,
)
from kerascheck.confirm.result import SetupResult
from kerascheck.confirm.setup import IMBALANCED, REGRESSION, SEVERAL_LABELS, Part
from kerascheck.engine.finding import Finding, Verdict
from kerascheck.engine.fix import AddMetric
from kerascheck.keras_api.metrics import ACCURACY, METRIC_NAMES, METRICS
from kerascheck.report.figures import number

LEAST = 0.02
"""By so much a metric has to be off, in the mean, for a claim to be confirmed."""

NOTHING = 0.002
"""Up to here it is not off at all; the interval of the difference has to be beyond."""

_SMALL = ": too little to confirm it"


def judge_metric(
    finding: Finding, before: SetupResult, after: SetupResult
) -> Judgement:
    """Judge the claim that a metric misreports."""
    name = judged_metric(finding, before)
    if name is None:
        return inconclusive("no metric of the head was measured")
    if name in before.not_reported:
        error = before.not_reported[name].type
        return Judgement(verdict=Verdict.CONFIRMED, reason=f"the metric raises {error}")
    if before.setup.task in REGRESSION:
        return _judge_real_targets(before, name)
    other = judged_metric(finding, after)
    if _is_about_balance(finding, before, after):
        return _judge_imbalance(before, name)
    wrong = reporting_gaps(before, name)
    right = reporting_gaps(after, other or name)
    paired = PairedDifference.of(right, wrong)
    if paired is None:
        return _judge_against_metric(before, after, name, other)
    reason = (
        f"{name} is off by {number(fmean(wrong))}, once fixed by {number(fmean(right))}"
    )
    if fmean(right) < LEAST or paired.high < NOTHING:
        return _by_size(reason, paired)
    return inconclusive(reason, paired)


def _judge_real_targets(before: SetupResult, name: str) -> Judgement:
    """Judge an accuracy of real targets, which says nothing of a regression."""
    shown, fitted = shown_values(before, name), before.values("r_squared")
    reason = f"{name} shows {number(fmean(shown))} at an R squared of "
    reason += number(fmean(fitted))
    paired = PairedDifference.of(shown, fitted)
    if paired is not None and paired.low > 0.2 and fmean(shown) < 0.1:
        return judgement(Verdict.CONFIRMED, reason, paired)
    return inconclusive(reason, paired)


def _is_about_balance(
    finding: Finding, before: SetupResult, after: SetupResult
) -> bool:
    """Say whether the fix adds a metric and changes no other."""
    if finding.fix is None:
        return False
    edits = finding.fix.edits
    if not edits:  # advice alone, on a training that it does not change
        imbalanced = before.setup.task in IMBALANCED
        return imbalanced and before.setup == after.setup
    return all(isinstance(edit, AddMetric) for edit in edits)


def _judge_imbalance(before: SetupResult, name: str) -> Judgement:
    """Judge a metric that the rare class hardly moves, against balanced accuracy."""
    shown, balanced = shown_values(before, name), before.values("balanced_accuracy")
    classes = "both classes" if before.setup.classes == 2 else "all classes"
    reason = f"{name} shows {number(fmean(shown))}, over {classes} it is "
    reason += number(fmean(balanced)) if balanced else "unknown"
    paired = PairedDifference.of(balanced, shown)
    return inconclusive(reason) if paired is None else _by_size(reason, paired)


def _by_size(reason: str, paired: PairedDifference) -> Judgement:
    """Judge by how much a metric is off, where more is worse."""
    if _is_off(paired.low, paired.mean):
        return judgement(Verdict.CONFIRMED, reason, paired)
    if paired.high < NOTHING:
        return judgement(Verdict.REFUTED, reason, paired)
    small = _SMALL if paired.low > 0 else ""
    return inconclusive(f"{reason}{small}", paired)


def _is_off(low: float, mean: float) -> bool:
    """Say whether a difference is there in all likelihood, and large enough."""
    return low > NOTHING and mean >= LEAST


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
        return inconclusive(f"the truth of {name} is not measured")
    reason = f"{name} shows {number(fmean(shown))}, {other} {number(fmean(fitting))}"
    if _is_off(paired.low, paired.mean) or _is_off(-paired.high, -paired.mean):
        return judgement(Verdict.CONFIRMED, reason, paired)
    if paired.low > -NOTHING and paired.high < NOTHING:
        return judgement(Verdict.REFUTED, reason, paired)
    small = _SMALL if paired.low > 0 or paired.high < 0 else ""
    return inconclusive(f"{reason}{small}", paired)


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
