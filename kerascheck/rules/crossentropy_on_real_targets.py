"""Continuous targets are scored as classes.

## What it checks
Sparse categorical cross-entropy with labels that are not whole numbers, and categorical
cross-entropy with rows outside [0, 1].

## In the log
Sparse: nothing; the labels are silently truncated to whole ids. If one of them has no
unit then, `InvalidArgumentError` on TensorFlow. Categorical: a loss below zero, or one
that grows.

## Why it matters
The sparse loss casts labels to integers, so that 0.9 becomes class 0. The categorical
one weights logs by the labels, and a negative weight rewards being wrong.

Masks become such targets when they are resized with interpolation, or read as a picture
and divided by 255; ids become such when they come out of arithmetic: 0.9999999 is
truncated to 0. These are repaired, not regressed on.

Rows of one value and zeros are undecided: times a weight or an advantage, one-hot rows
train as sample weights and policy gradients do. Measured on a bandit with two actions,
Keras 3.15.1: `y = one_hot * advantage` learns the better action in 0.994 of the states.

## When to ignore
Never.

## Source
`sparse_categorical_crossentropy`, Keras 3.15.1, casts its targets to int64.
"""

from collections.abc import Iterator

from kerascheck import kit

ROUNDING = 0.001
"""Overshoot of [0, 1] without effect, as arithmetic leaves it."""

MOSTLY_WHOLE = 0.8
"""Share of whole numbers from which on masks are ids with smoothed edges."""

SCALED = 0.001
"""Distance of 255 times a value from a whole number that rounding leaves."""


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if labels are not classes."""
    loss = facts.loss
    labels = facts.labels
    if loss.kind is kit.LossKind.SPARSE:
        known = labels.low is not None or labels.fits(kit.Encoding.CONTINUOUS)
        wrong = not labels.integral and known
    elif loss.kind is kit.LossKind.CATEGORICAL:
        wrong = facts.layout is kit.Layout.SAME and labels.overshoot > ROUNDING
    else:
        return
    if not wrong:
        return
    if loss.kind is kit.LossKind.CATEGORICAL and labels.samples:
        facts.encoding  # noqa: B018  (undecided: rows of one value may be weighted)
    yield RULE.finding(
        facts,
        "labels",
        message=f"{loss.name} expects classes, but the labels of {facts.name!r} are "
        + _kind(labels),
        because=(
            facts.fact("loss"),
            facts.fact("labels", "encoding"),
            facts.fact("labels", "low"),
            facts.fact("labels", "high"),
        ),
        expected=(("loss", "MeanSquaredError"),) if _is_real(labels) else (),
        harm=kit.Harm.RAISES if _reaches_beyond_units(facts) else None,
        fix=_fix(facts),
    )


def _reaches_beyond_units(facts: kit.Facts) -> bool:
    """Say whether an id, cut to a whole number, has no unit: TensorFlow raises."""
    labels, units = facts.labels, facts.head.units
    if facts.loss.kind is not kit.LossKind.SPARSE or facts.model.backend == "jax":
        return False
    if units is None or labels.low is None or labels.high is None:
        return False
    return int(labels.low) < 0 or int(labels.high) >= units


def _kind(labels: kit.Labels) -> str:
    if _is_real(labels):
        return "continuous"
    if labels.integral:
        return f"{labels.low:g} to {labels.high:g}"
    return "not all whole numbers"


def _is_real(labels: kit.Labels) -> bool:
    """Say whether these are targets of a regression, not ids or rows gone wrong."""
    if labels.encoding is not kit.Encoding.CONTINUOUS or labels.void is not None:
        return False
    odd = len(labels.values) == 2 or labels.pictures or labels.blurred_mask
    return not odd and not _has_blurred_ids(labels) and not _are_scaled_ids(labels)


def _has_blurred_ids(labels: kit.Labels) -> bool:
    """Say whether most values are whole: resizing makes the others, between two ids."""
    return (labels.whole_share or 0) >= MOSTLY_WHOLE and len(labels.shape) > 2


def _are_scaled_ids(labels: kit.Labels) -> bool:
    """Say whether all values are n / 255: ids that were read as a picture."""
    numbers = [v for v in labels.values if isinstance(v, (int, float))]
    if len(numbers) < 2 or len(labels.shape) < 3 or labels.overshoot > 0:
        return False
    return all(abs(v * 255 - round(v * 255)) < SCALED for v in numbers)


def _fix(facts: kit.Facts) -> kit.Fix:
    labels, sparse = facts.labels, facts.loss.kind is kit.LossKind.SPARSE
    if sparse and _are_near_whole(labels):
        return _unsafe(
            kit.RepairLabels(head=facts.name, how=kit.LabelRepair.ROUND),
        )
    if sparse and _are_scaled_ids(labels):
        return _advice("keep the masks as ids: multiply them by 255, and round")
    if sparse and (_has_blurred_ids(labels) or labels.blurred_mask):
        return _advice("resize the masks to the nearest value, so that they stay ids")
    rows = not sparse and (labels.pictures or labels.values in ((0, 255), (0.0, 255.0)))
    if rows:
        return _unsafe(
            kit.RepairLabels(head=facts.name, how=kit.LabelRepair.SCALE),
        )
    if not sparse and not _is_real(labels):
        return _advice("give each sample a row of 0 and 1, with one 1")
    if sparse and not labels.fits(kit.Encoding.CONTINUOUS):
        return _advice("use class ids, whole numbers from 0")
    return _unsafe(*kit.fitting(facts))


def _are_near_whole(labels: kit.Labels) -> bool:
    return labels.encoding in (kit.Encoding.CLASS_IDS, kit.Encoding.BINARY)


def _unsafe(*edits: kit.Edit) -> kit.Fix:
    return kit.Fix(
        applicability=kit.Applicability.UNSAFE,
        edits=edits,
        advice="use a loss that fits the labels",
    )


def _advice(advice: str) -> kit.Fix:
    return kit.Fix(applicability=kit.Applicability.DISPLAY, advice=advice)


def bad() -> tuple[kit.Description, ...]:
    """Return real targets under categorical losses."""
    base = kit.classifier(
        "softmax", kit.SCCE, units=3, labels=kit.labels("continuous", low=0.0, high=2.0)
    )
    resized = kit.labels(
        "continuous", low=0.0, high=2.0, whole_share=0.9, shape=(64, 8, 8), samples=64
    )
    return (
        base,
        kit.vary(
            base, loss=kit.CCE, units=4, labels=kit.labels("continuous", shape=(64, 4))
        ),
        kit.vary(base, labels=kit.labels("class-ids", 3, integral=False)),
        kit.vary(base, shape=(None, 8, 8, 3), labels=resized),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: float ids, soft rows, rows times advantages, regression."""
    base = kit.classifier("softmax", kit.SCCE, units=3)
    advantages = kit.labels(
        "unknown", shape=(512, 3), low=-2.1, high=1.9, integral=False
    )
    return (
        kit.vary(base, labels=kit.labels("class-ids", 3, dtype="float64")),
        kit.vary(base, loss=kit.CCE, labels=kit.labels("distribution", 3)),
        kit.vary(base, loss=kit.CCE, labels=advantages),
        kit.regressor(),
        base,
    )


RULE = kit.Rule(
    code="KC121",
    name="crossentropy-on-real-targets",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.NO_LEARNING,
    summary="continuous targets under a categorical cross-entropy",
    reads=frozenset({"activation", "units", "shape", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
