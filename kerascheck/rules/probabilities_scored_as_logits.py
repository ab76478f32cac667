"""A head ends in probabilities, and its loss takes them for logits.

## What it checks
A head that ends in sigmoid, softmax or another activation with values in [0, 1],
under a cross-entropy compiled with `from_logits=True`.

## In the log
On TensorFlow: at most Keras's own warning that `from_logits` was set on the output of
an activation. Elsewhere the loss stops at a floor, about 0.50 for balanced binary
labels, although accuracy looks right.

## Why it matters
The loss applies sigmoid or softmax a second time, which squashes [0, 1] into [0.50,
0.73]. Keras on TensorFlow finds the logits that a built-in activation keeps with its
output and quietly uses them instead; JAX and PyTorch do no such thing, focal losses
never use it, and an operation between the activation and the loss hides it. So the
plain case is fragile and the hidden one is wrong.

## When to ignore
A model that only ever trains on TensorFlow, with nothing between the activation and
the loss, trains as if `from_logits` were False.

## Source
`_get_logits` in the TensorFlow backend of Keras 3.15.1; 116 of 116 setup pairs with
and without `from_logits` ended alike there, and differ on JAX.
"""

from collections.abc import Iterator

from kerascheck import kit

_OTHER_BACKENDS = ("jax", "torch", "numpy", "openvino")


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if probabilities meet from_logits=True."""
    loss = facts.loss
    if loss.kind not in kit.CROSSENTROPIES or loss.from_logits is not True:
        return
    if facts.activation not in kit.PROBABILITIES:
        return
    rescued = _rescued(facts, loss)
    because = [facts.fact("activation"), facts.fact("loss", "from_logits")]
    if facts.head.logits_hidden:
        because.append(facts.fact("after"))
    yield RULE.finding(
        facts,
        "loss",
        "from_logits",
        message=(
            f"{loss.name} takes the probabilities of {facts.name!r} for logits"
            + (", which only Keras on TensorFlow corrects" if rescued else "")
        ),
        because=because,
        expected=(("loss.from_logits", False),),
        severity=None if rescued else kit.Severity.ERROR,
        harm=None if rescued else _real_harm(loss),
        fix=kit.Fix(
            applicability=(
                kit.Applicability.SAFE if rescued else kit.Applicability.UNSAFE
            ),
            edits=(
                kit.SetLoss(
                    head=facts.name,
                    name=loss.name,
                    from_logits=False,
                    arguments=loss.arguments,
                ),
            ),
        ),
    )


def _real_harm(loss: kit.Loss) -> kit.Harm:
    """Focal losses leave outputs miscalibrated by design: look at the training."""
    focal = kit.loss_traits(loss).focal
    return kit.Harm.WORSE_TRAINING if focal else kit.Harm.MISCALIBRATED


def _rescued(facts: kit.Facts, loss: kit.Loss) -> bool:
    """Say whether Keras on TensorFlow would take the logits behind the activation."""
    return (
        facts.activation in kit.KEEPS_LOGITS
        and not facts.head.logits_hidden
        and not kit.loss_traits(loss).focal
        and loss.given != kit.OF_TENSORFLOW
        and facts.model.backend not in _OTHER_BACKENDS
    )


def bad() -> tuple[kit.Description, ...]:
    """Return sigmoid and softmax heads under from_logits=True."""
    rows = kit.labels("one-hot", 3)
    binary = kit.labels("binary")
    base = kit.classifier("sigmoid", "bce", from_logits=True, labels=binary)
    return (
        base,
        kit.classifier("softmax", kit.CCE, units=3, from_logits=True, labels=rows),
        kit.classifier("softmax", kit.SCCE, units=3, from_logits=True),
        kit.vary(base, logits_hidden=True, layers_after=("Reshape",)),
        kit.vary(base, loss="BinaryFocalCrossentropy", from_logits=True),
        kit.classifier("sigmoid", "bce", from_logits=True, backend="jax"),
        kit.vary(base, loss="sigmoid_cross_entropy_with_logits_v2"),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: logits, probabilities without the flag, unknown heads."""
    return (
        kit.classifier("linear", "bce", from_logits=True),
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary")),
        kit.classifier("unknown", "bce", from_logits=True),
        kit.classifier("sigmoid", "my_own_loss"),
        kit.classifier("sigmoid", "bce", compiled=None),
    )


RULE = kit.Rule(
    code="KC102",
    name="probabilities-scored-as-logits",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.FRAGILE,
    summary="a sigmoid or softmax head under from_logits=True",
    by_backend=True,
    reads=frozenset({"activation", "loss"}),
    check=check,
    bad=bad,
    good=good,
)
