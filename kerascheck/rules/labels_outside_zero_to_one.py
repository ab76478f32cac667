"""Labels of a binary cross-entropy are outside [0, 1].

## What it checks
Binary cross-entropy or its focal form with labels below 0 or above 1: {-1, 1}, {1, 2},
{0, 255}, pictures from 0 to 255, ids of three or more classes on one unit, -1 for
unknown, real targets. Rounding errors of up to 0.001 are not reported.

## In the log
The loss falls below zero and keeps falling without bound. A negative cross-entropy
proves such labels.

## Why it matters
The loss is a sum of two logs weighted by label and 1 - label; outside [0, 1] one of the
weights is negative, and rewards being wrong. {1, 2} ends with everything predicted
positive, accuracy 0.495; three ids on one unit end at 0.556 with a loss of -219. {-1,
1} still separates balanced classes, but accuracy shows 0.47 for a model that is right
97 times in 100.

A small overshoot does not hurt decisions, only probabilities. One sigmoid unit, labels
from -d to 1 + d, two overlapping classes, 1000 steps, 12 seeds:

| d | 0 | 0.001 | 0.01 | 0.02 | 0.05 | 0.1 | 0.2 | 1 |
|---|---|---|---|---|---|---|---|---|
| accuracy | 0.792 | 0.793 | 0.792 | 0.792 | 0.792 | 0.790 | 0.792 | 0.794 |
| calibration error | 0.023 | 0.023 | 0.025 | 0.028 | 0.044 | 0.065 | 0.125 | 0.193 |
| loss | 0.44 | 0.44 | 0.43 | 0.42 | 0.36 | 0.17 | -0.34 | -6.8 |

The spread of accuracy is 0.006. With labels 0 and 2 it falls to 0.752. So an overshoot
of up to 0.02 is a note, up to 0.2 a warning, and beyond an error.

## When to ignore
Never.

## Source
`binary_crossentropy`, Keras 3.15.1; negative losses in 136 setups, all of them with
such labels. The table: labels of a Dense(16, relu) network, Adam(0.01).
"""

from collections.abc import Iterator

from kerascheck import kit

ROUNDING = 0.001
"""Overshoot without effect, as min-max scaling and resizing leave it."""

HARMLESS = 0.02
"""Overshoot that moved the calibration error by less than the spread of seeds."""

SMALL = 0.2
"""Overshoot that hurts probabilities and no decision."""


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if labels are outside [0, 1]."""
    loss = facts.loss
    if loss.kind is not kit.LossKind.BINARY:
        return
    labels = facts.labels
    if labels.low is None or labels.high is None or labels.overshoot <= ROUNDING:
        return
    yield RULE.finding(
        facts,
        "labels",
        message=(
            f"{loss.name} expects labels in [0, 1] for {facts.name!r}, got "
            f"{labels.low:g} to {labels.high:g}"
        ),
        because=(
            facts.fact("loss"),
            facts.fact("labels", "low"),
            facts.fact("labels", "high"),
        ),
        expected=(("labels.low", 0), ("labels.high", 1)),
        severity=_severity(labels),
        harm=_harm(facts),
        fix=_fix(facts),
    )


def _severity(labels: kit.Labels) -> kit.Severity | None:
    if labels.overshoot <= HARMLESS:
        return kit.Severity.NOTE
    return kit.Severity.WARNING if labels.overshoot <= SMALL else None


def _harm(facts: kit.Facts) -> kit.Harm | None:
    """Values on both sides of 0.5 still separate the classes."""
    if facts.labels.encoding is kit.Encoding.SIGNED_BINARY:
        return kit.Harm.MISREPORTED if facts.metrics else kit.Harm.MISCALIBRATED
    return kit.Harm.MISCALIBRATED if facts.labels.overshoot <= SMALL else None


def _fix(facts: kit.Facts) -> kit.Fix:
    labels = facts.labels
    if labels.void is not None:
        return _unknown(labels.void)
    edits = kit.fitting(facts)
    if labels.overshoot <= SMALL and not labels.integral and len(labels.values) != 2:
        clip = kit.RepairLabels(head=facts.name, how=kit.LabelRepair.CLIP)
        edits = (clip,)
    return kit.Fix(
        applicability=kit.Applicability.UNSAFE,
        edits=edits,
        advice="recode the labels as 0 and 1, or use a loss that fits them",
    )


def _unknown(void: int) -> kit.Fix:
    """Return the advice for a value that stands for an unknown label."""
    return kit.Fix(
        advice=f"leave the labels of {void} out of the loss: by a sample weight of 0, "
        "or in a loss of your own that multiplies each label's loss by "
        f"(y_true != {void})",
        applicability=kit.Applicability.DISPLAY,
    )


def bad() -> tuple[kit.Description, ...]:
    """Return labels outside [0, 1] under binary cross-entropy."""
    two = kit.labels("class-ids", low=1.0, high=2.0)
    ids = kit.labels("class-ids", 4)
    pictures = kit.labels(
        "class-ids", 256, samples=64, dtype="uint8", shape=(64, 28, 28, 1)
    )
    unknown = kit.labels(
        "class-ids", 2, shape=(512, 5), low=-1.0, void=-1, values=(-1, 0, 1)
    )
    base = kit.classifier("sigmoid", "bce", labels=two)
    return (
        base,
        kit.vary(base, labels=kit.labels("signed-binary"), metrics=("accuracy",)),
        kit.vary(base, labels=kit.labels("class-ids", low=0.0, high=255.0)),
        kit.classifier("sigmoid", "bce", labels=ids, metrics=("accuracy",)),
        kit.classifier("linear", "bce", from_logits=True, labels=two),
        kit.classifier("sigmoid", "bce", labels=kit.labels("continuous", high=100.0)),
        kit.vary(base, labels=kit.labels("probability", high=1.05)),
        kit.vary(base, shape=(None, 28, 28, 1), labels=pictures),
        kit.vary(base, labels=kit.labels("continuous", values=(-0.43, 2.31))),
        kit.vary(base, units=5, labels=unknown),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: 0/1, soft labels, signs under hinge, labels not given."""
    return (
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary")),
        kit.classifier("sigmoid", "bce", labels=kit.labels("probability")),
        kit.classifier("linear", "hinge", labels=kit.labels("signed-binary")),
        kit.classifier("sigmoid", "bce"),
        kit.classifier("sigmoid", "bce", units=5, labels=kit.labels("multi-hot", 5)),
        kit.classifier(
            "sigmoid", "bce", labels=kit.labels("probability", high=1.0000001)
        ),
    )


RULE = kit.Rule(
    code="KC206",
    name="labels-outside-zero-to-one",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.NO_LEARNING,
    summary="labels outside [0, 1] under binary cross-entropy",
    reads=frozenset({"activation", "units", "shape", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
