"""A metric raises in `fit` for the shapes of labels and output.

## What it checks
Built-in metrics on labels that the loss takes but the metric does not: `R2Score` on
sequences, `CategoricalCrossentropy` as a metric with labels of shape (samples,) on one
unit, `AUC` or `Precision` where labels broadcast. Metrics that expect labels of another
form, and F scores, have rules of their own. Also `class_id` beyond the units, an IoU
that counts other classes in the labels than in the output, the strings "crossentropy"
and "ce", which Keras 3 does not know, and `Mean` and `Sum`, which take values, and not
labels and predictions.

## In the log
An error in the first step, although the model trains without the metric.

## Why it matters
Losses squeeze a last axis of 1 or broadcast; several metrics of Keras do neither. The
message names shapes that the loss had no trouble with.

## When to ignore
Never.

## Source
keras.metrics of Keras 3.15.1 on TensorFlow and JAX, and of tf_keras 2.21; thousands of
random pairs of shapes were fitted with each.
"""

from collections.abc import Iterator

from kerascheck import kit

_OF_ANY_SHAPES = (kit.LossKind.CUSTOM, kit.LossKind.OTHER)
"""Losses that may take shapes for which what Keras makes of "accuracy" raises."""


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each metric that raises where the loss does not."""
    metrics = [m for m in facts.head_metrics if m.resolved and m.metric.builtin]
    metrics = [m for m in metrics if not m.metric.frozen]
    metrics = [m for m in metrics if not _is_string_of_keras_2(m)]
    for metric in metrics:
        if metric.traits.family == "reduction":
            yield _reduction(facts, metric)
    metrics = [m for m in metrics if m.traits.family != "reduction"]
    if metrics and not _loss_raises(facts):
        for metric in metrics:
            if _has_own_rule(facts, metric):
                continue
            if facts.match_of(metric.metric).raises:
                yield _finding(facts, metric)
    for metric in facts.head_metrics:
        if _is_string_of_keras_2(metric) and facts.generation >= (3, 0):
            yield _unknown_string(facts, metric)
    for metric in facts.head_metrics:
        if metric.is_open and facts.any_loss.kind in _OF_ANY_SHAPES:
            facts.require_class_of(metric)


def _is_string_of_keras_2(metric: kit.HeadMetric) -> bool:
    given = metric.metric.given == "string" and not metric.metric.frozen
    return given and metric.compiled.lower() in kit.CROSSENTROPY


def _unknown_string(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Finding:
    right = kit.metric(metric.resolved) if metric.resolved else None
    return RULE.finding(
        facts,
        *metric.at,
        message=(
            f"{metric.compiled!r} of {facts.name!r} is the name of a metric in Keras 2 "
            "alone: Keras 3 raises in the first step"
        ),
        because=(facts.fact(*metric.at),),
        expected=(metric.expected(metric.resolved or "the class of a metric"),),
        fix=kit.Fix(
            applicability=kit.Applicability.SAFE, edits=(metric.replaced_by(right),)
        ),
    )


def _reduction(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Finding:
    return RULE.finding(
        facts,
        *metric.at,
        message=(
            f"{metric.compiled!r} of {facts.name!r} takes values, and not labels and "
            "predictions: it raises in the first step"
        ),
        because=(facts.fact(*metric.at),),
        expected=(metric.expected("a metric of labels and predictions"),),
        fix=kit.Fix(
            applicability=kit.Applicability.SAFE,
            edits=(metric.replaced_by(None),),
        ),
    )


def _loss_raises(facts: kit.Facts) -> bool:
    own = facts.any_loss.kind is kit.LossKind.CUSTOM
    return not own and facts.loss_raises


def _has_own_rule(facts: kit.Facts, metric: kit.HeadMetric) -> bool:
    """Say whether a rule about the form of the labels, or F scores, reports it."""
    places, one_unit = len(facts.shape) > 2, facts.units == 1
    if metric.traits.family == "f-score" and places:
        return True
    if one_unit:
        return bool(metric.traits.flat) and len(facts.any_labels.shape) == 1
    if metric.argument("multi_label") is True and places:
        return True
    ids = facts.layout in (kit.Layout.IDS, kit.Layout.ID_COLUMN)
    rows = facts.layout is kit.Layout.SAME
    return {"rows": ids, "ids": rows}.get(metric.traits.expects or "", False)


def _finding(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Finding:
    return RULE.finding(
        facts,
        *metric.at,
        message=(
            f"{metric.compiled!r} raises on labels of shape "
            f"{kit.tail_shown(facts.any_labels.shape)} for an output of shape "
            f"{kit.tail_shown(facts.shape)} at {facts.name!r}"
        ),
        because=(
            facts.fact(*metric.at),
            facts.fact("shape"),
            facts.fact("labels", "shape"),
        ),
        expected=(metric.expected("a metric that takes these shapes"),),
        fix=_fix(facts, metric),
    )


def _fix(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Fix:
    of_scores = _of_scores(facts, metric)
    if of_scores is not None:
        return kit.Fix(applicability=kit.Applicability.SAFE, edits=(of_scores,))
    if facts.units == 1 and metric.argument("class_id") is not None:
        kept = {n: v for n, v in metric.metric.arguments if n != "class_id"}
        right = kit.metric(metric.resolved or "", **kept)
        return kit.Fix(
            applicability=kit.Applicability.SAFE, edits=(metric.replaced_by(right),)
        )
    if len(facts.any_labels.shape) == 1 and facts.units == 1 and len(facts.shape) == 2:
        edits: tuple[kit.Edit, ...] = ()
        if facts.any_labels.encoding is kit.Encoding.BINARY:
            to = facts.any_labels.encoding
            edits = (kit.RecodeLabels(head=facts.name, to=to, column=True),)
        return kit.Fix(
            advice="give the labels a last axis of 1",
            applicability=kit.Applicability.DISPLAY,
            edits=edits,
        )
    return kit.Fix(
        applicability=kit.Applicability.SAFE,
        edits=(metric.replaced_by(None),),
    )


def _of_scores(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Edit | None:
    """Return the edit that lets an IoU over ids read scores; None: it does not help."""
    if not metric.traits.scores_ids or facts.units < 2 or not facts.scores:
        return None
    rows = facts.layout is kit.Layout.SAME
    arguments = {"sparse_y_pred": False, **({"sparse_y_true": False} if rows else {})}
    edit = metric.with_arguments(**arguments)
    assert edit.metric is not None
    return None if facts.match_of(edit.metric).may_raise else edit


def bad() -> tuple[kit.Description, ...]:
    """Return metrics that raise under a loss that does not."""
    binary = kit.labels("binary")
    base = kit.classifier("sigmoid", "bce", labels=binary)
    steps = kit.labels("continuous", shape=(64, 20, 2))
    return (
        kit.vary(base, metrics=(kit.metric("CategoricalCrossentropy"),)),
        kit.vary(
            base, metrics=(kit.metric("AUC"), kit.metric("CategoricalCrossentropy"))
        ),
        kit.regressor(
            labels=kit.labels("continuous", column=True, shape=(64, 20, 1)),
            shape=(None, 20, 1),
            metrics=(kit.metric("R2Score"),),
        ),
        kit.regressor(
            units=2, shape=(None, 20, 2), labels=steps, metrics=(kit.metric("R2Score"),)
        ),
        kit.vary(base, metrics=(kit.metric("Precision", class_id=1),)),
        kit.vary(base, metrics=("crossentropy",)),
        kit.vary(base, metrics=("accuracy", kit.metric("Mean"))),
        kit.vary(base, metrics=(kit.metric("Sum"),), keras="2.15.0"),
        kit.classifier(
            "softmax",
            kit.SCCE,
            units=4,
            shape=(None, 8, 8, 4),
            labels=kit.labels("class-ids", 4, shape=(64, 8, 8)),
            metrics=(kit.metric("MeanIoU", num_classes=4),),
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: a column of labels, metrics that squeeze, Keras 2."""
    column = kit.labels("binary", column=True)
    base = kit.classifier("sigmoid", "bce", labels=kit.labels("binary"))
    score = kit.metric("CategoricalCrossentropy")
    return (
        kit.vary(base, labels=column, metrics=(score,)),
        kit.vary(base, metrics=("accuracy", "AUC", "Precision")),
        kit.vary(base, metrics=(score,), keras="2.15.0"),
        kit.vary(base, metrics=("crossentropy",), keras="2.15.0"),
        kit.regressor(units=2, labels=kit.labels("continuous", shape=(64, 2))),
        base,
    )


RULE = kit.Rule(
    code="KC221",
    name="metric-raises",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="a metric that raises for the shapes of labels and output",
    reads=frozenset({"activation", "units", "shape", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
