"""Every metric on every kind of labels and head: what Keras shows against the truth.

    python -m tools metrics

writes `tools/measured/metrics.json`. The rules about metrics are held to it by
`tests/rules/test_metric_table.py`, and their pages show the rows that they find.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from kerascheck import kit
from kerascheck.model.description import Metric
from tools.metric_situations import (
    PREVALENCES,
    QUALITIES,
    Sample,
    Situation,
    draw,
    situations,
)
from tools.metric_truth import truths

HOME: Final = Path(__file__).parent / "measured" / "metrics.json"

RAISES: Final = "raises"

LARGE: Final = 0.1
"""A figure that is further off is at least a warning."""

SMALL: Final = 0.02
"""A figure that is further off is at least a note."""


class MetricRow(NamedTuple):
    """One metric in one situation.

    `shown` has (reported, true) for each quality and prevalence, or is None if the
    metric raises.
    """

    situation: str
    metric: str
    shown: dict[str, tuple[float, float]] | None

    @property
    def gap(self) -> float:
        """How far off it is at worst."""
        pairs = (self.shown or {}).values()
        return max((abs(reported - true) for reported, true in pairs), default=0.0)

    def gap_at(self, prevalence: str) -> float:
        """How far off it is at worst, at one prevalence."""
        pairs = (p for n, p in (self.shown or {}).items() if n.endswith(prevalence))
        return max((abs(reported - true) for reported, true in pairs), default=0.0)


def metrics_for(s: Situation) -> Iterator[Metric]:
    """Yield the metrics that are measured in a situation."""
    yield kit.metric_called("accuracy")
    for name, *choices in _chosen(s.units if s.units > 1 else s.classes, s.units):
        arguments: dict[str, Any]
        for arguments in choices or [{}]:
            yield kit.metric(name, **arguments)


def _chosen(k: int, units: int) -> Iterator[tuple[Any, ...]]:
    yield from (
        ("Accuracy",),
        ("BinaryAccuracy", {}, {"threshold": 0.0}),
        ("CategoricalAccuracy",),
        ("SparseCategoricalAccuracy",),
        ("TopKCategoricalAccuracy", {"k": 2}, {"k": 5}),
        ("SparseTopKCategoricalAccuracy", {"k": 2}, {"k": 5}),
    )
    column = ({"class_id": 1},) if units > 1 else ()
    for name in ("Precision", "Recall"):
        yield name, {}, {"thresholds": 0.0}, *column
    for name in ("TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives"):
        yield name, {}, {"thresholds": 0.0}
    yield (
        "F1Score",
        {},
        {"threshold": 0.5},
        {"average": "macro"},
        {"average": "micro"},
        {"average": "weighted"},
        {"average": "macro", "threshold": 0.5},
    )
    yield "FBetaScore", {"beta": 2.0}, {"beta": 2.0, "threshold": 0.5}
    labels: dict[str, Any] = {"multi_label": True, "num_labels": k}
    curves: tuple[dict[str, Any], ...] = ({}, {"curve": "PR"})
    logits: tuple[dict[str, Any], ...] = ({}, {"from_logits": True})
    yield "AUC", *({**c, **f} for c in curves for f in logits)
    if units > 1:
        yield "AUC", *({**labels, **c, **f} for c in curves for f in logits)
    yield (
        "MeanIoU",
        {"num_classes": k},
        {"num_classes": k, "sparse_y_pred": False},
        {"num_classes": k, "sparse_y_true": False, "sparse_y_pred": False},
    )
    yield "IoU", {"num_classes": k, "target_class_ids": (1,)}
    yield "OneHotMeanIoU", {"num_classes": k}
    yield "OneHotIoU", {"num_classes": k, "target_class_ids": (1,)}
    yield "BinaryIoU", {}, {"threshold": 0.0}
    for name in ("Binary", "Categorical", "SparseCategorical"):
        yield f"{name}Crossentropy", *logits
    for name in (
        "CategoricalHinge",
        "CosineSimilarity",
        "Hinge",
        "KLDivergence",
        "MeanAbsoluteError",
        "MeanSquaredError",
        "RootMeanSquaredError",
        "SquaredHinge",
    ):
        yield (name,)


def metric_text(metric: Metric) -> str:
    """Return how a metric is written in the table."""
    inside = ", ".join(f"{name}={value!r}" for name, value in metric.arguments)
    given = metric.given == "string"
    return repr(metric.compiled) if given else f"{metric.compiled}({inside})"


def measured(s: Situation, metric: Metric) -> MetricRow | None:
    """Ask Keras; None if the name of the metric says nothing in this situation."""
    shown = {}
    container = _container(metric)
    for quality in QUALITIES:
        for prevalence in PREVALENCES:
            sample = _sample(s, quality, prevalence)
            pair = shown_and_true(s, metric, sample, container=container)
            if pair is None:
                return None
            if isinstance(pair, str):
                return MetricRow(s.name, metric_text(metric), None)
            shown[f"{quality} {prevalence}"] = pair
    return MetricRow(s.name, metric_text(metric), shown)


@cache
def _sample(s: Situation, quality: str, prevalence: str) -> Sample:
    return draw(s, quality, prevalence)


def shown_and_true(
    s: Situation,
    metric: Metric,
    sample: Sample,
    *,
    y: Any = None,
    container: Any = None,
) -> tuple[float, float] | str | None:
    """Return what Keras shows and the nearest truth, or `RAISES`.

    Args:
        s: The situation.
        metric: As compiled.
        sample: Of the situation.
        y: Labels in another encoding, if a fix changes them.
        container: The metric in the container that `compile` makes.
    """
    import numpy as np

    arguments = dict(metric.arguments)
    right = truths(metric.compiled, arguments, s, sample)
    if not right:
        return None
    container = container or _container(metric)
    reported = _reported(s, container, sample.y if y is None else y, sample.z)
    if reported is None:
        return RAISES
    if metric.compiled.endswith(("Positives", "Negatives")):
        reported = reported / len(sample.truth)
    gaps = [
        abs(reported - true) for true in right if np.shape(true) == np.shape(reported)
    ]
    if not gaps:
        return RAISES
    nearest = int(np.argmin([np.max(gap) for gap in gaps]))
    true = right[nearest]
    place = np.argmax(np.abs(reported - true)) if np.ndim(true) else ()
    pair = (
        (np.ravel(reported)[place], np.ravel(true)[place])
        if np.ndim(true)
        else (reported, true)
    )
    return round(float(pair[0]), 3), round(float(pair[1]), 3)


def _reported(s: Situation, container: Any, y: Any, z: Any) -> Any:
    """Return the figure after two batches of unequal size; None if it raises."""
    import keras
    import numpy as np

    activation = keras.activations.get(s.activation)
    cut = len(y) // 3
    try:
        if container.built:
            container.reset_state()
        for part in (slice(cut), slice(cut, None)):
            container.update_state(
                keras.ops.convert_to_tensor(y[part]),
                activation(keras.ops.convert_to_tensor(z[part])),
            )
        (value,) = container.result().values()
    except Exception:
        return None
    return np.asarray(value, dtype=float)


def _container(metric: Metric) -> Any:
    from keras.src.trainers.compile_utils import CompileMetrics

    return CompileMetrics([keras_metric(metric)], None)


def keras_metric(metric: Metric) -> Any:
    """Return a metric as `compile` takes it."""
    import keras

    if metric.given == "string":
        return metric.compiled
    arguments = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in metric.arguments
    }
    return getattr(keras.metrics, metric.compiled)(**arguments)


def measure_all(only: str = "") -> Iterator[MetricRow]:
    """Yield the row of every metric in every situation."""
    for s in situations():
        if only not in s.name:
            continue
        for metric in metrics_for(s):
            row = measured(s, metric)
            if row is not None:
                yield row
        _sample.cache_clear()


def text_of(rows: list[MetricRow]) -> str:
    """Return the file, one row a line."""
    lines = []
    for row in rows:
        shown = None if row.shown is None else list(row.shown.values())
        lines.append(json.dumps([row.situation, row.metric, shown]))
    return "[\n" + ",\n".join(lines) + "\n]\n"


def load() -> list[MetricRow]:
    """Read the file."""
    names = [f"{q} {p}" for q in QUALITIES for p in PREVALENCES]
    rows = []
    for situation, metric, shown in json.loads(HOME.read_text(encoding="utf-8")):
        pairs = shown and dict(zip(names, map(tuple, shown), strict=True))
        rows.append(MetricRow(situation, metric, pairs))
    return rows
