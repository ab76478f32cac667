"""A class id is beyond the units of the head.

## What it checks
Under sparse categorical cross-entropy and its generalized form: ids below 0, or as high
as the number of units or higher. One-based ids, labels in {-1, 1}, and a value that
stands for no class (-1 or -100 for padding, 255 for void pixels) are the usual causes.

## In the log
`InvalidArgumentError` on a CPU, in the first batch that holds such an id, which can
be late. Under XLA, so on most GPUs, no error: loss and predictions turn to `nan`. So do
they under the generalized form. On JAX neither: such a sample has a loss of 0.

## Why it matters
The id is an index into the row of units. A void value is not a class to learn: with
`ignore_class`, from Keras 2.11 on, the loss leaves it out. Metrics do not. JAX leaves
out every id without a unit, so that a void value works there alone, and a class
without a unit is never learned.

## When to ignore
When `ignore_class` names that id; the rule then stays silent by itself.

## Source
`sparse_categorical_crossentropy`, Keras 3.15.1 on TensorFlow: `nan` in 14 of 14 setups
with `jit_compile=True`. On JAX: a loss of 0 for -1, 3 and 255 on three units.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if an id is outside [0, units)."""
    loss = facts.loss
    sparse = loss.kind is kit.LossKind.SPARSE
    if not (sparse or loss.name == kit.GENERALIZED) or facts.units < 2:
        return
    labels = facts.labels
    if not labels.integral or labels.low is None or labels.high is None:
        return
    ignored = loss.argument("ignore_class")
    ends = (labels.low, labels.high)
    if ignored is not None and labels.void == ignored and labels.classes_to is not None:
        ends = (labels.classes_from or 0.0, labels.classes_to)
    outside = [v for v in ends if not _fits(v, facts.units, ignored)]
    if not outside or facts.layout not in (kit.Layout.IDS, kit.Layout.ID_COLUMN):
        return
    on_jax = sparse and facts.model.backend == "jax"
    left_out = on_jax and labels.void is not None
    yield RULE.finding(
        facts,
        "labels",
        message=(
            f"class id {outside[-1]:g} has no unit: the {facts.units} units of "
            f"{facts.name!r} stand for ids 0 to {facts.units - 1}"
        ),
        because=(
            facts.fact("units"),
            facts.fact("labels", "low"),
            facts.fact("labels", "high"),
        ),
        expected=(("labels.high", facts.units - 1),),
        severity=kit.Severity.WARNING if left_out else None,
        harm=kit.Harm.FRAGILE if left_out else _harm(sparse and not on_jax),
        fix=_fix(facts, labels.low, labels.high),
    )


def _harm(raises: bool) -> kit.Harm:
    return kit.Harm.RAISES if raises else kit.Harm.NO_LEARNING


def _fits(value: float, units: int, ignored: kit.Scalar) -> bool:
    return 0 <= value < units or value == ignored


def _fix(facts: kit.Facts, low: float, high: float) -> kit.Fix:
    if facts.labels.void is not None:
        return _without_void(facts, facts.labels.void)
    classes = facts.labels.classes or int(high - low) + 1
    recode = kit.RecodeLabels(head=facts.name, to=kit.Encoding.CLASS_IDS)
    if classes <= facts.units:
        return kit.Fix(
            applicability=kit.Applicability.DISPLAY,
            edits=(recode,),
        )
    if low != 0 or high + 1 > classes:
        return kit.Fix(
            applicability=kit.Applicability.DISPLAY,
            edits=(kit.SetUnits(head=facts.name, units=classes), recode),
        )
    return kit.Fix(
        applicability=kit.Applicability.UNSAFE,
        edits=(kit.SetUnits(head=facts.name, units=classes),),
    )


def _without_void(facts: kit.Facts, void: int) -> kit.Fix:
    """Return a fix that leaves a void value out of the loss."""
    return kit.Fix(
        applicability=kit.Applicability.UNSAFE,
        edits=kit.fitting(facts),
        advice=f"number the classes from 0, and leave {void} out of the loss: give it "
        "any class and a sample weight of 0",
    )


def bad() -> tuple[kit.Description, ...]:
    """Return ids that have no unit."""
    one_based = kit.labels("class-ids", 3, low=1.0, high=3.0)
    base = kit.classifier("softmax", kit.SCCE, units=3, labels=one_based)
    return (
        base,
        kit.vary(base, units=9, labels=kit.labels("class-ids", 10)),
        kit.vary(base, units=2, labels=kit.labels("signed-binary")),
        kit.vary(base, units=2, labels=kit.labels("class-ids", low=0.0, high=255.0)),
        kit.vary(base, loss=kit.GENERALIZED),
        kit.vary(base, labels=_void(255)),
        kit.vary(base, labels=_void(-100)),
        kit.vary(base, units=2, labels=_void(-1)),
        kit.vary(base, backend="jax"),
        kit.vary(base, labels=_void(255), backend="jax"),
    )


def _void(value: int) -> kit.Labels:
    """Return ids of three classes, and some that have none."""
    return kit.labels(
        "class-ids",
        3,
        void=value,
        void_share=0.2,
        classes_from=0.0,
        classes_to=2.0,
        values=tuple(sorted((0, 1, 2, value))),
        low=float(min(value, 0)),
        high=float(max(value, 2)),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: the highest id that fits, spare units, ignored ids."""
    ids = kit.labels("class-ids", 10)
    ignoring = kit.loss_called(kit.SCCE, arguments=(("ignore_class", 255),))
    return (
        kit.classifier("softmax", kit.SCCE, units=10, labels=ids),
        kit.classifier("softmax", kit.SCCE, units=12, labels=ids),
        kit.classifier("softmax", kit.SCCE, units=3),
        kit.classifier(
            "softmax",
            ignoring,
            units=21,
            labels=kit.labels("class-ids", 22, high=255.0),
        ),
        kit.classifier("softmax", ignoring, units=3, labels=_void(255)),
    )


RULE = kit.Rule(
    code="KC205",
    name="class-ids-beyond-units",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="class ids that the head has no unit for",
    by_backend=True,
    reads=frozenset({"activation", "units", "shape", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
