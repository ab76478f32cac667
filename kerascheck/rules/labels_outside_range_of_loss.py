"""Labels are outside the range that the formula of their loss is made for.

## What it checks
- Labels outside [0, 1] under `Dice` and `Tversky`: masks of 0 and 255, of class ids, of
  -1 and 1.
- Labels other than 0 and 1, or -1 and 1, under `CategoricalHinge`.
- Labels below 0 under mean squared logarithmic error, which takes them for 0.
- Labels of 0 under mean absolute percentage error, next to others; and soft labels of
  classes, of which the low ones are weighed most.

## In the log
Nothing, or a loss below zero (`Dice`, `Tversky`), of exactly 0 (`CategoricalHinge`) or
of millions (the percentage error).

## Why it matters
Each formula has its minimum at the labels only inside its range. True accuracy on two
or three separable classes, mean over 12 seeds (0.98 with labels in range, except for
the percentage error, which is 0.98 for labels 1 and 2 on a linear head):

| loss, head | labels | accuracy | spread |
|---|---|---|---|
| `Dice`, one sigmoid | 1 and 2; -1 and 1; 0 and 255 | 0.50 | 0.01 |
| `Dice`, one sigmoid | ids of 3 classes | 0.66 | 0.01 |
| `Dice`, three sigmoids | rows of 0 and 255 | 0.87 | 0.09 |
| `Dice`, three softmax units | rows of -1 and 1 | 0.43 | 0.19 |
| `CategoricalHinge`, one linear unit | 1 and 2; 0 and 255 | 0.46; 0.50 | 0.05; 0.01 |
| `CategoricalHinge`, three linear units | rows of 0 and 255 | 0.74 | 0.13 |
| `CategoricalHinge`, one linear unit | ids of 3 classes | 0.64 | 0.01 |
| percentage error, one sigmoid or linear unit | 0 and 1 | 0.50 | 0.01 |

`Tversky` ended as `Dice`. Softmax over rows of 0 and 255 under `Dice` was right, as
only the ratio of its terms counts, and is not reported.

The percentage error weighs each error by 1 / label. On classes that overlap, sigmoid
and linear heads lose 0.21 to 0.34 of the best accuracy with labels of 0.05 and 0.95,
0.09 to 0.18 with 0.1 and 0.9, 0.07 at most with 0.3 and 0.7, and 0.23 to 0.48 with
smoothed rows of three classes (three seeds each); on classes far apart nothing. Rows
on a softmax were right in all, one-hot or smoothed, and are not reported.

## When to ignore
If nothing but the sign of targets below 0 is lost under the logarithmic error, and that
is meant.

## Source
`dice`, `tversky`, `categorical_hinge`, `mean_squared_logarithmic_error` and
`mean_absolute_percentage_error`, Keras 3.15.1. Reference training: Dense(16, relu),
Adam(0.01), 200 steps of 64 rows.
"""

from collections.abc import Iterator

from kerascheck import kit

SLACK = 0.01
"""Share of the labels' own range that may be outside, as noise is."""

