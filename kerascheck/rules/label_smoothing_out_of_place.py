"""Label smoothing erases the labels, or smooths labels that are already soft.

## What it checks
`label_smoothing` of 1 or more, and smoothing of labels that are soft.

## In the log
At 1 or more: a loss that stays at that of guessing, or rises.

## Why it matters
Smoothing mixes each label with the mean over classes; at 1 nothing else is left, above
1 the labels are inverted. Labels that are already probabilities are pulled to the
middle once more. A small negative value was measured to do no harm.

## When to ignore
On soft labels, when the second smoothing is intended.

## Source
`binary_crossentropy` and `categorical_crossentropy`, Keras 3.15.1; C. Szegedy and
others, 2016, for the method.
"""

from collections.abc import Iterator

from kerascheck import kit

_SOFT = (kit.Encoding.PROBABILITY, kit.Encoding.DISTRIBUTION)


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if smoothing erases labels or meets soft ones."""
    loss = facts.loss
    smoothing = loss.argument("label_smoothing", 0.0)
    if not isinstance(smoothing, (int, float)) or smoothing == 0:
        return
    erased = smoothing >= 1
    soft = (facts.knows_labels or not erased) and _are_soft(facts)
    if not erased and not soft:
        return
    yield RULE.finding(
        facts,
        "loss",
        "label_smoothing",
        message=(
            f"label_smoothing of {smoothing:g} "
            + (
                f"erases the labels of {facts.name!r}"
                if erased
                else f"smooths the labels of {facts.name!r} a second time"
            )
        ),
        because=(facts.fact("loss", "label_smoothing", value=smoothing),),
        expected=(("loss.label_smoothing", 0.0),),
        severity=None if erased else kit.Severity.NOTE,
        harm=None if erased else kit.Harm.MISCALIBRATED,
        fix=kit.Fix(
            applicability=kit.Applicability.UNSAFE,
            edits=(_without(facts, loss),),
        ),
    )


def _are_soft(facts: kit.Facts) -> bool:
    return facts.encoding in _SOFT and facts.labels.fits(*_SOFT)


def _without(facts: kit.Facts, loss: kit.Loss) -> kit.SetLoss:
    kept = tuple((k, v) for k, v in loss.arguments if k != "label_smoothing")
    return kit.SetLoss(
        head=facts.name, name=loss.name, from_logits=loss.from_logits, arguments=kept
    )


def _smoothed(name: str, smoothing: float) -> kit.Loss:
    return kit.loss_called(name, arguments=(("label_smoothing", smoothing),))


def bad() -> tuple[kit.Description, ...]:
    """Return smoothing that erases labels, or is applied twice."""
    soft = kit.labels("distribution", 3)
    return (
        kit.classifier("sigmoid", _smoothed("bce", 1.0)),
        kit.classifier("softmax", _smoothed(kit.CCE, 1.2), units=3),
        kit.classifier("softmax", _smoothed(kit.CCE, 0.1), units=3, labels=soft),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: usual smoothing, none, soft labels alone."""
    rows = kit.labels("one-hot", 3)
    soft = kit.labels("distribution", 3)
    return (
        kit.classifier("softmax", _smoothed(kit.CCE, 0.1), units=3, labels=rows),
        kit.classifier("softmax", kit.CCE, units=3, labels=soft),
        kit.classifier("sigmoid", _smoothed("bce", 0.0)),
        kit.classifier("softmax", _smoothed(kit.CCE, -0.1), units=3, labels=rows),
    )


RULE = kit.Rule(
    code="KC115",
    name="label-smoothing-out-of-place",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.NO_LEARNING,
    summary="label smoothing that erases labels or meets soft ones",
    reads=frozenset({"loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
