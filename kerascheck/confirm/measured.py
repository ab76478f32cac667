"""What a report shows of the two sides of a trial, as means over the starts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kerascheck.confirm.differences import Judgement
from kerascheck.confirm.metric_verdict import judged_accuracy, shown_values
from kerascheck.confirm.quality import failed_starts
from kerascheck.confirm.result import SetupResult, Status
from kerascheck.engine.finding import Confirmation, Finding, Measurement
from kerascheck.model.frozen import replace
from kerascheck.report.figures import DIGITS


def confirmation_of(
    finding: Finding, judgement: Judgement, before: SetupResult, after: SetupResult
) -> Confirmation:
    """Return what was measured of one finding, with the verdict on it."""
    environment = before.environment or after.environment
    versions = tuple(
        (name, value)
        for name, value in sorted(environment.items())
        if name not in ("backend", "device", "device_name")
    )
    learning = starts_that_learn(before, after)
    one, other = (of_starts(side, learning) for side in (before, after))
    return Confirmation(
        status=judgement.verdict,
        reason=judgement.reason,
        backend=environment.get("backend"),
        versions=versions,
        device=environment.get("device"),
        seeds=max(len(before.seeds), len(after.seeds)),
        failed_starts=len(failed_starts(before)),
        starts_shown=max(len(one.seeds), len(other.seeds)),
        before=_measurement(finding, one),
        after=_measurement(finding, other),
        difference=judgement.difference,
        interval=judgement.interval,
        seconds=round(before.seconds + after.seconds, 2),
    )


def _measurement(finding: Finding, result: SetupResult) -> Measurement:
    if result.status is not Status.TRAINED:
        error = result.error
        return Measurement(raises=error.text if error else None)
    name = judged_accuracy(finding, result)
    first = result.seeds[0]
    spread = result.spread("accuracy")
    return Measurement(
        true_accuracy=_mean(result.values("accuracy")),
        reported_accuracy=_mean(shown_values(result, name or "")),
        balanced_accuracy=_mean(result.values("balanced_accuracy")),
        auc=_mean(result.values("auc")),
        ece=_mean(result.values("ece")),
        loss=_mean(result.values("last_loss")),
        first_loss=_mean(result.values("first_loss")),
        constant=all(seed.constant for seed in result.seeds),
        curve=_mean_curve(result),
        reliability=_mean_bins(result),
        reported=tuple((n, _mean(shown_values(result, n))) for n in first.reported),
        spread=spread.deviation if spread else None,
    )


def starts_that_learn(before: SetupResult, after: SetupResult) -> tuple[int, ...]:
    """Return the places of the starts that learn on both sides."""
    failed = {*failed_starts(before), *failed_starts(after)}
    count = max(len(before.seeds), len(after.seeds))
    return tuple(place for place in range(count) if place not in failed)


def of_starts(result: SetupResult, places: Sequence[int]) -> SetupResult:
    """Return a result of these starts alone; of all, if there are none of these."""
    some = tuple(result.seeds[i] for i in places if i < len(result.seeds))
    return replace(result, seeds=some) if some else result


def _mean(values: Iterable[float]) -> float | None:
    known = list(values)
    return round(sum(known) / len(known), DIGITS) if known else None


def _mean_curve(result: SetupResult) -> tuple[float | None, ...]:
    columns = zip(*(seed.loss_curve for seed in result.seeds), strict=True)
    return tuple(
        None if None in column else _mean(v for v in column if v is not None)
        for column in columns
    )


def _mean_bins(result: SetupResult) -> tuple[tuple[float, float, int], ...]:
    """Return the reliability of all seeds together, bin by bin."""
    bins: dict[int, list[float]] = {}
    for seed in result.seeds:
        for shown, true, count in seed.reliability:
            found = bins.setdefault(min(int(shown * 10), 9), [0.0, 0.0, 0.0])
            for place, more in enumerate((shown * count, true * count, count)):
                found[place] += more
    return tuple(
        (round(shown / count, DIGITS), round(true / count, DIGITS), int(count))
        for _, (shown, true, count) in sorted(bins.items())
    )
