"""A metric reads the columns of one-hot rows on their own, not whole samples.

## What it checks
On one-hot labels of several units:
- `Precision`, `Recall` and the confusion counts without `class_id`, and `AUC` without
  `multi_label`, which pool all columns;
- `Precision` and `Recall` with `class_id` but without `top_k`, and F scores with a
  threshold, which ask whether a column is above 0.5 and not whether it is the highest.

## In the log
Precision and recall that are the same number as accuracy; counts that add up to the
number of cells, not of samples; an AUC that is high for a model that has learned the
shares of the classes alone; a recall that is too low with many classes.

## Why it matters
All columns are counted together, so that each sample is a hit and a miss at once. With
5 % positives recall shows 0.995 when that of the rare class is 0.937, and AUC shows
0.955 when it is 0.597. The highest of many probabilities is often below 0.5. A logit
has no boundary at 0.5 or 0: the same predictions with all logits shifted by 2 turn
precision and recall from 0.81 and 0.49 to 0.97 and 0.03.

The severity follows what was measured: more than 0.1 off is a warning. That is so on
logits; if the commonest class exceeds an even share by 0.1 (precision and recall of two
classes) or 0.2; for precision and recall of four classes and more; and for thresholds
on six and more.

## When to ignore
When the micro average over classes is intended.

## Source
`keras.metrics.Recall` and `AUC`, Keras 3.15.1, arguments `class_id`, `top_k` and
`multi_label`.
"""

from collections.abc import Iterator

from kerascheck import kit
from kerascheck.model.frozen import replace

SLIGHTLY_UNEVEN = 0.1
UNEVEN = 0.2
"""Excess of the commonest class over an even share."""

SEVERAL = 4
MANY = 6
"""Classes from which a pooled rate, and a threshold of 0.5, is more than 0.1 off."""

