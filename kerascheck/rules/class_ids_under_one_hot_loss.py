"""Labels are one id per sample, but the loss expects a one-hot row per sample.

## What it checks
Labels of shape (samples,) or (samples, 1) under categorical cross-entropy, its focal
form or categorical hinge, on a head of two or more units.

## In the log
`ValueError` in the first step: the shapes of target and output must be equal. The focal
form of Keras 3 and categorical hinge raise for ids of shape (samples,) alone: a column
of ids is broadcast over the units, and training goes on with nonsense.

## Why it matters
The loss multiplies each column of the labels with the log of the same column of the
output. Ids have no columns. The sparse loss takes ids, but has no `label_smoothing`: if
that is set, the labels are better encoded one-hot.

## When to ignore
Never.

## Source
`categorical_crossentropy`, Keras 3.15.1 and tf_keras 2.21.
"""

from collections.abc import Iterator

from kerascheck import kit

_KINDS = (kit.LossKind.CATEGORICAL, kit.LossKind.CATEGORICAL_HINGE)


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if ids meet a loss over one-hot rows."""
    loss = facts.loss
    if loss.kind not in _KINDS or not facts.has_several_units:
        return
    short = _has_fewer_axes(facts)
    if not short and facts.layout not in (kit.Layout.IDS, kit.Layout.ID_COLUMN):
        return
    yield RULE.finding(
        facts,
        "labels",
        message=(
            f"{loss.name} expects a row of {facts.units_in_words} columns for each "
            f"sample of {facts.name!r}, got one id"
        ),
        because=(
            facts.fact("loss"),
            facts.fact("labels", "shape"),
            facts.fact("labels", "encoding"),
        ),
        expected=(("loss", "SparseCategoricalCrossentropy"),),
        harm=None if short or facts.match.raises else kit.Harm.NO_LEARNING,
        fix=_fix(facts, loss) if facts.any_labels.integral else None,
    )


def _has_fewer_axes(facts: kit.Facts) -> bool:
    """Say whether no size of an unknown axis makes rows of the labels.

    What they hold need not be known, nor the shape of the output, for flat labels.
    """
    labels, shape = facts.any_labels, facts.head.shape
    if labels.candidates[:1] != (kit.Encoding.UNKNOWN,) and shape is not None:
        return False
    rank = len(labels.shape)
    if rank == 1 or shape is None:
        return rank == 1
    return rank == len(shape) - 1 and all(
        a is None or b is None or a == b
        for a, b in zip(labels.shape[1:], shape[1:-1], strict=True)
    )


def _fix(facts: kit.Facts, loss: kit.Loss) -> kit.Fix | None:
    sparse = kit.loss_traits(loss).other_form
    if sparse is None or loss.argument("label_smoothing"):
        if facts.head.units is None:
            return None
        return kit.Fix(applicability=kit.Applicability.DISPLAY, edits=_rows(facts))
    return kit.Fix(
        applicability=kit.Applicability.UNSAFE,
        edits=(
            kit.SetLoss(head=facts.name, name=sparse, from_logits=loss.from_logits),
        ),
    )


def _rows(facts: kit.Facts) -> tuple[kit.Edit, ...]:
    """Return the edits that make a row of each id, with a column for every class."""
    units = max(facts.units, facts.labels.classes or 0)
    wider = (
        () if units == facts.units else (kit.SetUnits(head=facts.name, units=units),)
    )
    to = kit.Encoding.ONE_HOT
    return (*wider, kit.RecodeLabels(head=facts.name, to=to, width=units))


def bad() -> tuple[kit.Description, ...]:
    """Return ids under losses over rows."""
    ids = kit.labels("class-ids", 10)
    column = kit.labels("class-ids", 3, column=True)
    smoothed = kit.loss_called(kit.CCE, arguments=(("label_smoothing", 0.1),))
    return (
        kit.classifier("softmax", kit.CCE, units=10, labels=ids),
        kit.classifier("softmax", kit.CCE, units=3, labels=column),
        kit.classifier("linear", kit.CCE, units=10, from_logits=True, labels=ids),
        kit.classifier("softmax", kit.CCE, units=2, labels=kit.labels("binary")),
        kit.classifier("softmax", "CategoricalFocalCrossentropy", units=10, labels=ids),
        kit.classifier(
            "softmax", "CategoricalFocalCrossentropy", units=3, labels=column
        ),
        kit.classifier("softmax", smoothed, units=10, labels=ids),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: one-hot rows, the sparse loss, labels not given."""
    return (
        kit.classifier("softmax", kit.CCE, units=3, labels=kit.labels("one-hot", 3)),
        kit.classifier("softmax", kit.SCCE, units=3, labels=kit.labels("class-ids", 3)),
        kit.classifier("softmax", kit.CCE, units=3),
        kit.classifier(
            "softmax",
            kit.CCE,
            units=9,
            shape=(None, 20, 9),
            labels=kit.labels("one-hot", 9, shape=(64, 20, 9)),
        ),
    )


RULE = kit.Rule(
    code="KC201",
    name="class-ids-under-one-hot-loss",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="class ids under a loss that expects one-hot rows",
    reads=frozenset({"activation", "units", "shape", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
