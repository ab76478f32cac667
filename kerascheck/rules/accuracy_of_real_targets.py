"""A classification metric is compiled for targets that are not classes.

## What it checks
An accuracy, or any metric that compares a thresholded prediction with the label, such
as `BinaryAccuracy`, `AUC`, `Precision` and `F1Score`, when the labels are real numbers,
or whole numbers above 2, one for each unit, under a regression loss. Also of one linear
unit under a regression loss where nothing is known of the labels: the figure means
nothing unless they are 0 and 1, and then a cross-entropy is the loss for them.

## In the log
An accuracy of 0.000, or a small number that never moves, next to a loss that falls.

## Why it matters
Keras thresholds the output at 0.5 and compares the result with the target, which it
never equals; `AUC` and the counts take every label above 0 for a positive one. Training
itself is not affected. If labels are in [0, 1], as soft labels and pixels are, and so
is the output, the figure is believed, so there it is a warning. Measured on 400 rows of
real labels in [0, 1]; right is the share of labels and predictions on the same side of
0.5, and predictions have normal errors of 0.02:

| columns | right | `BinaryAccuracy` | `CategoricalAccuracy` | `AUC` | `Precision` |
|---|---|---|---|---|---|
| 1 | 0.98 | 0.00 | | 0.00 | 1.00 |
| 2 | 0.99 | 0.00 | 0.98 | 0.00 | 1.00 |
| 5 | 0.98 | 0.00 | 0.94 | 0.00 | 1.00 |
| 64 | 0.98 | 0.00 | 0.57 | 0.00 | 1.00 |

With errors of 0.1, five columns show 0.78 instead of 0.92. The argmax accuracies are
right on rows that sum to 1.

Two values such as 0.05 and 0.95, and smoothed one-hot rows, are hard labels in
disguise: with `label_smoothing`, the loss does the same to 0 and 1, which the metrics
are for.

## When to ignore
When nobody reads the figure.

## Source
`get_metric`, Keras 3.15.1, picks an accuracy from shapes alone.
"""

from collections.abc import Iterator

from kerascheck import kit

