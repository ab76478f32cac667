"""A softmax sums to 1 over an axis that is not the axis of the classes.

## What it checks
A softmax whose axis is not the last, under a loss that reads classes from the last.

## In the log
Nothing; the predictions of a sample do not sum to 1, those of a column do.

## Why it matters
The loss takes the last axis for one distribution over classes. Softmax over time steps
or over the batch makes the samples compete instead of the classes.

## When to ignore
With channels first, if loss and softmax agree on another axis.

## Source
`keras.layers.Softmax`, argument `axis`, and `axis` of the categorical losses of Keras
3.15.1.
"""

from collections.abc import Iterator

from kerascheck import kit

_KINDS = (kit.LossKind.CATEGORICAL, kit.LossKind.SPARSE, kit.LossKind.DIVERGENCE)


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if softmax and loss use different axes."""
    axis = facts.head.softmax_axis
    if axis is None or axis == -1:
        return
    loss = facts.loss
    if loss.kind not in _KINDS or loss.argument("axis", -1) != -1:
        return
    rank = len(facts.shape)
    if facts.activation is not kit.Activation.SOFTMAX or axis % rank == rank - 1:
        return
    yield RULE.finding(
        facts,
        "softmax_axis",
        message=(
            f"the softmax of {facts.name!r} runs over axis {axis}, but {loss.name} "
            "reads classes from the last"
        ),
        because=(facts.fact("softmax_axis"), facts.fact("shape")),
        expected=(("softmax_axis", -1),),
        fix=kit.Fix(
            applicability=kit.Applicability.UNSAFE,
            edits=(
                kit.SetActivation(head=facts.name, activation=kit.Activation.SOFTMAX),
            ),
        ),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return softmax heads over time or batch."""
    shape = (None, 20, 5)
    return (
        kit.classifier("softmax", kit.SCCE, units=5, shape=shape, softmax_axis=1),
        kit.classifier("softmax", kit.CCE, units=5, softmax_axis=0),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: the last axis by its number, other losses."""
    return (
        kit.classifier("softmax", kit.CCE, units=5, softmax_axis=1),
        kit.classifier("softmax", kit.CCE, units=5, softmax_axis=-1),
        kit.classifier("softmax", "my_own_loss", units=5, softmax_axis=0),
    )


RULE = kit.Rule(
    code="KC110",
    name="softmax-over-another-axis",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.WORSE_TRAINING,
    summary="a softmax over another axis than that of the classes",
    reads=frozenset({"activation", "shape", "loss"}),
    check=check,
    bad=bad,
    good=good,
)
