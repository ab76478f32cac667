"""Samples have several labels at once, but head or loss allows only one.

## What it checks
Multi-hot labels, with two or more 1s in some row, under a categorical loss, or on a
softmax head under any loss but binary cross-entropy, which has its own rule.

A program that makes such labels of data that it does not show, as with scikit-learn's
`MultiLabelBinarizer`, may have samples of one label each: there it is a warning of
medium confidence.

## In the log
The loss rises (2.7 to 6.5 under categorical cross-entropy), or stops far above zero.

## Why it matters
Softmax shares one unit of probability among the classes: two labels that hold
together get half each at best. Measured: 0.64 to 0.83 of labels right, against 0.99
for sigmoids under binary cross-entropy; 0.41 to 0.55 of samples wholly right, against
0.94.

## When to ignore
When the probability is meant to be shared evenly among the labels, as in extreme
classification with sampled labels.

## Source
Reference training of five independent labels, Keras 3.15.1.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if several labels meet exclusive classes."""
    loss = facts.loss
    if loss.kind is kit.LossKind.BINARY or not facts.has_several_units:
        return
    rows = loss.kind in (kit.LossKind.CATEGORICAL, kit.LossKind.CATEGORICAL_HINGE)
    if not rows and facts.activation is not kit.Activation.SOFTMAX:
        return
    labels = facts.labels
    if labels.ones is not None and labels.ones[1] < 2:
        return
    if facts.encoding is not kit.Encoding.MULTI_HOT:
        return
    if not facts.layouts <= {kit.Layout.SAME, kit.Layout.WIDTH}:
        return
    yield RULE.finding(
        facts,
        "labels",
        severity=None if labels.ones else kit.Severity.WARNING,
        confidence=None if labels.ones else kit.Confidence.MEDIUM,
        message=(
            f"{_labels_of(facts)}, but {loss.name if rows else 'softmax'} allows one"
        ),
        because=(
            facts.fact("labels", "encoding" if labels.ones is None else "ones"),
            facts.fact("loss"),
            facts.fact("activation"),
        ),
        expected=(("activation", "sigmoid"), ("loss", "BinaryCrossentropy")),
        fix=kit.Fix(
            advice="use sigmoids under binary cross-entropy, each label on its own",
            applicability=kit.Applicability.UNSAFE,
            edits=kit.fitting(facts),
        ),
    )


def _labels_of(facts: kit.Facts) -> str:
    """Say how many labels a sample has; a program may not show the samples."""
    ones = facts.labels.ones
    if ones is None:
        return f"labels of {facts.name!r} are made for several classes a sample"
    return f"samples of {facts.name!r} have up to {ones[1]} labels at once"


def bad() -> tuple[kit.Description, ...]:
    """Return multi-hot labels under exclusive classes."""
    tags = kit.labels("multi-hot", 5)
    return (
        kit.classifier("softmax", kit.CCE, units=5, labels=tags),
        kit.classifier("sigmoid", kit.CCE, units=5, labels=tags),
        kit.classifier("linear", kit.CCE, units=5, from_logits=True, labels=tags),
        kit.classifier("softmax", "mse", units=5, labels=tags),
        kit.classifier(
            "softmax", kit.CCE, units=5, labels=kit.labels("multi-hot", 5, ones=None)
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: sigmoids, rows with one 1, rows with none."""
    rows = kit.labels("one-hot", 5)
    return (
        kit.classifier("sigmoid", "bce", units=5, labels=kit.labels("multi-hot", 5)),
        kit.classifier("softmax", kit.CCE, units=5, labels=rows),
        kit.classifier(
            "softmax", kit.CCE, units=5, labels=kit.labels("multi-hot", 5, ones=(0, 1))
        ),
        kit.classifier("softmax", kit.CCE, units=5),
    )


RULE = kit.Rule(
    code="KC208",
    name="several-labels-under-exclusive-classes",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.WORSE_TRAINING,
    summary="multi-hot labels under softmax or a categorical loss",
    reads=frozenset({"activation", "units", "shape", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
