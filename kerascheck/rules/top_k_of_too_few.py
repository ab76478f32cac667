"""A top-k accuracy allows as many classes as there are.

## What it checks
`TopKCategoricalAccuracy` and `SparseTopKCategoricalAccuracy` with k (5 by default) as
high as the number of units, or higher.

## In the log
1.000 from the first batch.

## Why it matters
The right class is always among all of them.

## When to ignore
Never.

## Source
`keras.metrics.TopKCategoricalAccuracy`, Keras 3.15.1, argument `k`.
"""

from collections.abc import Iterator

from kerascheck import kit

DEFAULT_K = 5


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each top-k that holds all classes."""
    for metric in facts.head_metrics:
        if metric.traits.family != "top-k":
            continue
        k = metric.argument("k", DEFAULT_K)
        if not isinstance(k, int) or not 1 < facts.units <= k:
            continue
        yield RULE.finding(
            facts,
            *metric.at,
            message=(
                f"{metric.compiled} accepts the top {k} of the {facts.units} classes "
                f"of {facts.name!r}"
            ),
            because=(facts.fact(*metric.at), facts.fact("units")),
            expected=(metric.expected(f"less than {facts.units}", "k"),),
            fix=_fix(facts, metric),
        )


def _fix(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Fix:
    fewer = facts.units > 2
    edit = metric.with_arguments(k=2) if fewer else metric.replaced_by(None)
    return kit.Fix(
        applicability=kit.Applicability.SAFE,
        edits=(edit,),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return top-k accuracies that cannot miss."""
    base = kit.classifier(
        "softmax",
        kit.SCCE,
        units=3,
        metrics=(kit.metric("SparseTopKCategoricalAccuracy", k=3),),
    )
    return (
        kit.vary(base, loss=kit.CCE, units=5, metrics=("top_k_categorical_accuracy",)),
        base,
        kit.vary(base, loss=kit.CCE, units=2, metrics=("TopKCategoricalAccuracy",)),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: fewer than there are."""
    base = kit.classifier(
        "softmax", kit.CCE, units=10, metrics=("top_k_categorical_accuracy",)
    )
    return (
        base,
        kit.vary(base, units=4, metrics=(kit.metric("TopKCategoricalAccuracy", k=2),)),
    )


RULE = kit.Rule(
    code="KC314",
    name="top-k-of-too-few",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.MISREPORTED,
    summary="a top-k accuracy with k as high as the number of classes",
    reads=frozenset({"units", "metrics"}),
    check=check,
    bad=bad,
    good=good,
)
