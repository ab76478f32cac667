"""A metric thresholds logits at 0.5; the decision boundary is 0.

## What it checks
`"accuracy"` resolved to `BinaryAccuracy`, `BinaryAccuracy`, `Precision`, `Recall` and
the confusion counts with their default threshold, and F scores with any, on a head that
ends in logits: a linear head under `from_logits=True` or under hinge.

## In the log
An accuracy below that of the predictions, most of all on hard data; a recall that is
too low and a precision that is too high.

## Why it matters
A logit of 0 is a probability of 0.5, and a logit of 0.5 is one of 0.62. Samples between
the two are counted as negatives. Measured: accuracy 0.012 too low on overlapping
classes, 0.077 under focal loss; recall 0.026 to 0.062 too low at 5 % positives.

## When to ignore
When a decision boundary of 0.62 is what you want to report.

## Source
`keras.metrics.BinaryAccuracy`, Keras 3.15.1, whose threshold applies to the raw output.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each metric that thresholds logits at 0.5."""
    for metric in facts.head_metrics:
        open_string = metric.is_open and facts.may_be(metric, "BinaryAccuracy")
        if not open_string and not _has_threshold_one_half(metric):
            continue
        if not facts.logits or _one_of_several(facts) or not _zero_and_one(facts):
            return
        facts.require_class_of(metric)
        yield _finding(facts, metric)


def _has_threshold_one_half(metric: kit.HeadMetric) -> bool:
    argument = metric.traits.threshold_argument
    if metric.traits.family == "f-score":
        return metric.argument("threshold") is not None
    if argument is None or metric.traits.threshold != 0.5:
        return False
    default = metric.argument(argument) in (None, 0.5)
    return default and metric.argument("top_k") is None and not metric.metric.frozen


def _zero_and_one(facts: kit.Facts) -> bool:
    """Say whether the labels may be 0 and 1; others have their own rule."""
    if not facts.knows_labels or facts.labels.low is None:
        return True
    inside = facts.labels.low >= 0 and (facts.labels.high or 0) <= 1
    return inside or not facts.labels.integral  # of one class alone as well


def _one_of_several(facts: kit.Facts) -> bool:
    """Say whether the threshold is the smaller fault: rows of exclusive classes."""
    binary = (kit.LossKind.BINARY, kit.LossKind.HINGE)
    return facts.units > 1 and facts.loss.kind not in binary


def _finding(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Finding:
    return RULE.finding(
        facts,
        *metric.at,
        message=(
            f"{metric.compiled!r} thresholds the logits of {facts.name!r} at "
            f"{_threshold(metric)}; the decision boundary is 0"
        ),
        because=(
            facts.fact(*metric.at),
            facts.fact("activation"),
            facts.fact("loss", "from_logits"),
        ),
        expected=(metric.expected(0.0, "threshold"),),
        fix=_fix(facts, metric),
    )


def _threshold(metric: kit.HeadMetric) -> str:
    value = metric.argument(metric.traits.threshold_argument or "")
    return f"{value:g}" if isinstance(value, float) else "0.5"


def _fix(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Fix:
    version = facts.model.generation
    score = metric.traits.family == "f-score"
    refused = score or (version is not None and (3, 0) <= version < (3, 5))
    if refused and facts.loss.kind is kit.LossKind.BINARY:
        return kit.Fix(
            applicability=kit.Applicability.UNSAFE,
            edits=(
                kit.SetActivation(head=facts.name, activation=kit.Activation.SIGMOID),
                kit.SetLoss(
                    head=facts.name,
                    name=facts.loss.name,
                    arguments=facts.loss.arguments,
                ),
            ),
        )
    if score:
        return kit.Fix(
            advice="remove the metric, which refuses a threshold of 0",
            applicability=kit.Applicability.SAFE,
            edits=(metric.replaced_by(None),),
        )
    at_zero = {metric.traits.threshold_argument or "": 0.0}
    return kit.Fix(
        applicability=kit.Applicability.SAFE,
        edits=(metric.with_arguments(**at_zero),),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return metrics that threshold logits at 0.5."""
    binary = kit.labels("binary")
    tags = kit.labels("multi-hot", 5)
    base = kit.classifier(
        "linear", "bce", from_logits=True, labels=binary, metrics=("accuracy",)
    )
    return (
        base,
        kit.vary(base, metrics=(kit.metric("BinaryAccuracy"),), labels=None),
        kit.vary(base, metrics=("Precision", "Recall"), labels=None),
        kit.classifier("linear", "hinge", labels=binary, metrics=("accuracy",)),
        kit.vary(base, units=5, labels=tags, metrics=("binary_accuracy",)),
        kit.vary(base, keras="3.3.3"),
        kit.vary(
            base,
            labels=kit.labels("binary", column=True),
            metrics=(kit.metric("F1Score", threshold=0.5),),
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: a threshold of 0, probabilities, rows of classes."""
    binary = kit.labels("binary")
    return (
        kit.classifier(
            "linear",
            "bce",
            from_logits=True,
            metrics=(kit.metric("BinaryAccuracy", threshold=0.0),),
        ),
        kit.classifier("sigmoid", "bce", labels=binary, metrics=("accuracy",)),
        kit.classifier(
            "linear",
            kit.SCCE,
            units=3,
            from_logits=True,
            labels=kit.labels("class-ids", 3),
            metrics=("accuracy",),
        ),
        kit.classifier("linear", "mse", labels=binary, metrics=("accuracy",)),
        kit.classifier("unknown", "bce", from_logits=True, metrics=("accuracy",)),
    )


RULE = kit.Rule(
    code="KC306",
    name="logits-cut-at-one-half",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.MISREPORTED,
    summary="a metric that thresholds logits at 0.5 instead of 0",
    reads=frozenset({"activation", "units", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
