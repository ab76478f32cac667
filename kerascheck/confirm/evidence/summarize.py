"""From a result to its row: the verdict in one word, and means over the seeds."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from kerascheck.confirm.evidence.matrix import name_of
from kerascheck.confirm.evidence.table_row import Outcome, Row, Sheet
from kerascheck.confirm.result import SeedResult, SetupResult, Status

WORSE = 0.03
"""Accuracy below the best possible from which a training is worse."""

MISCALIBRATED = 0.08
"""Calibration error (ECE, 10 bins) from which probabilities are misleading.

Both are those of the survey of 3528 setups behind the rules. They are our choice; the
figures next to the word allow others.
"""

BEST_BALANCED = 0.987
"""Balanced accuracy of the best classifier of the imbalanced task: Phi(2.2262)."""

DIGITS = 4


def row_of(result: SetupResult) -> Row:
    """Return the row of a result.

    Raises:
        ValueError: The setup is in no matrix.
    """
    name = name_of(result.setup)
    if name is None:
        raise ValueError(f"Expected a setup of a matrix. Received: {result.setup}")
    error = result.error
    spread = result.spread("accuracy")
    return Row(
        name=name,
        outcome=outcome(result),
        error=error.type if error else None,
        message=(error.cause or error.message) if error else result.reason or "",
        accuracy=_round(spread.mean if spread else None),
        deviation=_round(spread.deviation if spread else None),
        balanced=_mean(result, "balanced_accuracy"),
        auc=_mean(result, "auc"),
        ece=_mean(result, "ece"),
        first_loss=_mean(result, "first_loss"),
        last_loss=_mean(result, "last_loss"),
        reported=tuple(_reported_metrics(result)),
    )


def sheet_of(results: Sequence[SetupResult], seeds: int) -> Sheet:
    """Return the rows of results."""
    known = (r.environment for r in results if r.environment)
    return Sheet(
        rows=tuple(row_of(result) for result in results),
        environment=next(known, {}),
        seeds=seeds,
    )


def outcome(result: SetupResult) -> Outcome:
    """Return the outcome of a setup in one word."""
    if result.status is Status.RAISED:
        return Outcome.RAISES
    if result.status is not Status.TRAINED:
        return Outcome.UNFINISHED
    if any(seed.nan for seed in result.seeds):
        return Outcome.NAN
    best = _best(result)
    half = (best + _chance(result)) / 2
    reached = [_quality(result, seed) for seed in result.seeds]
    if max(reached) <= half:
        return Outcome.DECISION_OFF if _ranks_well(result) else Outcome.NO_LEARNING
    if min(reached) <= half:
        return Outcome.UNSTABLE
    if fmean(reached) < best - WORSE:
        return Outcome.WORSE
    errors = result.values("ece")
    if errors and fmean(errors) > MISCALIBRATED:
        return Outcome.MISCALIBRATED
    return Outcome.OK


def _best(result: SetupResult) -> float:
    if result.setup.task == "binary_imbalanced":
        return BEST_BALANCED
    return result.bayes_accuracy or 1.0


def _chance(result: SetupResult) -> float:
    tags = result.setup.task == "multilabel"
    return 0.5 if tags else 1 / result.setup.classes


def _quality(result: SetupResult, seed: SeedResult) -> float:
    if result.setup.task == "binary_imbalanced":
        return seed.balanced_accuracy or 0.0
    return seed.accuracy or 0.0


def _ranks_well(result: SetupResult) -> bool:
    """Say whether the scores separate the classes, in every seed.

    For two clouds, AUC = Phi(sqrt(2) Phi^-1(accuracy at the best threshold)): half way
    between chance and the best possible it is 0.82, for overlapping classes 0.70.
    """
    least = 0.7 if result.setup.task.endswith("hard") else 0.82
    areas = result.values("auc")
    return len(areas) == len(result.seeds) and min(areas) >= least


def _reported_metrics(result: SetupResult) -> list[tuple[str, float | str | None]]:
    if result.status is not Status.TRAINED:
        return []
    found: list[tuple[str, float | str | None]] = []
    for part in result.setup.watched:
        failed = result.not_reported.get(part.text)
        values = [seed.reported.get(part.text) for seed in result.seeds]
        known = [value for value in values if value is not None]
        mean = _round(fmean(known)) if known else None
        found.append((part.text, failed.type if failed else mean))
    return found


def _mean(result: SetupResult, name: str) -> float | None:
    values = result.values(name)
    return _round(fmean(values)) if values else None


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
