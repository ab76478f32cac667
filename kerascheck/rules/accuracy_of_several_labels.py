"""Plain "accuracy" scores only the top label of samples that have several, or none.

## What it checks
`"accuracy"` that Keras resolves to `CategoricalAccuracy` on rows with several 1s or
with none, which it does for every head of two or more units, whatever the loss; and
`TopKCategoricalAccuracy` on such labels.

## In the log
An accuracy far below that of the predictions, which hardly moves while the loss falls.

## Why it matters
The metric checks whether the highest output is the first of the highest labels. With
several labels per sample that means nothing. Measured: it shows 0.63 when 0.99 of the
labels are right. The top-k metric looks for the first label of a sample alone. A row of
zeros counts as the first class: a model that is right in every sample shows 0.92 if a
tenth of five-column rows is empty, and 0.58 if half is. Under a categorical loss empty
rows are samples without a label, which KC212 reports, and this is a note.

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
        if labels.ones is None or labels.ones == (1, 1):
            return
        if facts.encoding is not kit.Encoding.MULTI_HOT:
            return
        if facts.layout is not kit.Layout.SAME:
            return
        facts.require_class_of(metric)
        yield _finding(facts, metric)


def _finding(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Finding:
    ones = facts.labels.ones
    several = ones is not None and ones[1] > 1
    unlabelled = facts.any_loss.kind is kit.LossKind.CATEGORICAL and not several
    return RULE.finding(
        facts,
        *metric.at,
        message=(
            f"{metric.compiled!r} scores only the top label of {facts.name!r}; samples "
            "have several"
            if several
            else f"{metric.compiled!r} takes samples of {facts.name!r} without a label "
            "for samples of the first class"
        ),
        because=(
            facts.fact(*metric.at),
            facts.fact("labels", "ones"),
        ),
        expected=(
            ("labels.ones", "(1, 1)")
            if unlabelled
            else metric.expected("BinaryAccuracy"),
        ),
        severity=kit.Severity.NOTE if unlabelled else None,
        fix=_without_unlabelled() if unlabelled else _fix(facts, metric),
    )


def _fix(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Fix | None:
    right = kit.fitting_accuracy(facts)
    if right is None:
        return None
    return kit.Fix(
        applicability=kit.Applicability.SAFE, edits=(metric.replaced_by(right),)
    )


def _without_unlabelled() -> kit.Fix:
    return kit.Fix(
        advice="report the metric as one of `weighted_metrics`, with "
        "`sample_weight=y.max(axis=-1)`, which is 0 for rows of zeros",
        applicability=kit.Applicability.DISPLAY,
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
        kit.vary(
            kit.classifier("sigmoid", "bce", units=5, labels=tags),
            labels=kit.labels("multi-hot", 5, ones=(0, 1)),
            metrics=("accuracy",),
        ),
        kit.classifier(
            "softmax",
            kit.CCE,
            units=5,
            labels=kit.labels("multi-hot", 5, ones=(0, 1)),
            metrics=("accuracy",),
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
