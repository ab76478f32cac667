"""Class weights are passed for labels that do not hold one class a sample.

## What it checks
`class_weight` for multi-hot rows, or for real values.

## In the log
Nothing if the data are arrays. A `tf.data.Dataset`, or Keras 2, raises "indices[0] = 4
is not in [0, 2)" once a row begins at a class without a weight.

## Why it matters
Keras weighs each sample by the argmax of its row: by its first label, whatever others
it has, and a row without labels as class 0. `{0: 0.1, 1: 0.9}` is not the weight of 0
and of 1, but of the rows whose first label is column 0, or 1. Real values are rounded
to a class.

Five tags, each on one row in ten, 4,000 samples, 6 epochs, 6 seeds, Keras 3.15.1 on
TensorFlow: without weights the recall of the tags is 0.43, 0.47, 0.42, 0.46 and 0.54.
With `{0: 0.1, 1: 0.9}` it is 0.07 for the first tag and 0.73 to 0.83 for the others,
which by chance come in rows that weigh more; with the loss below, positives weighing
9, it is 0.88 to 0.93 for all. Balanced accuracy: 0.726, 0.783 and 0.876, standard
deviation over seeds at most 0.014.

## When to ignore
When rows hold one label each in all but a few samples.

## Source
`class_weight_to_sample_weights`, Keras 3.15.1. Weighted loss for each column:

```python
def weighted_bce(y_true, y_pred):
    y_true = keras.ops.cast(y_true, y_pred.dtype)
    weights = 1.0 + (positive_weight - 1.0) * y_true  # one number, or one a column
    loss = keras.ops.binary_crossentropy(y_true, y_pred)
    return keras.ops.mean(weights * loss, axis=-1)
```
"""

from collections.abc import Iterator

from kerascheck import kit

_ENCODINGS = (kit.Encoding.MULTI_HOT, kit.Encoding.CONTINUOUS)


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if class weights meet labels of several or no classes."""
    call = facts.model.fit
    if call is not None and call.labels not in (None, "*"):
        return
    if call is not None and call.class_weight is None and call.sample_weight:
        return  # the weights of the classes are those of `sample_weight`
    weights = facts.class_weight
    if all(weight == 1 for _, weight in weights):
        return
    labels = facts.labels
    if len(labels.shape) > 2 or not facts.labels_fit(*_ENCODINGS):
        return
    multi = facts.encoding is kit.Encoding.MULTI_HOT
    if multi and labels.width == 1:
        return
    does = "by its first label alone" if multi else "by its value, rounded to a class"
    yield RULE.finding(
        facts,
        "class_weight",
        message=f"class_weight weighs each sample of {facts.name!r} {does}",
        because=(facts.fact("class_weight"), facts.fact("labels", "encoding")),
        expected=(("class_weight", "not set"),),
        fix=kit.Fix(
            advice=_MULTI if multi else _REAL, applicability=kit.Applicability.DISPLAY
        ),
    )


_MULTI = (
    "leave class_weight out and weigh in the loss: the mean over columns of "
    "`keras.ops.binary_crossentropy(y_true, y_pred) * (1 + (w - 1) * y_true)`, w the "
    "weight of the positives"
)
_REAL = "leave class_weight out and pass `sample_weight`, shape (samples,)"


def bad() -> tuple[kit.Description, ...]:
    """Return weights for several labels a sample, and for real targets."""
    tags = kit.classifier("sigmoid", "bce", units=5, labels=kit.labels("multi-hot", 5))
    return (
        kit.vary(tags, class_weight=((0, 0.1), (1, 0.9))),
        kit.vary(tags, class_weight=tuple((i, 1.0 + i) for i in range(5))),
        kit.regressor(class_weight=((0, 1.0), (1, 2.0))),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: one class a sample, soft labels, weights of 1."""
    weights = ((0, 1.0), (1, 2.0), (2, 3.0))
    rows = kit.classifier("softmax", kit.CCE, units=3, labels=kit.labels("one-hot", 3))
    tags = kit.classifier("sigmoid", "bce", units=5, labels=kit.labels("multi-hot", 5))
    return (
        kit.vary(rows, class_weight=weights),
        kit.vary(rows, labels=kit.labels("distribution", 3), class_weight=weights),
        kit.vary(tags, class_weight=((0, 1.0), (1, 1.0))),
        kit.trained_on(
            kit.vary(tags, class_weight=weights),
            sample_weight=kit.SampleWeight(structure="*"),
        ),
        tags,
    )


RULE = kit.Rule(
    code="KC412",
    name="class-weight-of-first-label",
    severity=kit.Severity.WARNING,
    harm=kit.Harm.WORSE_TRAINING,
    summary="class_weight for labels of several classes a sample",
    reads=frozenset({"class_weight", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