_REAL = (
    kit.Encoding.CONTINUOUS,
    kit.Encoding.PROBABILITY,
    kit.Encoding.DISTRIBUTION,
)


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each classification metric of real targets."""
    for metric in facts.head_metrics:
        if not metric.traits.zero_one and not facts.may_be(metric, *kit.ACCURACIES):
            continue
        if facts.any_loss.kind is kit.LossKind.SPARSE:
            return  # its labels are ids
        if _regresses_unseen(facts):
            yield _of_unknown_labels(facts, metric)
            continue
        labels = facts.labels
        if facts.encoding is kit.Encoding.UNKNOWN:
            return
        amounts = _are_amounts(facts)
        if not amounts and (labels.integral or not labels.fits(*_REAL)):
            return
        facts.require_class_of(metric)
        if amounts or _lies(facts, metric):
            yield _finding(facts, metric)


def _regresses_unseen(facts: kit.Facts) -> bool:
    """Say whether one linear unit is trained on unknown labels as a regression."""
    if not facts.labels_say_little:
        return False
    if facts.head.labels is None:  # without them it is undecided in any case
        head = facts.head
        regression = facts.any_loss.kind is kit.LossKind.REGRESSION
        return regression and head.units == 1 and head.activation in _FREE
    regression = facts.loss.kind is kit.LossKind.REGRESSION
    return regression and facts.units == 1 and facts.activation in _FREE


_FREE = (kit.Activation.LINEAR, kit.Activation.RELU)


def _of_unknown_labels(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Finding:
    return RULE.finding(
        facts,
        *metric.at,
        message=(
            f"{metric.compiled!r} of {facts.name!r} means nothing unless its targets "
            f"are 0 and 1, which {facts.any_loss.name} is not made for"
        ),
        because=(facts.fact(*metric.at), facts.fact("loss")),
        expected=(metric.expected("MeanAbsoluteError"),),
        confidence=kit.Confidence.MEDIUM,
        fix=kit.Fix(
            advice="report MeanAbsoluteError, or classify with a cross-entropy",
            applicability=kit.Applicability.DISPLAY,
        ),
    )


def _are_amounts(facts: kit.Facts) -> bool:
    """Say whether each unit regresses on whole numbers: pixels, counts."""
    ids = facts.encoding is kit.Encoding.CLASS_IDS and facts.labels.overshoot > 1
    if not ids or facts.labels.width == 1 or facts.layout is not kit.Layout.SAME:
        return False
    return facts.loss.kind is kit.LossKind.REGRESSION


def _lies(facts: kit.Facts, metric: kit.HeadMetric) -> bool:
    """Say whether the figure means nothing; an argmax over soft classes is right."""
    argmax = metric.traits.decides_by == "argmax" and metric.traits.family != "f-score"
    if not argmax:
        return True
    if facts.encoding is kit.Encoding.DISTRIBUTION:
        return False
    if not _are_shares(facts):
        return facts.labels.fits(kit.Encoding.CONTINUOUS)
    return facts.units > 2  # of two, the higher one is the right one


def _are_shares(facts: kit.Facts) -> bool:
    """Say whether targets are in [0, 1], as soft labels, pixels and shares are."""
    return facts.encoding is not kit.Encoding.CLASS_IDS and facts.labels.overshoot == 0


def _finding(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Finding:
    regression = facts.any_loss.kind is kit.LossKind.REGRESSION
    scores = not regression or facts.head.activation in kit.PROBABILITIES
    believed = scores and _are_shares(facts)
    right, hard = _right(facts), _of_hard_labels(facts, metric)
    instead = metric.expected("no such metric" if right is None else right)
    return RULE.finding(
        facts,
        *metric.at,
        message=(
            f"{metric.compiled!r} of {facts.name!r} is a classification metric, "
            f"but the targets are {_kind(facts.encoding)}"
        ),
        because=(
            facts.fact(*metric.at),
            facts.fact("labels", "encoding"),
        ),
        expected=(instead if hard is None else ("labels.values", "0 and 1"),),
        severity=kit.Severity.WARNING if believed else None,
        fix=hard
        or kit.Fix(
            advice="remove the metric" if right is None else f"report {right}",
            applicability=kit.Applicability.SAFE,
            edits=(metric.replaced_by(None if right is None else kit.metric(right)),),
        ),
    )


def _of_hard_labels(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Fix | None:
    """Return how the loss smooths the labels instead, if they are smoothed.

    The loss stays the same, and the metric gets labels of 0 and 1, which it is for.
    """
    loss, smoothing = facts.any_loss, _smoothing(facts)
    if smoothing is None or loss.name not in kit.SMOOTHING_LOSSES:
        return None
    rows = facts.encoding is kit.Encoding.DISTRIBUTION
    if rows and facts.may_be(metric, "BinaryAccuracy"):
        return None  # of exclusive classes it is wrong as well
    kept = {**dict(loss.arguments), "label_smoothing": smoothing}
    return kit.Fix(
        applicability=kit.Applicability.UNSAFE,
        edits=(
            kit.SetLoss(
                head=facts.name,
                name=loss.name,
                from_logits=loss.from_logits,
                arguments=tuple(sorted(kept.items())),
            ),
            kit.RepairLabels(head=facts.name, how=kit.LabelRepair.HARDEN),
        ),
    )


def _smoothing(facts: kit.Facts) -> float | None:
    """Return the `label_smoothing` that makes these labels of 0 and 1; None: none does.

    Under a binary loss 0 and 1 become s / 2 and 1 - s / 2; in rows of n classes they
    become s / n and 1 - s + s / n.
    """
    labels, loss = facts.labels, facts.any_loss
    low, high = labels.low, labels.high
    if len(labels.values) != 2 or low is None or high is None or not 0 < low < 0.5:
        return None
    if high <= 0.5 or loss.argument("label_smoothing", 0.0) != 0:
        return None
    in_rows = loss.kind is kit.LossKind.CATEGORICAL
    if in_rows and facts.encoding is not kit.Encoding.DISTRIBUTION:
        return None
    ways = facts.units if in_rows else 2
    return round(ways * low, 6) if abs(high + (ways - 1) * low - 1) < 1e-5 else None


def _kind(encoding: kit.Encoding) -> str:
    if encoding is kit.Encoding.CLASS_IDS:
        return "amounts, one for each unit"
    return "continuous" if encoding is kit.Encoding.CONTINUOUS else "probabilities"


def _right(facts: kit.Facts) -> str | None:
    """Return a metric that fits, unless there is one already."""
    right = "MeanAbsoluteError"
    if facts.encoding is kit.Encoding.DISTRIBUTION:
        right = "CategoricalAccuracy"
    elif (
        facts.encoding is kit.Encoding.PROBABILITY
        and facts.any_loss.kind is not kit.LossKind.REGRESSION
        and facts.head.activation not in kit.PROBABILITIES
    ):
        return None  # the output is a logit
    fits = facts.head.shape is not None and facts.layout is kit.Layout.SAME
    if right == "CategoricalAccuracy" and facts.head.units in (None, 1):
        return None
    there = any(facts.may_be(metric, right) for metric in facts.head_metrics)
    return right if fits and not there else None


def bad() -> tuple[kit.Description, ...]:
    """Return accuracies of real targets."""
    return (
        kit.regressor(metrics=("accuracy",)),
        kit.regressor("sigmoid", "mae", metrics=("mse", "acc")),
        kit.regressor(metrics=("mae", "accuracy")),
        kit.regressor(
            units=4,
            metrics=("accuracy",),
            labels=kit.labels("class-ids", 224, shape=(512, 4)),
        ),
        kit.classifier(
            "sigmoid", "bce", labels=kit.labels("probability"), metrics=("accuracy",)
        ),
        kit.classifier(
            "softmax",
            kit.CCE,
            units=3,
            labels=kit.labels("distribution", 3),
            metrics=("binary_accuracy", "AUC"),
        ),
        kit.classifier("sigmoid", "bce", labels=_two_values(), metrics=("accuracy",)),
        kit.classifier(
            "softmax",
            kit.CCE,
            units=4,
            labels=_two_values("distribution", 4, low=0.025, high=0.925),
            metrics=("AUC",),
        ),
        kit.regressor("sigmoid", units=6, metrics=("accuracy",), labels=_shares(6)),
        kit.regressor("sigmoid", "bce", units=2, metrics=("AUC",), labels=_shares(2)),
        kit.regressor(units=2, metrics=("Precision",), labels=_shares(2)),
    )


def _two_values(
    encoding: str = "probability", width: int = 1, low: float = 0.05, high: float = 0.95
) -> kit.Labels:
    """Return labels of 0 and 1 that were smoothed."""
    return kit.labels(encoding, width, low=low, high=high, values=(low, high))


def _shares(width: int) -> kit.Labels:
    """Return real numbers in [0, 1], one for each unit."""
    return kit.labels("continuous", shape=(512, width), low=0.01, high=0.99)


def good() -> tuple[kit.Description, ...]:
    """Return near misses: classes, and errors."""
    return (
        kit.regressor(metrics=("mae",)),
        kit.classifier(
            "linear", "mse", labels=kit.labels("binary"), metrics=("accuracy",)
        ),
        kit.classifier("linear", "mse", metrics=("mae",)),
        kit.regressor("sigmoid", units=2, metrics=("accuracy",), labels=_shares(2)),
        kit.classifier(
            "softmax",
            kit.CCE,
            units=3,
            labels=kit.labels("distribution", 3),
            metrics=("accuracy",),
        ),
    )


RULE = kit.Rule(
    code="KC309",
    name="accuracy-of-real-targets",
    severity=kit.Severity.NOTE,
    harm=kit.Harm.MISREPORTED,
    summary="a classification metric on targets that are not classes",
    reads=frozenset({"activation", "units", "shape", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
