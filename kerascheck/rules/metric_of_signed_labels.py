"""A metric that expects labels of 0 and 1 gets others.

## What it checks
Binary accuracy and IoU, `AUC`, precision, recall, F scores, confusion counts and
cross-entropies, and hinge metrics on labels other than -1 and 1, when the loss handles
labels such as {-1, 1}, {1, 2} or ids of three classes but the metric does not:
on one unit, and on rows of -1 and 1. `AUC`, precision, recall and confusion counts also
on rows of counts. What a loss of your own does with the labels is unknown; what the
metric does is not.

## In the log
An accuracy of about 0.5 under a loss that falls to zero; an AUC of 0.000.

## Why it matters
These metrics compare a thresholded prediction, 0 or 1, with the label, or count every
label that is not 0 as positive. Measured on {-1, 1}: accuracy 0.47 for a model that is
right 97 times in 100, AUC 0.0; precision 1.00 instead of 0.89 on rows of counts.

The cross-entropies turn negative or grow without bound, and hinge metrics map labels to
-1 and 1 only if all of a batch are 0 or 1.

## When to ignore
Never.

## Source
`keras.metrics.BinaryAccuracy` and `AUC`, Keras 3.15.1.
"""

from collections.abc import Iterator

from kerascheck import kit

_COMPLAINS = (*kit.CROSSENTROPIES, kit.LossKind.OVERLAP)
"""Losses that expect 0 and 1 themselves, so that the labels are the finding."""


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each metric that reads the labels as 0 and 1."""
    for metric in facts.head_metrics:
        hinge = metric.resolved in kit.MARGINS
        if not (hinge or _reads_zero_one(facts, metric)):
            continue
        if facts.any_loss.kind in _COMPLAINS:
            return
        signed = facts.encoding is kit.Encoding.SIGNED_BINARY
        if facts.units > 1 and not signed and not _counts_any(metric):
            continue
        if facts.layout is not kit.Layout.SAME or not _others(facts.labels):
            return
        if signed and hinge:
            continue
        if _counts_any(metric) and _zero_and_other(facts):
            continue
        facts.require_class_of(metric)
        yield RULE.finding(
            facts,
            *metric.at,
            message=(
                f"{metric.compiled!r} expects labels of 0 and 1 for {facts.name!r}, "
                f"got {facts.labels.low:g} to {facts.labels.high:g}"
            ),
            because=(
                facts.fact(*metric.at),
                facts.fact("labels", "low"),
                facts.fact("labels", "high"),
            ),
            expected=(("labels.encoding", "binary"),),
            severity=_severity(facts.labels),
            fix=_fix(facts),
        )


def _reads_zero_one(facts: kit.Facts, metric: kit.HeadMetric) -> bool:
    formula = metric.traits.family == "crossentropy" or metric.resolved in kit.OF_ROWS
    formula = formula and not metric.metric.frozen
    return metric.traits.zero_one or formula or facts.may_be(metric, "BinaryAccuracy")


def _counts_any(metric: kit.HeadMetric) -> bool:
    """Say whether it takes every label but 0 for a positive one."""
    return metric.traits.family in ("rate", "count", "curve")


def _zero_and_other(facts: kit.Facts) -> bool:
    """Say whether one class is 0, and the predictions lie in [0, 1]."""
    probable = facts.activation in kit.PROBABILITIES
    return probable and facts.labels.low == 0 and _two(facts.labels)


def _others(labels: kit.Labels) -> bool:
    """Say whether the labels are whole numbers, and not 0 and 1."""
    if labels.low is None or labels.high is None:
        return False
    if not labels.integral or labels.ones is not None:
        return False
    return (labels.low, labels.high) not in ((0, 1), (0, 0), (1, 1))


def _two(labels: kit.Labels) -> bool:
    return labels.classes == 2 and kit.Encoding.CONTINUOUS not in labels.candidates


def _severity(labels: kit.Labels) -> kit.Severity | None:
    """Counts and ages fit ids as well: there the metric is only out of place."""
    if _two(labels):
        return None
    ids = labels.fits(kit.Encoding.CLASS_IDS)
    return kit.Severity.WARNING if ids else kit.Severity.NOTE


def _fix(facts: kit.Facts) -> kit.Fix | None:
    if facts.any_loss.kind is kit.LossKind.CUSTOM:
        return kit.Fix(
            advice="leave the metric out, or encode the classes as 0 and 1 and let the "
            "loss expect that",
            applicability=kit.Applicability.DISPLAY,
        )
    if facts.units > 1 and facts.encoding is not kit.Encoding.SIGNED_BINARY:
        return kit.Fix(
            advice="leave the metric out: every label that is not 0 is positive to it",
            applicability=kit.Applicability.DISPLAY,
        )
    if _two(facts.labels):
        return kit.Fix(
            applicability=kit.Applicability.DISPLAY,
            edits=(kit.RecodeLabels(head=facts.name, to=kit.Encoding.BINARY),),
        )
    if not facts.labels.fits(kit.Encoding.CLASS_IDS):
        return None
    return kit.Fix(
        advice="use one softmax unit per class and sparse categorical cross-entropy",
        applicability=kit.Applicability.UNSAFE,
        edits=kit.fitting(facts),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return metrics for 0 and 1 on other labels."""
    signs = kit.labels("signed-binary")
    base = kit.classifier("linear", "hinge", labels=signs, metrics=("accuracy",))
    return (
        base,
        kit.classifier("tanh", "mse", labels=signs, metrics=("AUC",)),
        kit.vary(base, loss="mse", labels=kit.labels("class-ids", low=1.0, high=2.0)),
        kit.vary(base, loss="mse", labels=kit.labels("class-ids", 3)),
        kit.vary(
            base,
            units=3,
            labels=kit.labels("signed-binary", shape=(512, 3)),
            metrics=("binary_accuracy",),
        ),
        kit.classifier(
            "sigmoid",
            "my_own_loss",
            labels=kit.labels("class-ids", low=0.0, high=255.0),
            metrics=("accuracy",),
        ),
        kit.classifier(
            "softmax",
            "kl_divergence",
            units=3,
            labels=kit.labels("class-ids", 8, shape=(64, 3)),
            metrics=("Precision",),
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: 0 and 1, no such metric, labels not given."""
    signs = kit.labels("signed-binary")
    return (
        kit.classifier(
            "linear",
            "hinge",
            labels=kit.labels("binary"),
            metrics=(kit.metric("BinaryAccuracy", threshold=0.0),),
        ),
        kit.classifier("linear", "hinge", labels=signs, metrics=("hinge",)),
        kit.classifier("linear", "hinge", metrics=("accuracy",)),
        kit.regressor(metrics=("mae",)),
        kit.classifier("linear", "mse", labels=kit.labels("class-ids", 3)),
        kit.classifier(
            "softmax",
            "kl_divergence",
            units=3,
            labels=kit.labels("class-ids", shape=(64, 3), high=255.0, values=(0, 255)),
            metrics=("Precision",),
        ),
    )


RULE = kit.Rule(
    code="KC316",
    name="metric-of-signed-labels",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.MISREPORTED,
    summary="a metric for 0 and 1 on labels such as -1 and 1",
    reads=frozenset({"activation", "units", "shape", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
