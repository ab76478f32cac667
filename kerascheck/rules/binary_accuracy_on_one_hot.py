"""Binary accuracy scores the cells of one-hot rows, not the samples.

## What it checks
A metric that is, or that Keras resolves to, `BinaryAccuracy`, and `BinaryIoU`, on
one-hot labels of several units.

## In the log
An accuracy that starts high, at (k - 1) / k for k classes, and stays above the truth.

## Why it matters
A row of ten columns with one wrong class has two wrong cells of ten: 80 % "right".
Measured: 0.26 too high for a model that guesses among three classes, and 0.773 shown
for one that is right in 0.013 of 30. On two softmax columns both cells are right or
wrong together, so that the accuracy is true; on logits it is not, as 0.5 is the wrong
threshold.

## When to ignore
When samples have several labels, and it is by chance that each of the sample has one:
with less than 100 samples this is only a note.

## Source
`keras.metrics.BinaryAccuracy`, Keras 3.15.1. Keras 2.3 and tf.keras of TF 2.0 and 2.1
resolve `"accuracy"` to it under binary cross-entropy, later ones do not.
"""

from collections.abc import Iterator

from kerascheck import kit

UNEVEN = 0.1
"""Excess of the commonest class over an even share from which cells mislead."""


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each binary accuracy on one-hot rows."""
    for metric in facts.head_metrics:
        if metric.metric.frozen or not facts.may_be(
            metric, "BinaryAccuracy", "BinaryIoU"
        ):
            continue
        if facts.units < 2:
            continue
        if facts.any_loss.kind is kit.LossKind.SPARSE:
            return  # its labels are ids
        if facts.labels.ones is None or facts.encoding is not kit.Encoding.ONE_HOT:
            return
        if facts.layout is not kit.Layout.SAME:
            return
        facts.require_class_of(metric)
        if not _true(facts, metric):
            yield _finding(facts, metric)


def _true(facts: kit.Facts, metric: kit.HeadMetric) -> bool:
    """Say whether both cells of two columns of probabilities are right or wrong."""
    if facts.units > 2 or metric.argument("threshold", 0.5) != 0.5:
        return False
    if facts.activation not in kit.PROBABILITIES:
        return False
    uneven = (facts.labels.majority or 0) - 0.5 >= UNEVEN
    return metric.resolved == "BinaryAccuracy" or not uneven


def _finding(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Finding:
    note = not facts.one_class_each
    iou = metric.resolved == "BinaryIoU"
    right = (
        kit.metric("OneHotMeanIoU", num_classes=facts.units)
        if iou
        else kit.metric("CategoricalAccuracy")
    )
    return RULE.finding(
        facts,
        *metric.at,
        message=(
            f"{metric.compiled!r} scores each of the {facts.units} columns of "
            f"{facts.name!r} on its own, not whole samples"
        ),
        because=(
            facts.fact(*metric.at),
            facts.fact("labels", "encoding"),
        ),
        expected=(metric.expected(right.compiled),),
        severity=kit.Severity.NOTE if note else None,
        confidence=kit.Confidence.MEDIUM if note else None,
        fix=kit.Fix(
            advice=f"score whole samples with {right.compiled}",
            applicability=kit.Applicability.SAFE,
            edits=(metric.replaced_by(right),),
        ),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return binary accuracies on one-hot rows."""
    rows = kit.labels("one-hot", 10)
    base = kit.classifier(
        "softmax", kit.CCE, units=10, labels=rows, metrics=("binary_accuracy",)
    )
    return (
        base,
        kit.classifier(
            "linear",
            kit.CCE,
            units=2,
            from_logits=True,
            labels=kit.labels("one-hot"),
            metrics=(kit.metric("BinaryAccuracy"),),
        ),
        kit.vary(base, loss="mse", keras="2.15.0", metrics=("acc", "BinaryAccuracy")),
        kit.vary(base, loss="bce", keras="2.2.4-tf", metrics=("acc",)),
        kit.vary(
            base,
            activation="sigmoid",
            loss="bce",
            units=30,
            labels=kit.labels("one-hot", 30),
        ),
        kit.vary(base, metrics=("BinaryIoU",)),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: the categorical metric, multi-hot labels, one unit."""
    rows = kit.labels("one-hot", 10)
    base = kit.classifier(
        "sigmoid", "bce", labels=kit.labels("binary"), metrics=("accuracy",)
    )
    return (
        kit.vary(base, activation="softmax", loss=kit.CCE, units=10, labels=rows),
        kit.vary(
            base,
            units=5,
            labels=kit.labels("multi-hot", 5),
            metrics=("binary_accuracy",),
        ),
        base,
        kit.classifier("softmax", kit.CCE, units=3, metrics=("binary_accuracy",)),
        kit.classifier(
            "softmax",
            kit.CCE,
            units=2,
            labels=kit.labels("one-hot"),
            metrics=("binary_accuracy",),
        ),
    )


RULE = kit.Rule(
    code="KC302",
    name="binary-accuracy-on-one-hot",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.MISREPORTED,
    summary="binary accuracy or IoU on one-hot labels",
    reads=frozenset({"activation", "units", "shape", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