UNEVEN = 4
"""From this ratio of soft labels on, the percentage error was measured to harm."""


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if labels are outside the range of the loss."""
    loss = facts.loss
    if loss.name not in kit.WITH_LABEL_RANGE:
        return
    labels = facts.labels
    if labels.low is None or labels.high is None:
        return
    if facts.layout not in (kit.Layout.SAME, kit.Layout.ROWS_ON_ONE):
        return
    expected = _expected(facts, labels.low, labels.high)
    if expected is None:
        return
    mild = _is_clipped(facts) or (labels.low > 0 and loss.name == kit.PERCENTAGE)
    yield RULE.finding(
        facts,
        "labels",
        message=(
            f"{loss.name} expects labels {expected} for {facts.name!r}, got "
            f"{labels.low:g} to {labels.high:g}"
        ),
        because=(
            facts.fact("loss"),
            facts.fact("labels", "low"),
            facts.fact("labels", "high"),
        ),
        severity=kit.Severity.WARNING if mild else None,
        harm=kit.Harm.WORSE_TRAINING if mild else None,
        fix=_fix(facts),
    )


def _expected(facts: kit.Facts, low: float, high: float) -> str | None:
    """Return what the labels should be; None if they are."""
    slack = SLACK * (high - low)
    match facts.loss.kind:
        case kit.LossKind.OVERLAP if _only_scaled(facts, low):
            return None
        case kit.LossKind.OVERLAP:
            return "in [0, 1]" if low < -slack or high > 1 + slack else None
        case kit.LossKind.CATEGORICAL_HINGE:
            outside = low < -1 or high > 1 or not facts.labels.integral
            return "of 0 and 1" if outside and not _is_soft(facts) else None
        case _ if facts.loss.name == kit.PERCENTAGE:
            return None if _rows_of_softmax(facts) else _of_percentage(facts, low, high)
        case _:
            return "of 0 or more" if low < -slack else None


def _only_scaled(facts: kit.Facts, low: float) -> bool:
    """Say whether rows have 0 and one other value, on a softmax.

    Then only the ratio of the terms counts.
    """
    softmax = facts.activation is kit.Activation.SOFTMAX and facts.units > 1
    return softmax and low == 0 and len(facts.labels.values) == 2


def _rows_of_softmax(facts: kit.Facts) -> bool:
    """Say whether the units of a row hold one another down."""
    softmax = facts.activation is kit.Activation.SOFTMAX and facts.units > 1
    return softmax and facts.labels.overshoot <= SLACK


def _of_percentage(facts: kit.Facts, low: float, high: float) -> str | None:
    if low == 0 < high:
        return "other than 0"
    labels = facts.labels
    classes = len(labels.values) == 2 or labels.fits(kit.Encoding.DISTRIBUTION)
    uneven = 0 < low < high / UNEVEN and high <= 1
    return "of like size" if classes and uneven else None


def _is_soft(facts: kit.Facts) -> bool:
    return facts.labels.overshoot <= SLACK


def _is_clipped(facts: kit.Facts) -> bool:
    """Say whether the loss takes what is below its range for the least in it."""
    regression = facts.loss.kind is kit.LossKind.REGRESSION
    return regression and facts.loss.name != kit.PERCENTAGE


def _fix(facts: kit.Facts) -> kit.Fix:
    labels, edits = facts.labels, kit.fitting(facts)
    if facts.loss.kind is kit.LossKind.REGRESSION:
        fitted = labels.fits(kit.Encoding.CONTINUOUS) or not edits
        if facts.loss.name == kit.PERCENTAGE and fitted:
            edits = (kit.SetLoss(head=facts.name, name="MeanAbsoluteError"),)
        elif fitted or _is_clipped(facts):
            linear = kit.Activation.LINEAR
            edits = (kit.SetLoss(head=facts.name, name="MeanSquaredError"),)
            if facts.activation is not linear:
                head = kit.SetActivation(head=facts.name, activation=linear)
                edits = (head, *edits)
    elif facts.units == labels.width and facts.units > 1:
        edits = ()  # rows stay rows
    return kit.Fix(
        applicability=kit.Applicability.UNSAFE,
        edits=edits,
        advice="recode the labels as 0 and 1",
    )


def bad() -> tuple[kit.Description, ...]:
    """Return labels that a loss cannot learn."""
    mask = kit.labels("class-ids", low=0.0, high=255.0, values=(0, 255))
    ids = kit.labels("class-ids", 3)
    zeros = kit.labels("continuous", low=0.0, high=9.0)
    return (
        kit.classifier("sigmoid", "dice", labels=mask),
        kit.classifier("sigmoid", "tversky", labels=ids),
        kit.classifier("sigmoid", "dice", labels=kit.labels("signed-binary")),
        kit.classifier("linear", "categorical_hinge", labels=mask),
        kit.classifier("linear", "categorical_hinge", labels=ids),
        kit.regressor("softplus", "msle", labels=kit.labels("continuous")),
        kit.regressor("linear", "mape", labels=zeros),
        kit.classifier("sigmoid", "mape", labels=kit.labels("binary")),
        kit.classifier("sigmoid", "mape", labels=_shares(0.05, 0.95)),
        kit.classifier("sigmoid", "mape", units=3, labels=kit.labels("one-hot", 3)),
    )


def _shares(low: float, high: float) -> kit.Labels:
    return kit.labels("probability", low=low, high=high, values=(low, high))


def good() -> tuple[kit.Description, ...]:
    """Return near misses: labels in range, soft labels, other losses."""
    rows = kit.labels("class-ids", shape=(64, 3), high=255.0, values=(0, 255))
    return (
        kit.classifier("sigmoid", "dice", labels=kit.labels("binary")),
        kit.classifier("sigmoid", "dice", labels=kit.labels("probability")),
        kit.classifier("softmax", "dice", units=3, labels=rows),
        kit.classifier("linear", "categorical_hinge", labels=kit.labels("binary")),
        kit.classifier(
            "linear", "categorical_hinge", labels=kit.labels("signed-binary")
        ),
        kit.regressor("softplus", "msle", labels=kit.labels("continuous", low=0.0)),
        kit.regressor("linear", "mape", labels=kit.labels("continuous", low=1.0)),
        kit.classifier("sigmoid", "dice"),
        kit.classifier("sigmoid", "mape", labels=_shares(0.3, 0.7)),
        kit.classifier("softmax", "mape", units=3, labels=kit.labels("one-hot", 3)),
        kit.classifier("linear", "categorical_hinge", labels=_shares(0.1, 0.9)),
    )


RULE = kit.Rule(
    code="KC135",
    name="labels-outside-range-of-loss",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.NO_LEARNING,
    summary="labels outside the range of a Dice, hinge or logarithmic loss",
    reads=frozenset({"activation", "units", "shape", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