FEW = 6
"""Classes up to which a metric of each is what one would compile with."""


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each metric that reads columns on their own."""
    for metric in facts.head_metrics:
        pools, cuts = _pools(metric), _cuts(metric)
        if not pools and not cuts:
            continue
        if facts.units < 2 or facts.any_loss.kind is kit.LossKind.SPARSE:
            return
        _ = facts.activation  # how far off it is depends on it
        if not facts.one_class_each:
            return
        if pools and not _is_right_so(facts, metric):
            yield _pooled(facts, metric)
        elif cuts and (facts.units > 2 or _on_logits(facts)):
            yield _cut(facts, metric)


def _pools(metric: kit.HeadMetric) -> bool:
    family = metric.traits.family
    if family == "curve":
        choice = metric.argument("class_id")
        return choice is None and metric.argument("multi_label") is not True
    if family not in ("rate", "count"):
        return False
    return metric.argument("class_id") is None and metric.argument("top_k") is None


def _cuts(metric: kit.HeadMetric) -> bool:
    """Say whether it compares one column at a time with a threshold."""
    if metric.traits.family == "f-score":
        return metric.argument("threshold") is not None
    asked = metric.argument("thresholds") is not None
    one = metric.traits.family == "rate" and metric.argument("class_id") is not None
    return one and not asked and metric.argument("top_k") is None


def _on_logits(facts: kit.Facts) -> bool:
    return facts.activation not in kit.PROBABILITIES and facts.logits


def _excess(facts: kit.Facts) -> float:
    return (facts.labels.majority or 0) - 1 / facts.units


def _is_right_so(facts: kit.Facts, metric: kit.HeadMetric) -> bool:
    """Say whether an AUC of all columns is that of each: classes are even."""
    if metric.traits.family != "curve" or _on_logits(facts):
        return False
    return _excess(facts) < SLIGHTLY_UNEVEN


def _pooled(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Finding:
    family = metric.traits.family
    few = family == "rate" and facts.units == 2
    far = _excess(facts) >= (SLIGHTLY_UNEVEN if few else UNEVEN)
    far = far or _on_logits(facts) or (family == "rate" and facts.units >= SEVERAL)
    far = far or (family == "count" and facts.units == 2)
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
        expected=(_expected(facts, metric),),
        severity=kit.Severity.WARNING if far else None,
        fix=_fix(facts, metric),
    )


def _expected(facts: kit.Facts, metric: kit.HeadMetric) -> tuple[str, kit.Scalar]:
    if metric.resolved == "AUC":
        return metric.expected(True, "multi_label")
    one = 1 if facts.units == 2 else "one of the classes"
    return metric.expected(one, "class_id")


def _fix(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Fix:
    if metric.resolved == "AUC" and len(facts.shape) > 2:
        return _safe("look at one column at a time, in a metric of your own")
    if metric.resolved == "AUC":
        edit = metric.with_arguments(multi_label=True, num_labels=facts.units)
        return _safe("average over the columns", edit)
    if facts.units > 2:
        return _safe(
            "count each class with class_id and top_k=1", *_each_class(facts, metric)
        )
    if metric.traits.family == "rate":
        return _safe("count the column of the positive class", _of_class(metric, 1))
    if metric.traits.family == "curve":
        edit = metric.with_arguments(class_id=1)
        return _safe("look at the column of the positive class", edit)
    return _safe("use Precision and Recall with class_id=1, which count one column")


def _safe(title: str, *edits: kit.Edit) -> kit.Fix:
    return kit.Fix(
        advice=title, applicability=kit.Applicability.SAFE, edits=tuple(edits)
    )


def _each_class(facts: kit.Facts, metric: kit.HeadMetric) -> Iterator[kit.Edit]:
    """Yield the edits to a precision or recall of each class, if classes are few."""
    if metric.traits.family != "rate" or facts.units > FEW:
        return
    name = metric.metric.name or str(metric.resolved).lower()
    first, *others = (
        replace(_counted(metric, number), name=f"{name}_class_{number}")
        for number in range(facts.units)
    )
    yield metric.replaced_by(first)
    for other in others:
        yield kit.AddMetric(head=facts.name, metric=other)


def _of_class(metric: kit.HeadMetric, number: kit.Scalar) -> kit.Edit:
    """Return the edit that counts samples whose highest column is this one."""
    return metric.replaced_by(_counted(metric, number))


def _counted(metric: kit.HeadMetric, number: kit.Scalar) -> kit.Metric:
    kept = {n: v for n, v in metric.metric.arguments if n != "thresholds"}
    right = {**kept, "class_id": number, "top_k": 1}
    return kit.metric(metric.resolved or "", **right)


def _cut(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Finding:
    far = facts.units >= MANY or _on_logits(facts)
    score = metric.traits.family == "f-score"
    kept = {n: v for n, v in metric.metric.arguments if n != "threshold"}
    highest = kit.metric(metric.resolved or "", **kept)
    return RULE.finding(
        facts,
        *metric.at,
        message=(
            f"{metric.compiled} asks whether one of the {facts.units} columns of "
            f"{facts.name!r} is above a threshold, not whether it is the highest"
        ),
        because=(
            facts.fact(*metric.at),
            facts.fact("labels", "encoding"),
        ),
        expected=(
            metric.expected(None, "threshold")
            if score
            else metric.expected(1, "top_k"),
        ),
        severity=kit.Severity.WARNING if far else None,
        fix=_safe("take the highest column", metric.replaced_by(highest))
        if score
        else _safe(
            "take the highest column",
            _of_class(metric, metric.argument("class_id")),
        ),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return metrics that read columns on their own."""
    pair = kit.labels("one-hot", majority=0.95)
    rows = kit.labels("one-hot", 3)
    base = kit.classifier("softmax", kit.CCE, units=2, labels=pair, metrics=("Recall",))
    logits = kit.vary(base, activation="linear", from_logits=True)
    return (
        base,
        kit.vary(base, units=3, labels=rows, metrics=("Precision",)),
        kit.vary(base, metrics=("TruePositives",)),
        kit.vary(base, metrics=("AUC",)),
        kit.vary(logits, units=3, labels=rows),
        kit.vary(logits, metrics=(kit.metric("Recall", class_id=1),)),
        kit.vary(
            base,
            units=10,
            labels=kit.labels("one-hot", 10),
            metrics=(kit.metric("F1Score", average="macro", threshold=0.5),),
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: one column, one unit, several labels, even classes."""
    pair = kit.labels("one-hot", majority=0.95)
    one = (kit.metric("Recall", class_id=1),)
    base = kit.classifier(
        "sigmoid", "bce", labels=kit.labels("binary"), metrics=("Recall",)
    )
    softmax = kit.classifier("softmax", kit.CCE, units=2, labels=pair, metrics=one)
    return (
        softmax,
        base,
        kit.vary(
            base, units=5, labels=kit.labels("multi-hot", 5), metrics=("Precision",)
        ),
        kit.vary(softmax, labels=kit.labels("one-hot"), metrics=("AUC",)),
        kit.vary(
            softmax,
            units=10,
            labels=kit.labels("one-hot", 10),
            metrics=("F1Score", kit.metric("Recall", class_id=1, top_k=1)),
        ),
    )


RULE = kit.Rule(
    code="KC313",
    name="counts-on-one-hot",
    severity=kit.Severity.NOTE,
    harm=kit.Harm.MISREPORTED,
    summary="a metric that reads the columns of one-hot labels on their own",
    reads=frozenset({"activation", "units", "shape", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
