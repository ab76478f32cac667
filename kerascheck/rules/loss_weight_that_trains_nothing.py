"""The weight of a loss is zero or negative.

## What it checks
`loss_weights` of 0 or below.

## In the log
A head whose loss stays where it is (0), or grows (negative).

## Why it matters
A weight of 0 cancels the gradient; a negative one makes training maximize the loss.

## When to ignore
When a head is switched off on purpose, or an adversary is trained by sign.

## Source
`compile`, Keras 3.15.1, argument `loss_weights`.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if a weight cancels or reverses the loss."""
    weight = facts.head.loss_weight
    if weight is None or not weight <= 0 or facts.head.loss is None:
        return
    all_off = all(h.loss_weight == 0 for h in facts.model.heads if h.loss is not None)
    yield RULE.finding(
        facts,
        "loss_weight",
        message=f"the loss of {facts.name!r} has a weight of {weight:g}, which "
        + ("maximizes it" if weight < 0 else "trains nothing"),
        because=(facts.fact("loss_weight"),),
        expected=(("loss_weight", "above 0"),),
        severity=_severity(weight, all_off=all_off),
        fix=kit.Fix(
            advice="give the loss a weight above 0",
            applicability=kit.Applicability.DISPLAY,
        ),
    )


def _severity(weight: float, *, all_off: bool) -> kit.Severity | None:
    if all_off:
        return kit.Severity.ERROR
    return kit.Severity.WARNING if weight < 0 else None


def bad() -> tuple[kit.Description, ...]:
    """Return weights that train nothing."""
    return (
        kit.with_head(
            kit.classifier("sigmoid", "bce", loss_weight=1.0),
            kit.regressor(loss_weight=0.0),
        ),
        kit.classifier("sigmoid", "bce", loss_weight=0.0),
        kit.classifier("sigmoid", "bce", loss_weight=-1.0),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: small weights, none at all."""
    return (
        kit.classifier("sigmoid", "bce", loss_weight=0.01),
        kit.classifier("sigmoid", "bce"),
    )


RULE = kit.Rule(
    code="KC402",
    name="loss-weight-that-trains-nothing",
    severity=kit.Severity.NOTE,
    harm=kit.Harm.NO_LEARNING,
    summary="a loss weight of zero or less",
    reads=frozenset({"loss", "loss_weight"}),
    check=check,
    bad=bad,
    good=good,
)
