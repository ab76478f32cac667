"""One distribution over classes is scored column by column.

## What it checks
A softmax head of two or more units under binary cross-entropy.

## In the log
Nothing: the loss is exactly that of a sigmoid head.

## Why it matters
Binary cross-entropy trains each column as its own yes or no: on TensorFlow it trains
the sigmoids of the logits, while `predict` returns their softmax. The argmax is right;
the probabilities are not those that were trained: calibration error 0.09 to 0.10
against 0.02 on overlapping classes. JAX and PyTorch have no such shortcut: there the
softmax itself is trained, and was measured to be calibrated. With several labels a
sample, softmax cannot predict two of them at once and loses 0.13 to 0.21 of per-label
accuracy.

## When to ignore
When only the argmax of the predictions is ever used, and each sample has one class.

## Source
`_get_logits` in the TensorFlow backend of Keras 3.15.1 takes the logits of any
activation; reference training of both heads.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if a softmax is scored column by column."""
    loss = facts.loss
    if loss.kind is not kit.LossKind.BINARY:
        return
    if facts.activation is not kit.Activation.SOFTMAX or facts.units < 2:
        return
    several = facts.knows_labels and facts.encoding is kit.Encoding.MULTI_HOT
    yield RULE.finding(
        facts,
        "loss",
        message=(
            f"{loss.name} scores each of the {facts.units} softmax columns of "
            f"{facts.name!r} on its own"
        ),
        because=(facts.fact("activation"), facts.fact("loss")),
        expected=(("loss", "CategoricalCrossentropy"),),
        severity=kit.Severity.ERROR if several else None,
        harm=kit.Harm.WORSE_TRAINING if several else None,
        fix=_fix(facts, several=several),
    )


def _fix(facts: kit.Facts, *, several: bool) -> kit.Fix:
    if several:
        return kit.Fix(
            applicability=kit.Applicability.UNSAFE,
            edits=(
                kit.SetActivation(head=facts.name, activation=kit.Activation.SIGMOID),
            ),
        )
    return kit.Fix(
        applicability=kit.Applicability.UNSAFE,
        edits=(kit.SetLoss(head=facts.name, name="CategoricalCrossentropy"),),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return softmax heads under binary cross-entropy."""
    return (
        kit.classifier("softmax", "bce", units=2, labels=kit.labels("one-hot")),
        kit.classifier("softmax", "bce", units=10, labels=kit.labels("one-hot", 10)),
        kit.classifier("softmax", "bce", units=5, labels=kit.labels("multi-hot", 5)),
        kit.classifier("softmax", "BinaryFocalCrossentropy", units=3),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: the matching loss, sigmoid units, one unit."""
    return (
        kit.classifier("softmax", kit.CCE, units=2),
        kit.classifier("sigmoid", "bce", units=5, labels=kit.labels("multi-hot", 5)),
        kit.classifier("sigmoid", "bce"),
        kit.classifier("unknown", "bce", units=2),
    )


RULE = kit.Rule(
    code="KC107",
    name="softmax-under-binary-loss",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.MISCALIBRATED,
    summary="a softmax head under binary cross-entropy",
    by_backend=True,
    reads=frozenset({"activation", "units", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
