"""A classification metric is compiled for a regression.

## What it checks
An accuracy metric when the labels are continuous.

## In the log
An accuracy of 0.000, or a small number that never moves, next to a loss that falls.

## Why it matters
Keras thresholds the output at 0.5 and compares the result with the target. Training
itself is not affected.

## When to ignore
When nobody reads the figure.

## Source
`get_metric`, Keras 3.15.1, picks an accuracy from shapes alone.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a note for each accuracy of real targets."""
    for metric in facts.head_metrics:
        if metric.traits.family != "accuracy":
            continue
        labels = facts.labels
        if facts.encoding is kit.Encoding.UNKNOWN or labels.integral:
            return
        if not labels.fits(kit.Encoding.CONTINUOUS):
            return
        yield RULE.finding(
            facts,
            *metric.at,
            message=(
                f"{metric.compiled!r} of {facts.name!r} is a classification metric, "
                "but the targets are continuous"
            ),
            because=(
                facts.fact(*metric.at),
                facts.fact("labels", "encoding"),
            ),
            expected=(metric.expected("MeanAbsoluteError"),),
            fix=kit.Fix(
                applicability=kit.Applicability.SAFE,
                edits=(metric.replaced_by(kit.metric("MeanAbsoluteError")),),
            ),
        )


def bad() -> tuple[kit.Description, ...]:
    """Return accuracies of real targets."""
    return (
        kit.regressor(metrics=("accuracy",)),
        kit.regressor("sigmoid", "mae", metrics=("mse", "acc")),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: classes, errors, labels not given."""
    return (
        kit.regressor(metrics=("mae",)),
        kit.classifier(
            "linear", "mse", labels=kit.labels("binary"), metrics=("accuracy",)
        ),
        kit.classifier("linear", "mse", metrics=("accuracy",)),
    )


RULE = kit.Rule(
    code="KC309",
    name="accuracy-of-real-targets",
    severity=kit.Severity.NOTE,
    harm=kit.Harm.MISREPORTED,
    summary="an accuracy metric on a regression",
    reads=frozenset({"metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
