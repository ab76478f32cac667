"""A curve in one line of text."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

_BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII = "_.-=*#"

POINTS = 20
"""Characters of a curve; more points are thinned out."""


def sparkline(curve: Sequence[float | None], *, unicode: bool = True) -> str:
    """Return a curve as blocks between its own least and greatest value.

    Args:
        curve: Values in order; what is missing or not finite shows as "x".
        unicode: Use block characters instead of ASCII.
    """
    marks = _BLOCKS if unicode else _ASCII
    step = max(1, -(-len(curve) // POINTS))
    points = [v if v is not None and isfinite(v) else None for v in curve[::step]]
    known = [v for v in points if v is not None]
    if not known:
        return "x" * len(points)
    low, span = min(known), (max(known) - min(known)) or 1.0
    top = len(marks) - 1
    return "".join(
        "x" if v is None else marks[round((v - low) / span * top)] for v in points
    )
