"""A head as a finding expects it, where its rule has no edit to offer.

Such a rule says what it expects of a fact, as `Finding.expected`; how to get there is
up to the user, and what it would change can be trained.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kerascheck.keras_api.losses import USUAL_OF_ACTIVATION, loss_called
from kerascheck.model.description import Encoding, Head, Labels, Scalar
from kerascheck.model.frozen import replace

_IDS = (Encoding.CLASS_IDS, Encoding.STRINGS)


def as_expected(head: Head, expected: Mapping[str, Scalar]) -> Head | None:
    """Return a head with the facts that are expected; None: one cannot be set."""
    changed = head
    for fact, value in expected.items():
        change = _CHANGES.get(fact)
        if change is None:
            return None
        changed = change(changed, value)
    return None if changed == head else changed


def _with_units(head: Head, value: Scalar) -> Head:
    rows = (Encoding.ONE_HOT, Encoding.MULTI_HOT, Encoding.DISTRIBUTION)
    in_rows = head.labels is not None and head.labels.encoding in rows
    if not isinstance(value, int) or in_rows:  # columns would have to go with units
        return head
    return replace(head, units=value, shape=head.shape and (*head.shape[:-1], value))


def with_all_classes(head: Head) -> Head:
    """Return a head whose labels hold a class for each unit, or two."""
    labels = head.labels
    if labels is None or labels.encoding not in (Encoding.BINARY, *_IDS):
        return head
    classes = max(head.units or 2, 2) if labels.encoding in _IDS else 2
    whole = replace(
        labels,
        classes=classes,
        low=0.0,
        high=classes - 1.0,
        values=(),
        majority=None,
        rarest=None,
    )
    return replace(head, labels=whole)


def _with_loss(head: Head, value: Scalar) -> Head:
    """Return a head with a loss that fits; itself if it may be another one."""
    name = USUAL_OF_ACTIVATION.get(head.activation)
    if head.loss is not None or head.labels is not None or name is None:
        return head
    return replace(head, loss=loss_called(name))


def _with_loss_weight(head: Head, value: Scalar) -> Head:
    return replace(head, loss_weight=1.0)


def _with_labels(change: Callable[[Labels], Labels]) -> Callable[[Head, Scalar], Head]:
    def changed(head: Head, value: Scalar) -> Head:
        return (
            head if head.labels is None else replace(head, labels=change(head.labels))
        )

    return changed


_CHANGES: dict[str, Callable[[Head, Scalar], Head]] = {
    "units": _with_units,
    "loss": _with_loss,
    "loss_weight": _with_loss_weight,
    "labels.classes": lambda head, value: with_all_classes(head),
    "labels.nans": _with_labels(lambda labels: replace(labels, nans=0)),
    "labels.infinities": _with_labels(lambda labels: replace(labels, infinities=0)),
    "labels.ones": _with_labels(
        lambda labels: replace(labels, encoding=Encoding.ONE_HOT, ones=(1, 1))
    ),
}
