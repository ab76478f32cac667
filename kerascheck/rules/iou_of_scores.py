"""An IoU metric reads scores as class ids, or labels in the wrong form.

## What it checks
`IoU` and `MeanIoU` with their default `sparse_y_pred=True` on a head that ends in
probabilities or logits; these two with their default `sparse_y_true=True` on one-hot
masks; `OneHotIoU` and `OneHotMeanIoU` on masks of ids; and any of the four on one unit.

## In the log
`ValueError` about shapes, or an IoU that stays at the share of class 0.

## Why it matters
`IoU` and `MeanIoU` expect predictions that are already class ids; a probability cast to
an id is 0, whatever the class. The others take the argmax of labels and predictions:
over a mask of ids that is the place of the highest id in a row of pixels, and over one
unit it is always 0. Measured: 0.110 for a model that is right in every pixel.

## When to ignore
When the model itself returns class ids.

## Source
`keras.metrics.MeanIoU`, Keras 3.15.1, argument `sparse_y_pred`.
"""

from collections.abc import Iterator

from kerascheck import kit

_ONE_CLASS_A_ROW = (
    kit.Encoding.ONE_HOT,
    kit.Encoding.DISTRIBUTION,
    kit.Encoding.SIGNED_BINARY,
)


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each IoU that reads scores or labels in the wrong form."""
    for metric in facts.head_metrics:
        if not metric.traits.scores_ids and metric.resolved not in kit.IOU_OF_ROWS:
            continue
        if facts.units == 1:
            if facts.scores:
                yield _finding(facts, metric, _binary(facts, metric))
            continue
        if not _reads_ids(metric, "sparse_y_pred"):
            ids = _ids(facts)
            if ids is None:
                _ = facts.loss  # which says more than shapes if it is Keras's
                continue
            if _reads_ids(metric, "sparse_y_true") is ids:
                continue
        elif not facts.scores:
            return
        yield _finding(facts, metric, _of_several(facts, metric))


def _reads_ids(metric: kit.HeadMetric, argument: str) -> bool:
    if metric.resolved in kit.IOU_OF_ROWS and argument == "sparse_y_true":
        return False
    return (
        metric.argument(argument, metric.resolved not in kit.IOU_OF_ROWS) is not False
    )


def _ids(facts: kit.Facts) -> bool | None:
    """Say whether labels are ids, as the loss expects or as they are; None: neither.

    Labels that the loss does not expect have a rule of their own.
    """
    if facts.any_loss.kind in kit.ONE_CLASS:
        return facts.any_loss.kind is kit.LossKind.SPARSE
    return _are_ids(facts)


def _are_ids(facts: kit.Facts) -> bool | None:
    if facts.layout in (kit.Layout.IDS, kit.Layout.ID_COLUMN):
        return True
    rows = facts.encoding in _ONE_CLASS_A_ROW
    return False if rows and facts.layout is kit.Layout.SAME else None


def _finding(
    facts: kit.Facts, metric: kit.HeadMetric, right: kit.Metric | None
) -> kit.Finding:
    by_scores = _reads_ids(metric, "sparse_y_pred")
    labels = "one-hot rows" if _reads_ids(metric, "sparse_y_true") else "class ids"
    if by_scores:
        message = f"{metric.compiled} takes the scores of {facts.name!r} for class ids"
    elif facts.units == 1:
        message = (
            f"{metric.compiled} takes the argmax of the one unit of {facts.name!r}"
        )
    else:
        message = f"{metric.compiled} cannot read the {labels} of {facts.name!r}"
    because = facts.fact("activation") if by_scores else facts.fact("units")
    return RULE.finding(
        facts,
        *metric.at,
        message=message,
        because=(facts.fact(*metric.at), because),
        expected=(metric.expected(_text(right)),),
        fix=kit.Fix(
            advice=f"use {_text(right)}",
            applicability=kit.Applicability.SAFE,
            edits=() if right is None else (metric.replaced_by(right),),
        ),
    )


def _text(right: kit.Metric | None) -> str:
    """Return a metric by the arguments that say in which form it reads."""
    if right is None:
        return "sparse_y_pred=False, and sparse_y_true=False on one-hot labels"
    forms = [
        f"{name}={value}"
        for name, value in right.arguments
        if name.startswith("sparse_y_")
    ]
    return f"{right.compiled}({', '.join(forms)})"


def _binary(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Metric:
    kept = ("target_class_ids",) if metric.argument("num_classes") == 2 else ()
    arguments = {n: v for n, v in metric.metric.arguments if n in kept}
    logits = facts.activation not in kit.PROBABILITIES and facts.logits
    return kit.metric(
        "BinaryIoU", **arguments, **({"threshold": 0.0} if logits else {})
    )


def _of_several(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Metric | None:
    ids = _ids(facts)
    if ids is None:
        return None
    name = metric.resolved or ""
    kept = {n: v for n, v in metric.metric.arguments if not n.startswith("sparse_y_")}
    if ids:
        return kit.metric(kit.IOU_OF_ROWS.get(name, name), **kept, sparse_y_pred=False)
    if name in kit.IOU_OF_ROWS:
        return kit.metric(name, **kept)
    return kit.metric(name, **kept, sparse_y_true=False, sparse_y_pred=False)


def bad() -> tuple[kit.Description, ...]:
    """Return IoUs over scores."""
    base = kit.classifier(
        "sigmoid", "bce", metrics=(kit.metric("MeanIoU", num_classes=2),)
    )
    return (
        kit.classifier(
            "softmax",
            kit.SCCE,
            units=3,
            metrics=(kit.metric("MeanIoU", num_classes=3),),
        ),
        base,
        kit.vary(base, activation="linear", from_logits=True),
        kit.classifier(
            "softmax",
            kit.CCE,
            units=3,
            labels=kit.labels("one-hot", 3),
            metrics=(kit.metric("MeanIoU", num_classes=3, sparse_y_pred=False),),
        ),
        kit.classifier(
            "softmax",
            kit.SCCE,
            units=3,
            shape=(None, 8, 8, 3),
            labels=kit.labels("class-ids", 3, shape=(64, 8, 8)),
            metrics=(kit.metric("OneHotMeanIoU", num_classes=3),),
        ),
        kit.vary(base, metrics=(kit.metric("OneHotMeanIoU", num_classes=2),)),
        kit.classifier(
            "softmax",
            "mse",
            units=3,
            labels=kit.labels("one-hot", 3),
            metrics=(kit.metric("MeanIoU", num_classes=3),),
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: the flag, the other IoUs, unknown heads."""
    return (
        kit.classifier(
            "softmax",
            kit.SCCE,
            units=3,
            metrics=(kit.metric("MeanIoU", num_classes=3, sparse_y_pred=False),),
        ),
        kit.classifier("sigmoid", "bce", metrics=("BinaryIoU",)),
        kit.classifier(
            "softmax",
            kit.CCE,
            units=3,
            labels=kit.labels("one-hot", 3),
            metrics=(kit.metric("OneHotMeanIoU", num_classes=3),),
        ),
        kit.classifier(
            "unknown", "mse", metrics=(kit.metric("MeanIoU", num_classes=3),)
        ),
    )


RULE = kit.Rule(
    code="KC315",
    name="iou-of-scores",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.MISREPORTED,
    summary="an IoU that reads scores as ids, or labels in the wrong form",
    reads=frozenset({"activation", "units", "shape", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
