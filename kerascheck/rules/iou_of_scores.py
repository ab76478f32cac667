"""An IoU metric that expects class ids gets scores.

## What it checks
`IoU` and `MeanIoU` with their default `sparse_y_pred=True` on a head that ends in
probabilities or logits.

## In the log
`ValueError` about shapes, or an IoU that stays at the share of class 0.

## Why it matters
These metrics expect predictions that are already class ids; a probability cast to an id
is 0, whatever the class.

## When to ignore
When the model itself returns class ids.

## Source
`keras.metrics.MeanIoU`, Keras 3.15.1, argument `sparse_y_pred`.
"""

from collections.abc import Iterator

from kerascheck import kit

_SCORES = (kit.Activation.SIGMOID, kit.Activation.SOFTMAX)


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each IoU over ids that gets scores."""
    for metric in facts.head_metrics:
        if not metric.traits.scores_ids:
            continue
        if metric.argument("sparse_y_pred", True) is False:
            continue
        if facts.activation not in _SCORES and not facts.logits:
            return
        yield RULE.finding(
            facts,
            *metric.at,
            message=(
                f"{metric.compiled} takes the scores of {facts.name!r} for class ids"
            ),
            because=(facts.fact(*metric.at), facts.fact("activation")),
            expected=(metric.expected(_suggestion(facts)),),
            fix=_fix(facts, metric),
        )


def _suggestion(facts: kit.Facts) -> str:
    return "BinaryIoU" if facts.units == 1 else "sparse_y_pred=False"


def _fix(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Fix:
    if facts.units == 1:
        arguments = {"threshold": 0.0} if facts.logits else {}
        edit = metric.replaced_by(kit.metric("BinaryIoU", **arguments))
    else:
        edit = metric.with_arguments(sparse_y_pred=False)
    return kit.Fix(
        applicability=kit.Applicability.SAFE,
        edits=(edit,),
    )


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
            "unknown", "mse", metrics=(kit.metric("MeanIoU", num_classes=3),)
        ),
    )


RULE = kit.Rule(
    code="KC315",
    name="iou-of-scores",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.MISREPORTED,
    summary="an IoU over class ids on scores",
    reads=frozenset({"activation", "units", "loss", "metrics"}),
    check=check,
    bad=bad,
    good=good,
)
