"""Labels are one-hot rows, but the loss expects one id per sample.

## What it checks
One-hot, multi-hot or soft rows under sparse categorical cross-entropy. Labels of
another form that do not fit have a rule of their own.

## In the log
`ValueError` in the first step: labels and output must differ by one axis.

## Why it matters
The loss takes every number of the labels for an id, so a row of ten columns looks like
ten samples.

## When to ignore
Never.

## Source
`sparse_categorical_crossentropy`, Keras 3.15.1 and tf_keras 2.21; raised in every
setup of that kind.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if rows meet a loss over ids."""
    loss = facts.loss
    if loss.kind is not kit.LossKind.SPARSE or not facts.has_several_units:
        return
    if not _are_rows(facts):
        return
    width = facts.labels.width
    yield RULE.finding(
        facts,
        "labels",
        message=(
            f"{loss.name} expects one id for each sample of {facts.name!r}, got rows"
            + ("" if width is None else f" of {width}")
        ),
        because=(
            facts.fact("loss"),
            facts.fact("labels", "shape"),
            facts.fact("labels", "encoding"),
        ),
        expected=(("loss", "CategoricalCrossentropy"),),
        fix=kit.Fix(
            applicability=kit.Applicability.UNSAFE,
            edits=(
                kit.SetLoss(
                    head=facts.name,
                    name="CategoricalCrossentropy",
                    from_logits=loss.from_logits,
                ),
            ),
        ),
    )


def _are_rows(facts: kit.Facts) -> bool:
    """Say whether the labels have a row for each place of the output."""
    one_hot = facts.labels.candidates == (kit.Encoding.ONE_HOT,)
    if facts.head.shape is None and one_hot and _are_as_wide(facts):
        return True  # whatever the rank of the output is
    fit = facts.layouts <= {kit.Layout.SAME, kit.Layout.WIDTH}
    return fit and facts.labels_are_rows


def _are_as_wide(facts: kit.Facts) -> bool:
    return facts.head.units in (None, facts.labels.width)


def bad() -> tuple[kit.Description, ...]:
    """Return one-hot rows under the sparse loss."""
    rows = kit.labels("one-hot", 10)
    return (
        kit.classifier("softmax", kit.SCCE, units=10, labels=rows),
        kit.classifier("linear", kit.SCCE, units=10, from_logits=True, labels=rows),
        kit.classifier("softmax", kit.SCCE, units=2, labels=kit.labels("one-hot")),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: ids, sequences of ids, columns of ids."""
    base = kit.classifier("softmax", kit.SCCE, units=3)
    return (
        kit.classifier("softmax", kit.SCCE, units=3, labels=kit.labels("class-ids", 3)),
        kit.vary(
            base, shape=(None, 20, 3), labels=kit.labels("class-ids", 3, shape=(64, 20))
        ),
        kit.vary(base, labels=kit.labels("class-ids", 3, column=True)),
        kit.vary(base, labels=kit.labels("class-ids", 3, shape=(64, 20))),
        base,
    )


RULE = kit.Rule(
    code="KC202",
    name="one-hot-under-sparse-loss",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="one-hot rows under a loss that expects class ids",
    reads=frozenset({"units", "shape", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
