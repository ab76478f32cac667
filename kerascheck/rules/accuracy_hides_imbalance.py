"""One class is so common that accuracy says nothing about the others.

## What it checks
Labels of which nine in ten or more belong to one class, when every metric of the head
is a plain accuracy and no class weights are configured.

## In the log
A high accuracy from the first epoch on.

## Why it matters
A model that always predicts the common class reaches that share as its accuracy. At 5 %
positives it shows 0.95 and finds none of them, and a head that is set up wrongly shows
the same figure as a good one.

## When to ignore
When class or sample weights are passed to `fit`, which no file records, and another
metric is tracked elsewhere.

## Source
Reference training at 5 % positives, Keras 3.15.1: a model with balanced accuracy 0.50
reports 0.95.
"""

from collections.abc import Iterator

from kerascheck import kit

LEAST_MAJORITY = 0.9
LEAST_SAMPLES = 100


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a note if accuracy is the only metric on imbalanced labels."""
    metrics = facts.head_metrics
    if not metrics or not all(m.is_accuracy for m in metrics):
        return
    labels = facts.labels
    if labels.majority is None or labels.samples < LEAST_SAMPLES:
        return
    if not LEAST_MAJORITY <= labels.majority < 1 or facts.head.class_weight:
        return
    share = kit.share_shown(labels.majority)
    yield RULE.finding(
        facts,
        "metrics",
        message=(
            f"{share} of the labels of {facts.name!r} are one class, "
            "and accuracy is the only metric"
        ),
        because=(
            facts.fact("labels", "majority", value=share),
            facts.fact("metrics", "0"),
        ),
        expected=(("metrics", "one that looks at each class"),),
        fix=_fix(facts),
    )


def _fix(facts: kit.Facts) -> kit.Fix:
    return kit.Fix(
        advice="add a metric that does not reward the common class",
        applicability=kit.Applicability.SAFE,
        edits=_edits(facts),
    )


def _edits(facts: kit.Facts) -> tuple[kit.Edit, ...]:
    loss = facts.any_loss
    fits = facts.layout is kit.Layout.SAME
    if loss.kind not in kit.CROSSENTROPIES or not fits:
        return ()
    logits = {"from_logits": True} if facts.logits else {}
    curve = kit.metric("AUC", curve="PR", **logits)
    return (kit.AddMetric(head=facts.name, metric=curve),)


def bad() -> tuple[kit.Description, ...]:
    """Return imbalanced labels under plain accuracy."""
    rare = kit.labels("binary", majority=0.95)
    return (
        kit.classifier("sigmoid", "bce", labels=rare, metrics=("accuracy",)),
        kit.classifier(
            "softmax", kit.SCCE, units=2, labels=rare, metrics=("accuracy",)
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: a second metric, weights, mild imbalance, few samples."""
    rare = kit.labels("binary", majority=0.95)
    base = kit.classifier("sigmoid", "bce", metrics=("accuracy",))
    return (
        kit.classifier("sigmoid", "bce", labels=rare, metrics=("accuracy", "AUC")),
        kit.vary(base, labels=rare, class_weight=((0, 1.0), (1, 19.0))),
        kit.vary(base, labels=kit.labels("binary", majority=0.76)),
        kit.vary(base, labels=kit.labels("binary", majority=0.9, samples=20)),
        base,
    )


RULE = kit.Rule(
    code="KC403",
    name="accuracy-hides-imbalance",
    severity=kit.Severity.NOTE,
    harm=kit.Harm.MISREPORTED,
    summary="accuracy as the only metric on imbalanced labels",
    reads=frozenset(
        {"activation", "shape", "loss", "metrics", "labels", "class_weight"}
    ),
    check=check,
    bad=bad,
    good=good,
)
