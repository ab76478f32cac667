"""A dataset yields single samples, not batches.

## What it checks
The shapes that a `tf.data.Dataset` declares: labels without an axis, or inputs and
labels that differ in their first axis, so that it is not that of a batch.

## In the log
`ValueError`: "Invalid input shape for input", or "expected min_ndim=2, found ndim=1".

## Why it matters
`fit` takes the first axis of what a dataset yields for the batch, and raises.
`batch_size` of `fit` is for arrays alone.

## When to ignore
When `train_step` is your own and takes single samples.

## Source
Compared with `fit` of Keras 3.15.1 on TensorFlow and JAX, and of tf_keras 2.21. Inputs
of shape (1,) are left out: of these, Keras makes a batch of one.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if a dataset was not batched."""
    call = facts.model.fit
    if call is None or not call.unbatched:
        return
    facts.require_loss_of_compile()
    yield RULE.finding(
        facts,
        "fit.data",
        message=f"the dataset for {facts.name!r} yields single samples, not batches",
        because=(facts.fact("fit.data", value="single samples"),),
        expected=(("fit.data", "batches"),),
        fix=kit.Fix(
            advice="batch the dataset: `dataset.batch(32)`",
            applicability=kit.Applicability.DISPLAY,
        ),
    )


def bad() -> tuple[kit.Description, ...]:
    """Return datasets of single samples."""
    rows = kit.labels("one-hot", 3)
    return (
        kit.trained_on(
            kit.classifier("sigmoid", "bce"), data="dataset", unbatched=True
        ),
        kit.trained_on(
            kit.classifier("softmax", kit.CCE, units=3, labels=rows),
            data="dataset",
            labels="*",
            unbatched=True,
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return datasets of batches, and arrays."""
    base = kit.classifier("sigmoid", "bce")
    return (
        kit.trained_on(base, data="dataset", labels="*"),
        kit.trained_on(base, data="arrays", labels="*"),
        base,
    )


RULE = kit.Rule(
    code="KC418",
    name="fit-data-without-batches",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="a dataset of single samples, which was not batched",
    scope="model",
    reads=frozenset(),
    check=check,
    bad=bad,
    good=good,
)
