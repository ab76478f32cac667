"""Labels are strings, which no loss of Keras can compute with.

## What it checks
Labels of a string type, "0" and "1" included, under any loss of Keras.

## In the log
`ValueError: Invalid dtype` at the start of `fit`.

## Why it matters
A loss only computes with tensors of numbers.

## When to ignore
When the text is encoded between the file that was checked and `fit`.

## Source
Keras 3.15.1: raised in 140 of 140 setups.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if labels are text."""
    if facts.labels.dtype != "str":
        return
    yield RULE.finding(
        facts,
        "labels",
        message=f"the labels of {facts.name!r} are text, but {facts.loss.name} expects "
        "numbers",
        because=(facts.fact("labels", "dtype"), facts.fact("loss")),
        expected=(("labels.dtype", "int64"),),
        fix=kit.Fix(
            advice="number the classes from 0",
            applicability=kit.Applicability.DISPLAY,
            edits=kit.fitting(facts),
        ),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return text under losses of numbers."""
    text = kit.labels("strings")
    return (
        kit.classifier("sigmoid", "bce", labels=text),
        kit.classifier("softmax", kit.SCCE, units=2, labels=text),
        kit.classifier("linear", "mse", labels=text),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: numbers, a custom loss, labels not given."""
    text = kit.labels("strings")
    return (
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary")),
        kit.classifier("sigmoid", "my_own_loss", labels=text),
        kit.classifier("sigmoid", "bce"),
    )


RULE = kit.Rule(
    code="KC207",
    name="string-labels",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="labels that are text",
    reads=frozenset({"activation", "units", "shape", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
