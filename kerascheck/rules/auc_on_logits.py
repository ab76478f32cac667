"""`AUC` is computed on logits, which it clips to [0, 1].

## What it checks
`AUC` without `from_logits=True`, and the metrics that share its thresholds
(`PrecisionAtRecall`, `RecallAtPrecision`, `SensitivityAtSpecificity`,
`SpecificityAtSensitivity`), on a head that ends in logits; `AUC` in any case on logits
of several classes that share a softmax.

## In the log
An AUC below that of the predictions, most of all on hard or imbalanced data.

## Why it matters
The metric counts at 200 thresholds between 0 and 1. All negative logits are below the
first, all logits above 1 beyond the last, and their ranking is lost. Measured: 0.052
too low on overlapping classes, 0.08 on three classes. With `from_logits=True` the
metric applies a sigmoid to each logit, which is right for a sigmoid head; a softmax
depends on the other logits as well. Measured: 0.12 off.

## When to ignore
When only the change between epochs matters.

## Source
`keras.metrics.AUC`, Keras 3.15.1, argument `from_logits`.
"""

from collections.abc import Iterator

from kerascheck import kit

_SHARED = (*kit.ONE_CLASS, kit.LossKind.CATEGORICAL_HINGE)
"""Losses under which the logits of a row are read together."""


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each threshold curve on logits."""
    for metric in facts.head_metrics:
        if metric.traits.family != "curve" or not facts.logits:
            continue
        softmax = facts.units > 1 and facts.loss.kind in _SHARED
        if metric.argument("from_logits") is True and not softmax:
            continue
        yield RULE.finding(
            facts,
            *metric.at,
            message=(
                f"{metric.compiled} applies a sigmoid to each logit of {facts.name!r}, "
                "whose classes share a softmax"
                if metric.argument("from_logits") is True
                else f"{metric.compiled} clips the logits of {facts.name!r} to [0, 1]"
            ),
            because=(
                facts.fact(*metric.at),
                facts.fact("activation"),
                facts.fact("loss", "from_logits"),
            ),
            expected=(("activation", "softmax"),)
            if softmax
            else (metric.expected(True, "from_logits"),),
            fix=_fix(facts, metric, softmax=softmax),
        )


def _fix(facts: kit.Facts, metric: kit.HeadMetric, *, softmax: bool) -> kit.Fix:
    if metric.traits.from_logits and not softmax:
        return kit.Fix(
            applicability=kit.Applicability.SAFE,
            edits=(metric.with_arguments(from_logits=True),),
        )
    return kit.Fix(
        advice="end the head in probabilities and keep from_logits=False",
        applicability=kit.Applicability.UNSAFE,
        edits=_in_probabilities(facts, metric),
    )


def _in_probabilities(facts: kit.Facts, metric: kit.HeadMetric) -> tuple[kit.Edit, ...]:
    head = _probabilities(facts)
    return (*head, *_without_flag(metric)) if head else ()


def _without_flag(metric: kit.HeadMetric) -> tuple[kit.Edit, ...]:
    kept = {n: v for n, v in metric.metric.arguments if n != "from_logits"}
    if len(kept) == len(metric.metric.arguments):
        return ()
    return (metric.replaced_by(kit.metric(metric.resolved or "", **kept)),)


def _probabilities(facts: kit.Facts) -> tuple[kit.Edit, ...]:
    loss = facts.loss
    if loss.kind not in kit.CROSSENTROPIES:
        return ()
    binary = loss.kind is kit.LossKind.BINARY
    ending = kit.Activation.SIGMOID if binary else kit.Activation.SOFTMAX
    return (
        kit.SetActivation(head=facts.name, activation=ending),
        kit.SetLoss(head=facts.name, name=loss.name, arguments=loss.arguments),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return curves over thresholds on logits."""
    binary = kit.labels("binary")
    base = kit.classifier(
        "linear", "bce", from_logits=True, labels=binary, metrics=("AUC",)
    )
    return (
        base,
        kit.classifier(
            "linear",
            kit.CCE,
            units=3,
            from_logits=True,
            metrics=(kit.metric("AUC", curve="PR"),),
        ),
        kit.vary(
            base, metrics=(kit.metric("PrecisionAtRecall", recall=0.8),), labels=None
        ),
        kit.classifier("linear", "hinge", labels=binary, metrics=("AUC",)),
        kit.classifier(
            "linear",
            kit.CCE,
            units=3,
            from_logits=True,
            metrics=(kit.metric("AUC", from_logits=True),),
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: the flag, probabilities, unknown heads."""
    base = kit.classifier("unknown", "bce", from_logits=True, metrics=("AUC",))
    return (
        kit.vary(
            base, activation="linear", metrics=(kit.metric("AUC", from_logits=True),)
        ),
        kit.classifier("sigmoid", "bce", metrics=("AUC",)),
        base,
    )


RULE = kit.Rule(
    code="KC308",
    name="auc-on-logits",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.MISREPORTED,
    summary="AUC or a metric at its thresholds, on logits",
    reads=frozenset({"activation", "units", "loss", "metrics"}),
    check=check,
    bad=bad,
    good=good,
)
