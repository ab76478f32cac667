"""A head has units for classes that never occur.

## What it checks
Class ids or one-hot rows that use fewer classes than the head has units, in a sample
that should show them all: it has ten rows for each unit, or every class that it has
comes up ten times. If no class is rare, unseen ones have hardly any share: by the
estimate of Good and Turing, that of the classes seen once.

## In the log
Nothing.

## Why it matters
Unused units do no harm: their probability goes to zero (measured: 0.977 with a spare
column, 0.978 without). They often point to another mistake: one-based ids, a class lost
in filtering, the wrong label file.

## When to ignore
When the sample is known to lack some classes.

## Source
Reference training of four units on three classes, Keras 3.15.1; I. J. Good, 1953, for
the share of unseen classes.
"""

from collections.abc import Iterator

from kerascheck import kit

ROWS_A_UNIT = 10

OFTEN = 10
"""Times that each class comes up if the sample shows all there are."""


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a note if units have no class."""
    if facts.loss.kind not in kit.ONE_CLASS:
        return
    labels, units = facts.labels, facts.units
    complete = labels.rarest is not None and labels.rarest >= OFTEN
    if labels.classes is None:
        return
    if labels.samples < ROWS_A_UNIT * units and not complete:
        return
    ids = labels.integral and labels.high is not None and labels.high < units
    if labels.classes >= units or labels.classes < 2 or not ids:
        return
    yield RULE.finding(
        facts,
        "units",
        message=(
            f"{facts.name!r} has {units} units, but only {labels.classes} classes "
            f"occur in {labels.samples} labels"
        ),
        because=(facts.fact("units"), facts.fact("labels", "classes")),
        expected=(("units", labels.classes),),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return heads with spare units."""
    base = kit.classifier("softmax", kit.SCCE, units=9, labels=kit.labels("binary"))
    return (
        base,
        kit.vary(base, units=4, labels=kit.labels("class-ids", 3, low=1.0, high=3.0)),
        kit.vary(
            base, units=131, labels=kit.labels("class-ids", 3, samples=750, rarest=240)
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: a class a unit, small samples."""
    base = kit.classifier("softmax", kit.SCCE, units=3)
    return (
        kit.classifier("softmax", kit.SCCE, units=3, labels=kit.labels("class-ids", 3)),
        kit.vary(
            base,
            units=100,
            labels=kit.labels("class-ids", 60, samples=128, rarest=1),
        ),
        base,
    )


RULE = kit.Rule(
    code="KC211",
    name="units-without-class",
    severity=kit.Severity.NOTE,
    harm=kit.Harm.FRAGILE,
    confidence=kit.Confidence.MEDIUM,
    summary="more units than classes that occur",
    reads=frozenset({"units", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
