"""A head ends in logits, and its loss takes them for probabilities.

## What it checks
A head that ends linear, under a cross-entropy compiled with `from_logits=False`,
which is what a loss given as a string or as a function always has.

## In the log
The loss starts far too high, 2 to 5 instead of 0.7, and moves in jumps; it may turn to
`nan`. Accuracy rises slowly, or stays at the share of one class.

## Why it matters
The loss clips the logits into (0, 1) before it takes the log, and the categorical
one first divides each row by its sum, which can be zero or negative. Wherever it
clips, the gradient is zero. One unit under binary cross-entropy still learns, worse;
several units under a categorical loss mostly do not.

## When to ignore
Never: if the last layer really returns probabilities by other means, put them into an
`Activation` layer that Keras knows.

## Source
`binary_crossentropy`, `categorical_crossentropy` and
`sparse_categorical_crossentropy` of the Keras 3.15 backends, argument `from_logits`.
"""

from collections.abc import Iterator

from kerascheck import kit

REAL = 0.2
"""Overshoot of [0, 1] from which on no label is a probability."""


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if a linear head is scored as probabilities."""
    loss = facts.loss
    if loss.kind not in kit.CROSSENTROPIES or facts.from_logits is not False:
        return
    if facts.activation is not kit.Activation.LINEAR:
        return
    if facts.knows_labels and _are_real(facts.labels):
        return  # the labels are no classes: the loss is what is wrong
    if any(inner in kit.PROBABILITIES for inner in facts.head.inner_activations):
        return
    yield RULE.finding(
        facts,
        "loss",
        "from_logits",
        message=f"{loss.name} takes the logits of {facts.name!r} for probabilities",
        because=(facts.fact("activation"), facts.fact("loss", "from_logits")),
        expected=(("loss.from_logits", True),),
        fix=kit.Fix(
            applicability=kit.Applicability.UNSAFE,
            edits=(
                kit.SetLoss(
                    head=facts.name,
                    name=loss.name,
                    from_logits=True,
                    arguments=loss.arguments,
                ),
            ),
        ),
    )


def _are_real(labels: kit.Labels) -> bool:
    """Say whether labels are targets of a regression, far outside [0, 1]."""
    return labels.fits(kit.Encoding.CONTINUOUS) and labels.overshoot > REAL


def bad() -> tuple[kit.Description, ...]:
    """Return linear heads without from_logits."""
    ids = kit.labels("class-ids", 3)
    rows = kit.labels("one-hot", 3)
    return (
        kit.classifier("linear", "bce", labels=kit.labels("binary")),
        kit.classifier("linear", kit.CCE, units=3, labels=rows),
        kit.classifier("linear", kit.SCCE, units=3, labels=ids),
        kit.classifier("linear", "BinaryFocalCrossentropy"),
        kit.classifier("linear", kit.SCCE, units=10),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: logits that are announced, probabilities, unknown heads."""
    return (
        kit.classifier("linear", "bce", from_logits=True),
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary")),
        kit.classifier("softmax", kit.CCE, units=3),
        kit.classifier("unknown", "bce"),
        kit.classifier("linear", "my_own_loss"),
        kit.regressor("linear", "mse"),
        kit.classifier(
            "linear",
            "bce",
            layer_class="BatchNormalization",
            inner_activations=(kit.Activation.SIGMOID,),
        ),
        kit.classifier("linear", "hinge"),
        kit.classifier("linear", "bce", labels=kit.labels("continuous")),
    )


RULE = kit.Rule(
    code="KC101",
    name="logits-scored-as-probabilities",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.WORSE_TRAINING,
    summary="a linear head under a loss that expects probabilities",
    reads=frozenset({"activation", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
