"""`Accuracy()` checks whether scores equal labels to the last bit.

## What it checks
The class `keras.metrics.Accuracy`, given as an object, on a head that ends in
probabilities or logits, or that regresses the number of a class. The string
`"accuracy"` is something else and is fine.

## In the log
An accuracy of 0.000, or of about one half when units saturate to 0 or 1.

## Why it matters
The class counts how often two numbers are equal. It is meant for predictions that are
already class ids; a probability is nearly never exactly 0 or 1. Measured: 0.98 too low
for a model that is right 98 times in 100.

## When to ignore
When the model itself returns class ids.

## Source
`keras.metrics.Accuracy`, Keras 3.15.1.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each exact-match accuracy on scores."""
    for metric in facts.head_metrics:
        if metric.traits.decides_by != "equality":
            continue
        if not facts.scores:
            return
        yield RULE.finding(
            facts,
            *metric.at,
            message=(
                f"Accuracy() only counts scores of {facts.name!r} that equal the label "
                "exactly"
            ),
            because=(facts.fact(*metric.at), facts.fact("activation")),
            expected=(metric.expected("accuracy"),),
            fix=kit.Fix(
                applicability=kit.Applicability.SAFE,
                edits=(_edit(facts, metric),),
            ),
        )


def _edit(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Edit:
    known = facts.head.labels is not None and facts.head.shape is not None
    right = kit.fitting_accuracy(facts) if known or facts.units == 1 else None
    return metric.replaced_by(right or kit.metric_called("accuracy"))


def bad() -> tuple[kit.Description, ...]:
    """Return exact-match accuracies on scores."""
    exact = (kit.metric("Accuracy"),)
    return (
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary"), metrics=exact),
        kit.classifier("softmax", kit.CCE, units=3, metrics=exact),
        kit.classifier("linear", "bce", from_logits=True, metrics=exact),
        kit.classifier("sigmoid", "mse", metrics=exact),
        kit.classifier("sigmoid", "my_own_loss", metrics=exact),
        kit.classifier("linear", "mse", labels=kit.labels("binary"), metrics=exact),
        kit.classifier(
            "tanh", "mse", labels=kit.labels("signed-binary"), metrics=exact
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: the string, heads that may return ids."""
    return (
        kit.classifier("sigmoid", "bce", metrics=("accuracy", "Accuracy")),
        kit.classifier("unknown", "bce", metrics=("accuracy",)),
        kit.regressor("linear", "mse", metrics=(kit.metric("Accuracy"),)),
    )


RULE = kit.Rule(
    code="KC305",
    name="exact-match-accuracy",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.MISREPORTED,
    summary="Accuracy(), which only counts scores that equal the label exactly",
    reads=frozenset({"activation", "units", "shape", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
