"""A pad or void value among class ids: a pixel or step that has no class.

Data sets write -1, -2 or -100 for it, or 255 in masks of one byte. `ignore_class` of
the sparse cross-entropy names it; to most other losses it is a label like any other.
"""

from __future__ import annotations

from kerascheck.labels.encoding import Tally
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Final

_BYTES: Final = (255, 65535)
"""Highest values of one and two bytes, which masks have for void."""

_MIN_FILLED: Final = 0.5
"""Share of the ids between the lowest and the highest class that must occur."""


def void_in(tallied: Tally, *, several_axes: bool) -> int | None:
    """Return the value that stands for no class; None if there is not one.

    It is the one negative value of labels that otherwise start at 0 or 1, or a highest
    value of one or two bytes, beyond a gap as wide as all classes. {-1, 0, 1} alone
    is as likely three classes, unless labels have several axes.

    Args:
        tallied: All finite values.
        several_axes: Whether a sample has more than one label.
    """
    values = tallied.distinct
    if not tallied.whole or len(values) < 3:
        return None
    if values[0] < 0 and _are_classes(values[1], values[-1], len(values) - 1):
        signs = [*values[:4]] == [-1, 0, 1]
        return int(values[0]) if several_axes or not signs else None
    alone = values[-1] in _BYTES and values[-1] > 1.5 * values[-2] + 1
    if alone and _are_classes(values[0], values[-2], len(values) - 1):
        return int(values[-1])
    return None


def _are_classes(low: float, high: float, several: int) -> bool:
    return low in (0, 1) and several >= _MIN_FILLED * (high - low + 1)


def without(tallied: Tally, void: int) -> Tally:
    """Return the tally of all values but the lowest or the highest."""
    first = tallied.distinct[0] == void
    kept = slice(1, None) if first else slice(None, -1)
    values = tallied.distinct[kept]
    return replace(
        tallied,
        low=values[0],
        high=values[-1],
        distinct=values,
        counts=tallied.counts[kept],
        total=tallied.total - tallied.counts[0 if first else -1],
    )
