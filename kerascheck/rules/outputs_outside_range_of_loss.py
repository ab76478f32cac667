"""A head returns values outside the range that the formula of its loss is made for.

## What it checks
- `Dice` and `Tversky` on a head that does not end in values from 0 to 1: on logits.
- `CategoricalGeneralizedCrossEntropy` on a head that does not end in softmax.
- Mean squared logarithmic error on a head that can return less than 0.
- A cross-entropy on sparsemax.

## In the log
A loss below zero, or above 1, under `Dice` and `Tversky`; `nan` or a loss that falls to
0 while accuracy does not rise under the generalized cross-entropy. Under the
logarithmic error some starts stay at the share of one class.

## Why it matters
`Dice` and `Tversky` are ratios of areas: with negative areas their minimum is anywhere.
The generalized cross-entropy takes a root of one output, and only a softmax holds the
others down. The logarithmic error cuts what is below 0, without a gradient. sparsemax
returns many outputs of exactly 0, which a cross-entropy cuts in the same way, and rows
of Keras 3.15 that are 0 altogether.

| loss | head | accuracy | spread | seeds below 0.9 |
|---|---|---|---|---|
| `Dice`, `Tversky` | one linear unit | 0.61 | 0.12 | 12 of 12 |
| | three linear units | 0.65 | 0.28 | 10 of 12 |
| | one relu or softplus unit | 0.98 | 0.00 | 0 of 12 |
| | three relu units | 0.92 | 0.12 | 2 of 12 |
| | sigmoid, softmax | 0.98 | 0.00 | 0 of 12 |
| generalized cross-entropy | linear | `nan` | | 12 of 12 |
| | sigmoid | 0.83 | 0.11 | 7 of 12 |
| | softmax | 0.98 | 0.00 | 0 of 12 |
| logarithmic error | one linear or relu unit | 0.98 | 0.05 | 1 of 100 |
| | three linear or relu units | 0.92 | 0.12 | 2 of 12 |
| | softplus, sigmoid | 0.99 | 0.00 | 0 of 100 |
| cross-entropy, sparse or not | sparsemax | 0.44 | 0.24 | 10 of 12 |

## When to ignore
If a layer of your own brings the values into range.

## Source
`dice`, `tversky`, `categorical_generalized_cross_entropy`,
`mean_squared_logarithmic_error` and `sparsemax`, Keras 3.15.1. Reference training on
two or three separable classes: Dense(16, relu), Adam(0.01), 200 steps of 64 rows.
"""

from collections.abc import Iterator

from kerascheck import kit

_A = kit.Activation


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if the values of a head are outside the range of its loss."""
    loss = facts.loss
    wrong = _wrong(facts)
    if wrong is None:
        return
    end = _suggestion(facts)
    yield RULE.finding(
        facts,
        "activation",
        message=f"{loss.name} expects {wrong}, but {facts.name!r} ends in "
        f"{facts.activation}",
        because=(facts.fact("activation"), facts.fact("loss")),
        expected=(("activation", str(end)),),
        severity=_severity(facts),
        harm=_harm(facts),
        fix=_fix(facts, end),
    )


def _wrong(facts: kit.Facts) -> str | None:
    """Return what the loss expects of outputs; None if they are in range."""
    loss, low = facts.loss, kit.loss_traits(facts.loss).output[0]
    if loss.kind is kit.LossKind.OVERLAP:
        inside = facts.activation in kit.PROBABILITIES
        return None if inside else "values from 0 to 1"
    if loss.name == kit.GENERALIZED:
        return None if facts.activation is _A.SOFTMAX else "the values of a softmax"
    if loss.kind is kit.LossKind.REGRESSION:
        negative = low == 0 and kit.ACTIVATIONS[facts.activation].low < 0
        return "values of 0 or more" if negative else None
    if loss.kind in kit.CROSSENTROPIES and not loss.from_logits:
        sparse = facts.activation is _A.SPARSEMAX
        return "probabilities above 0" if sparse else None
    return None


def _severity(facts: kit.Facts) -> kit.Severity | None:
    if facts.loss.kind is kit.LossKind.REGRESSION:
        return kit.Severity.NOTE
    overlap = facts.loss.kind is kit.LossKind.OVERLAP
    positive = kit.ACTIVATIONS[facts.activation].low >= 0
    return kit.Severity.WARNING if overlap and positive else None


def _harm(facts: kit.Facts) -> kit.Harm | None:
    """Values that are never negative train, in most starts."""
    positive = kit.ACTIVATIONS[facts.activation].low >= 0
    overlap = facts.loss.kind is kit.LossKind.OVERLAP and positive
    regression = facts.loss.kind is kit.LossKind.REGRESSION
    return kit.Harm.FRAGILE if overlap or regression else None


def _suggestion(facts: kit.Facts) -> kit.Activation:
    loss, labels = facts.loss, facts.head.labels
    if loss.kind is kit.LossKind.REGRESSION:
        return _A.SOFTPLUS
    if loss.kind is kit.LossKind.BINARY or facts.head.units == 1:
        return _A.SIGMOID
    tags = labels is not None and labels.fits(kit.Encoding.MULTI_HOT)
    return _A.SIGMOID if tags else _A.SOFTMAX


def _fix(facts: kit.Facts, end: kit.Activation) -> kit.Fix:
    edit = kit.SetActivation(head=facts.name, activation=end)
    exclusive = end is _A.SOFTMAX and facts.loss.kind is kit.LossKind.OVERLAP
    known = facts.knows_labels or not exclusive
    return kit.Fix(
        applicability=kit.Applicability.UNSAFE,
        edits=(edit,) if known else (),
        advice="end the head in softmax if classes exclude one another, or in sigmoid",
    )


def bad() -> tuple[kit.Description, ...]:
    """Return values that a loss is not made for."""
    rows, tags = kit.labels("one-hot", 3), kit.labels("multi-hot", 3)
    gce = kit.loss_called(kit.GENERALIZED)
    return (
        kit.classifier("linear", "dice", labels=kit.labels("binary")),
        kit.classifier("tanh", "tversky", labels=kit.labels("binary")),
        kit.classifier("linear", "dice", units=3, labels=rows),
        kit.classifier("linear", "dice", units=3, labels=tags),
        kit.classifier("linear", "tversky", units=3),
        kit.classifier("relu", "dice", labels=kit.labels("binary")),
        kit.classifier("linear", gce, units=3, labels=kit.labels("class-ids", 3)),
        kit.classifier("sigmoid", gce, units=3, labels=kit.labels("class-ids", 3)),
        kit.regressor("linear", "msle", labels=kit.labels("continuous", low=0.0)),
        kit.classifier("sparsemax", kit.CCE, units=3, labels=rows),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: values in range, unknown heads, other losses."""
    gce = kit.loss_called(kit.GENERALIZED)
    return (
        kit.classifier("sigmoid", "dice", labels=kit.labels("binary")),
        kit.classifier("softmax", "dice", units=3, labels=kit.labels("one-hot", 3)),
        kit.classifier("hard_sigmoid", "dice", labels=kit.labels("binary")),
        kit.classifier("softmax", gce, units=3, labels=kit.labels("class-ids", 3)),
        kit.regressor("softplus", "msle", labels=kit.labels("continuous", low=0.0)),
        kit.regressor("linear", "mse"),
        kit.classifier("unknown", "dice"),
        kit.classifier("linear", "cosine_similarity", units=3),
    )


RULE = kit.Rule(
    code="KC136",
    name="outputs-outside-range-of-loss",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.WORSE_TRAINING,
    summary="logits under a Dice loss, and other values a loss is not made for",
    reads=frozenset({"activation", "units", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
