"""A metric expects labels of another form.

## What it checks
On heads of two or more units: metrics over one-hot rows with class ids, metrics over
ids with rows, and `AUC`, `Precision`, `Recall`, `F1Score`, `BinaryAccuracy`, hinge,
divergence or an error such as `"mse"` with ids. On one unit: `BinaryCrossentropy`,
`Hinge` and `SquaredHinge` with labels of shape (samples,). On masks: `AUC` with
`multi_label=True`.

## In the log
`ValueError` in the first step, or, if the ids have a last axis of 1 or the metric takes
an argmax, a meaningless number.

## Why it matters
`CategoricalAccuracy` takes the argmax of a batch of ids, and its figure depends on the
batch; `BinaryAccuracy` and `"mse"` compare each id with every unit (0.49 too low); the
threshold metrics and `SparseCategoricalAccuracy` on rows raise. Hinge metrics compare
each flat label with every prediction of the batch.

`AUC`, `Precision`, `Recall` and `F1Score` have no twin for ids. On up to 100 classes
the fix is one-hot rows under `CategoricalCrossentropy`: the loss stays the same number,
and the metric that was asked for is shown. Otherwise the metric is removed.

## When to ignore
Never.

## Source
Reference training of thirteen metrics on every head, Keras 3.15.1 and tf_keras 2.21.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding for each metric whose labels have another form."""
    for metric in facts.head_metrics:
        if metric.is_open and _may_not_fit(facts, metric):
            facts.require_class_of(metric)
        expects = metric.traits.expects
        if expects is None or metric.metric.frozen:
            continue
        if metric.argument("multi_label") is True and len(facts.shape) > 2:
            yield _of_masks(facts, metric)
            continue
        if facts.units == 1:
            if metric.traits.flat and metric.traits.family != "f-score":
                yield from _flat(facts, metric)
            continue
        if _has_targets(facts, metric):
            continue
        ids = facts.layout in (kit.Layout.IDS, kit.Layout.ID_COLUMN)
        rows = facts.layout is kit.Layout.SAME
        if (expects == "rows" and ids) or (expects == "ids" and rows):
            yield _finding(facts, metric)


def _may_not_fit(facts: kit.Facts, metric: kit.HeadMetric) -> bool:
    """Say whether what Keras makes of a string may have labels of another form.

    From shapes it picks what fits, but for a cross-entropy of one unit.
    """
    if facts.picks_metrics_by_loss:
        return facts.units > 1
    flat = facts.head.labels is None or len(facts.any_labels.shape) == 1
    return flat and facts.may_be(metric, "BinaryCrossentropy")


