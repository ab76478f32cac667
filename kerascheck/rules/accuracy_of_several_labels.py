"""Plain "accuracy" scores only the top label of samples that have several.

## What it checks
`"accuracy"` that Keras resolves to `CategoricalAccuracy` on multi-hot labels, which it
does for every head of two or more units, whatever the loss; and
`TopKCategoricalAccuracy` on such labels.

## In the log
An accuracy far below that of the predictions, which hardly moves while the loss falls.

## Why it matters
The metric checks whether the highest output is the first of the highest labels. With
several labels per sample that means nothing. Measured: it shows 0.63 when 0.99 of the
labels are right. The top-k metric looks for the first label of a sample alone.

## When to ignore
Never; for a top-k figure, use a top-k metric.

## Source
`get_metric` of Keras 3.15.1 and `MetricsContainer` of tf_keras 2.21, which look at
shapes alone.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each argmax accuracy on multi-hot labels."""
    for metric in facts.head_metrics:
        if not facts.may_be(metric, *kit.ARGMAX_OF_ROWS) or facts.units == 1:
            continue
        if facts.any_loss.kind is kit.LossKind.SPARSE:
            return  # it raises on rows
        labels = facts.labels
        if labels.ones is None or labels.ones[1] < 2:
            return
        if facts.encoding is not kit.Encoding.MULTI_HOT:
            return
        if facts.layout is not kit.Layout.SAME:
            return
        facts.require_class_of(metric)
        yield _finding(facts, metric)


def _finding(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Finding:
    right = kit.fitting_accuracy(facts)
    return RULE.finding(
        facts,
        *metric.at,
        message=(
            f"{metric.compiled!r} scores only the top label of {facts.name!r}; samples "
            "have several"
        ),
        because=(
            facts.fact(*metric.at),
            facts.fact("labels", "encoding"),
        ),
        expected=(metric.expected("BinaryAccuracy"),),
        fix=kit.Fix(
            applicability=kit.Applicability.SAFE,
            edits=() if right is None else (metric.replaced_by(right),),
        ),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return argmax accuracies on multi-hot labels."""
    tags = kit.labels("multi-hot", 5)
    return (
        kit.classifier("sigmoid", "bce", units=5, labels=tags, metrics=("accuracy",)),
        kit.classifier("sigmoid", "bce", units=5, labels=tags, metrics=("acc",)),
        kit.classifier(
            "linear",
            "bce",
            units=5,
            from_logits=True,
            labels=tags,
            metrics=("auc", "categorical_accuracy"),
        ),
        kit.classifier(
            "sigmoid",
            "bce",
            units=8,
            labels=kit.labels("multi-hot", 8),
            metrics=("top_k_categorical_accuracy",),
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: the binary metric, one label a sample, one unit."""
    tags = kit.labels("multi-hot", 5)
    base = kit.classifier("sigmoid", "bce", units=5, metrics=("accuracy",))
    return (
        kit.vary(base, labels=tags, metrics=("binary_accuracy",)),
        kit.vary(
            base, activation="softmax", loss=kit.CCE, labels=kit.labels("one-hot", 5)
        ),
        kit.vary(base, labels=kit.labels("binary"), units=1),
        base,
        kit.vary(base, loss=kit.SCCE, activation="softmax"),
    )


RULE = kit.Rule(
    code="KC301",
    name="accuracy-of-several-labels",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.MISREPORTED,
    summary="argmax accuracy on multi-hot labels",
    reads=frozenset({"activation", "units", "shape", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
