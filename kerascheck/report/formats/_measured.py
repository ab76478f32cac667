"""What reference training measured, as compiled and as fixed, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from kerascheck.engine.finding import Confirmation, Measurement

Row = tuple[str, str, str]
"""Quantity, as compiled, as fixed."""

NOTHING = "–"
"""Stands where one of both sides was not measured."""

_SHARES = (
    ("true accuracy", "true_accuracy"),
    ("reported accuracy", "reported_accuracy"),
    ("balanced accuracy", "balanced_accuracy"),
    ("AUC", "auc"),
    ("calibration error (ECE)", "ece"),
    ("loss before training (nats)", "first_loss"),
    ("loss after training (nats)", "loss"),
)


def rows(confirmation: Confirmation) -> list[Row]:
    """Return what was measured on at least one side."""
    before = confirmation.before or Measurement()
    after = confirmation.after or Measurement()
    return [row for row in _rows(before, after) if row[1:] != (NOTHING, NOTHING)]


def _rows(before: Measurement, after: Measurement) -> Iterator[Row]:
    yield "raises", before.raises or NOTHING, after.raises or NOTHING
    for name, field in _SHARES:
        told = [number(getattr(side, field)) for side in (before, after)]
        if field == "true_accuracy":
            told = [told[0] + _spread(before), told[1] + _spread(after)]
        yield name, told[0], told[1]
    yield "decides every sample alike", _truth(before.constant), _truth(after.constant)
    told_before, told_after = dict(before.reported), dict(after.reported)
    for name in dict.fromkeys((*told_before, *told_after)):
        values = number(told_before.get(name)), number(told_after.get(name))
        yield f"{name}, as Keras reports it", *values


def number(value: float | None) -> str:
    """Return a number to three digits, or a dash where it is none."""
    if value is None or not isfinite(value):
        return NOTHING
    return f"{value:.3f}" if value == 0 or 1e-3 <= abs(value) < 1e3 else f"{value:.2e}"


def _spread(side: Measurement) -> str:
    known = side.true_accuracy is not None and side.spread is not None
    return f" ± {number(side.spread)}" if known else ""


def _truth(value: bool | None) -> str:
    return NOTHING if value is None else "yes" if value else "no"
