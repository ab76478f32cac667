"""Class ids have other axes than the output.

## What it checks
Under sparse categorical cross-entropy: labels whose shape is not that of the output
without its last axis. One id per sample for an output of rows per step or pixel, ids
per step for an output of one row per sample, or another number of steps.

## In the log
`ValueError` in the first step: the rank of labels and output, or one of their axes,
does not fit. Keras 2 compares no more than how many ids and rows there are, and raises
`InvalidArgumentError` if these numbers differ.

## Why it matters
The loss looks up one id in each row of the output, and each row needs one. Convolution
or dense layers without `Flatten`, or a recurrent layer with `return_sequences=True`
before the head, keep a row for each place.

## When to ignore
Never.

## Source
`sparse_categorical_crossentropy`, Keras 3.15.1 on TensorFlow and JAX, and tf_keras
2.21; thousands of random pairs of shapes were fitted with each.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if there is not one id for each row of the output."""
    loss = facts.loss
    if loss.kind is not kit.LossKind.SPARSE or facts.units < 2:
        return
    match = facts.match
    if match.trains:
        return
    rows = facts.layout in (kit.Layout.SAME, kit.Layout.WIDTH)
    if rows and facts.labels_are_rows:
        return
    expected = kit.tail_shown(facts.shape[:-1])
    yield RULE.finding(
        facts,
        "labels",
        message=(
            f"{loss.name} expects one id for each row of {facts.name!r}, labels of "
            f"shape {expected}, got {kit.tail_shown(facts.any_labels.shape)}"
        ),
        because=(
            facts.fact("shape"),
            facts.fact("labels", "shape"),
            facts.fact("loss"),
        ),
        expected=(("labels.shape", expected),),
        fix=_fix(facts),
    )


def _fix(facts: kit.Facts) -> kit.Fix | None:
    if not facts.any_labels.integral:
        return None
    return kit.Fix(
        applicability=kit.Applicability.DISPLAY,
        advice=kit.axes_advice(facts.shape, facts.labels, ids=True),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return ids with too few axes, too many, and of another length."""
    ids = kit.labels("class-ids", 3)
    base = kit.classifier("softmax", kit.SCCE, units=3, shape=(None, 20, 3), labels=ids)
    return (
        base,
        kit.vary(base, labels=kit.labels("class-ids", 3, column=True)),
        kit.vary(base, labels=kit.labels("class-ids", 3, shape=(64, 10))),
        kit.vary(base, shape=(None, 6, 6, 3)),
        kit.vary(base, units=3, labels=kit.labels("class-ids", 3, shape=(64, 20))),
        kit.vary(base, activation="linear", from_logits=True),
        kit.classifier(
            "softmax",
            kit.SCCE,
            units=2,
            labels=kit.labels("multi-hot", 2, shape=(64, 20)),
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: one id a row, an axis of unknown size, one-hot rows."""
    base = kit.classifier("softmax", kit.SCCE, units=3, shape=(None, 20, 3))
    ids = kit.labels("class-ids", 3, shape=(64, 20))
    return (
        kit.vary(base, labels=ids),
        kit.vary(base, labels=kit.labels("class-ids", 3, shape=(64, 20, 1))),
        kit.vary(base, shape=(None, None, 3), labels=ids),
        kit.vary(base, units=3, labels=kit.labels("class-ids", 3)),
        kit.vary(base, units=3, labels=kit.labels("one-hot", 3)),
        base,
    )


RULE = kit.Rule(
    code="KC220",
    name="ids-do-not-match-output",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="class ids whose axes are not those of the output",
    reads=frozenset({"activation", "units", "shape", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
