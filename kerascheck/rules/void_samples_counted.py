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
never that. `SparseCategoricalCrossentropy` as a metric raises on it on TensorFlow, and
scores nothing on JAX.

What Keras does have for all of them are sample weights, which only `weighted_metrics`
look at. Measured with a third of the samples void, for a model that is right in all
others: 0.64 to 0.67 under `metrics`, 1.0 under `weighted_metrics` with
`sample_weight = (y != 255).astype("float32")`; in Keras 3.15.1 on TensorFlow and JAX,
and in tf_keras 2.21.

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
        if not facts.may_be(metric, *kit.OVER_IDS) or _is_weighed(metric):
            continue
        void = facts.loss.argument("ignore_class")
        if not isinstance(void, int) or facts.units < 2:
            return
        if not _holds(facts, void):
            return
        facts.require_class_of(metric)
        yield _finding(facts, metric, void)


def _is_weighed(metric: kit.HeadMetric) -> bool:
    """Say whether sample weights leave void samples out of it, if they are passed."""
    return metric.metric.weighted and metric.traits.family != "crossentropy"


def _holds(facts: kit.Facts, void: int) -> bool:
    """Say whether the labels hold the void id; a sample of many ids may not show it."""
    labels = facts.labels
    return void in (*labels.values, labels.low, labels.high)


def _finding(facts: kit.Facts, metric: kit.HeadMetric, void: int) -> kit.Finding:
    likelihood = metric.traits.family == "crossentropy"
    raises = likelihood and facts.model.backend in (None, "tensorflow")
    return RULE.finding(
        facts,
        *metric.at,
        message=(
            f"{metric.compiled!r} {'raises on' if raises else 'counts'} the samples of "
            f"{facts.name!r} with label {void}, which {facts.any_loss.name} ignores"
        ),
        severity=kit.Severity.ERROR if raises else None,
        harm=kit.Harm.RAISES if raises else None,
        because=(
            facts.fact(*metric.at),
            facts.fact("loss", value=f"ignore_class={void}"),
        ),
        expected=(metric.expected("one of weighted_metrics"),),
        fix=_fix(facts, metric, void),
    )


def _fix(facts: kit.Facts, metric: kit.HeadMetric, void: int) -> kit.Fix:
    """Return the metric with a weight of 0 for void samples.

    A cross-entropy cannot score them at all. Keras does not take sample weights next to
    class weights.
    """
    if metric.traits.family == "crossentropy":
        edit: kit.Edit | None = metric.replaced_by(None)
    elif facts.head.class_weight is not None:
        edit = None
    else:
        edit = metric.weighed(void)
    return kit.Fix(
        advice="report MeanIoU, which has `ignore_class`, or weigh the samples by "
        "`sample_weight` alone: 0 for those, and the weights of classes for others",
        applicability=kit.Applicability.UNSAFE,
        edits=() if edit is None else (edit,),
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
        kit.vary(base, metrics=(kit.metric("SparseCategoricalCrossentropy"),)),
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
    reads=frozenset({"units", "loss", "metrics", "labels", "class_weight"}),
    check=check,
    bad=bad,
    good=good,
)
