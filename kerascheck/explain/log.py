"""What a training log says: epochs with their figures, and lines of text."""

from __future__ import annotations

from math import isfinite
from typing import NamedTuple

from kerascheck.model.errors import KerascheckError
from kerascheck.model.frozen import Frozen

VALIDATION = "val_"


class UnreadableLog(KerascheckError):
    """The text holds neither figures of a training nor a known message."""


class Line(NamedTuple):
    """A line of the log: its number, from 1, and its text.

    For a file of events the text is made, as no line holds an epoch.
    """

    number: int
    text: str


class Epoch(NamedTuple):
    """The figures of one epoch by name, and the line that shows them."""

    values: dict[str, float]
    line: Line


class Point(NamedTuple):
    """One figure of a curve, with its line."""

    value: float
    line: Line


class Log(Frozen):
    """A training as its log shows it.

    Attributes:
        format: "progress", "csv", "json" or "events".
        epochs: In order.
        text: Other lines, as of warnings and errors.
    """

    format: str
    epochs: tuple[Epoch, ...] = ()
    text: tuple[Line, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all figures, in the order in which they first appear."""
        return tuple(dict.fromkeys(n for epoch in self.epochs for n in epoch.values))

    def curve(self, name: str) -> tuple[Point, ...]:
        """Return a figure over the epochs that show it."""
        return tuple(
            Point(epoch.values[name], epoch.line)
            for epoch in self.epochs
            if name in epoch.values
        )


def values(curve: tuple[Point, ...]) -> list[float]:
    """Return the numbers of a curve that are finite."""
    return [point.value for point in curve if isfinite(point.value)]
