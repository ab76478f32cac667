"""Inputs, labels or sample weights have different numbers of samples.

## What it checks
The first axis of every array that is passed to `fit` as `x`, `y` or `sample_weight`.

## In the log
`ValueError`: "Data cardinality is ambiguous".

## Why it matters
`fit` raises.

## When to ignore
When `fit` is your own.

## Source
`check_data_cardinality`, Keras 3.15.1; `_check_data_cardinality`, tf_keras 2.21.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if arrays of one call differ in length."""
    call = facts.model.fit
    if call is None or not call.lengths:
        return
    counts = ", ".join(f"{count} in {name}" for name, count in call.lengths)
    yield RULE.finding(
        facts,
        "fit",
        message=f"arrays for {facts.name!r} differ in their samples: {counts}",
        because=(facts.fact("fit", value=counts),),
        expected=(("fit", "one entry for each sample"),),
        fix=kit.Fix(
            advice="pass arrays with one entry for each sample",
            applicability=kit.Applicability.DISPLAY,
        ),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return labels and weights that are too few."""
    base = kit.classifier("sigmoid", "bce")
    return (
        kit.trained_on(base, lengths=(("x", 100), ("y", 90))),
        kit.trained_on(base, lengths=(("y", 90), ("sample_weight", 100))),
    )


def good() -> tuple[kit.Description, ...]:
    """Return arrays of one length."""
    base = kit.classifier("sigmoid", "bce")
    return (base, kit.trained_on(base, data="arrays", labels="*"))


RULE = kit.Rule(
    code="KC415",
    name="fit-data-of-different-lengths",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="inputs, labels or weights of different lengths",
    scope="model",
    reads=frozenset(),
    check=check,
    bad=bad,
    good=good,
)
