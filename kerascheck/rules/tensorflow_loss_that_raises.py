"""A function of TensorFlow is compiled as a loss, and raises in the first step.

## What it checks
`tf.nn.sparse_softmax_cross_entropy_with_logits` and
`tf.nn.weighted_cross_entropy_with_logits` as the loss of a model.

## In the log
`TypeError: Value passed to parameter 'labels' has DataType float32`, `ValueError:
labels.shape.rank must equal logits.shape.rank - 1`, or `Missing required positional
argument`, at the start of `fit`.

## Why it matters
Keras calls a loss with the labels, cast to the dtype of the outputs, and the outputs.
The first function accepts whole numbers only, the second needs `pos_weight` as well.
`tf.nn.sigmoid_cross_entropy_with_logits` and `tf.nn.softmax_cross_entropy_with_logits`
train, as losses with `from_logits=True`.

## When to ignore
Never.

## Source
TensorFlow 2.21 under Keras 3.15.1 and tf_keras 2.21, which save these functions under
their `__name__`, with `_v2` at its end.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if the loss is a function that Keras cannot call."""
    loss = facts.any_loss
    name = kit.REFUSED_LOSSES.get(loss.name)
    if name is None:
        return
    written = loss.name.removesuffix("_v2")
    yield RULE.finding(
        facts,
        "loss",
        message=f"the loss of {facts.name!r} is {written} of TensorFlow, which Keras "
        "cannot call as a loss",
        because=(facts.fact("loss"),),
        expected=(("loss", name),),
        fix=kit.Fix(
            applicability=kit.Applicability.UNSAFE,
            edits=(kit.SetLoss(head=facts.name, name=name, from_logits=True),),
        ),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return functions that raise."""
    return (
        kit.classifier(
            "linear",
            "sparse_softmax_cross_entropy_with_logits_v2",
            units=3,
            labels=kit.labels("class-ids", 3),
        ),
        kit.classifier("linear", "weighted_cross_entropy_with_logits_v2"),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: functions that train, the user's own, Keras's."""
    return (
        kit.classifier("linear", "sigmoid_cross_entropy_with_logits_v2"),
        kit.classifier("linear", "weighted_cross_entropy"),
        kit.classifier("linear", kit.SCCE, units=3, from_logits=True),
    )


RULE = kit.Rule(
    code="KC137",
    name="tensorflow-loss-that-raises",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="a function of tf.nn that Keras cannot call as a loss",
    reads=frozenset({"loss"}),
    check=check,
    bad=bad,
    good=good,
)
