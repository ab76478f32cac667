"""The setup that fits the labels of a head: what most fixes lead to.

Labels decide; if none are known, the loss does. The pairs are those that ended
within 0.03 of the Bayes-optimal accuracy and calibrated in reference training.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from kerascheck.engine.facts import Facts
from kerascheck.engine.fix import (
    Edit,
    LabelRepair,
    RecodeLabels,
    RepairLabels,
    SetActivation,
    SetLoss,
    SetUnits,
    metric,
)
from kerascheck.keras_api.activations import ACTIVATIONS
from kerascheck.keras_api.layout import Layout
from kerascheck.keras_api.losses import (
    CROSSENTROPIES,
    LOSSES,
    focal_form,
)
from kerascheck.model.description import (
    Activation,
    Encoding,
    Labels,
    Loss,
    LossKind,
    Metric,
)
from kerascheck.model.frozen import replace

MIN_TWO_VALUED = 10
"""Samples of two values that are enough to call them two classes."""

Setup = tuple[Activation, str, int, Encoding | None]
"""Activation, Keras loss, units, and the encoding that labels must be changed to."""


def fitting(facts: Facts) -> tuple[Edit, ...]:
    """Return the edits that make head, loss and labels fit; () if unknown.

    Only what differs is changed. A head that already ends in logits under a loss with
    from_logits=True keeps them, and a loss that expects the same labels and values as
    the suggested one, or is the user's own, stays.
    """
    if _holds_pictures(facts):
        return _scaled(facts)
    if facts.head.labels is not None and facts.head.labels.void is not None:
        return _ignoring_void(facts)
    setup = _setup(facts)
    if setup is None:
        return ()
    activation, loss, units, encoding = setup
    head, name = facts.head, facts.name
    logits = (
        head.activation is Activation.LINEAR
        and head.loss is not None
        and head.loss.from_logits is True
        and activation is not Activation.LINEAR
    )
    edits: list[Edit] = []
    if head.units != units:
        edits.append(SetUnits(head=name, units=units))
    if not logits and (head.activation is not activation or head.logits_hidden):
        edits.append(SetActivation(head=name, activation=activation))
    edits += _loss_edits(name, head.loss, loss, from_logits=True if logits else None)
    if encoding is not None:
        width = units if encoding is Encoding.ONE_HOT else 1
        edits.append(RecodeLabels(head=name, to=encoding, width=width))
    return tuple(edits)


def _holds_pictures(facts: Facts) -> bool:
    """Say whether labels are pictures or smoothed masks with values from 0 to 255."""
    labels = facts.head.labels
    if labels is None or labels.low is None or labels.high is None:
        return False
    mask = labels.blurred_mask and labels.low == 0 and labels.high == 255
    return labels.pictures or mask


def _scaled(facts: Facts) -> tuple[Edit, ...]:
    """Return the edits for pictures: values in [0, 1], for each its unit."""
    head, loss = facts.head, facts.head.loss
    edits: list[Edit] = []
    logits = loss is not None and loss.from_logits and _is_linear(facts)
    if loss is None or loss.kind not in (LossKind.BINARY, LossKind.REGRESSION):
        edits.append(SetLoss(head=head.name, name="BinaryCrossentropy"))
    elif loss.from_logits and not logits:
        edits.append(SetLoss(head=head.name, name=loss.name, arguments=loss.arguments))
    if not logits and head.activation not in (Activation.SIGMOID, Activation.UNKNOWN):
        edits.append(SetActivation(head=head.name, activation=Activation.SIGMOID))
    return (*edits, RepairLabels(head=head.name, how=LabelRepair.SCALE))


def _ignoring_void(facts: Facts) -> tuple[Edit, ...]:
    """Return the edits that leave a void value among class ids out of the loss.

    Only the sparse cross-entropy can, from Keras 2.11 on.
    """
    head, labels, loss = facts.head, facts.head.labels, facts.head.loss
    if labels is None or loss is None or head.shape is None:
        return ()
    version = facts.model.generation
    ids = Encoding.CLASS_IDS in labels.candidates and labels.classes_from == 0
    if not ids or labels.classes_to is None or (version and version < (2, 11)):
        return ()
    if (head.units or 1) < 2 or facts.layout not in (Layout.IDS, Layout.ID_COLUMN):
        return ()
    units = max(head.units or 0, int(labels.classes_to) + 1)
    edits: list[Edit] = []
    if units != head.units:
        edits.append(SetUnits(head=head.name, units=units))
    sparse = loss.kind is LossKind.SPARSE
    logits = loss.from_logits is True and _is_linear(facts)
    if not logits and head.activation is not Activation.SOFTMAX:
        edits.append(SetActivation(head=head.name, activation=Activation.SOFTMAX))
    kept = tuple(a for a in loss.arguments if a[0] != "ignore_class") if sparse else ()
    ignored = SetLoss(
        head=head.name,
        name="SparseCategoricalCrossentropy",
        from_logits=logits or None,
        arguments=(*kept, ("ignore_class", labels.void)),
    )
    return (*edits, ignored)


def _is_linear(facts: Facts) -> bool:
    return facts.head.activation is Activation.LINEAR


def _loss_edits(
    head: str, old: Loss | None, loss: str, *, from_logits: bool | None
) -> Iterator[Edit]:
    if old is None or not _serves_as(old, loss):
        name = focal_form(old, loss)
        yield SetLoss(head=head, name=name, from_logits=from_logits)
    elif (old.from_logits or None) != from_logits:
        yield SetLoss(
            head=head,
            name=old.name,
            from_logits=from_logits,
            arguments=old.arguments,
        )


def _serves_as(old: Loss, loss: str) -> bool:
    """Say whether a loss expects the labels and values that another one expects."""
    kind = LOSSES[loss].kind
    if old.kind is LossKind.OVERLAP:
        return kind in (LossKind.BINARY, LossKind.CATEGORICAL)
    if old.kind is LossKind.DIVERGENCE:
        return kind is LossKind.CATEGORICAL  # it differs by a constant of the labels
    alike = kind in CROSSENTROPIES and old.kind is kind
    return alike or old.name == loss or old.kind is LossKind.CUSTOM


def _setup(facts: Facts) -> Setup | None:
    labels = facts.head.labels
    if labels is None or labels.encoding is Encoding.UNKNOWN:
        return _by_loss(facts)
    rows = labels.encoding in (Encoding.ONE_HOT, Encoding.MULTI_HOT)
    if rows and _is_of_places(facts, labels):
        return _of_places(facts, labels)
    match labels.encoding:
        case Encoding.BINARY | Encoding.PROBABILITY:
            return _binary(facts, None)
        case Encoding.SIGNED_BINARY:
            return _binary(facts, Encoding.BINARY)
        case Encoding.CONTINUOUS if _is_two_valued(labels):
            units = facts.head.units or 1
            return Activation.SIGMOID, "BinaryCrossentropy", units, Encoding.BINARY
        case Encoding.CLASS_IDS | Encoding.STRINGS:
            return _classes(facts, labels)
        case Encoding.ONE_HOT | Encoding.DISTRIBUTION:
            return _rows(Activation.SOFTMAX, "CategoricalCrossentropy", labels)
        case Encoding.MULTI_HOT:
            return _rows(Activation.SIGMOID, "BinaryCrossentropy", labels)
        case _:
            return _continuous(facts, labels)


def _rows(activation: Activation, loss: str, labels: Labels) -> Setup | None:
    return None if labels.width is None else (activation, loss, labels.width, None)


def _of_places(facts: Facts, labels: Labels) -> Setup | None:
    """Return the setup for 0 and 1 at each place of the output, seen as rows."""
    if (facts.head.units or 1) < 2:
        return _binary(facts, None)
    ids = replace(labels, encoding=Encoding.CLASS_IDS, classes=2, low=0.0, high=1.0)
    return _classes(facts, ids)


def _is_of_places(facts: Facts, labels: Labels) -> bool:
    """Say whether labels have one value for each row of units, whatever they hold."""
    shape = facts.head.shape
    return shape is not None and len(shape) > 2 and labels.shape[1:] == shape[1:-1]


def _is_two_valued(labels: Labels) -> bool:
    """Say whether only two values occur, often: 0 and 1, standardised."""
    return len(labels.values) == 2 and labels.samples >= MIN_TWO_VALUED


def _binary(facts: Facts, encoding: Encoding | None) -> Setup:
    if facts.head.units == 2 and encoding is None and _softmax_like(facts):
        return _over_ids(facts, 2, None)
    return Activation.SIGMOID, "BinaryCrossentropy", _columns(facts), encoding


def _columns(facts: Facts) -> int:
    """Return how many labels a sample has side by side, each with a unit of its own."""
    labels, shape = facts.head.labels, facts.head.shape
    if labels is None or len(labels.shape) != (2 if shape is None else len(shape)):
        return 1
    return labels.width or 1


def _softmax_like(facts: Facts) -> bool:
    loss = facts.head.loss
    rows = (LossKind.CATEGORICAL, LossKind.SPARSE)
    return facts.head.activation is Activation.SOFTMAX or (
        loss is not None and loss.kind in rows
    )


def _classes(facts: Facts, labels: Labels) -> Setup | None:
    two = labels.classes == 2
    if two and (facts.head.units or 1) < 2:
        return _binary(facts, Encoding.BINARY)
    low, high = labels.low, labels.high
    from_zero = low == 0 and labels.encoding is Encoding.CLASS_IDS and not two
    if from_zero and high is not None:
        units = max(facts.head.units or 0, int(high) + 1)
        return _over_ids(facts, units, None)
    if high is None and not labels.samples:
        return _of_unknown_classes(facts, labels)
    units = max(facts.head.units or 0, labels.classes or 2)
    recode = None if low == 0 and high == 1 else Encoding.CLASS_IDS
    return _over_ids(facts, units, recode)


def _over_ids(facts: Facts, units: int, recode: Encoding | None) -> Setup:
    """Return the setup for class ids; a focal loss has no form for them but rows."""
    rows = focal_form(facts.head.loss, "CategoricalCrossentropy")
    if rows != "CategoricalCrossentropy":
        return Activation.SOFTMAX, rows, units, Encoding.ONE_HOT
    return Activation.SOFTMAX, "SparseCategoricalCrossentropy", units, recode


def _of_unknown_classes(facts: Facts, labels: Labels) -> Setup | None:
    """Return the setup for class ids of which only the lowest is known."""
    units = facts.head.units or 0
    if labels.low != 0 or units < 2:
        return None
    return _over_ids(facts, units, None)


def _continuous(facts: Facts, labels: Labels) -> Setup | None:
    loss = facts.head.loss
    regression = loss is not None and loss.kind is LossKind.REGRESSION
    name = loss.name if loss is not None and regression else "MeanSquaredError"
    units = 1 if _is_of_places(facts, labels) else labels.width
    activation = facts.head.activation
    if not _covers(activation, labels):
        activation = Activation.LINEAR
    return None if units is None else (activation, name, units, None)


def _covers(activation: Activation, labels: Labels) -> bool:
    """Say whether an activation between two bounds has all labels between them."""
    row = ACTIVATIONS.get(activation)
    if row is None or row.by_row or labels.low is None or labels.high is None:
        return False
    bounded = isfinite(row.low) and isfinite(row.high)
    return bounded and row.low <= labels.low and labels.high <= row.high


def _by_loss(facts: Facts) -> Setup | None:
    loss, units = facts.head.loss, facts.head.units
    if loss is None or units is None:
        return None
    if units == 1:
        return Activation.SIGMOID, "BinaryCrossentropy", 1, None
    match loss.kind:
        case LossKind.BINARY:
            return Activation.SIGMOID, loss.name, units, None
        case LossKind.CATEGORICAL | LossKind.SPARSE:
            return Activation.SOFTMAX, loss.name, units, None
        case _:
            return None


def fitting_accuracy(facts: Facts) -> Metric | None:
    """Return the accuracy that fits this head; None if the labels do not decide it.

    `BinaryAccuracy(threshold=0.0)` is refused by Keras 3.0 to 3.4 at construction.
    """
    if facts.units == 1:
        return _binary_accuracy(facts)
    if facts.head.labels is None:
        return None
    if facts.layout in (Layout.IDS, Layout.ID_COLUMN):
        return metric("SparseCategoricalAccuracy")
    if facts.encoding is Encoding.MULTI_HOT:
        return _binary_accuracy(facts)
    return metric("CategoricalAccuracy")


def _binary_accuracy(facts: Facts) -> Metric | None:
    if not facts.logits:
        return metric("BinaryAccuracy")
    version = facts.model.generation
    if version is not None and (3, 0) <= version < (3, 5):
        return None
    return metric("BinaryAccuracy", threshold=0.0)
