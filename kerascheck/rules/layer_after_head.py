"""A layer is applied between the last activation of a head and its loss.

## What it checks
Dropout or noise after the last activation of a head, and batch or layer normalization
after a sigmoid or softmax.

## In the log
A training loss far above the validation loss (dropout), or values outside [0, 1] from
`predict` (normalization).

## Why it matters
Dropout sets probabilities, or logits, to zero at random and scales up the others: the
loss trains against noise that serving never sees. Normalization turns probabilities
into numbers of any sign, which the loss then clips.

## When to ignore
When the noise on the output is the point, as in some forms of distillation.

## Source
Layer reference of Keras 3.15, `Dropout` and `BatchNormalization`.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if noise or normalization follows the last activation."""
    noise = [name for name in facts.head.layers_after if name in kit.NOISE]
    normalized = facts.head.layer_class in kit.NORMALIZATIONS and any(
        a in kit.PROBABILITIES for a in facts.head.inner_activations
    )
    if not noise and not normalized:
        return
    layer = noise[0] if noise else facts.head.layer_class
    inner = facts.head.inner_activations[0] if normalized else facts.head.activation
    yield RULE.finding(
        facts,
        "after" if noise else "activation",
        message=(
            f"{layer} is applied between the {inner} of {facts.name!r} and "
            f"{facts.any_loss.name}"
        ),
        because=(facts.fact("after" if noise else "layer_class"),),
        expected=(("after", "()"),),
        severity=None if noise else kit.Severity.ERROR,
        fix=kit.Fix(
            advice=f"move {layer} before the last layer",
            applicability=kit.Applicability.UNSAFE,
            edits=(kit.SetActivation(head=facts.name, activation=inner),)
            if inner is not kit.Activation.UNKNOWN
            else (),
        ),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return heads with a layer after them."""
    return (
        kit.classifier("sigmoid", "bce", layers_after=("Dropout",), logits_hidden=True),
        kit.classifier(
            "softmax",
            kit.CCE,
            units=3,
            layers_after=("Dropout", "Reshape"),
            logits_hidden=True,
        ),
        kit.classifier(
            "linear",
            "bce",
            layer_class="BatchNormalization",
            inner_activations=(kit.Activation.SIGMOID,),
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: reshapes, normalized logits."""
    return (
        kit.classifier("sigmoid", "bce", layers_after=("Reshape",), logits_hidden=True),
        kit.classifier("sigmoid", "bce", layer_class="Activation"),
        kit.classifier(
            "linear", "bce", from_logits=True, layer_class="BatchNormalization"
        ),
    )


RULE = kit.Rule(
    code="KC109",
    name="layer-after-head",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.WORSE_TRAINING,
    summary="dropout, noise or normalization after the last activation",
    reads=frozenset({"activation", "loss"}),
    check=check,
    bad=bad,
    good=good,
)
