"""A head ends in probabilities, and its loss takes them for logits.

## What it checks
A head that ends in sigmoid, softmax or another activation with values in [0, 1],
under a cross-entropy compiled with `from_logits=True`.

## In the log
TensorFlow shows at most Keras's own warning that `from_logits` was set on the output of
an activation. Elsewhere the loss stops at a floor, about 0.50 for balanced binary
labels, although accuracy looks right.

## Why it matters
The loss applies sigmoid or softmax a second time, which squashes [0, 1] into [0.50,
0.73]. Keras on TensorFlow finds the logits that a built-in activation keeps with its
output and quietly uses them instead. JAX and PyTorch do no such thing, focal losses of
Keras 3 never use them, and an operation between the activation and the loss hides
them. So does the cast that Keras 3 adds if the head computes in another dtype than the
loss, which is float32 unless `keras.config.set_floatx` was called: under
`mixed_float16`, `mixed_bfloat16` or `float64`, without `dtype="float32"` on the last
layer. So does the loss where it squeezes the output to the labels: steps or masks of
shape (samples, …) for an output of shape (samples, …, 1), in Keras 2 as well. So the
plain case is fragile and the hidden one is wrong: calibration error 0.171
under `mixed_float16` and `mixed_bfloat16`, 0.019 in float32 and without `from_logits`
(4 classes, 5 seeds).

## When to ignore
A model that only ever trains on TensorFlow, in float32 and with nothing between the
activation and the loss, trains as if `from_logits` were False.

## Source
`_get_logits` in the TensorFlow backend of Keras 3.15.1; 116 of 116 setup pairs with
and without `from_logits` ended alike there, and differ on JAX.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if probabilities meet from_logits=True."""
    loss = facts.loss
    if loss.kind not in kit.CROSSENTROPIES or facts.from_logits is not True:
        return
    if facts.activation not in kit.PROBABILITIES:
        return
    rescued = facts.loss_sees_logits
    wrong = rescued is False
    yield RULE.finding(
        facts,
        "loss",
        "from_logits",
        message=(
            f"{loss.name} takes the probabilities of {facts.name!r} for logits"
            + _corrected(rescued)
        ),
        because=_because(facts),
        expected=(("loss.from_logits", False),),
        severity=kit.Severity.ERROR if wrong else None,
        harm=_real_harm(loss) if wrong else None,
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


def _corrected(rescued: bool | None) -> str:
    if rescued is None:
        return ", which at most Keras on TensorFlow corrects"
    return ", which only Keras on TensorFlow corrects" if rescued else ""


def _because(facts: kit.Facts) -> Iterator[kit.Evidence]:
    yield facts.fact("activation")
    yield facts.fact("loss", "from_logits")
    if facts.head.logits_hidden:
        yield facts.fact("after")
    if facts.output_is_squeezed:
        yield facts.fact("shape")
        yield facts.fact("labels", "shape")
    if facts.head.is_cast:
        yield facts.fact("compute_dtype")
        yield facts.fact("loss", "dtype")


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
        kit.vary(base, compute_dtype="float16"),
        kit.vary(base, compute_dtype=None),
        kit.vary(
            base, shape=(None, 20, 1), labels=kit.labels("binary", shape=(64, 20))
        ),
        kit.vary(base, loss="sigmoid_cross_entropy_with_logits_v2"),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: logits, probabilities without the flag, unknown heads.

    What normalization makes of probabilities is none any more (KC109).
    """
    return (
        kit.classifier("linear", "bce", from_logits=True),
        kit.classifier(
            "linear",
            "bce",
            from_logits=True,
            layer_class="BatchNormalization",
            inner_activations=(kit.Activation.SIGMOID,),
        ),
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
    reads=frozenset({"activation", "compute_dtype", "loss", "labels", "shape"}),
    check=check,
    bad=bad,
    good=good,
)
