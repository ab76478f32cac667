"""A metric counts the samples that the loss ignores.

## What it checks
An accuracy or cross-entropy over class ids, under a loss with `ignore_class`, when the
labels hold that id.

## In the log
An accuracy that cannot reach 1: 0.70 for a model that is right in every pixel, if 30 %
of the pixels are void.

## Why it matters
`ignore_class` is an argument of the loss and of the IoU metrics. The accuracies have
none: they compare the void id, such as 255 or -1, with the predicted class, which is
never that.

## When to ignore
When sample weights of 0 for the void samples are passed to `fit`, and the metric is one
of `weighted_metrics`.

## Source
`keras.losses.SparseCategoricalCrossentropy` and `keras.metrics.MeanIoU`, Keras 3.15.1,
argument `ignore_class`.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each metric that counts void samples."""
    for metric in facts.head_metrics:
        if not facts.may_be(metric, *kit.OVER_IDS) or metric.metric.weighted:
            continue
        void = facts.loss.argument("ignore_class")
        if not isinstance(void, int) or facts.units < 2:
            return
        if not _holds(facts, void):
            return
        facts.require_class_of(metric)
        yield _finding(facts, metric, void)


def _holds(facts: kit.Facts, void: int) -> bool:
    """Say whether the labels hold the void id; a sample of many ids may not show it."""
    labels = facts.labels
    return void in (*labels.values, labels.low, labels.high)


def _finding(facts: kit.Facts, metric: kit.HeadMetric, void: int) -> kit.Finding:
    return RULE.finding(
        facts,
        *metric.at,
        message=(
            f"{metric.compiled!r} counts the samples of {facts.name!r} with label "
            f"{void}, which {facts.any_loss.name} ignores"
        ),
        because=(
            facts.fact(*metric.at),
            facts.fact("loss", value=f"ignore_class={void}"),
        ),
        expected=(metric.expected("MeanIoU"),),
        fix=_fix(facts, metric, void),
    )


def _fix(facts: kit.Facts, metric: kit.HeadMetric, void: int) -> kit.Fix:
    if any(m.resolved == "MeanIoU" for m in facts.head_metrics):
        title, edit = "remove the metric", metric.replaced_by(None)
    else:
        title = f"report MeanIoU with ignore_class={void}"
        arguments = {"num_classes": facts.units, "ignore_class": void}
        right = kit.metric("MeanIoU", **arguments, sparse_y_pred=False)
        edit = metric.replaced_by(right)
    return kit.Fix(
        advice=f"{title}, or weigh these samples with 0 in weighted_metrics",
        applicability=kit.Applicability.SAFE,
        edits=(edit,),
    )


def _void(number: int) -> kit.Loss:
    return kit.Loss(
        name="SparseCategoricalCrossentropy",
        kind=kit.LossKind.SPARSE,
        from_logits=False,
        arguments=(("ignore_class", number),),
        given="object",
    )


def bad() -> tuple[kit.Description, ...]:
    """Return metrics over ids that count void samples."""
    ids = kit.labels(
        "class-ids", 4, shape=(64, 8, 8), high=255.0, values=(0, 1, 2, 255)
    )
    base = kit.classifier(
        "softmax",
        _void(255),
        units=3,
        shape=(None, 8, 8, 3),
        labels=ids,
        metrics=("accuracy",),
    )
    negative = kit.labels("class-ids", 4, low=-1.0, high=2.0, values=(-1, 0, 1, 2))
    iou = kit.metric("MeanIoU", num_classes=3, sparse_y_pred=False)
    return (
        base,
        kit.vary(base, metrics=(iou, "accuracy")),
        kit.classifier(
            "softmax",
            _void(-1),
            units=3,
            labels=negative,
            metrics=("sparse_categorical_accuracy",),
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: no void label, the argument, a weighted metric."""
    ids = kit.labels("class-ids", 3, values=(0, 1, 2))
    base = kit.classifier(
        "softmax", _void(255), units=3, labels=ids, metrics=("accuracy",)
    )
    void = kit.labels("class-ids", 4, high=255.0, values=(0, 1, 2, 255))
    iou = kit.metric("MeanIoU", num_classes=3, sparse_y_pred=False, ignore_class=255)
    weighted = kit.Metric(
        compiled="accuracy", name="accuracy", weighted=True, given="string"
    )
    return (
        base,
        kit.vary(base, labels=void, metrics=(iou,)),
        kit.vary(base, labels=void, metrics=(weighted,)),
        kit.vary(base, loss=kit.SCCE),
    )


RULE = kit.Rule(
    code="KC330",
    name="void-samples-counted",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.MISREPORTED,
    summary="a metric that counts the samples that the loss ignores",
    reads=frozenset({"units", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
