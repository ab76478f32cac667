"""A cross-entropy metric takes logits for probabilities.

## What it checks
`BinaryCrossentropy`, `CategoricalCrossentropy` or `SparseCategoricalCrossentropy` as a
metric without `from_logits=True`, on a head that ends in logits.

## In the log
A metric that is far above the loss of the same name.

## Why it matters
The metric has its own argument and does not follow that of the loss.

## When to ignore
Never.

## Source
`keras.metrics.BinaryCrossentropy`, Keras 3.15.1, argument `from_logits`.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each cross-entropy metric without the flag."""
    for metric in facts.head_metrics:
        if metric.traits.family != "crossentropy":
            continue
        if metric.argument("from_logits") is True:
            continue
        if not facts.logits or facts.loss.kind not in kit.CROSSENTROPIES:
            return
        yield RULE.finding(
            facts,
            *metric.at,
            message=(
                f"the metric {metric.compiled!r} takes the logits of {facts.name!r} "
                "for probabilities"
            ),
            because=(
                facts.fact(*metric.at),
                facts.fact("activation"),
                facts.fact("loss", "from_logits"),
            ),
            expected=(metric.expected(True, "from_logits"),),
            fix=kit.Fix(
                applicability=kit.Applicability.SAFE,
                edits=(metric.with_arguments(from_logits=True),),
            ),
        )


def bad() -> tuple[kit.Description, ...]:
    """Return cross-entropy metrics on logits."""
    return (
        kit.classifier(
            "linear", "bce", from_logits=True, metrics=("binary_crossentropy",)
        ),
        kit.classifier(
            "linear",
            kit.SCCE,
            units=3,
            from_logits=True,
            metrics=(kit.metric("SparseCategoricalCrossentropy"),),
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: the flag, probabilities."""
    return (
        kit.classifier(
            "linear",
            "bce",
            from_logits=True,
            metrics=(kit.metric("BinaryCrossentropy", from_logits=True),),
        ),
        kit.classifier("sigmoid", "bce", metrics=("binary_crossentropy",)),
        kit.classifier("unknown", "bce", from_logits=True, metrics=("bce",)),
    )


RULE = kit.Rule(
    code="KC312",
    name="crossentropy-metric-on-logits",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.MISREPORTED,
    summary="a cross-entropy metric that takes logits for probabilities",
    reads=frozenset({"activation", "loss", "metrics"}),
    check=check,
    bad=bad,
    good=good,
)
