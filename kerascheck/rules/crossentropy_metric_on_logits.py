"""A cross-entropy or error metric takes logits for probabilities.

## What it checks
`BinaryCrossentropy`, `CategoricalCrossentropy` or `SparseCategoricalCrossentropy` as a
metric without `from_logits=True`, on a head that ends in logits; and `"mse"`, `"mae"`
and other errors, and `KLDivergence`, under a cross-entropy with `from_logits=True`.
On several units also `BinaryCrossentropy` where the classes share a softmax, and
`CategoricalCrossentropy` on sigmoids.

## In the log
A metric that is far above the loss of the same name; an error above 1, which grows as
the model gets better.

## Why it matters
The metric has its own argument and does not follow that of the loss. Errors have no
such argument: they compare a logit, of any size, with a label of 0 or 1. On TensorFlow
a metric reads the logits under a built-in sigmoid or softmax instead of its outputs,
and applies the activation that it expects itself: the binary cross-entropy of a softmax
head shows 0.46 where that of its probabilities is 0.24.

## When to ignore
Never.

## Source
`keras.metrics.BinaryCrossentropy`, Keras 3.15.1, argument `from_logits`.
"""

from collections.abc import Iterator

from kerascheck import kit

_SHARED = (kit.LossKind.CATEGORICAL, kit.LossKind.CATEGORICAL_HINGE)
"""Losses under which the logits of a row are read together."""


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each cross-entropy metric without the flag."""
    for metric in facts.head_metrics:
        likelihood = facts.may_be(metric, *kit.LIKELIHOODS)
        if not likelihood and not _reads_probabilities(metric):
            continue
        if likelihood and _crossed(facts, metric):
            yield _crossed_finding(facts, metric)
            continue
        if metric.argument("from_logits") is True or not facts.logits:
            continue
        error = metric.traits.family == "error"
        if error and facts.loss.kind not in kit.CROSSENTROPIES:
            continue
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
            expected=(metric.expected(True, "from_logits"),)
            if likelihood
            else (metric.expected("no such metric"),),
            fix=_fix(facts, metric),
        )


def _crossed(facts: kit.Facts, metric: kit.HeadMetric) -> bool:
    """Say whether the metric applies another activation than the head has."""
    other = {
        "BinaryCrossentropy": kit.Activation.SOFTMAX,
        "CategoricalCrossentropy": kit.Activation.SIGMOID,
    }.get(metric.resolved or "")
    if other is None or metric.metric.frozen or facts.units == 1:
        return False
    if facts.activation is other:
        return facts.model.backend in (None, "tensorflow")
    if facts.activation in kit.PROBABILITIES:
        return False
    binary = other is kit.Activation.SIGMOID
    kinds = (kit.LossKind.BINARY, kit.LossKind.HINGE) if binary else _SHARED
    return facts.loss.kind in kinds and facts.logits


def _crossed_finding(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Finding:
    sigmoid = metric.resolved == "BinaryCrossentropy"
    name = "CategoricalCrossentropy" if sigmoid else "BinaryCrossentropy"
    fits = facts.any_loss.kind is (
        kit.LossKind.CATEGORICAL if sigmoid else kit.LossKind.BINARY
    )
    fits = fits and not any(m.resolved == name for m in facts.head_metrics)
    logits = {} if facts.activation in kit.PROBABILITIES else {"from_logits": True}
    applied = "sigmoid" if sigmoid else "softmax"
    return RULE.finding(
        facts,
        *metric.at,
        message=(
            f"the metric {metric.compiled!r} applies a {applied} to the logits of "
            f"{facts.name!r}, which are those of another activation"
        ),
        because=(facts.fact(*metric.at), facts.fact("activation"), facts.fact("loss")),
        expected=(metric.expected(name),),
        fix=kit.Fix(
            advice=f"use {name}" if fits else "remove the metric",
            applicability=kit.Applicability.SAFE,
            edits=(metric.replaced_by(kit.metric(name, **logits) if fits else None),),
        ),
    )


def _reads_probabilities(metric: kit.HeadMetric) -> bool:
    return metric.traits.family == "error" or metric.resolved == "KLDivergence"


def _fix(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Fix:
    likelihood = metric.traits.family == "crossentropy"
    if likelihood and facts.loss.kind in kit.CROSSENTROPIES:
        return kit.Fix(
            advice="compile the metric with from_logits=True too",
            applicability=kit.Applicability.SAFE,
            edits=(metric.with_arguments(from_logits=True),),
        )
    return kit.Fix(
        advice="remove the metric; the loss shows the same",
        applicability=kit.Applicability.SAFE,
        edits=(metric.replaced_by(None),),
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
        kit.classifier("linear", kit.CCE, units=3, from_logits=True, metrics=("mse",)),
        kit.classifier(
            "linear",
            kit.CCE,
            units=3,
            from_logits=True,
            metrics=("ce",),
            keras="2.15.0",
        ),
        kit.classifier("linear", "hinge", metrics=("bce",)),
        kit.classifier(
            "linear",
            kit.CCE,
            units=3,
            from_logits=True,
            metrics=(kit.metric("BinaryCrossentropy", from_logits=True),),
        ),
        kit.classifier("softmax", kit.CCE, units=3, metrics=("bce",)),
        kit.classifier("sigmoid", "bce", units=3, metrics=("CategoricalCrossentropy",)),
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
        kit.classifier("softmax", kit.CCE, units=3, metrics=("bce",), backend="jax"),
        kit.classifier("linear", "hinge", metrics=("mse",)),
        kit.classifier("linear", "bce", from_logits=True, metrics=("accuracy",)),
    )


RULE = kit.Rule(
    code="KC312",
    name="crossentropy-metric-on-logits",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.MISREPORTED,
    summary="a cross-entropy or error metric that takes logits for probabilities",
    reads=frozenset({"activation", "units", "loss", "metrics"}),
    check=check,
    bad=bad,
    good=good,
)
