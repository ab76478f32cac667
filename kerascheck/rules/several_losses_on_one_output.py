"""A list of losses is compiled for a single output.

## What it checks
A list or tuple of two losses or more for a model with one output, unless the labels are
passed as a list with one array.

## In the log
The first loss is what `loss` shows; the others stay at 0.0 in Keras 3.

## Why it matters
Keras trains with the first loss alone. Measured with Keras 3.15.1 and tf_keras 2.21:
`loss=["mse", "mae"]` on one output shows and trains the squared error. Labels as
`[y]` make Keras 3 add all of them up.

## When to ignore
When the others are there to be switched on later.

## Source
`CompileLoss.call`, Keras 3.15.1: with one output the first loss value is returned.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if losses are passed that train nothing."""
    spare = facts.head.spare_losses
    call = facts.model.fit
    if not spare or (call is not None and call.labels not in (None, "*")):
        return
    first = facts.any_loss.name
    yield RULE.finding(
        facts,
        "loss",
        message=f"only {first} trains {facts.name!r}, not {' or '.join(spare)}",
        because=(facts.fact("spare_losses"),),
        expected=(("loss", "one loss"),),
        fix=kit.Fix(
            advice="compile one loss, a function that returns the sum of them",
            applicability=kit.Applicability.DISPLAY,
        ),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return a second loss."""
    return (
        kit.regressor(spare_losses=("MeanAbsoluteError",)),
        kit.classifier("sigmoid", "bce", spare_losses=("MeanSquaredError", "Dice")),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: one loss, and labels for which all are added up."""
    two = kit.regressor(spare_losses=("MeanAbsoluteError",))
    return (kit.regressor(), kit.trained_on(two, labels="[*]"))


RULE = kit.Rule(
    code="KC416",
    name="several-losses-on-one-output",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.WORSE_TRAINING,
    summary="a list of losses for a single output",
    reads=frozenset({"spare_losses", "loss"}),
    check=check,
    bad=bad,
    good=good,
)
