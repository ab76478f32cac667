"""An F score without a threshold takes the argmax, on one unit or several labels.

## What it checks
`F1Score` and `FBetaScore` without `threshold` on one unit or on multi-hot labels, and
with any threshold on labels of shape (samples,) and on heads with more axes, such as
masks.

## In the log
The same figure in every epoch (one unit), one far too low (several labels), or
`ValueError` (flat labels).

## Why it matters
Without a threshold the metric counts the highest unit as positive: on one unit that is
every sample. Measured: 0.096 for a model whose F1 is 0.952, at 5 % positives; 0.69
instead of 0.98 on several labels.

## When to ignore
Never.

## Source
`keras.metrics.FBetaScore`, Keras 3.15.1, argument `threshold`.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each F score that needs a threshold."""
    for metric in facts.head_metrics:
        if metric.traits.family != "f-score":
            continue
        without = metric.argument("threshold") is None
        if len(facts.shape) > 2:
            yield _of_masks(facts, metric)
        elif _lies(facts, without=without):
            yield _finding(facts, metric)


def _lies(facts: kit.Facts, *, without: bool) -> bool:
    if facts.units == 1:
        return without or _flat(facts.any_labels)
    return without and _several(facts)


def _of_masks(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Finding:
    right = None
    if not facts.knows_labels or facts.layout is not kit.Layout.SAME:
        pass
    elif facts.units == 1 or facts.encoding is kit.Encoding.MULTI_HOT:
        right = kit.metric("BinaryIoU", **({"threshold": 0.0} if facts.logits else {}))
    elif facts.encoding is kit.Encoding.ONE_HOT:
        right = kit.metric("OneHotMeanIoU", num_classes=facts.units)
    return RULE.finding(
        facts,
        *metric.at,
        message=(
            f"{metric.compiled} expects rows of shape (samples, classes) for "
            f"{facts.name!r}"
        ),
        because=(facts.fact(*metric.at), facts.fact("shape")),
        expected=(
            metric.expected("a metric over masks" if right is None else right.compiled),
        ),
        harm=kit.Harm.RAISES,
        fix=kit.Fix(
            advice="remove the metric" if right is None else f"use {right.compiled}",
            applicability=kit.Applicability.SAFE,
            edits=(metric.replaced_by(right),),
        ),
    )


def _flat(labels: kit.Labels) -> bool:
    return len(labels.shape) == 1


def _several(facts: kit.Facts) -> bool:
    labels = facts.labels
    several = labels.ones is not None and labels.ones[1] > 1
    return facts.encoding is kit.Encoding.MULTI_HOT and several


def _finding(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Finding:
    without = metric.argument("threshold") is None
    labels = facts.head.labels
    flat = facts.units == 1 and labels is not None and _flat(labels)
    edits = _edits(facts, metric, without=without, flat=flat)
    fixes = (without, "set threshold=0.5"), (flat, "pass labels of shape (samples, 1)")
    return RULE.finding(
        facts,
        *metric.at,
        message=(
            f"{metric.compiled} counts the highest unit of {facts.name!r} as positive, "
            "as it has no threshold"
            if without
            else f"{metric.compiled} expects a column of labels for {facts.name!r}"
        ),
        because=(
            facts.fact(*metric.at),
            facts.fact("labels", "shape") if flat else facts.fact("units"),
        ),
        expected=(metric.expected(0.5, "threshold"),)
        if without
        else (("labels.shape", "(samples, 1)"),),
        harm=kit.Harm.RAISES if flat else None,
        fix=kit.Fix(
            advice=" and ".join(title for needed, title in fixes if needed),
            applicability=kit.Applicability.SAFE,
            edits=edits,
        ),
    )


def _edits(
    facts: kit.Facts, metric: kit.HeadMetric, *, without: bool, flat: bool
) -> tuple[kit.Edit, ...]:
    edits: list[kit.Edit] = []
    if without:
        edits.append(metric.with_arguments(threshold=0.5))
    if flat:
        to = facts.any_labels.encoding
        edits.append(kit.RecodeLabels(head=facts.name, to=to, column=True))
    return tuple(edits)


def bad() -> tuple[kit.Description, ...]:
    """Return F scores without a threshold."""
    column = kit.labels("binary", column=True)
    tags = kit.labels("multi-hot", 5)
    return (
        kit.classifier("sigmoid", "bce", labels=column, metrics=("F1Score",)),
        kit.classifier("sigmoid", "bce", metrics=(kit.metric("FBetaScore", beta=2.0),)),
        kit.classifier(
            "sigmoid", "bce", labels=kit.labels("binary"), metrics=("F1Score",)
        ),
        kit.classifier(
            "sigmoid",
            "bce",
            labels=kit.labels("binary"),
            metrics=(kit.metric("F1Score", threshold=0.5),),
        ),
        kit.classifier("sigmoid", "bce", units=5, labels=tags, metrics=("f1_score",)),
        kit.classifier(
            "softmax",
            kit.CCE,
            units=3,
            shape=(None, 8, 8, 3),
            labels=kit.labels("one-hot", 3, shape=(64, 8, 8, 3)),
            metrics=("f1_score",),
        ),
        kit.classifier(
            "linear",
            "bce",
            from_logits=True,
            shape=(None, 8, 8, 1),
            labels=kit.labels("binary", shape=(64, 8, 8, 1)),
            metrics=(kit.metric("F1Score", threshold=0.5),),
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: a threshold, exclusive classes."""
    fixed = (kit.metric("F1Score", threshold=0.5),)
    return (
        kit.classifier("sigmoid", "bce", metrics=fixed),
        kit.classifier(
            "softmax",
            kit.CCE,
            units=3,
            labels=kit.labels("one-hot", 3),
            metrics=("F1Score",),
        ),
        kit.classifier("sigmoid", "bce", metrics=("accuracy",)),
    )


RULE = kit.Rule(
    code="KC307",
    name="f-score-without-threshold",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.MISREPORTED,
    summary="an F score without a threshold on one unit or several labels",
    reads=frozenset({"activation", "units", "shape", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
