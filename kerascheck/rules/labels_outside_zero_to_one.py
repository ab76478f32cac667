"""Labels of a binary cross-entropy are outside [0, 1].

## What it checks
Binary cross-entropy or its focal form with labels below 0 or above 1: {-1, 1},
{1, 2}, {0, 255}, ids of three or more classes on one unit, real targets.

## In the log
The loss falls below zero and keeps falling without bound. A negative cross-entropy
proves such labels.

## Why it matters
The loss is a sum of two logs weighted by label and 1 - label; outside [0, 1] one of the
weights is negative, and rewards being wrong. {1, 2} ends with everything predicted
positive, accuracy 0.495; three ids on one unit end at 0.556 with a loss of -219. {-1,
1} still separates balanced classes, but accuracy shows 0.47 for a model that is right
97 times in 100.

## When to ignore
Never.

## Source
`binary_crossentropy`, Keras 3.15.1; negative losses in 136 setups, all of them with
such labels.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if labels are outside [0, 1]."""
    loss = facts.loss
    if loss.kind is not kit.LossKind.BINARY:
        return
    labels = facts.labels
    if labels.low is None or labels.high is None:
        return
    if labels.low >= 0 and labels.high <= 1:
        return
    signed = labels.encoding is kit.Encoding.SIGNED_BINARY
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
        harm=_signed_harm(facts) if signed else None,
        fix=kit.Fix(
            advice=_title(labels),
            applicability=kit.Applicability.UNSAFE,
            edits=kit.fitting(facts),
        ),
    )


def _signed_harm(facts: kit.Facts) -> kit.Harm:
    """Signs still separate the classes; metrics and probabilities suffer."""
    return kit.Harm.MISREPORTED if facts.metrics else kit.Harm.MISCALIBRATED


def _title(labels: kit.Labels) -> str:
    if labels.classes == 2:
        return "encode the two classes as 0 and 1"
    if labels.fits(kit.Encoding.CLASS_IDS):
        return "use one softmax unit per class and sparse categorical cross-entropy"
    return "use a linear head and a regression loss"


def bad() -> tuple[kit.Description, ...]:
    """Return labels outside [0, 1] under binary cross-entropy."""
    two = kit.labels("class-ids", low=1.0, high=2.0)
    ids = kit.labels("class-ids", 4)
    base = kit.classifier("sigmoid", "bce", labels=two)
    return (
        base,
        kit.vary(base, labels=kit.labels("signed-binary"), metrics=("accuracy",)),
        kit.vary(base, labels=kit.labels("class-ids", low=0.0, high=255.0)),
        kit.classifier("sigmoid", "bce", labels=ids, metrics=("accuracy",)),
        kit.classifier("linear", "bce", from_logits=True, labels=two),
        kit.classifier("sigmoid", "bce", labels=kit.labels("continuous", high=100.0)),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: 0/1, soft labels, signs under hinge, labels not given."""
    return (
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary")),
        kit.classifier("sigmoid", "bce", labels=kit.labels("probability")),
        kit.classifier("linear", "hinge", labels=kit.labels("signed-binary")),
        kit.classifier("sigmoid", "bce"),
        kit.classifier("sigmoid", "bce", units=5, labels=kit.labels("multi-hot", 5)),
    )


RULE = kit.Rule(
    code="KC206",
    name="labels-outside-zero-to-one",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.NO_LEARNING,
    summary="labels outside [0, 1] under binary cross-entropy",
    reads=frozenset({"activation", "units", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
