"""Each sample has a row of labels, but the head has one unit.

## What it checks
Labels with two or more columns against a head of one unit.

## In the log
Under a cross-entropy, `ValueError` in the first step. Under squared error, hinge and
the other losses, and under the focal categorical loss of Keras 3, no error at all: the
unit is broadcast over the columns, the loss falls a little and stays.

## Why it matters
One number is pulled towards every column at once; with one-hot rows it settles
between them. Measured: accuracy 0.43 to 0.57 on two classes.

## When to ignore
Never.

## Source
`squeeze_or_expand_to_same_rank` of keras.losses, Keras 3.15.1.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if rows of labels meet one unit."""
    if facts.units != 1 or facts.layout is not kit.Layout.ROWS_ON_ONE:
        return
    width = facts.any_labels.width
    match = facts.match
    if match.trains:
        return
    yield RULE.finding(
        facts,
        "labels",
        message=f"{facts.name!r} has one unit for labels of {width or 'several'} "
        "columns",
        because=(
            facts.fact("units"),
            facts.fact("labels", "shape"),
            facts.fact("labels", "encoding"),
        ),
        expected=(("units", width),),
        harm=kit.Harm.NO_LEARNING if not match.raises else None,
        fix=kit.Fix(
            advice=f"give the head {width or 'several'} units, one per column",
            applicability=kit.Applicability.UNSAFE,
            edits=kit.fitting(facts) if facts.knows_labels else (),
        ),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return rows of labels on heads of one unit."""
    return (
        kit.classifier("sigmoid", "bce", labels=kit.labels("one-hot")),
        kit.classifier("sigmoid", "mse", labels=kit.labels("one-hot", 3)),
        kit.classifier("linear", "hinge", labels=kit.labels("one-hot")),
        kit.regressor("linear", "mse", labels=kit.labels("continuous", shape=(64, 4))),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: one column, several units, labels not given."""
    return (
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary", column=True)),
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary")),
        kit.classifier("softmax", kit.CCE, units=3, labels=kit.labels("one-hot", 3)),
        kit.classifier("sigmoid", "bce"),
    )


RULE = kit.Rule(
    code="KC203",
    name="rows-on-one-unit",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="labels of several columns on a head of one unit",
    reads=frozenset({"activation", "units", "shape", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
