"""All signs that a log can show, in the order in which they are told."""

from __future__ import annotations

from kerascheck.explain.signs import (
    accuracy,
    costs,
    cuts,
    floors,
    levels,
    losses,
    messages,
    metrics,
)
from kerascheck.explain.signs._sign import Reading, Sign

SIGNS: tuple[Sign, ...] = (
    *messages.SIGNS,
    *losses.SIGNS,
    *accuracy.SIGNS,
    *costs.SIGNS,
    *cuts.SIGNS,
    *floors.SIGNS,
    *levels.SIGNS,
    *metrics.SIGNS,
)

__all__ = ["SIGNS", "Reading", "Sign"]
