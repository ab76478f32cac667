"""A Poisson loss takes the log of outputs that can be negative.

## What it checks
`Poisson` on a head that can go below zero (linear, tanh, ...), or with labels below
zero.

## In the log
`nan`, in the first epoch or later.

## Why it matters
The loss is prediction - label * log(prediction). Measured: `nan` in every linear and
tanh setup.

## When to ignore
Never.

## Source
`poisson`, Keras 3.15.1.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if a rate, or a count, can be negative."""
    loss = facts.loss
    if loss.kind is not kit.LossKind.POISSON:
        return
    negative = kit.ACTIVATIONS[facts.activation].low < 0
    if negative:
        yield _rates(facts)
    if negative and not facts.knows_labels:
        return
    low = facts.labels.low
    if low is not None and low < 0:
        yield _counts(facts)


def _rates(facts: kit.Facts) -> kit.Finding:
    return RULE.finding(
        facts,
        "activation",
        message=(
            f"{facts.loss.name} takes the log of the {facts.activation} values of "
            f"{facts.name!r}, which can be negative"
        ),
        because=(facts.fact("activation"), facts.fact("loss")),
        expected=(("activation", "softplus"),),
        fix=kit.Fix(
            applicability=kit.Applicability.UNSAFE,
            edits=(
                kit.SetActivation(head=facts.name, activation=kit.Activation.SOFTPLUS),
            ),
        ),
    )


def _counts(facts: kit.Facts) -> kit.Finding:
    return RULE.finding(
        facts,
        "labels",
        message=(
            f"{facts.loss.name} expects counts of 0 or more, but the labels of "
            f"{facts.name!r} go down to {facts.labels.low:g}"
        ),
        because=(facts.fact("labels", "low"), facts.fact("loss")),
        expected=(("labels.low", 0),),
        harm=kit.Harm.WORSE_TRAINING,
        fix=kit.Fix(
            applicability=kit.Applicability.UNSAFE,
            edits=(
                kit.SetActivation(head=facts.name, activation=kit.Activation.LINEAR),
                kit.SetLoss(head=facts.name, name="MeanSquaredError"),
            ),
        ),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return rates and counts that can be negative."""
    return (
        kit.regressor("linear", "poisson", labels=kit.labels("class-ids", 20)),
        kit.classifier("tanh", "poisson"),
        kit.classifier("hard_silu", "poisson"),
        kit.regressor("softplus", "poisson", labels=kit.labels("continuous")),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: positive heads, unknown heads, other losses."""
    counts = kit.labels("class-ids", 20)
    return (
        kit.regressor("exponential", "poisson", labels=counts),
        kit.regressor("softplus", "poisson", labels=counts),
        kit.classifier("unknown", "poisson"),
        kit.regressor("linear", "mse"),
    )


RULE = kit.Rule(
    code="KC113",
    name="negative-rates-under-poisson",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.NO_LEARNING,
    summary="a Poisson loss on values that can be negative",
    reads=frozenset({"activation", "loss", "labels"}),
    turns_nan=True,
    check=check,
    bad=bad,
    good=good,
)
