"""Labels hold values that are not numbers, or not finite.

## What it checks
NaN or infinite labels under any loss of Keras.

## In the log
A loss of `nan` from the first batch that holds one, and from then on in every batch.

## Why it matters
One such label makes the gradient, and with it every weight, NaN.

## When to ignore
When the rows are filtered between the file that was checked and `fit`.

## Source
IEEE 754 arithmetic; no loss of Keras 3.15.1 skips such values.
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if a label is NaN or infinite."""
    labels = facts.labels
    if not labels.nans and not labels.infinities:
        return
    yield RULE.finding(
        facts,
        "labels",
        message=(
            f"the labels of {facts.name!r} hold {_counted(labels)} and turn "
            f"{facts.loss.name} to NaN"
        ),
        because=(facts.fact("labels", "nans"), facts.fact("labels", "infinities")),
        expected=(("labels.nans", 0), ("labels.infinities", 0)),
        fix=kit.Fix(
            advice=_advice(labels),
            applicability=kit.Applicability.DISPLAY,
        ),
    )


def _advice(labels: kit.Labels) -> str:
    if labels.width != 1:
        return (
            "remove these rows, fill the values in, or leave them out of the loss: in "
            "a loss of your own that replaces them before it multiplies by a mask"
        )
    return "remove these rows, or fill them in"


def _counted(labels: kit.Labels) -> str:
    kinds = ((labels.nans, "NaN"), (labels.infinities, "infinite"))
    counts = " and ".join(f"{count} {kind}" for count, kind in kinds if count)
    return f"{counts} value{'' if labels.nans + labels.infinities == 1 else 's'}"


def bad() -> tuple[kit.Description, ...]:
    """Return labels with holes."""
    return (
        kit.regressor(labels=kit.labels("continuous", nans=3)),
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary", infinities=1)),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: finite labels, a loss that may mask them."""
    return (
        kit.regressor(),
        kit.classifier(
            "linear", "my_masked_mse", labels=kit.labels("continuous", nans=3)
        ),
    )


RULE = kit.Rule(
    code="KC209",
    name="labels-not-finite",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.NO_LEARNING,
    summary="NaN or infinite labels",
    reads=frozenset({"loss", "labels"}),
    turns_nan=True,
    check=check,
    bad=bad,
    good=good,
)
