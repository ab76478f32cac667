"""A head ends in neither probabilities nor logits under a cross-entropy.

## What it checks
A head that ends in relu, tanh, softplus or another activation that does not return
probabilities, under a cross-entropy: with `from_logits=False`, which takes its values
for probabilities, and with `from_logits=True`, for which they are logits that cannot
reach one side, or neither.

## In the log
`nan` (relu under categorical cross-entropy), a loss that jumps between runs, or an
accuracy stuck at the share of one class. Under `from_logits=True` accuracy may look
right while the loss stops at a floor.

## Why it matters
relu and similar activations are zero for half of their inputs: clipped to the least
probability, with no gradient. tanh is negative for the other half. As logits, relu can
never predict "class 0" with confidence, and tanh nothing beyond 73 %. Measured with
`from_logits=True`: calibration error 0.25 to 0.28 against 0.02, and a class lost in one
seed of three.

Categorical losses look at differences between logits only, so that softplus logits were
measured to do no harm under them: a note.

## When to ignore
`log_softmax` under a categorical loss with `from_logits=True` is right, and is not
reported.

## Source
Reference training of keras.activations under the cross-entropies of Keras 3.15.1.
"""

from collections.abc import Iterator

from kerascheck import kit

_A = kit.Activation
_ONE_SIDED = (_A.RELU, _A.RELU6, _A.SOFTPLUS, _A.EXPONENTIAL, _A.LOG_SIGMOID)
_BOUNDED = (_A.TANH, _A.SOFTSIGN, _A.HARD_TANH)
_FLOORED = (_A.ELU, _A.SELU, _A.CELU, _A.GELU, _A.SILU, _A.MISH, _A.HARD_SILU)
_OPEN = (_A.LEAKY_RELU, _A.LOG_SOFTMAX)
_POSITIVE = (_A.SOFTPLUS, _A.EXPONENTIAL)


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if values that are neither are scored."""
    loss = facts.loss
    if loss.kind not in kit.CROSSENTROPIES:
        return
    activation = facts.activation
    if activation not in (*_ONE_SIDED, *_BOUNDED, *_FLOORED, *_OPEN):
        return
    if activation in _OPEN and facts.from_logits is True:
        return
    yield RULE.finding(
        facts,
        "activation",
        message=(
            f"{loss.name} takes the {activation} values of {facts.name!r} for "
            + ("logits" if loss.from_logits else "probabilities")
        ),
        because=(facts.fact("activation"), facts.fact("loss", "from_logits")),
        expected=(("activation", str(_suggestion(loss))),),
        severity=_severity(loss, activation),
        harm=kit.Harm.MISCALIBRATED if loss.from_logits else None,
        fix=kit.Fix(
            applicability=kit.Applicability.UNSAFE,
            edits=(kit.SetActivation(head=facts.name, activation=_suggestion(loss)),),
        ),
    )


def _suggestion(loss: kit.Loss) -> kit.Activation:
    if loss.from_logits:
        return _A.LINEAR
    return _A.SIGMOID if loss.kind is kit.LossKind.BINARY else _A.SOFTMAX


def _severity(loss: kit.Loss, activation: kit.Activation) -> kit.Severity:
    """Categorical losses normalise positive rows, and some logits still train."""
    rows = loss.kind is not kit.LossKind.BINARY
    if rows and loss.from_logits and activation in _POSITIVE:
        return kit.Severity.NOTE
    normalised = loss.kind is kit.LossKind.CATEGORICAL and activation in _POSITIVE
    if normalised or (loss.from_logits and (rows or activation not in _ONE_SIDED)):
        return kit.Severity.WARNING
    return kit.Severity.ERROR


def bad() -> tuple[kit.Description, ...]:
    """Return heads that end in relu, tanh and similar activations."""
    binary = kit.labels("binary")
    rows = kit.labels("one-hot", 3)
    return (
        kit.classifier("relu", "bce", labels=binary),
        kit.classifier("tanh", "bce", labels=binary),
        kit.classifier("relu", kit.CCE, units=3, labels=rows),
        kit.classifier("relu", kit.SCCE, units=3),
        kit.classifier("tanh", "bce", from_logits=True, labels=binary),
        kit.classifier("relu", "bce", from_logits=True, labels=binary),
        kit.classifier("log_softmax", kit.SCCE, units=3),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: real probabilities, real logits, hinge on tanh."""
    return (
        kit.classifier("sigmoid", "bce"),
        kit.classifier("linear", "bce", from_logits=True),
        kit.classifier("tanh", "hinge", labels=kit.labels("signed-binary")),
        kit.classifier("log_softmax", kit.SCCE, units=3, from_logits=True),
        kit.classifier("leaky_relu", "bce", from_logits=True),
        kit.regressor("relu", "mse", labels=kit.labels("continuous", low=0.0)),
        kit.classifier("unknown", "bce"),
    )


RULE = kit.Rule(
    code="KC105",
    name="no-probabilities-under-crossentropy",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.WORSE_TRAINING,
    summary="a relu, tanh or similar head under a cross-entropy",
    reads=frozenset({"activation", "loss"}),
    check=check,
    bad=bad,
    good=good,
)
