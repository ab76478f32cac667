"""An accuracy over classes is compiled for a single unit.

## What it checks
`CategoricalAccuracy`, `SparseCategoricalAccuracy` or a top-k accuracy on a head of one
unit.

## In the log
`CategoricalAccuracy`: 1.000 from the first batch. `SparseCategoricalAccuracy`: the
share of class 0, which looks good if that class is common.

## Why it matters
The argmax over one unit is always 0, whatever the model predicts. Measured: 1.000 for a
model that is right half of the time; 0.950 for any model on labels with 5 % positives.

## When to ignore
Never.

## Source
`categorical_accuracy` and `sparse_categorical_accuracy`, Keras 3.15.1.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each argmax accuracy on one unit."""
    for metric in facts.head_metrics:
        if metric.traits.family not in ("accuracy", "top-k"):
            continue
        if metric.traits.decides_by != "argmax" or metric.metric.frozen:
            continue
        if facts.units != 1:
            continue
        yield RULE.finding(
            facts,
            *metric.at,
            message=(
                f"{metric.compiled!r} takes the argmax over the one unit of "
                f"{facts.name!r}, which is always 0"
            ),
            because=(facts.fact(*metric.at), facts.fact("units")),
            expected=(metric.expected("BinaryAccuracy"),),
            fix=kit.Fix(
                advice="use BinaryAccuracy, which applies a threshold",
                applicability=kit.Applicability.SAFE,
                edits=_edits(facts, metric),
            ),
        )


def _edits(facts: kit.Facts, metric: kit.HeadMetric) -> tuple[kit.Edit, ...]:
    if facts.any_loss.kind is kit.LossKind.CUSTOM:
        return ()
    right = kit.fitting_accuracy(facts) or kit.metric("BinaryAccuracy")
    return (metric.replaced_by(right),)


def bad() -> tuple[kit.Description, ...]:
    """Return argmax accuracies on one unit."""
    binary = kit.labels("binary")
    return (
        kit.classifier(
            "sigmoid", "bce", labels=binary, metrics=("categorical_accuracy",)
        ),
        kit.classifier("sigmoid", "bce", metrics=("SparseCategoricalAccuracy",)),
        kit.classifier(
            "linear", "bce", from_logits=True, metrics=("categorical_accuracy",)
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: two units, the binary metric."""
    return (
        kit.classifier("sigmoid", "bce", metrics=("binary_accuracy",)),
        kit.classifier("sigmoid", "bce", metrics=("accuracy",)),
        kit.classifier("softmax", kit.CCE, units=2, metrics=("categorical_accuracy",)),
    )


RULE = kit.Rule(
    code="KC303",
    name="argmax-metric-on-one-unit",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.MISREPORTED,
    summary="an accuracy over classes on a single unit",
    reads=frozenset({"activation", "units", "loss", "metrics"}),
    check=check,
    bad=bad,
    good=good,
)
