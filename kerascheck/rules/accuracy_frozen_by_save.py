"""An old file holds another accuracy than the one that was compiled.

## What it checks
Files of Keras 2 (`.h5`, SavedModel) in which `"accuracy"` was resolved by the save:
`CategoricalAccuracy` under a sparse loss, or `BinaryAccuracy` on several units under a
categorical or sparse loss.

## In the log
After loading, `evaluate` shows an accuracy near that of guessing for a model that is
good: 0.100 instead of the true 0.317.

## Why it matters
Keras 2 resolves `"accuracy"` when it first sees labels. A model that is saved before
`fit` has seen none, so the save resolves it against a dummy of the shape of the output,
and the file keeps that choice. It is not the user's.

## When to ignore
When the model is recompiled after loading.

## Source
tf.keras 2.10 to 2.15 and tf_keras 2.21; a model saved after `fit` holds the right one.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each accuracy that the save chose wrongly."""
    for metric in facts.head_metrics:
        if not metric.metric.frozen or not _wrong(facts, metric):
            continue
        yield RULE.finding(
            facts,
            *metric.at,
            message=(
                f"the file holds {metric.resolved} for {metric.compiled!r} of "
                f"{facts.name!r}, under {facts.loss.name}"
            ),
            because=(facts.fact(*metric.at), facts.fact("loss")),
            expected=(metric.expected("accuracy, as compiled"),),
            fix=kit.Fix(
                applicability=kit.Applicability.SAFE,
                edits=(metric.replaced_by(kit.metric_called(metric.compiled)),),
            ),
        )


def _wrong(facts: kit.Facts, metric: kit.HeadMetric) -> bool:
    if facts.units < 2 or facts.loss.kind not in kit.ONE_CLASS:
        return False
    sparse = facts.loss.kind is kit.LossKind.SPARSE
    if metric.resolved == "BinaryAccuracy":
        return True
    return sparse and metric.resolved == "CategoricalAccuracy"


def _frozen(resolved: str) -> tuple[kit.Metric, ...]:
    return (kit.Metric(compiled="accuracy", resolved=resolved, frozen=True),)


def bad() -> tuple[kit.Description, ...]:
    """Return accuracies that the save chose."""
    base = kit.classifier(
        "softmax",
        kit.SCCE,
        units=3,
        keras="2.10.0",
        labels=kit.labels("class-ids", 3),
        metrics=_frozen("BinaryAccuracy"),
    )
    return (
        kit.vary(
            base, keras="2.15.0", metrics=_frozen("CategoricalAccuracy"), labels=None
        ),
        base,
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: a choice that fits, a string, the user's own choice."""
    base = kit.classifier("softmax", kit.SCCE, units=3, metrics=("accuracy",))
    return (
        kit.vary(base, keras="2.15.0", metrics=_frozen("SparseCategoricalAccuracy")),
        kit.vary(
            base, loss=kit.CCE, keras="2.15.0", metrics=_frozen("CategoricalAccuracy")
        ),
        base,
    )


RULE = kit.Rule(
    code="KC310",
    name="accuracy-frozen-by-save",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.MISREPORTED,
    summary="an accuracy that Keras 2 resolved wrongly when it saved",
    reads=frozenset({"units", "loss", "metrics"}),
    check=check,
    bad=bad,
    good=good,
)
