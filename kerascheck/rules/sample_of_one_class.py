"""All labels in the sample belong to one class.

## What it checks
Class labels with a single distinct class.

## In the log
An accuracy of 1.000 and a loss that goes to zero.

## Why it matters
Nothing can be learned or measured from one class; the usual cause is the first part of
a sorted file.

## When to ignore
When the sample is small and the class common.

## Source
The labels themselves.
"""

from collections.abc import Iterator

from kerascheck import kit

_CLASSES = (
    kit.Encoding.BINARY,
    kit.Encoding.ONE_HOT,
    kit.Encoding.CLASS_IDS,
    kit.Encoding.STRINGS,
)


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a note if the sample holds one class."""
    labels = facts.labels
    if facts.encoding not in _CLASSES or labels.classes != 1 or labels.samples < 2:
        return
    yield RULE.finding(
        facts,
        "labels",
        message=f"all {labels.samples} labels of {facts.name!r} belong to one class",
        because=(facts.fact("labels", "classes"), facts.fact("labels", "samples")),
        expected=(("labels.classes", "2 or more"),),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return samples of one class."""
    return (
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary", 1, majority=1.0)),
        kit.classifier(
            "softmax",
            kit.CCE,
            units=3,
            labels=kit.labels("one-hot", 3, majority=1.0, samples=64),
        ).with_labels({"out": kit.labels("class-ids", 1, shape=(64, 3), majority=1.0)}),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: two classes, one sample, real targets."""
    return (
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary")),
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary", samples=1)),
        kit.regressor(labels=kit.labels("continuous", 1)),
    )


RULE = kit.Rule(
    code="KC210",
    name="sample-of-one-class",
    severity=kit.Severity.NOTE,
    harm=kit.Harm.NO_LEARNING,
    confidence=kit.Confidence.MEDIUM,
    summary="a sample of labels with a single class",
    reads=frozenset({"labels"}),
    check=check,
    bad=bad,
    good=good,
)
