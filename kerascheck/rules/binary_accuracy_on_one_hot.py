"""Binary accuracy scores the cells of one-hot rows, not the samples.

## What it checks
A metric that is, or that Keras resolves to, `BinaryAccuracy`, on one-hot labels of a
head whose softmax or categorical loss says that a sample has one class.

## In the log
An accuracy that starts high, at (k - 1) / k for k classes, and stays above the truth.

## Why it matters
A row of ten columns with one wrong class has two wrong cells of ten: 80 % "right".
Measured: 0.07 too high for a good model, 0.18 for one that guesses among three. On two
softmax columns both cells are right or wrong together, so that the figure is true; on
logits it is not, as 0.5 is the wrong threshold.

## When to ignore
On two softmax columns, for which it is only a note.

## Source
`keras.metrics.BinaryAccuracy`, Keras 3.15.1. Keras 2.3 and tf.keras of TF 2.0 and 2.1
resolve `"accuracy"` to it under binary cross-entropy, later ones do not.
"""

from collections.abc import Iterator

from kerascheck import kit

_EXCLUSIVE = (kit.LossKind.CATEGORICAL, kit.LossKind.CATEGORICAL_HINGE)


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each binary accuracy on one-hot rows."""
    for metric in facts.head_metrics:
        if metric.resolved != "BinaryAccuracy" or metric.metric.frozen:
            continue
        if facts.units < 2:
            continue
        labels = facts.labels
        if labels.encoding is not kit.Encoding.ONE_HOT:
            return
        if facts.layout is not kit.Layout.SAME:
            return
        yield _finding(facts, metric)


def _finding(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Finding:
    note = not _exclusive(facts) or _pair(facts)
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
        expected=(metric.expected("CategoricalAccuracy"),),
        severity=kit.Severity.NOTE if note else None,
        confidence=kit.Confidence.MEDIUM if note else None,
        fix=kit.Fix(
            applicability=kit.Applicability.SAFE,
            edits=(metric.replaced_by(kit.metric("CategoricalAccuracy")),),
        ),
    )


def _exclusive(facts: kit.Facts) -> bool:
    softmax = facts.head.activation is kit.Activation.SOFTMAX
    return softmax or facts.loss.kind in _EXCLUSIVE


def _pair(facts: kit.Facts) -> bool:
    """Say whether there are two softmax columns, of which both or none are right."""
    return facts.units == 2 and facts.head.activation is kit.Activation.SOFTMAX


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
    )


RULE = kit.Rule(
    code="KC302",
    name="binary-accuracy-on-one-hot",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.MISREPORTED,
    summary="binary accuracy on one-hot labels",
    reads=frozenset({"activation", "units", "shape", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
