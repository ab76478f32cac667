"""Continuous targets are scored as classes.

## What it checks
Sparse categorical cross-entropy with labels that are not whole numbers, and categorical
cross-entropy with rows outside [0, 1].

## In the log
Sparse: nothing; the labels are silently truncated to whole ids. Categorical: a loss
below zero, or one that grows.

## Why it matters
The sparse loss casts labels to integers, so that 0.9 becomes class 0. The categorical
one weights logs by the labels, and a negative weight rewards being wrong.

## When to ignore
Never.

## Source
`sparse_categorical_crossentropy`, Keras 3.15.1, casts its targets to int64.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if labels are not classes."""
    loss = facts.loss
    if loss.kind is kit.LossKind.SPARSE:
        wrong = not facts.labels.integral and facts.labels.low is not None
    elif loss.kind is kit.LossKind.CATEGORICAL:
        wrong = facts.layout is kit.Layout.SAME and _outside(facts.labels)
    else:
        return
    if not wrong:
        return
    yield RULE.finding(
        facts,
        "labels",
        message=f"{loss.name} expects classes, but the labels of {facts.name!r} are "
        "continuous",
        because=(
            facts.fact("loss"),
            facts.fact("labels", "encoding"),
            facts.fact("labels", "low"),
            facts.fact("labels", "high"),
        ),
        expected=(("loss", "MeanSquaredError"),),
        fix=kit.Fix(
            advice="use a linear head and a regression loss",
            applicability=kit.Applicability.UNSAFE,
            edits=kit.fitting(facts),
        ),
    )


def _outside(labels: kit.Labels) -> bool:
    if labels.low is None or labels.high is None:
        return False
    return labels.low < 0 or labels.high > 1


def bad() -> tuple[kit.Description, ...]:
    """Return real targets under categorical losses."""
    base = kit.classifier(
        "softmax", kit.SCCE, units=3, labels=kit.labels("continuous", low=0.0, high=2.0)
    )
    return (
        base,
        kit.vary(
            base, loss=kit.CCE, units=4, labels=kit.labels("continuous", shape=(64, 4))
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: float ids, soft rows, regression."""
    base = kit.classifier("softmax", kit.SCCE, units=3)
    return (
        kit.vary(base, labels=kit.labels("class-ids", 3, dtype="float64")),
        kit.vary(base, loss=kit.CCE, labels=kit.labels("distribution", 3)),
        kit.regressor(),
        base,
    )


RULE = kit.Rule(
    code="KC121",
    name="crossentropy-on-real-targets",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.NO_LEARNING,
    summary="continuous targets under a categorical cross-entropy",
    reads=frozenset({"activation", "units", "shape", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
