"""Turns the record of a setup's trainings into one result a seed."""

from __future__ import annotations

from math import isfinite

import numpy as np
from numpy.typing import NDArray

from kerascheck.confirm.result import SeedResult, finite
from kerascheck.confirm.setup import Setup
from kerascheck.confirm.tasks import Truth
from kerascheck.confirm.train.initial_weights import task_of
from kerascheck.confirm.train.keras_metrics import MetricValues, SeedMetrics
from kerascheck.confirm.train.measure import Measured, measure
from kerascheck.confirm.train.stacked_training import TrainingRecord
from kerascheck.model.typed import Any

SLACK = 0.03
"""A training has reached its goal this close to the Bayes accuracy."""


def set_accuracy(setup: Setup) -> float | None:
    """Return the accuracy that `SeedResult.steps_to_accuracy` counts towards."""
    bayes = task_of(setup).bayes_accuracy
    return None if bayes is None else bayes - SLACK


def seed_results(
    setup: Setup, record: TrainingRecord, truth: Truth, metrics: MetricValues
) -> tuple[SeedResult, ...]:
    """Measure every seed of a setup."""
    found = measure(setup, record.outputs, truth)
    return tuple(
        _seed_result(setup, seed, found, record, reported)
        for seed, reported in enumerate(metrics.by_seed)
    )


def _seed_result(
    setup: Setup,
    seed: int,
    found: Measured,
    record: TrainingRecord,
    reported: SeedMetrics,
) -> SeedResult:
    losses, curve = record.losses[:, seed], record.accuracies[:, seed]
    stretches = np.array_split(losses, len(curve))
    means = tuple(finite(float(stretch.mean())) for stretch in stretches)
    return SeedResult(
        seed=seed,
        accuracy=_at(found.accuracy, seed),
        balanced_accuracy=_at(found.balanced, seed),
        best_accuracy=_at(found.best, seed),
        recall=_at(found.recall, seed),
        precision=_at(found.precision, seed),
        f1=_at(found.f1, seed),
        exact_match=_at(found.exact, seed),
        per_label_accuracy=_tags(found.per_label, seed),
        auc=_at(found.auc, seed),
        ece=_at(found.ece, seed),
        reliability=_reliability(found.bins, seed),
        r_squared=_at(found.r_squared, seed),
        constant=bool(found.constant[seed]),
        nan=bool(found.nan[seed]) or not np.isfinite(losses).all(),
        first_loss=finite(float(losses[0])),
        last_loss=means[-1],
        loss_curve=means,
        accuracy_curve=tuple(finite(float(value)) for value in curve),
        steps_to_accuracy=_steps(setup, curve, [len(part) for part in stretches]),
        reported=dict(reported),
    )


def _at(values: NDArray[np.float64] | None, seed: int) -> float | None:
    return None if values is None else finite(float(values[seed]))


def _reliability(
    bins: NDArray[np.float64] | None, seed: int
) -> tuple[tuple[float, float, int], ...]:
    if bins is None:
        return ()
    return tuple(
        (round(shown / count, 4), round(so / count, 4), int(count))
        for shown, so, count in bins[seed].tolist()
        if count and isfinite(shown)
    )


def _tags(values: NDArray[np.float64] | None, seed: int) -> tuple[float, ...]:
    return () if values is None else tuple(float(v) for v in values[seed])


def _steps(setup: Setup, curve: Any, lengths: list[int]) -> int | None:
    goal = set_accuracy(setup)
    if goal is None or not (curve >= goal).any():
        return None
    return int(np.cumsum(lengths)[np.argmax(curve >= goal)])
