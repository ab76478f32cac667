"""A metric thresholds probabilities at 0, which all of them exceed.

## What it checks
`BinaryAccuracy`, `Precision`, `Recall`, the confusion counts and `BinaryIoU` with a
threshold of 0 or less, on a head that ends in probabilities, or that regresses labels
of 0 and 1.

## In the log
A recall of 1.000; an accuracy equal to the share of positives.

## Why it matters
A threshold of 0 is right for logits. Every sigmoid is above 0, so that everything is
predicted positive. Measured: accuracy 0.49 too low on balanced labels, 0.95 at 5 %
positives.

## When to ignore
Never.

## Source
`keras.metrics.BinaryAccuracy`, Keras 3.15.1.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each metric that counts every probability as positive."""
    for metric in facts.head_metrics:
        name, traits = metric.traits.threshold_argument, metric.traits
        if name is None or traits.threshold is None:
            continue
        threshold = metric.argument(name)
        if (
            not isinstance(threshold, (int, float))
            or isinstance(threshold, bool)
            or threshold > 0
        ):
            continue
        probable = facts.activation in kit.PROBABILITIES
        if not probable and not _regresses_zero_and_one(facts):
            return
        kept = {k: v for k, v in metric.metric.arguments if k != name}
        right = kit.metric(metric.resolved or "", **kept)
        yield RULE.finding(
            facts,
            *metric.at,
            message=(
                f"{metric.compiled} thresholds the probabilities of {facts.name!r} at "
                f"{threshold:g}, so all of them count as positive"
                if probable
                else f"{metric.compiled} thresholds {facts.name!r} at {threshold:g}, "
                "and labels are 0 and 1"
            ),
            because=(
                facts.fact(*metric.at),
                facts.fact(*metric.at, value=f"{name}={threshold:g}"),
                facts.fact("activation"),
            ),
            expected=(metric.expected(traits.threshold, name),),
            fix=kit.Fix(
                applicability=kit.Applicability.SAFE,
                edits=(metric.replaced_by(right),),
            ),
        )


def _regresses_zero_and_one(facts: kit.Facts) -> bool:
    if facts.any_loss.kind not in (kit.LossKind.REGRESSION, kit.LossKind.CUSTOM):
        return False
    labels = facts.labels
    zero_and_one = labels.integral and (labels.low, labels.high) == (0, 1)
    return zero_and_one and facts.loss.kind is kit.LossKind.REGRESSION


def bad() -> tuple[kit.Description, ...]:
    """Return probabilities with a threshold of zero."""
    return (
        kit.classifier(
            "sigmoid", "bce", metrics=(kit.metric("BinaryAccuracy", threshold=0.0),)
        ),
        kit.classifier(
            "sigmoid",
            "bce",
            from_logits=True,
            metrics=("AUC", kit.metric("Recall", thresholds=0.0)),
        ),
        kit.classifier(
            "linear",
            "mse",
            labels=kit.labels("binary"),
            metrics=(kit.metric("BinaryAccuracy", threshold=0.0),),
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: logits, other thresholds, unknown heads."""
    zero = (kit.metric("BinaryAccuracy", threshold=0.0),)
    return (
        kit.classifier("linear", "bce", from_logits=True, metrics=zero),
        kit.classifier(
            "sigmoid", "bce", metrics=(kit.metric("BinaryAccuracy", threshold=0.3),)
        ),
        kit.classifier("unknown", "bce", metrics=zero),
        kit.classifier("sigmoid", "bce", metrics=("accuracy",)),
    )


RULE = kit.Rule(
    code="KC311",
    name="probabilities-cut-at-zero",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.MISREPORTED,
    summary="a metric with threshold 0 on probabilities",
    reads=frozenset({"activation", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
