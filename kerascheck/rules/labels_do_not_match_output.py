"""The shapes of labels and output do not match.

## What it checks
Losses that compare value with value (all but the sparse one and CTC): labels with
another number of columns or axes than the output.

## In the log
Under a cross-entropy, `ValueError` in the first step. Under squared error, hinge and
the other losses: an error about dimensions; or, if the labels have a last axis of 1 or
the batch happens to be as large as the row, no error, and training on a broadcast.

## Why it matters
A broadcast pulls every unit towards the same number: the columns become copies of one
another. Measured: no setup of 180 ended right.

## When to ignore
Never.

## Source
`squeeze_or_expand_to_same_rank` of keras.losses, Keras 3.15.1; tf_keras 2.21 widens
labels of shape (samples,) to (samples, 1) first, and so broadcasts more.
"""

from collections.abc import Iterator

from kerascheck import kit

_ELSEWHERE = (
    kit.LossKind.SPARSE,
    kit.LossKind.CATEGORICAL_HINGE,
    kit.LossKind.OTHER,
)
_BROKEN = (
    kit.Layout.IDS,
    kit.Layout.ID_COLUMN,
    kit.Layout.WIDTH,
    kit.Layout.RANK,
)


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if values cannot be compared one by one."""
    loss = facts.loss
    if loss.kind in _ELSEWHERE or facts.layout not in _BROKEN:
        return
    ids = facts.layout in (kit.Layout.IDS, kit.Layout.ID_COLUMN)
    if ids and loss.kind is kit.LossKind.CATEGORICAL:
        return
    silent = facts.layout is kit.Layout.ID_COLUMN and (
        loss.kind not in kit.CROSSENTROPIES
    )
    yield RULE.finding(
        facts,
        "labels",
        message=(
            f"{loss.name} compares labels of shape {_tail(facts.labels.shape)} with "
            f"an output of shape {_tail(facts.shape)} at {facts.name!r}"
        ),
        because=(
            facts.fact("shape"),
            facts.fact("labels", "shape"),
            facts.fact("loss"),
        ),
        expected=(("labels.shape", _tail(facts.shape)),),
        harm=kit.Harm.NO_LEARNING if silent else None,
        fix=_fix(facts),
    )


def _tail(shape: kit.Shape) -> str:
    inner = ", ".join("any" if n is None else str(n) for n in shape[1:])
    return f"(samples, {inner})" if inner else "(samples,)"


def _fix(facts: kit.Facts) -> kit.Fix | None:
    if facts.layout is kit.Layout.RANK:
        return None
    return kit.Fix(
        advice="match the units of the head and the loss to the labels",
        applicability=kit.Applicability.UNSAFE,
        edits=kit.fitting(facts),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return outputs and labels of different shapes."""
    binary = kit.labels("binary")
    base = kit.classifier("softmax", kit.CCE, units=4, labels=kit.labels("one-hot", 3))
    return (
        kit.classifier("sigmoid", "bce", units=2, labels=binary),
        kit.classifier("softmax", "mse", units=3, labels=kit.labels("class-ids")),
        kit.classifier("sigmoid", "logcosh", units=2, labels=binary),
        kit.classifier(
            "linear", "hinge", units=2, labels=kit.labels("signed-binary", column=True)
        ),
        base,
        kit.vary(base, units=9, shape=(None, 148, 9), labels=kit.labels("one-hot", 9)),
        kit.regressor(units=2, labels=kit.labels("continuous", shape=(64, 3))),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: shapes that Keras squeezes, unknown axes, ids."""
    base = kit.classifier("sigmoid", "bce", labels=kit.labels("binary"))
    return (
        base,
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary", column=True)),
        kit.vary(
            base, shape=(None, 20, 1), labels=kit.labels("binary", shape=(64, 20))
        ),
        kit.vary(
            base,
            shape=(None, None, None, 1),
            labels=kit.labels("binary", shape=(8, 32, 32, 1)),
        ),
        kit.regressor(units=2, labels=kit.labels("continuous", shape=(64, 2))),
        kit.classifier("softmax", kit.SCCE, units=3, labels=kit.labels("class-ids", 3)),
    )


RULE = kit.Rule(
    code="KC204",
    name="labels-do-not-match-output",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="labels and output of shapes that do not match",
    reads=frozenset({"activation", "units", "shape", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
