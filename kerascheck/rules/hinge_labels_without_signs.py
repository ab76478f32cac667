"""Labels of a hinge loss are neither -1 and 1 nor 0 and 1.

## What it checks
`Hinge` and `SquaredHinge` with labels that take other values: {1, 2}, {0, 255}, ids of
three or more classes, real targets.

## In the log
A loss that falls towards zero, or below, while everything is predicted positive.

## Why it matters
Hinge multiplies the label by the output. Keras maps 0 and 1 to -1 and 1 when all labels
of the batch are 0 or 1, and leaves everything else as is: with no negative label every
output grows. Measured: accuracy 0.495 for {1, 2}, 0.58 for {0, 255}. The units of a
softmax cannot all grow: on rows that sum to 1 it was measured to be right.

## When to ignore
Never.

## Source
`convert_binary_labels_to_hinge`, Keras 3.15.1.
"""

from collections.abc import Iterator

from kerascheck import kit

_FITS = (
    kit.Encoding.BINARY,
    kit.Encoding.SIGNED_BINARY,
    kit.Encoding.ONE_HOT,
    kit.Encoding.MULTI_HOT,
)


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if labels under hinge do not have two signs."""
    loss = facts.loss
    if loss.kind is not kit.LossKind.HINGE:
        return
    labels = facts.labels
    if facts.encoding in (*_FITS, kit.Encoding.STRINGS) or _signs(labels):
        return
    if labels.low is None or labels.high is None:  # every label is NaN
        return
    if labels.integral and labels.low == 0 and labels.high == 1:
        return
    if _is_row_of_softmax(facts, labels):
        return
    yield RULE.finding(
        facts,
        "labels",
        message=(
            f"{loss.name} expects labels of -1 and 1 for {facts.name!r}, got "
            f"{labels.low:g} to {labels.high:g}"
        ),
        because=(
            facts.fact("labels", "encoding"),
            facts.fact("labels", "low"),
            facts.fact("labels", "high"),
        ),
        expected=(("labels.encoding", "signed-binary"),),
        fix=kit.Fix(
            advice="encode two classes as 0 and 1; use another loss for more",
            applicability=kit.Applicability.UNSAFE,
            edits=kit.fitting(facts),
        ),
    )


def _is_row_of_softmax(facts: kit.Facts, labels: kit.Labels) -> bool:
    """Say whether a softmax, whose units cannot all grow, faces soft rows."""
    soft = facts.encoding is kit.Encoding.DISTRIBUTION and labels.width != 1
    return soft and facts.activation is kit.Activation.SOFTMAX


def _signs(labels: kit.Labels) -> bool:
    """Say whether all values are -1 or 1, in rows or with a single sign."""
    return bool(labels.values) and all(v in (-1, 1) for v in labels.values)


def bad() -> tuple[kit.Description, ...]:
    """Return hinge on labels without two signs."""
    return (
        kit.classifier(
            "linear", "hinge", labels=kit.labels("class-ids", low=1.0, high=2.0)
        ),
        kit.classifier("linear", "hinge", labels=kit.labels("class-ids", 3)),
        kit.classifier("linear", "squared_hinge", labels=kit.labels("continuous")),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: signs, zeros and ones, labels not given."""
    return (
        kit.classifier("linear", "hinge", labels=kit.labels("signed-binary")),
        kit.classifier("linear", "hinge", labels=kit.labels("binary")),
        kit.classifier(
            "tanh",
            "hinge",
            labels=kit.labels("continuous", low=1.0, high=1.0, values=(1,)),
        ),
        kit.classifier("linear", "hinge"),
    )


RULE = kit.Rule(
    code="KC213",
    name="hinge-labels-without-signs",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.NO_LEARNING,
    summary="hinge labels that are neither -1/1 nor 0/1",
    reads=frozenset({"activation", "units", "shape", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
