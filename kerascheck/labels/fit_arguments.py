"""The arguments of `fit`, brought into one form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kerascheck.labels.batches import sample_of, to_numpy
from kerascheck.model.errors import UsageError
from kerascheck.model.frozen import Frozen

__all__ = ["FitArguments", "fit_arguments"]

MAX_CLASSES = 1_000
"""Classes whose sample weights are looked at."""

Weights = tuple[tuple[int, float], ...]


class FitArguments(Frozen, eq=False):
    """Data of one `fit`.

    Attributes:
        y: Labels: an array, shape (samples, …), or a dict or list of arrays.
        x: Inputs, as given or of the first batch.
        class_weight: Pairs of class and weight; None: all weigh the same.
    """

    y: Any
    x: Any = None
    class_weight: Weights | None = None


def fit_arguments(
    y: Any, x: Any = None, *, class_weight: Any = None, sample_weight: Any = None
) -> FitArguments:
    """Return arguments of `fit` as a sample of plain values.

    Args:
        y: Labels in any form that `fit` takes.
        x: Inputs; None: those of the first batch, if there are batches.
        class_weight: From class id to weight.
        sample_weight: Shape (samples,).

    Raises:
        UnreadableLabels: There are no batches, or none with labels.
        UsageError: Lengths differ, or a weight is not a number.
    """
    data = sample_of(y)
    if x is not None:
        _compare("x", x, data.y)
    weights = (
        to_numpy(sample_weight) if sample_weight is not None else data.sample_weight
    )
    if sample_weight is not None:
        _compare("sample_weight", weights, data.y)
    by_class = _pairs(class_weight) if class_weight is not None else None
    if by_class is None and weights is not None:
        by_class = _weights_by_class(weights, data.y)
    return FitArguments(y=data.y, x=data.x if x is None else x, class_weight=by_class)


def _compare(name: str, values: Any, y: Any) -> None:
    for labels in _leaves(y):
        for one in _leaves(values):
            if len(one) != len(labels):
                raise UsageError(
                    f"{name} and y do not match. Expected one entry for each of "
                    f"{len(labels)} labels. Received: {len(one)}."
                )


def _leaves(values: Any) -> list[Any]:
    """Return the arrays of a dict or list of arrays, without those that have no length.

    A list of plain numbers is one array.
    """
    if isinstance(values, Mapping):
        several = list(values.values())
    elif isinstance(values, (list, tuple)) and any(hasattr(v, "shape") for v in values):
        several = list(values)
    else:
        several = [values]
    return [one for one in several if _has_length(one)]


def _has_length(values: Any) -> bool:
    return hasattr(values, "__len__") and getattr(values, "shape", True) != ()


def _pairs(class_weight: Any) -> Weights:
    if not isinstance(class_weight, Mapping):
        raise UsageError(
            "Expected class_weight as a dict from class id to weight. "
            f"Received: {type(class_weight).__name__}."
        )
    try:
        return tuple(sorted((int(k), float(v)) for k, v in class_weight.items()))
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"class_weight has a value that is not a number: {error}"
        ) from error


def _weights_by_class(weights: Any, y: Any) -> Weights | None:
    """Return sample weights as class weights; None if they are not."""
    import numpy as np

    leaves = _leaves(y)
    if len(leaves) != 1 or isinstance(weights, (Mapping, list, tuple)):
        return None
    labels, weights = np.asarray(leaves[0]), np.asarray(weights)
    ids = labels.argmax(-1) if labels.ndim == 2 and labels.shape[1] > 1 else labels
    ids, weights = ids.ravel(), weights.ravel()
    if ids.dtype.kind not in "biuf" or len(ids) != len(weights):
        return None
    classes = np.unique(ids)
    if len(classes) > MAX_CLASSES or not np.equal(classes, np.floor(classes)).all():
        return None
    found = [(int(label), np.unique(weights[ids == label])) for label in classes]
    if any(len(values) > 1 for _, values in found):
        return None
    pairs = tuple((label, float(values[0])) for label, values in found)
    return pairs if len({weight for _, weight in pairs}) > 1 else None
