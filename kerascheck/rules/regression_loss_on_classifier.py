"""A regression loss trains a head that classifies.

## What it checks
Mean squared error, or another regression loss, on a sigmoid, softmax or linear head
whose labels are classes: 0/1, one-hot or multi-hot. On a relu head, which may die,
these and `Poisson` are a warning.

Where nothing is known of the labels, a softmax shows that the units are classes, and so
does an accuracy, or another metric that compares with 0 and 1, of one sigmoid unit.

## In the log
Nothing unusual; with saturated units the first epochs may show no progress.

## Why it matters
Less than is often said. On a sigmoid or softmax head mean squared error is a proper
score, and was measured to end as well as cross-entropy (accuracy 0.987 and 0.986
against 0.987, calibration error 0.007). Its gradient vanishes when a unit is sure and
wrong, and a linear head under it learns more slowly and fails on unscaled inputs.

A relu head has no gradient where it is 0, and may be 0 for all samples. Two separable
classes on one unit, 200 steps, 100 seeds:

| | seeds below 0.9, inputs scaled | inputs 5 times as large | accuracy then | spread |
|---|---|---|---|---|
| squared error, sigmoid | 0 | 0 | 0.985 | 0.002 |
| squared error, linear | 0 | 10 | 0.932 | 0.022 |
| squared error, relu | 0 | 71 | 0.707 | 0.199 |
| absolute error, relu | 1 | 28 | 0.877 | 0.174 |
| `Poisson`, relu | 0 | 6 | 0.944 | 0.027 |

Three units on one-hot rows, inputs scaled: 20 of 100 seeds below 0.9 with relu, none
with softmax or linear.

## When to ignore
When squared error is what you want to report, as with the Brier score.

## Source
Reference training, Keras 3.15.1: Dense(16, relu), Adam(0.01). G. W. Brier, 1950, for
the score.
"""

from collections.abc import Iterator

from kerascheck import kit

_CLASSES = (kit.Encoding.BINARY, kit.Encoding.ONE_HOT, kit.Encoding.MULTI_HOT)
_HEADS = (
    kit.Activation.SIGMOID,
    kit.Activation.SOFTMAX,
    kit.Activation.LINEAR,
    kit.Activation.RELU,
)


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a note if classes are trained by a regression loss."""
    loss = facts.loss
    relu = facts.activation is kit.Activation.RELU
    positive = loss.kind is kit.LossKind.POISSON and relu
    if not (positive or loss.kind is kit.LossKind.REGRESSION):
        return
    if facts.activation not in _HEADS:
        return
    if facts.labels_say_little and _classifies(facts):
        yield _without_labels(facts)
        return
    if facts.layout is not kit.Layout.SAME or facts.encoding not in _CLASSES:
        return
    if not facts.labels.fits(*_CLASSES):
        return
    yield RULE.finding(
        facts,
        "loss",
        message=f"{loss.name} trains {facts.name!r}, whose labels are classes",
        because=(facts.fact("loss"), facts.fact("labels", "encoding")),
        expected=(("loss", "a cross-entropy"),),
        severity=kit.Severity.WARNING if relu else None,
        harm=kit.Harm.FRAGILE if relu else None,
        fix=kit.Fix(
            advice="compile with a cross-entropy",
            applicability=kit.Applicability.UNSAFE,
            edits=kit.fitting(facts),
        ),
    )


def _classifies(facts: kit.Facts) -> bool:
    """Say whether the head or its metrics show that it classifies."""
    if facts.activation is kit.Activation.SOFTMAX:
        return facts.has_several_units
    if facts.activation is not kit.Activation.SIGMOID or facts.shape[1:] != (1,):
        return False
    return any(metric.traits.zero_one for metric in facts.head_metrics)


def _without_labels(facts: kit.Facts) -> kit.Finding:
    loss = facts.loss
    softmax = facts.activation is kit.Activation.SOFTMAX
    shown = "whose softmax scores classes" if softmax else "which is scored as a class"
    return RULE.finding(
        facts,
        "loss",
        message=f"{loss.name} trains {facts.name!r}, {shown}",
        because=(facts.fact("activation"), facts.fact("loss")),
        expected=(("loss", "a cross-entropy"),),
        confidence=kit.Confidence.MEDIUM,
        fix=kit.Fix(
            advice="compile with a cross-entropy",
            applicability=kit.Applicability.UNSAFE,
            edits=kit.fitting(facts),
        ),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return heads with class labels under regression losses."""
    return (
        kit.classifier("sigmoid", "mse", labels=kit.labels("binary")),
        kit.classifier("sigmoid", "mae", labels=kit.labels("binary")),
        kit.classifier("softmax", "mse", units=3, labels=kit.labels("one-hot", 3)),
        kit.classifier("linear", "mse", labels=kit.labels("binary")),
        kit.classifier("relu", "mse", labels=kit.labels("binary")),
        kit.classifier("relu", "poisson", units=3, labels=kit.labels("one-hot", 3)),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: real targets, unknown labels, a cross-entropy."""
    return (
        kit.regressor("linear", "mse"),
        kit.regressor("relu", "poisson", labels=kit.labels("class-ids", 20)),
        kit.classifier("sigmoid", "mse"),
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary")),
        kit.classifier("linear", "mse", labels=kit.labels("class-ids", 29)),
    )


RULE = kit.Rule(
    code="KC108",
    name="regression-loss-on-classifier",
    severity=kit.Severity.NOTE,
    harm=kit.Harm.WORSE_TRAINING,
    summary="a regression loss on a head whose labels are classes",
    reads=frozenset({"activation", "units", "shape", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
