"""A hinge loss expects a margin that the head cannot reach.

## What it checks
`Hinge` or `SquaredHinge` on a head that ends in sigmoid, softmax, relu or another
activation with values on one side of zero only.

## In the log
A loss that stops at a floor of about 0.5.

## Why it matters
Hinge expects -1 or less for one class and +1 or more for the other. A sigmoid reaches
neither -1 nor beyond 1; its decisions come out right, its values mean nothing:
calibration error 0.17 on overlapping classes.

## When to ignore
When only the ranking of the values is used.

## Source
`hinge`, Keras 3.15.1, which maps labels of 0 and 1 to -1 and 1.
"""

from collections.abc import Iterator

from kerascheck import kit

_ZERO_AND_ONE = (kit.Encoding.BINARY, kit.Encoding.ONE_HOT, kit.Encoding.MULTI_HOT)


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if the margin is outside the head's range."""
    loss = facts.loss
    if loss.kind is not kit.LossKind.HINGE:
        return
    if kit.ACTIVATIONS[facts.activation].low < 0:
        return
    loss_fits = _crossentropy(facts)
    yield RULE.finding(
        facts,
        "activation",
        message=(
            f"{loss.name} expects values beyond -1 and 1, but {facts.name!r} ends in "
            f"{facts.activation}"
        ),
        because=(facts.fact("activation"), facts.fact("loss")),
        expected=(
            ("loss", "a cross-entropy") if loss_fits else ("activation", "linear"),
        ),
        fix=kit.Fix(
            applicability=kit.Applicability.UNSAFE,
            edits=loss_fits
            or (kit.SetActivation(head=facts.name, activation=kit.Activation.LINEAR),),
        ),
    )


def _crossentropy(facts: kit.Facts) -> tuple[kit.Edit, ...]:
    """Return the edit to a cross-entropy, if the head is right for it.

    A head of probabilities says that these are wanted, and the margins of a linear one
    are none either: under hinge their calibration error is 0.11.
    """
    if facts.activation not in kit.PROBABILITIES or not facts.knows_labels:
        return ()
    if facts.encoding not in _ZERO_AND_ONE or not facts.labels.fits(*_ZERO_AND_ONE):
        return ()
    edits = kit.fitting(facts)
    return edits if [type(edit) for edit in edits] == [kit.SetLoss] else ()


def bad() -> tuple[kit.Description, ...]:
    """Return one-sided heads under hinge."""
    return (
        kit.classifier("sigmoid", "hinge", labels=kit.labels("binary")),
        kit.classifier("sigmoid", "squared_hinge"),
        kit.classifier("relu", "hinge", labels=kit.labels("signed-binary")),
        kit.classifier("softmax", "hinge", units=2, labels=kit.labels("one-hot")),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: linear, tanh, unknown heads."""
    return (
        kit.classifier("linear", "hinge", labels=kit.labels("binary")),
        kit.classifier("tanh", "hinge", labels=kit.labels("signed-binary")),
        kit.classifier("unknown", "hinge"),
        kit.classifier("sigmoid", "bce"),
    )


RULE = kit.Rule(
    code="KC114",
    name="hinge-on-bounded-head",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.MISCALIBRATED,
    summary="a hinge loss on a head that cannot reach its margin",
    reads=frozenset({"activation", "units", "shape", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
