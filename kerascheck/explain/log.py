"""What a training log says: epochs with their figures, and lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import NamedTuple

from kerascheck.model.errors import KerascheckError

VALIDATION = "val_"

_MANY = 5
"""Digits that nobody asks for: the numbers were printed as they are."""


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


Curve = tuple[Point, ...]


class Log:
    """A training as its log shows it.

    Attributes:
        format: "progress", "csv", "json" or "events".
        epochs: In order.
        text: Other lines, as of warnings and errors.
    """

    def __init__(
        self,
        kind: str,
        epochs: Iterable[Epoch] = (),
        text: Iterable[Line] = (),
        digits: Mapping[str, int] | None = None,
    ) -> None:
        """Sort the figures of epochs into curves.

        Args:
            kind: Its format.
            epochs: In order.
            text: Other lines.
            digits: Figure -> most digits behind the point, if they are known.
        """
        self.format = kind
        self.epochs = tuple(epochs)
        self.text = tuple(text)
        curves: dict[str, list[Point]] = {}
        for epoch in self.epochs:
            for name, value in epoch.values.items():
                curves.setdefault(name, []).append(Point(value, epoch.line))
        self._digits = digits or {}
        self._curves = {name: tuple(points) for name, points in curves.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all figures, in the order in which they first appear."""
        return tuple(self._curves)

    @property
    def is_exact(self) -> bool:
        """Say whether figures have the four digits of Keras, or as many as they need.

        What is printed with two or three stays the same although it changes.
        """
        if max(self._digits.values(), default=_MANY) >= _MANY:
            return True
        return not any(
            max((most for n, most in self._digits.items() if part in n), default=0)
            in (2, 3)
            for part in ("loss", "acc")
        )

    def curve(self, name: str) -> Curve:
        """Return a figure over the epochs that show it."""
        return self._curves.get(name, ())


def values(curve: Curve) -> list[float]:
    """Return the numbers of a curve that are finite."""
    return [point.value for point in curve if isfinite(point.value)]
