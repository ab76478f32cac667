"""Precision, recall or confusion counts pool all columns of one-hot rows.

## What it checks
`Precision`, `Recall` and the confusion counts without `class_id` on one-hot labels of a
softmax head.

## In the log
Precision and recall that are the same number as accuracy; counts that add up to the
number of cells, not of samples.

## Why it matters
All columns are counted together, so that each sample is a hit and a miss at once. With
5 % positives recall shows 0.995 when that of the rare class is 0.937.

## When to ignore
When the micro average over classes is intended.

## Source
`keras.metrics.Recall`, Keras 3.15.1, argument `class_id`.
"""

from collections.abc import Iterator

from kerascheck import kit

IMBALANCED = 0.8
"""Share of the commonest class from which the pooled figure hides the rare one."""


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each count that pools the columns."""
    for metric in facts.head_metrics:
        if metric.traits.family not in ("rate", "count"):
            continue
        if facts.units < 2 or facts.activation is not kit.Activation.SOFTMAX:
            return
        if not _pools(metric) or facts.encoding is not kit.Encoding.ONE_HOT:
            continue
        yield _finding(facts, metric)


def _pools(metric: kit.HeadMetric) -> bool:
    return metric.argument("class_id") is None and metric.argument("top_k") is None


def _finding(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Finding:
    pair = facts.units == 2
    hidden = pair and (facts.labels.majority or 0) >= IMBALANCED
    able = pair and metric.traits.class_id
    return RULE.finding(
        facts,
        *metric.at,
        message=(
            f"{metric.compiled} counts all {facts.units} columns of {facts.name!r} "
            "together"
        ),
        because=(
            facts.fact(*metric.at),
            facts.fact("labels", "encoding"),
        ),
        expected=(metric.expected(1 if pair else "one of the classes", "class_id"),),
        severity=kit.Severity.WARNING if hidden else None,
        fix=kit.Fix(
            advice="count the column of the positive class",
            applicability=kit.Applicability.SAFE,
            edits=(metric.with_arguments(class_id=1),) if able else (),
        ),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return counts that pool columns."""
    pair = kit.labels("one-hot", majority=0.95)
    rows = kit.labels("one-hot", 3)
    return (
        kit.classifier("softmax", kit.CCE, units=2, labels=pair, metrics=("Recall",)),
        kit.classifier(
            "softmax", kit.CCE, units=3, labels=rows, metrics=("Precision",)
        ),
        kit.classifier(
            "softmax", kit.CCE, units=2, labels=pair, metrics=("TruePositives",)
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: one column, one unit, several labels."""
    pair = kit.labels("one-hot", majority=0.95)
    one = (kit.metric("Recall", class_id=1),)
    base = kit.classifier(
        "sigmoid", "bce", labels=kit.labels("binary"), metrics=("Recall",)
    )
    return (
        kit.classifier("softmax", kit.CCE, units=2, labels=pair, metrics=one),
        base,
        kit.vary(
            base, units=5, labels=kit.labels("multi-hot", 5), metrics=("Precision",)
        ),
    )


RULE = kit.Rule(
    code="KC313",
    name="counts-on-one-hot",
    severity=kit.Severity.NOTE,
    harm=kit.Harm.MISREPORTED,
    summary="precision, recall or counts over all columns of one-hot labels",
    reads=frozenset({"activation", "units", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
