"""A custom loss class may broadcast (samples,) against (samples, 1).

## What it checks
A custom loss given as an object, on one unit, with labels of shape (samples,), in
Keras 3.

## In the log
A loss that falls a little and stays; all predictions near the mean label.

## Why it matters
Keras squeezes shapes for its own losses and for plain functions, but passes labels and
output unchanged to a subclass of `keras.losses.Loss`. (samples,) minus (samples, 1) is
a table of (samples, samples), whose mean is least for a constant. Measured: accuracy
0.477; 0.986 with labels of shape (samples, 1).

## When to ignore
When the loss reshapes its arguments itself, which cannot be seen from outside.

## Source
`keras.losses.Loss.__call__`, Keras 3.15.1; Keras 2 widens such labels first.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a note if a custom loss object gets flat labels."""
    loss = facts.any_loss
    if loss.kind is not kit.LossKind.CUSTOM or loss.given != "object":
        return
    if facts.generation < (3, 0) or facts.units != 1:
        return
    if len(facts.any_labels.shape) != 1 or len(facts.shape) != 2:
        return
    yield RULE.finding(
        facts,
        "labels",
        message=(
            f"{loss.name} gets labels of shape (samples,) and an output of "
            f"(samples, 1) at {facts.name!r}, which broadcast"
        ),
        because=(facts.fact("labels", "shape"), facts.fact("loss")),
        expected=(("labels.shape", "(samples, 1)"),),
        fix=kit.Fix(
            advice="give the labels a last axis of 1",
            applicability=kit.Applicability.DISPLAY,
        ),
    )


def _own(given: str) -> kit.Loss:
    return kit.Loss(name="own>MyLoss", kind=kit.LossKind.CUSTOM, given=given)


def bad() -> tuple[kit.Description, ...]:
    """Return own loss objects with flat labels."""
    return (
        kit.classifier("sigmoid", _own("object"), labels=kit.labels("binary")),
        kit.regressor(loss=_own("object")),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: functions, columns, Keras 2."""
    flat = kit.labels("binary")
    return (
        kit.classifier("sigmoid", _own("function"), labels=flat),
        kit.classifier(
            "sigmoid", _own("object"), labels=kit.labels("binary", column=True)
        ),
        kit.classifier("sigmoid", _own("object"), labels=flat, keras="2.15.0"),
        kit.classifier("sigmoid", "bce", labels=flat),
    )


RULE = kit.Rule(
    code="KC214",
    name="own-loss-may-broadcast",
    severity=kit.Severity.NOTE,
    harm=kit.Harm.NO_LEARNING,
    confidence=kit.Confidence.MEDIUM,
    summary="a custom loss class on labels of shape (samples,)",
    reads=frozenset({"units", "shape", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
