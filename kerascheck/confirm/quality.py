"""How good each start of a training became, and which starts never learn."""

from __future__ import annotations

from kerascheck.confirm.result import SetupResult
from kerascheck.confirm.setup import IMBALANCED, REGRESSION, SEVERAL_LABELS


def quality(result: SetupResult) -> tuple[float, ...]:
    """Return the quality of each seed: accuracy, or R squared.

    Imbalanced tasks count balanced accuracy. A NaN training has 0.
    """
    name = "accuracy"
    if result.setup.task in REGRESSION:
        name = "r_squared"
    elif result.setup.task in IMBALANCED:
        name = "balanced_accuracy"
    return tuple(
        0.0 if seed.nan else getattr(seed, name) or 0.0 for seed in result.seeds
    )


def quality_name(result: SetupResult) -> str:
    """Return what `quality` is called in a report."""
    if result.setup.task in REGRESSION:
        return "R squared"
    imbalanced = result.setup.task in IMBALANCED
    return "balanced accuracy" if imbalanced else "accuracy"


def halfway_quality(result: SetupResult) -> float:
    """Return the quality half way between chance and the best possible."""
    return _quality_at(0.5, result)


def failed_starts(result: SetupResult) -> tuple[int, ...]:
    """Return the places of the seeds that never learn."""
    enough = _quality_at(0.25, result)
    return tuple(i for i, reached in enumerate(quality(result)) if reached <= enough)


def _quality_at(share: float, result: SetupResult) -> float:
    """Return the quality at this share of the way from chance to the best possible."""
    if result.setup.task in REGRESSION:
        return 0.9 * share
    best = result.bayes_accuracy or 1.0
    chance = 0.5 if result.setup.task in SEVERAL_LABELS else 1 / result.setup.classes
    return chance + share * (best - chance)
