"""A loss over several classes is compiled for a head with one unit.

## What it checks
A head of one unit under categorical or sparse categorical cross-entropy, or the focal
loss of that kind, with `from_logits` either way; and under cosine similarity.

## In the log
Categorical: a loss of exactly 0.0 from the first batch, or one that never moves.
Sparse: `InvalidArgumentError` in the first batch that holds an id above 0 on
TensorFlow; on JAX, and under XLA on a GPU, no error and a loss of 0 or `nan`. Cosine
similarity: a loss that stays where it is.

## Why it matters
These losses compare the units of a row with one another. With one unit there is
nothing to compare: the row is normalised to 1, and the gradient is zero or leads to a
constant. Measured: never right in any setup with one unit. The cosine between two
numbers is their sign, 1 or -1, without a gradient: on two separable classes accuracy
0.46 to 0.52 on sigmoid, linear, relu and softplus (means of 12 seeds, deviation 0.15
to 0.18, no seed above 0.9).

## When to ignore
Never. (Categorical hinge on one unit of 0/1 labels was measured to learn, and is not
reported.) In HDF5 and SavedModel a function of your own that is called as Keras's is
saved as Keras's: the confidence is lower there.

## Source
`categorical_crossentropy` of Keras 3.15.1, which warns "expected num_classes > 1".
"""

from collections.abc import Iterator

from kerascheck import kit


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if one unit is scored as a row of classes."""
    loss = facts.loss
    cosine = loss.name == kit.COSINE and loss.argument("axis", -1) == -1
    if not (cosine or loss.kind in kit.ONE_CLASS) or facts.units != 1:
        return
    sparse = loss.kind is kit.LossKind.SPARSE
    raises = sparse and (_reaches_beyond_one_unit(facts) or facts.loss_surely_raises)
    yield RULE.finding(
        facts,
        "loss",
        message=f"{loss.name} compares {'rows' if cosine else 'classes'}, but "
        f"{facts.name!r} has one unit",
        because=(facts.fact("loss"), facts.fact("units")),
        expected=(("loss", "BinaryCrossentropy"),),
        harm=kit.Harm.RAISES if raises else None,
        confidence=kit.Confidence.MEDIUM if facts.loss_may_be_own else None,
        fix=kit.Fix(
            advice="use binary cross-entropy on a sigmoid, or one unit per class",
            applicability=kit.Applicability.UNSAFE,
            edits=kit.fitting(facts),
        ),
    )


def _reaches_beyond_one_unit(facts: kit.Facts) -> bool:
    """Say whether an id is looked up that has no unit: cut to an integer it is not 0.

    JAX looks nothing up, and takes such a sample for one without a class.
    """
    if facts.model.backend == "jax":
        return False
    labels = facts.head.labels
    ends = () if labels is None else (labels.low, labels.high)
    known = [end for end in ends if end is not None]
    return not known or any(abs(end) >= 1 for end in known)


def bad() -> tuple[kit.Description, ...]:
    """Return heads of one unit under losses over classes."""
    binary = kit.labels("binary")
    return (
        kit.classifier("sigmoid", kit.CCE, labels=binary),
        kit.classifier("linear", kit.CCE, from_logits=True),
        kit.classifier("sigmoid", kit.SCCE, labels=binary),
        kit.classifier("sigmoid", kit.CCE, labels=kit.labels("class-ids", 5)),
        kit.classifier("linear", "cosine_similarity", labels=binary),
        kit.regressor("linear", "cosine_similarity"),
        kit.classifier("sigmoid", kit.SCCE, labels=binary, backend="jax"),
        kit.classifier("sigmoid", kit.SCCE, labels=kit.labels("probability", high=0.9)),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: two units, a binary loss, a custom loss."""
    return (
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary")),
        kit.classifier("softmax", kit.SCCE, units=2),
        kit.classifier("linear", "my_own_loss"),
        kit.classifier("linear", "categorical_hinge", labels=kit.labels("binary")),
        kit.regressor("linear", "mse"),
        kit.classifier("linear", "cosine_similarity", units=8),
    )


RULE = kit.Rule(
    code="KC104",
    name="one-unit-under-categorical-loss",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.NO_LEARNING,
    summary="one unit under a loss that compares classes",
    by_backend=True,
    reads=frozenset({"activation", "units", "shape", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
