"""A metric and the labels do not speak of the same thing.

## What it checks
On heads of two or more units: metrics over one-hot rows with class ids, metrics over
ids with rows, and `AUC`, `Precision`, `Recall`, `F1Score` or `BinaryAccuracy` with ids.

## In the log
`ValueError` in the first step, or, where the ids have a last axis of 1 or the metric
takes an argmax, a number without a meaning.

## Why it matters
`CategoricalAccuracy` takes the argmax of a batch of ids, and its figure depends on the
batch; `BinaryAccuracy` compares each id with every unit (0.49 too low); the threshold
metrics and `SparseCategoricalAccuracy` on rows raise.

## When to ignore
Never.

## Source
Reference training of thirteen metrics on every head, Keras 3.15.1 and tf_keras 2.21.
"""

from collections.abc import Iterator

from kerascheck import kit

_ROWS = (
    "CategoricalAccuracy",
    "TopKCategoricalAccuracy",
    "CategoricalCrossentropy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "AUC",
    "Precision",
    "Recall",
    "F1Score",
    "FBetaScore",
    "PrecisionAtRecall",
    "RecallAtPrecision",
    "SensitivityAtSpecificity",
    "SpecificityAtSensitivity",
    "TruePositives",
    "TrueNegatives",
    "FalsePositives",
    "FalseNegatives",
)
_IDS = (
    "SparseCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
)
_REPORTS = ("CategoricalAccuracy", "TopKCategoricalAccuracy")
_BROADCASTS = (*_REPORTS, "BinaryAccuracy", "F1Score", "FBetaScore")
_OTHER = {
    "CategoricalAccuracy": "SparseCategoricalAccuracy",
    "SparseCategoricalAccuracy": "CategoricalAccuracy",
    "TopKCategoricalAccuracy": "SparseTopKCategoricalAccuracy",
    "SparseTopKCategoricalAccuracy": "TopKCategoricalAccuracy",
    "CategoricalCrossentropy": "SparseCategoricalCrossentropy",
    "SparseCategoricalCrossentropy": "CategoricalCrossentropy",
    "BinaryAccuracy": "SparseCategoricalAccuracy",
}


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each metric that the labels do not fit."""
    for index, metric in enumerate(facts.metrics):
        if metric.resolved not in (*_ROWS, *_IDS) or metric.frozen or facts.units < 2:
            continue
        ids = facts.layout in (kit.Layout.IDS, kit.Layout.ID_COLUMN)
        rows = facts.layout is kit.Layout.SAME
        if (metric.resolved in _ROWS and ids) or (metric.resolved in _IDS and rows):
            yield _finding(facts, index, metric)


def _finding(facts: kit.Facts, index: int, metric: kit.Metric) -> kit.Finding:
    right = _OTHER.get(metric.resolved or "")
    replaced = None if right is None else kit.metric(right)
    return RULE.finding(
        facts,
        "metrics",
        str(index),
        message=(
            f"{metric.compiled!r} wants "
            + ("one id" if metric.resolved in _IDS else f"a row of {facts.units}")
            + f" for each sample of {facts.name!r}"
        ),
        because=(
            facts.fact("metrics", str(index)),
            facts.fact("labels", "shape"),
            facts.fact("labels", "encoding"),
        ),
        expected=((f"metrics.{index}", right or "a metric over class ids"),),
        harm=_harm(facts, metric),
        fix=kit.Fix(
            title=f"use {right}"
            if right
            else "leave the metric out, or one-hot the labels",
            applicability=kit.Applicability.SAFE,
            edits=(kit.SetMetric(head=facts.name, index=index, metric=replaced),),
        ),
    )


def _harm(facts: kit.Facts, metric: kit.Metric) -> kit.Harm:
    silent = _REPORTS if facts.layout is kit.Layout.IDS else _BROADCASTS
    return kit.Harm.MISREPORTED if metric.resolved in silent else kit.Harm.RAISES


def bad() -> tuple[kit.Description, ...]:
    """Return metrics that the labels do not fit."""
    sparse = "sparse_categorical_crossentropy"
    ids = kit.labels("class-ids", classes=3)
    column = kit.labels("class-ids", classes=3, column=True)
    rows = kit.labels("one-hot", classes=3)
    return (
        kit.classifier(
            "softmax", sparse, units=3, labels=ids, metrics=("categorical_accuracy",)
        ),
        kit.classifier(
            "softmax", sparse, units=3, labels=column, metrics=("binary_accuracy",)
        ),
        kit.classifier("softmax", sparse, units=3, labels=ids, metrics=("AUC",)),
        kit.classifier(
            "softmax", sparse, units=3, labels=column, metrics=("Precision",)
        ),
        kit.classifier(
            "softmax",
            "categorical_crossentropy",
            units=3,
            labels=rows,
            metrics=("sparse_categorical_accuracy",),
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: metrics that fit, labels not given."""
    ids = kit.labels("class-ids", classes=3)
    rows = kit.labels("one-hot", classes=3)
    sparse = "sparse_categorical_crossentropy"
    return (
        kit.classifier(
            "softmax",
            sparse,
            units=3,
            labels=ids,
            metrics=("accuracy", "sparse_categorical_accuracy"),
        ),
        kit.classifier(
            "softmax",
            "categorical_crossentropy",
            units=3,
            labels=rows,
            metrics=("AUC", "categorical_accuracy"),
        ),
        kit.classifier("softmax", sparse, units=3, metrics=("categorical_accuracy",)),
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary"), metrics=("AUC",)),
    )


RULE = kit.Rule(
    code="KC304",
    name="metric-expects-other-labels",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="a metric whose labels have another form than the ones given",
    reads=frozenset({"units", "shape", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
