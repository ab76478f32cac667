"""Some rows of labels hold no class at all.

## What it checks
Rows of 0/1 with no 1, and none with two, under a categorical loss.

## In the log
A loss that is lower than it should be, by the share of these rows.

## Why it matters
A row of zeros adds nothing to categorical cross-entropy: training skips the sample, and
an argmax metric counts it as class 0.

## When to ignore
When these rows are padding and are meant to be skipped.

## Source
`categorical_crossentropy`, Keras 3.15.1.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a note if rows of zeros meet a categorical loss."""
    if facts.loss.kind is not kit.LossKind.CATEGORICAL or facts.units < 2:
        return
    labels = facts.labels
    if labels.ones is None or labels.ones[0] > 0 or labels.ones[1] > 1:
        return
    yield RULE.finding(
        facts,
        "labels",
        message=f"some rows of labels of {facts.name!r} hold no class",
        because=(facts.fact("labels", "ones"), facts.fact("loss")),
        expected=(("labels.ones", "(1, 1)"),),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return rows of zeros."""
    some = kit.labels("multi-hot", 3, ones=(0, 1))
    return (kit.classifier("softmax", kit.CCE, units=3, labels=some),)


def good() -> tuple[kit.Description, ...]:
    """Return near misses: one-hot rows, multi-hot rows, the binary loss."""
    some = kit.labels("multi-hot", 3, ones=(0, 1))
    return (
        kit.classifier("softmax", kit.CCE, units=3, labels=kit.labels("one-hot", 3)),
        kit.classifier("sigmoid", "bce", units=3, labels=some),
    )


RULE = kit.Rule(
    code="KC212",
    name="rows-without-class",
    severity=kit.Severity.NOTE,
    harm=kit.Harm.WORSE_TRAINING,
    confidence=kit.Confidence.MEDIUM,
    summary="rows of labels without a class under a categorical loss",
    reads=frozenset({"units", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
