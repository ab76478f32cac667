"""The shapes of labels and output do not match.

## What it checks
Every loss but the sparse one: labels with another number of columns or axes than the
output. For each pair of shapes it says what Keras does: raise, or broadcast.

## In the log
Under a cross-entropy, `ValueError` in the first step. Under squared error, hinge and
the other losses: an error about dimensions; or, if one of the two shapes has axes of 1
or the batch happens to be as large as the row, no error, and training on a broadcast.

## Why it matters
A broadcast pulls every unit towards the same number: the columns become copies of one
another. Measured: no setup of 180 ended right. One real target a sample on several
units, under a regression loss, is learned by each of them (unexplained variance 0.003
to 0.005 in three starts), and so is one count under Poisson: a warning, as only the
spare units are wrong.

## When to ignore
Never.

## Source
`squeeze_or_expand_to_same_rank` of keras.losses, Keras 3.15.1; tf_keras 2.21 widens
labels of shape (samples,) to (samples, 1) first, and so broadcasts more.
"""

from collections.abc import Iterator

from kerascheck import kit

_ROWS = (kit.LossKind.CATEGORICAL, kit.LossKind.CATEGORICAL_HINGE)


def check(facts: kit.Facts) -> Iterator[kit.Finding]:
    """Yield a finding if values cannot be compared one by one."""
    loss = facts.loss
    if loss.kind is kit.LossKind.SPARSE or _has_own_rule(facts, loss):
        return
    match = facts.match
    if match.trains:
        return
    alike = match.broadcasts and _learn_alike(facts, loss)
    yield RULE.finding(
        facts,
        "labels",
        message=(
            f"{loss.name} compares labels of shape {_labels_shown(facts)} with "
            f"an output of shape {kit.tail_shown(facts.shape)} at {facts.name!r}"
            + (", which broadcast" if match.broadcasts else "")
            + (": the units learn the same target" if alike else "")
        ),
        because=(
            facts.fact("shape"),
            facts.fact("labels", "shape"),
            facts.fact("loss"),
        ),
        expected=_expected(facts, loss),
        severity=kit.Severity.WARNING if alike else None,
        harm=_harm(match.raises, alike),
        fix=_fix(facts),
    )


def _learn_alike(facts: kit.Facts, loss: kit.Loss) -> bool:
    """Say whether each unit learns the one real target, or count, of a sample."""
    if facts.layout is not kit.Layout.ID_COLUMN:
        return False
    if loss.kind is kit.LossKind.POISSON:
        return True
    real = (kit.Encoding.CONTINUOUS, kit.Encoding.PROBABILITY)
    return loss.kind is kit.LossKind.REGRESSION and facts.labels.fits(*real)


def _harm(raises: bool, alike: bool) -> kit.Harm | None:
    if alike:
        return kit.Harm.FRAGILE
    return None if raises else kit.Harm.NO_LEARNING


def _has_own_rule(facts: kit.Facts, loss: kit.Loss) -> bool:
    layout = facts.layout
    if layout is kit.Layout.ROWS_ON_ONE:
        return facts.units == 1
    ids = layout in (kit.Layout.IDS, kit.Layout.ID_COLUMN)
    return ids and loss.kind in _ROWS and facts.units > 1


def _labels_shown(facts: kit.Facts) -> str:
    return kit.tail_shown(facts.any_labels.shape)


def _expected(facts: kit.Facts, loss: kit.Loss) -> tuple[tuple[str, kit.Scalar], ...]:
    if loss.kind is kit.LossKind.OTHER:
        return ()
    return (("labels.shape", kit.tail_shown(facts.shape)),)


def _fix(facts: kit.Facts) -> kit.Fix | None:
    if facts.layout is kit.Layout.RANK:
        return kit.Fix(
            applicability=kit.Applicability.DISPLAY,
            advice=kit.axes_advice(facts.shape, facts.any_labels),
        )
    if facts.loss.kind is kit.LossKind.OTHER:
        return None
    if not facts.knows_labels:
        return kit.Fix(
            applicability=kit.Applicability.DISPLAY,
            advice="give labels and output one shape",
        )
    if _has_spare_columns(facts):
        return kit.Fix(
            applicability=kit.Applicability.DISPLAY,
            advice=f"give the labels {facts.units} columns: leave out those without a "
            "class, and count ids from 0 before `to_categorical`",
        )
    return kit.Fix(
        advice="match the units of the head and the loss to the labels",
        applicability=kit.Applicability.UNSAFE,
        edits=kit.fitting(facts),
    )


def _has_spare_columns(facts: kit.Facts) -> bool:
    """Say whether the columns in which a class occurs are as many as the units.

    `to_categorical` of ids from 1 makes such rows: the first column is always 0.
    """
    labels = facts.labels
    one_hot = facts.encoding is kit.Encoding.ONE_HOT
    width = labels.width or 0
    return one_hot and 1 < facts.units < width and labels.classes == facts.units


def bad() -> tuple[kit.Description, ...]:
    """Return outputs and labels of different shapes."""
    binary = kit.labels("binary")
    base = kit.classifier("softmax", kit.CCE, units=4, labels=kit.labels("one-hot", 3))
    return (
        kit.classifier("sigmoid", "bce", units=2, labels=binary),
        kit.classifier("softmax", "mse", units=3, labels=kit.labels("class-ids")),
        kit.classifier("sigmoid", "logcosh", units=2, labels=binary),
        kit.classifier(
            "linear", "hinge", units=2, labels=kit.labels("signed-binary", column=True)
        ),
        base,
        kit.vary(base, labels=kit.labels("one-hot", 4, shape=(512, 5))),
        kit.vary(base, units=9, shape=(None, 148, 9), labels=kit.labels("one-hot", 9)),
        kit.regressor(units=2, labels=kit.labels("continuous", shape=(64, 3))),
        kit.regressor(labels=kit.labels("continuous", shape=(64, 18, 1))),
        kit.regressor(
            "softplus",
            loss="poisson",
            units=3,
            labels=kit.labels("class-ids", 9, column=True),
        ),
        kit.classifier(
            "linear",
            "categorical_hinge",
            units=5,
            labels=kit.labels("one-hot", 3),
        ),
        kit.regressor(
            loss="cosine_similarity",
            units=4,
            labels=kit.labels("continuous", shape=(64, 3)),
        ),
    )


def good() -> tuple[kit.Description, ...]:
    """Return near misses: shapes that Keras squeezes, unknown axes, ids."""
    base = kit.classifier("sigmoid", "bce", labels=kit.labels("binary"))
    return (
        base,
        kit.classifier("sigmoid", "bce", labels=kit.labels("binary", column=True)),
        kit.vary(
            base, shape=(None, 20, 1), labels=kit.labels("binary", shape=(64, 20))
        ),
        kit.vary(
            base,
            shape=(None, None, None, 1),
            labels=kit.labels("binary", shape=(8, 32, 32, 1)),
        ),
        kit.regressor(units=2, labels=kit.labels("continuous", shape=(64, 2))),
        kit.classifier("softmax", kit.SCCE, units=3, labels=kit.labels("class-ids", 3)),
    )


RULE = kit.Rule(
    code="KC204",
    name="labels-do-not-match-output",
    severity=kit.Severity.ERROR,
    harm=kit.Harm.RAISES,
    summary="labels and output of shapes that do not match",
    reads=frozenset({"activation", "units", "shape", "loss", "labels"}),
    check=check,
    bad=bad,
    good=good,
)
