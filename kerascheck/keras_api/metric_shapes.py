"""What a metric of Keras does in `fit` with an output and labels, from their shapes.

Source: keras.metrics of Keras 3.15.1 and of tf_keras 2.21. A metric that returns a
figure is not right for that: it may compare each value with several others.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from kerascheck.keras_api.shape_match import (
    KERAS_3,
    RAISES,
    Axes,
    KerasUsed,
    Match,
    Outcome,
    aligned,
    axes_fit,
    broadcast,
    compared,
    over_open_axes,
)
from kerascheck.model.description import Metric, Shape
from kerascheck.model.typed import Final, TypeAlias

__all__ = ["MEASURED_METRICS", "match_metric"]

_UNKNOWN: Final = Match(Outcome.UNKNOWN, possible=frozenset(Outcome))

_BARE: Final = frozenset(
    {
        "BinaryCrossentropy",
        "CategoricalAccuracy",
        "CategoricalCrossentropy",
        "CategoricalHinge",
        "FBetaScore",
        "F1Score",
        "Hinge",
        "KLDivergence",
        "Poisson",
        "SparseCategoricalAccuracy",
        "SparseCategoricalCrossentropy",
        "SparseTopKCategoricalAccuracy",
        "SquaredHinge",
        "TopKCategoricalAccuracy",
    }
)
"""Metrics of Keras 3 that do not squeeze a last axis of 1."""

_OVERLAPS: Final = frozenset(
    {"BinaryIoU", "IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU"}
)
"""Metrics that flatten both and squeeze nothing."""

_BARE_IN_KERAS_2: Final = frozenset({"F1Score", "FBetaScore", "R2Score"})


def match_metric(
    output: Shape, labels: Shape, metric: Metric, keras: KerasUsed = KERAS_3
) -> Match:
    """Say what a metric does in `fit` with labels of this shape.

    Args:
        output: Shape of the output, batch first; None is an axis of unknown size.
        labels: Shape of the labels, batch first.
        metric: As resolved. An own one is unknown.
        keras: Which Keras fits; `sees_logits` does not matter.
    """
    name = metric.resolved or ""
    rule = _RULES.get(name)
    if rule is None or not metric.builtin:
        return _UNKNOWN

    def outcome(p: Axes, y: Axes) -> Match:
        if metric.argument("multi_label") and len(p) != 2:
            return RAISES
        p, y = _squeezed(name, p, y, keras)
        return rule(p, y, metric, keras)

    return over_open_axes(output, labels, outcome)


def _squeezed(name: str, p: Axes, y: Axes, keras: KerasUsed) -> tuple[Axes, Axes]:
    if name in _OVERLAPS:
        return p, y
    if keras.major > 2:
        return (p, y) if name in _BARE else aligned(p, y, 3)
    if len(y) == 1 and len(p) == 2:
        y = (*y, 1)
    return (p, y) if name in _BARE_IN_KERAS_2 else aligned(p, y, 2)


def _value_by_value(p: Axes, y: Axes, metric: Metric, keras: KerasUsed) -> Match:
    return compared(p, y)


def _equality(p: Axes, y: Axes, metric: Metric, keras: KerasUsed) -> Match:
    return compared(p, y) if keras.major > 2 or p == y else RAISES


def _along_axis(p: Axes, y: Axes, metric: Metric, keras: KerasUsed) -> Match:
    axis = metric.argument("axis", -1)
    match = compared(p, y)
    ranks = (len(p), len(y), len(match.shape))
    fits = isinstance(axis, int) and all(axes_fit(axis, rank) for rank in ranks)
    return match if fits else RAISES


def _binary_crossentropy(p: Axes, y: Axes, metric: Metric, keras: KerasUsed) -> Match:
    if keras.major == 2 and not metric.argument("from_logits"):
        return _UNKNOWN if p != y and broadcast(p, y) is not None else compared(p, y)
    return compared(p, y) if p == y else RAISES


def _equal(p: Axes, y: Axes, metric: Metric, keras: KerasUsed) -> Match:
    return compared(p, y) if p == y else RAISES


def _ids(p: Axes, y: Axes, metric: Metric, keras: KerasUsed) -> Match:
    if keras.major == 2 and len(y) != len(p) - 1:
        return Match(Outcome.TRAINS, p) if prod(y) == prod(p[:-1]) else RAISES
    if keras.major > 2 and len(y) == len(p) and y[-1] == 1:
        y = y[:-1]
    return Match(Outcome.TRAINS, p) if y == p[:-1] else RAISES


def _argmax_of_both(p: Axes, y: Axes, metric: Metric, keras: KerasUsed) -> Match:
    return _argmax_against(p, y[:-1], squeezes=True)


def _argmax(p: Axes, y: Axes, metric: Metric, keras: KerasUsed) -> Match:
    return _argmax_against(p, y, squeezes=keras.major == 2)


def _argmax_against(p: Axes, y: Axes, *, squeezes: bool) -> Match:
    """Compare ids with the argmax over the last axis of the output.

    Args:
        p: Shape of the output.
        y: Shape of the ids.
        squeezes: Whether a last axis is squeezed without asking for its size.
    """
    whole = prod(y)
    same_rank = len(y) == len(p)
    if same_rank and y[-1] == 1:
        y = y[:-1]
    elif same_rank and squeezes:
        return RAISES
    match = compared(p[:-1], y)
    again = same_rank and len(y) < len(p)
    if again and prod(size or 1 for size in match.shape) != whole:
        return RAISES  # what is compared is given the shape of the labels again
    return match


def _highest_k(p: Axes, y: Axes, metric: Metric, keras: KerasUsed) -> Match:
    if metric.resolved == "TopKCategoricalAccuracy":
        y = y[:-1]
    if len(p) < 2 or not y or prod(y) != prod(p[:-1]):
        return RAISES
    return Match(Outcome.TRAINS if y == p[:-1] else Outcome.BROADCASTS, p)


def _counts(p: Axes, y: Axes, metric: Metric, keras: KerasUsed) -> Match:
    """Keras 3 compares how many values there are, Keras 2 the shapes."""
    column = metric.argument("class_id")
    if isinstance(column, int) and keras.major > 2:
        looked_up = keras.backend == "tensorflow"
        if not _has(p, column):
            return RAISES if looked_up else _UNKNOWN
        if len(y) == len(p) and not _has(y, column):  # JAX takes the last column
            return RAISES if looked_up else Match(Outcome.BROADCASTS, p)
    if column is not None or metric.argument("top_k") is not None:
        return _UNKNOWN if p != y else _equal(p, y, metric, keras)
    if metric.argument("multi_label"):
        return _column_by_column(p, y, keras)
    if keras.major == 2:
        return _equal(p, y, metric, keras)
    if p == y:
        return compared(p, y)
    return Match(Outcome.BROADCASTS, p) if prod(p) == prod(y) else RAISES


def _column_by_column(p: Axes, y: Axes, keras: KerasUsed) -> Match:
    """Take rows alone; Keras 3 on TensorFlow broadcasts a column over them."""
    if len(y) != 2:
        return RAISES
    broadcasts = keras.major > 2 and keras.backend == "tensorflow" and y[-1] == 1
    return compared(p, y) if p == y or broadcasts else RAISES


def _has(p: Axes, column: int) -> bool:
    """Say whether an output has a column; one without an axis of columns has none."""
    return len(p) > 1 and column < (p[-1] or 1)


def _overlap(p: Axes, y: Axes, metric: Metric, keras: KerasUsed) -> Match:
    """Compare as many classes as there are, in whatever shape."""
    rows = (metric.resolved or "").startswith("OneHot")
    if keras.major == 2 or metric.argument("axis", -1) != -1:
        return _UNKNOWN
    if metric.argument("sparse_y_true", not rows) is False:
        y = y[:-1]
    if metric.argument("sparse_y_pred", not rows) is False:
        p = p[:-1]
    if not y or not p:
        return _UNKNOWN
    return Match(Outcome.TRAINS, p) if prod(p) == prod(y) else RAISES


def _by_column(p: Axes, y: Axes, metric: Metric, keras: KerasUsed) -> Match:
    if len(p) != 2 or len(y) != 2:
        return RAISES
    if metric.argument("average") == "micro":
        return compared(p, y)
    if y[-1] == p[-1]:
        return compared(p, y)
    return compared(p, y) if y[-1] == 1 and keras.major > 2 else RAISES


_Rule: TypeAlias = Callable[[Axes, Axes, Metric, KerasUsed], Match]

_RULES: Final[dict[str, _Rule]] = {
    "AUC": _counts,
    "Accuracy": _equality,
    "BinaryAccuracy": _value_by_value,
    "BinaryCrossentropy": _binary_crossentropy,
    "BinaryIoU": _overlap,
    "CategoricalAccuracy": _argmax_of_both,
    "CategoricalCrossentropy": _equal,
    "CategoricalHinge": _value_by_value,
    "ConcordanceCorrelation": _along_axis,
    "CosineSimilarity": _along_axis,
    "F1Score": _by_column,
    "FBetaScore": _by_column,
    "FalseNegatives": _counts,
    "FalsePositives": _counts,
    "Hinge": _value_by_value,
    "IoU": _overlap,
    "KLDivergence": _value_by_value,
    "LogCoshError": _value_by_value,
    "MeanAbsoluteError": _value_by_value,
    "MeanAbsolutePercentageError": _value_by_value,
    "MeanSquaredError": _value_by_value,
    "MeanSquaredLogarithmicError": _value_by_value,
    "MeanIoU": _overlap,
    "OneHotIoU": _overlap,
    "OneHotMeanIoU": _overlap,
    "PearsonCorrelation": _along_axis,
    "Poisson": _value_by_value,
    "Precision": _counts,
    "PrecisionAtRecall": _counts,
    "R2Score": _by_column,
    "Recall": _counts,
    "RecallAtPrecision": _counts,
    "RootMeanSquaredError": _value_by_value,
    "SensitivityAtSpecificity": _counts,
    "SparseCategoricalAccuracy": _argmax,
    "SparseCategoricalCrossentropy": _ids,
    "SparseTopKCategoricalAccuracy": _highest_k,
    "SpecificityAtSensitivity": _counts,
    "SquaredHinge": _value_by_value,
    "TopKCategoricalAccuracy": _highest_k,
    "TrueNegatives": _counts,
    "TruePositives": _counts,
}
"""Class of the metric -> what it does with shapes, squeezed where it does that."""

MEASURED_METRICS: Final = frozenset(_RULES)
"""Metrics of which this module knows what they do."""
