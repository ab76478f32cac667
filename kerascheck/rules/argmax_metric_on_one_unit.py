"""A metric over classes is compiled for a single unit.

## What it checks
`CategoricalAccuracy`, `SparseCategoricalAccuracy`, a top-k accuracy, or the
cross-entropies of the same names as metrics, on a head of one unit.

## In the log
`CategoricalAccuracy`: 1.000 from the first batch. `SparseCategoricalAccuracy`: the
share of class 0, which looks good if that class is common. `CategoricalCrossentropy`:
a number that does not follow the loss. `SparseCategoricalCrossentropy`: an error in the
first batch with an id other than 0 on TensorFlow, 0.000 on JAX.

## Why it matters
The argmax over one unit is always 0, whatever the model predicts. Measured: 1.000 for a
model that is right half of the time; 0.950 for any model on labels with 5 % positives.

## When to ignore
Never.

## Source
`categorical_accuracy` and `sparse_categorical_accuracy`, Keras 3.15.1.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each argmax accuracy on one unit."""
    for metric in facts.head_metrics:
        if metric.resolved not in kit.OVER_CLASSES or metric.metric.frozen:
            continue
        if facts.units != 1:
            continue
        likelihood = metric.traits.family == "crossentropy"
        raises = metric.resolved == "SparseCategoricalCrossentropy" and _raises(facts)
        right = "BinaryCrossentropy" if likelihood else "BinaryAccuracy"
        does = "takes the argmax, which is always 0, over"
        if likelihood:
            does = "expects a column for each class and gets"
        if raises:
            does = "raises on class ids other than 0 with"
        yield RULE.finding(
            facts,
            *metric.at,
            message=f"{metric.compiled!r} {does} the one unit of {facts.name!r}",
            because=(facts.fact(*metric.at), facts.fact("units")),
            expected=(metric.expected(right),),
            severity=kit.Severity.ERROR if raises else None,
            harm=kit.Harm.RAISES if raises else None,
            fix=kit.Fix(
                advice=f"use {right}, which reads one unit",
                applicability=kit.Applicability.SAFE,
                edits=_edits(facts, metric),
            ),
        )


def _raises(facts: kit.Facts) -> bool:
    """Say whether a class id has no unit, which TensorFlow refuses to look up.

    What follows the decimal point is cut off, so that 0.9 is the id 0.
    """
    labels = facts.head.labels
    if labels is None or facts.model.backend not in (None, "tensorflow"):
        return False
    return any(b is not None and abs(b) >= 1 for b in (labels.low, labels.high))


def _edits(facts: kit.Facts, metric: kit.HeadMetric) -> tuple[kit.Edit, ...]:
    loss = facts.any_loss
    if loss.kind is kit.LossKind.CUSTOM:
        return ()
    if metric.traits.family != "crossentropy":
        right = kit.fitting_accuracy(facts) or kit.metric("BinaryAccuracy")
        return (metric.replaced_by(right),)
    if loss.kind is not kit.LossKind.BINARY or _has_binary(facts):
        return (metric.replaced_by(None),)
    logits = {"from_logits": True} if facts.logits else {}
    return (metric.replaced_by(kit.metric("BinaryCrossentropy", **logits)),)


def _has_binary(facts: kit.Facts) -> bool:
    return any(m.resolved == "BinaryCrossentropy" for m in facts.head_metrics)


def bad() -> tuple[kit.Description, ...]:
    """Return argmax accuracies on one unit."""
    binary = kit.labels("binary")
    return (
        kit.classifier(
            "sigmoid", "bce", labels=binary, metrics=("categorical_accuracy",)
        ),
        kit.classifier("sigmoid", "bce", metrics=("SparseCategoricalAccuracy",)),
        kit.classifier(
            "linear", "bce", from_logits=True, metrics=("categorical_accuracy",)
        ),
        kit.classifier(
            "sigmoid",
            "bce",
            labels=kit.labels("binary", column=True),
            metrics=("categorical_crossentropy",),
        ),
        kit.classifier(
            "sigmoid",
            "bce",
            labels=kit.labels("binary"),
            metrics=("sparse_categorical_crossentropy",),
        ),
        kit.classifier(
            "linear",
            "mse",
            labels=kit.labels("continuous"),
            metrics=("sparse_categorical_crossentropy",),
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: two units, the binary metric."""
    return (
        kit.classifier("sigmoid", "bce", metrics=("binary_accuracy",)),
        kit.classifier("sigmoid", "bce", metrics=("accuracy",)),
        kit.classifier("softmax", kit.CCE, units=2, metrics=("categorical_accuracy",)),
    )


RULE = kit.Rule(
    code="KC303",
    name="argmax-metric-on-one-unit",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.MISREPORTED,
    summary="a metric over classes on a single unit",
    reads=frozenset({"activation", "units", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
