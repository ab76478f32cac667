"""The truth about outputs, measured with numpy alone, without Keras metrics.

Every function works on all seeds at once; `seeds` is the first axis of each array.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kerascheck.confirm.setup import REGRESSION, SEVERAL_LABELS, Setup
from kerascheck.confirm.tasks import Floats, Truth
from kerascheck.confirm.train.predictions import (
    columns_of,
    decisions,
    positive_scores,
    probabilities,
)
from kerascheck.model.frozen import Frozen
from kerascheck.model.typed import Any

Values = NDArray[np.float64]

_BINS = 10


class Measured(Frozen):
    """Quantities of `SeedResult`, shape (seeds,); NaN or None if they do not apply.

    Attributes:
        per_label: Shape (seeds, tags).
        bins: Shape (seeds, 10, 3): the sum of probabilities shown, the number of rows
            for which it was true and the number of rows, in each tenth of [0, 1].
    """

    constant: NDArray[np.bool_]
    nan: NDArray[np.bool_]
    accuracy: Values | None = None
    balanced: Values | None = None
    best: Values | None = None
    recall: Values | None = None
    precision: Values | None = None
    f1: Values | None = None
    exact: Values | None = None
    per_label: Values | None = None
    auc: Values | None = None
    ece: Values | None = None
    bins: Values | None = None
    r_squared: Values | None = None


def measure(setup: Setup, outputs: Floats, truth: Truth) -> Measured:
    """Measure held-out outputs.

    Args:
        setup: What was trained.
        outputs: Shape (seeds, rows, units).
        truth: Shape (seeds, rows) or (seeds, rows, tags).
    """
    nan = np.array([not np.isfinite(seed).all() for seed in outputs])
    match setup.task:
        case task if task in REGRESSION:
            return _regression(outputs, truth, nan)
        case task if task in SEVERAL_LABELS:
            return _tags(setup, outputs, truth, nan)
    return _classes(setup, outputs, truth, nan)


def accuracy(setup: Setup, outputs: Floats, truth: Truth) -> Values:
    """Return the share of right decisions (tags: of all tags), shape (seeds,)."""
    if setup.task in REGRESSION:
        return np.full(len(outputs), np.nan)
    right = decisions(setup, outputs) == truth
    share: Values = right.reshape(len(right), -1).mean(axis=1)
    return share


def roc(scores: Any, positive: NDArray[np.bool_]) -> tuple[Values, Values]:
    """Return the area under the ROC curve and the best accuracy, shape (seeds,).

    Ties count half. NaN if a score is NaN or a class is missing.

    Args:
        scores: Shape (seeds, rows).
        positive: Shape (seeds, rows).
    """
    order = np.argsort(-scores, axis=1, kind="stable")
    ranked = np.take_along_axis(scores, order, axis=1)
    hits = np.take_along_axis(positive, order, axis=1)
    rows = hits.shape[1]
    found = hits.cumsum(axis=1)
    wrong = np.arange(1, rows + 1) - found
    positives, negatives = found[:, -1], wrong[:, -1]
    # A threshold can only be between two different scores.
    boundary = np.ones(hits.shape, dtype=bool)
    boundary[:, :-1] = ranked[:, :-1] != ranked[:, 1:]
    before_found, before_wrong = (
        _count_before(found, boundary),
        _count_before(wrong, boundary),
    )
    strips = (wrong - before_wrong) * (found + before_found) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        area = np.where(boundary, strips, 0).sum(axis=1) / (positives * negatives)
    right = np.where(boundary, found + negatives[:, None] - wrong, 0).max(axis=1)
    best = np.maximum(right, negatives) / rows
    bad = np.isnan(scores).any(axis=1)
    return np.where(bad, np.nan, area), np.where(bad, np.nan, best)


def calibration_bins(sure: Values, right: NDArray[np.bool_]) -> Values:
    """Return probabilities shown and outcomes in 10 equal bins, shape (seeds, 10, 3).

    Args:
        sure: Probabilities shown, shape (seeds, rows), inside [0, 1].
        right: Whether what they predict is true, shape (seeds, rows).
    """
    seeds = len(sure)
    bins = np.minimum((np.nan_to_num(sure) * _BINS).astype(int), _BINS - 1)
    place = (bins + _BINS * np.arange(seeds)[:, None]).ravel()
    size = seeds * _BINS
    counts = [
        np.bincount(place, sure.ravel(), size),
        np.bincount(place, right.ravel(), size),
        np.bincount(place, minlength=size),
    ]
    stacked: Values = np.stack(counts, axis=-1).astype(float)
    return stacked.reshape(seeds, _BINS, 3)


def calibration_error(bins: Values | None) -> Values | None:
    """Return the expected calibration error of `calibration_bins`, shape (seeds,)."""
    if bins is None:
        return None
    shown, true, count = np.moveaxis(bins, -1, 0)
    error: Values = np.abs(shown - true).sum(axis=1) / count.sum(axis=1)
    return error


def _classes(
    setup: Setup, outputs: Floats, truth: Truth, nan: NDArray[np.bool_]
) -> Measured:
    decided = decisions(setup, outputs)
    right = decided == truth
    recalls = np.stack(
        [_share(right, truth == label) for label in range(setup.classes)], axis=1
    )
    scores = positive_scores(setup, outputs)
    area, best = (None, None) if scores is None else roc(scores, truth == 1)
    if area is None and setup.units >= setup.classes:
        shown = outputs[..., columns_of(setup)]
        area = _mean_area(shown, np.arange(setup.classes) == truth[..., None])
    bins = _class_bins(setup, outputs, truth, right)
    recall = recalls[:, 1] if setup.classes == 2 else None
    precision = _share(right, decided == 1) if setup.classes == 2 else None
    return Measured(
        constant=(decided == decided[:, :1]).all(axis=1),
        nan=nan,
        accuracy=right.mean(axis=1),
        balanced=recalls.mean(axis=1),
        best=best,
        recall=recall,
        precision=precision,
        f1=_harmonic(precision, recall),
        auc=area,
        ece=calibration_error(bins),
        bins=bins,
    )


def _harmonic(precision: Values | None, recall: Values | None) -> Values | None:
    """Return F1; NaN if nothing is predicted positive."""
    if precision is None or recall is None:
        return None
    with np.errstate(invalid="ignore"):
        f1: Values = 2 * precision * recall / (precision + recall)
    return f1


def _class_bins(
    setup: Setup, outputs: Floats, truth: Truth, right: NDArray[np.bool_]
) -> Values | None:
    shown = np.clip(probabilities(setup, outputs), 0, 1)
    if setup.units > 1:
        return calibration_bins(shown.max(axis=-1), right)
    if setup.classes > 2:
        return None
    return calibration_bins(shown[..., 0], truth == 1)


def _tags(
    setup: Setup, outputs: Floats, truth: Truth, nan: NDArray[np.bool_]
) -> Measured:
    decided = decisions(setup, outputs)
    right = np.broadcast_to(decided, truth.shape) == truth
    shown = np.broadcast_to(
        np.clip(probabilities(setup, outputs), 0, 1), truth.shape
    ).reshape(len(truth), -1)
    bins = calibration_bins(shown, truth.reshape(len(truth), -1))
    halves = [_share(right, truth), _share(right, ~truth)]
    per_label = right.mean(axis=1)
    return Measured(
        constant=(decided == decided[:, :1]).all(axis=(1, 2)),
        nan=nan,
        accuracy=per_label.mean(axis=1),
        balanced=np.stack(halves).mean(axis=(0, 2)),
        exact=right.all(axis=2).mean(axis=1),
        per_label=per_label,
        auc=_mean_area(np.broadcast_to(outputs, truth.shape), truth),
        ece=calibration_error(bins),
        bins=bins,
    )


def _regression(outputs: Floats, truth: Truth, nan: NDArray[np.bool_]) -> Measured:
    several = truth.ndim > 2
    found = outputs.astype(np.float64)
    if not several:
        found = found.mean(axis=-1)
    residual = ((truth - found) ** 2).mean(axis=1)
    fitted = 1 - residual / truth.var(axis=1)
    return Measured(
        constant=(outputs == outputs[:, :1]).all(axis=(1, 2)),
        nan=nan,
        r_squared=fitted.mean(axis=-1) if several else fitted,
    )


def _mean_area(scores: Any, positive: NDArray[np.bool_]) -> Values:
    columns = range(positive.shape[-1])
    areas = [roc(scores[..., i], positive[..., i])[0] for i in columns]
    mean: Values = np.mean(areas, axis=0)
    return mean


def _share(right: NDArray[np.bool_], among: NDArray[np.bool_]) -> Values:
    """Return the share of right rows among some; NaN if there are none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share: Values = (right & among).sum(axis=1) / among.sum(axis=1)
    return share


def _count_before(
    counts: NDArray[np.int64], boundary: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the count at the last threshold before each row, 0 before the first."""
    held = np.maximum.accumulate(np.where(boundary, counts, 0), axis=1)
    return np.concatenate([np.zeros_like(held[:, :1]), held[:, :-1]], axis=1)