def _of_masks(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Finding:
    return RULE.finding(
        facts,
        *metric.at,
        message=(
            f"{metric.compiled} with multi_label=True expects rows of shape "
            f"(samples, classes) for {facts.name!r}"
        ),
        because=(facts.fact(*metric.at), facts.fact("shape")),
        expected=(metric.expected("a metric over masks"),),
        fix=kit.Fix(
            advice="remove the metric",
            applicability=kit.Applicability.SAFE,
            edits=(metric.replaced_by(None),),
        ),
    )


def _has_targets(facts: kit.Facts, metric: kit.HeadMetric) -> bool:
    """Say whether it is an error, of targets: their shape has its own rule."""
    formula = metric.traits.family in ("error", "other")
    return formula and facts.any_loss.kind not in (
        kit.LossKind.SPARSE,
        kit.LossKind.CUSTOM,
    )


def _flat(facts: kit.Facts, metric: kit.HeadMetric) -> Iterator[kit.Finding]:
    labels = facts.any_labels
    if len(labels.shape) != 1 or facts.generation < (3, 0):
        return  # Keras 2 makes a column of them
    raises = metric.traits.flat == "raises"
    column = kit.RecodeLabels(head=facts.name, to=labels.encoding, column=True)
    yield RULE.finding(
        facts,
        *metric.at,
        message=(
            f"{metric.compiled!r} expects a column of labels for {facts.name!r}"
            if raises
            else f"{metric.compiled!r} compares each label of {facts.name!r} with all "
            "predictions of a batch"
        ),
        because=(facts.fact(*metric.at), facts.fact("labels", "shape")),
        expected=(("labels.shape", "(samples, 1)"),),
        harm=kit.Harm.RAISES if raises else kit.Harm.MISREPORTED,
        fix=kit.Fix(
            advice="pass labels of shape (samples, 1)",
            applicability=kit.Applicability.SAFE,
            edits=(column,),
        ),
    )


def _finding(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Finding:
    right, replaced = metric.traits.other_form, metric.in_other_form()
    rows = _one_hot(facts, metric)
    return RULE.finding(
        facts,
        *metric.at,
        message=(
            f"{metric.compiled!r} expects "
            + (
                "one id"
                if metric.traits.expects == "ids"
                else f"a row of {facts.units}"
            )
            + f" for each sample of {facts.name!r}"
        ),
        because=(
            facts.fact(*metric.at),
            facts.fact("labels", "shape"),
            facts.fact("labels", "encoding"),
        ),
        expected=(
            ("labels.encoding", "one-hot")
            if rows is not None
            else metric.expected(right or "a metric over class ids"),
        ),
        harm=_harm(facts, metric),
        fix=rows
        or kit.Fix(
            applicability=kit.Applicability.SAFE,
            edits=(metric.replaced_by(replaced),),
        ),
    )


def _one_hot(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Fix | None:
    """Return how to train the same classes on rows, for a metric with no twin for ids.

    The loss is the same number, and the metric that was asked for stays. Not of many
    classes, whose rows are large, and not if another metric needs the ids.
    """
    head, loss = facts.head, facts.any_loss
    units, shape, labels = head.units, head.shape, facts.any_labels
    if metric.traits.family not in _OF_ROWS:
        return None
    if units is None or shape is None or len(shape) != 2 or units > _MAX_ONE_HOT:
        return None
    if head.activation is not kit.Activation.SOFTMAX or loss.from_logits:
        return None
    ignored = loss.argument("ignore_class", None) is not None
    if loss.name != "SparseCategoricalCrossentropy" or ignored:
        return None
    if labels.void is not None or labels.low is None or labels.high is None:
        return None
    if not labels.integral or labels.low < 0 or labels.high >= units:
        return None
    if any(_needs_ids(each) for each in facts.head_metrics):
        return None
    return kit.Fix(
        applicability=kit.Applicability.UNSAFE,
        edits=(
            kit.SetLoss(
                head=facts.name,
                name="CategoricalCrossentropy",
                from_logits=loss.from_logits,
            ),
            kit.RecodeLabels(head=facts.name, to=kit.Encoding.ONE_HOT, width=units),
        ),
    )


_MAX_ONE_HOT = 100  # classes
_OF_ROWS = ("curve", "rate", "f-score")


def _needs_ids(metric: kit.HeadMetric) -> bool:
    """Say whether a metric is for ids, or has a twin for them that it becomes."""
    traits = metric.traits
    if metric.is_by_shape:
        return False
    return traits.expects == "ids" or traits.other_form is not None


def _harm(facts: kit.Facts, metric: kit.HeadMetric) -> kit.Harm:
    """Some metrics report a figure for a column of ids, fewer for flat ids."""
    raises = facts.raises_with(metric.metric)
    if raises is not None:
        return kit.Harm.RAISES if raises else kit.Harm.MISREPORTED
    silent = metric.traits.broadcasts
    if metric.argument("class_id") is not None and len(facts.any_labels.shape) == 1:
        return kit.Harm.MISREPORTED  # it takes one label of the batch for all
    if facts.layout is kit.Layout.IDS:
        silent = silent and metric.traits.family == "accuracy"
        silent = silent and metric.traits.decides_by == "argmax"
    return kit.Harm.MISREPORTED if silent else kit.Harm.RAISES


def bad() -> tuple[kit.Description, ...]:
    """Return metrics whose labels have another form."""
    ids = kit.labels("class-ids", 3)
    column = kit.labels("class-ids", 3, column=True)
    rows = kit.labels("one-hot", 3)
    base = kit.classifier("softmax", kit.SCCE, units=3, labels=ids, metrics=("AUC",))
    return (
        kit.vary(base, metrics=("categorical_accuracy",)),
        kit.vary(base, labels=column, metrics=("binary_accuracy",)),
        base,
        kit.vary(base, labels=column, metrics=("Precision",)),
        kit.vary(
            base, loss=kit.CCE, labels=rows, metrics=("sparse_categorical_accuracy",)
        ),
        kit.vary(base, metrics=("mse",)),
        kit.vary(base, metrics=("accuracy", "F1Score")),
        kit.classifier(
            "softmax",
            kit.CCE,
            units=3,
            shape=(None, 8, 8, 3),
            labels=kit.labels("one-hot", 3, shape=(64, 8, 8, 3)),
            metrics=(kit.metric("AUC", multi_label=True, num_labels=3),),
        ),
        kit.vary(base, labels=column, metrics=("kl_divergence",)),
        kit.classifier(
            "sigmoid", "bce", labels=kit.labels("binary"), metrics=("bce", "hinge")
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: metrics that fit, labels not given."""
    ids = kit.labels("class-ids", 3)
    rows = kit.labels("one-hot", 3)
    base = kit.classifier(
        "softmax", kit.SCCE, units=3, metrics=("categorical_accuracy",)
    )
    return (
        kit.vary(base, labels=ids, metrics=("accuracy", "sparse_categorical_accuracy")),
        kit.vary(
            base, loss=kit.CCE, labels=rows, metrics=("AUC", "categorical_accuracy")
        ),
        base,
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary"), metrics=("AUC",)),
        kit.classifier(
            "sigmoid",
            "bce",
            labels=kit.labels("binary", column=True),
            metrics=("bce", "hinge"),
        ),
        kit.classifier(
            "sigmoid",
            "bce",
            labels=kit.labels("binary"),
            metrics=("bce",),
            keras="2.15.0",
        ),
        kit.regressor(units=3, metrics=("mse",)),
    )


RULE = kit.Rule(
    code="KC304",
    name="metric-expects-other-labels",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="a metric that expects labels of another form",
    reads=frozenset({"activation", "units", "shape", "loss", "metrics", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
