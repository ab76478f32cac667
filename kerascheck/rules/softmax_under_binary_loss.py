"""One distribution over classes is scored column by column.

## What it checks
A softmax head of two or more units under binary cross-entropy.

## In the log
Nothing: the loss is exactly that of a sigmoid head.

## Why it matters
Binary cross-entropy trains each column as its own yes or no: on TensorFlow it trains
the sigmoids of the logits, while `predict` returns their softmax. The argmax is right;
the probabilities are not those that were trained: calibration error 0.09 to 0.10
against 0.02 on overlapping classes. JAX and PyTorch have no such shortcut, nor has
TensorFlow if Keras 3 casts the output to the dtype of the loss, as under
`mixed_float16`: there the softmax itself is trained, and was measured to be calibrated
(0.017 under `mixed_float16` and 0.018 under `mixed_bfloat16` over 5 seeds, 0.090 in
float32). That is a note: the same head in float32 on TensorFlow is not. With several
labels a sample, softmax cannot predict two of them at once and loses 0.13 to 0.21 of
per-label accuracy.

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
    if facts.activation is not kit.Activation.SOFTMAX or not (facts.has_several_units):
        return
    several = facts.knows_labels and facts.encoding is kit.Encoding.MULTI_HOT
    fragile = not several and _trains_the_softmax(facts, loss)
    right = kit.focal_form(loss, "CategoricalCrossentropy")
    yield RULE.finding(
        facts,
        "loss",
        message=(
            f"{loss.name} scores each of {_columns(facts)} of {facts.name!r} on its own"
        ),
        because=(facts.fact("activation"), facts.fact("loss")),
        expected=(("loss", right),),
        severity=_severity(several=several, fragile=fragile),
        harm=_harm(several=several, fragile=fragile),
        fix=_fix(facts, right, several=several),
    )


def _columns(facts: kit.Facts) -> str:
    known = "" if facts.head.units is None else f"{facts.units} "
    return f"the {known}softmax columns"


def _trains_the_softmax(facts: kit.Facts, loss: kit.Loss) -> bool:
    """Say whether the probabilities that `predict` returns are those that train."""
    focal, logits = kit.loss_traits(loss).focal, loss.from_logits is not False
    return facts.loss_sees_logits is False and not focal and not logits


def _severity(*, several: bool, fragile: bool) -> kit.Severity | None:
    if several:
        return kit.Severity.ERROR
    return kit.Severity.NOTE if fragile else None


def _harm(*, several: bool, fragile: bool) -> kit.Harm | None:
    if several:
        return kit.Harm.WORSE_TRAINING
    return kit.Harm.FRAGILE if fragile else None


def _fix(facts: kit.Facts, right: str, *, several: bool) -> kit.Fix:
    if several:
        return kit.Fix(
            applicability=kit.Applicability.UNSAFE,
            edits=(
                kit.SetActivation(head=facts.name, activation=kit.Activation.SIGMOID),
            ),
        )
    return kit.Fix(
        applicability=kit.Applicability.UNSAFE,
        edits=(kit.SetLoss(head=facts.name, name=right),),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return softmax heads under binary cross-entropy."""
    return (
        kit.classifier("softmax", "bce", units=2, labels=kit.labels("one-hot")),
        kit.classifier("softmax", "bce", units=10, labels=kit.labels("one-hot", 10)),
        kit.classifier("softmax", "bce", units=5, labels=kit.labels("multi-hot", 5)),
        kit.classifier("softmax", "BinaryFocalCrossentropy", units=3),
        kit.classifier("softmax", "bce", units=3, compute_dtype="bfloat16"),
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
    reads=frozenset(
        {"activation", "compute_dtype", "units", "shape", "loss", "labels"}
    ),
    check=check,
    bad=bad,
    good=good,
)
