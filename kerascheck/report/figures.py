"""What reference training measured, as compiled and as fixed: figures and curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

from kerascheck.engine.finding import Confirmation, Measurement
from kerascheck.model.named import NamedTuple

NOTHING = "–"
"""Replaces a figure that was not measured on one of both sides."""

DIGITS = 4
"""Digits after the point to which means over starts are kept."""

MAX_POINTS = 20
"""Characters of a curve; more points are thinned out."""

_QUANTITIES = (
    ("true accuracy", "true_accuracy"),
    ("reported accuracy", "reported_accuracy"),
    ("balanced accuracy", "balanced_accuracy"),
    ("AUC", "auc"),
    ("calibration error (ECE)", "ece"),
    ("loss before training (nats)", "first_loss"),
    ("loss after training (nats)", "loss"),
)

_BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII = "_.-=*#"


class Figure(NamedTuple):
    """One quantity as it was measured."""

    name: str
    before: str  # as compiled
    after: str  # as fixed


def figures(confirmation: Confirmation) -> list[Figure]:
    """Return what was measured on at least one side."""
    before = confirmation.before or Measurement()
    after = confirmation.after or Measurement()
    return [
        figure
        for figure in _figures(before, after)
        if (figure.before, figure.after) != (NOTHING, NOTHING)
    ]


def _figures(before: Measurement, after: Measurement) -> Iterator[Figure]:
    yield Figure("raises", before.raises or NOTHING, after.raises or NOTHING)
    for name, field in _QUANTITIES:
        values = [number(getattr(side, field)) for side in (before, after)]
        if field == "true_accuracy":
            values = [values[0] + _spread(before), values[1] + _spread(after)]
        yield Figure(name, *values)
    constant = [_yes_or_no(side.constant) for side in (before, after)]
    yield Figure("same decision for every sample", *constant)
    reported = [dict(side.reported) for side in (before, after)]
    for name in dict.fromkeys((*reported[0], *reported[1])):
        values = [number(side.get(name)) for side in reported]
        yield Figure(f"{name}, as Keras reports it", *values)


def number(value: float | None) -> str:
    """Return a number to three digits, or a dash if it is missing or not finite.

    Every figure of a training is written by this, in all formats and in the reasons of
    verdicts. Reports keep means to `DIGITS` digits, so a mean is rounded to them first:
    it looks the same whether it was kept or has just been computed.
    """
    if value is None or not isfinite(value):
        return NOTHING
    kept = round(value, DIGITS) + 0.0  # not -0
    if abs(kept) >= 1e3:
        return f"{kept:.2e}"
    return f"{kept:.3f}" if kept == 0 or abs(kept) >= 1e-3 else f"{kept:.{DIGITS}f}"


def _spread(side: Measurement) -> str:
    if side.true_accuracy is None or side.spread is None:
        return ""
    return f" ± {side.spread:.3f}"


def _yes_or_no(value: bool | None) -> str:
    return NOTHING if value is None else "yes" if value else "no"


def sparkline(curve: Sequence[float | None], *, unicode: bool = True) -> str:
    """Return a curve as blocks between its own least and greatest value.

    Args:
        curve: Values in order; what is missing or not finite shows as "x".
        unicode: Use block characters instead of ASCII.
    """
    marks = _BLOCKS if unicode else _ASCII
    step = max(1, -(-len(curve) // MAX_POINTS))
    points = [v if v is not None and isfinite(v) else None for v in curve[::step]]
    known = [v for v in points if v is not None]
    if not known:
        return "x" * len(points)
    low, span = min(known), (max(known) - min(known)) or 1.0
    top = len(marks) - 1
    return "".join(
        "x" if v is None else marks[round((v - low) / span * top)] for v in points
    )
