"""How a setup is trained, and how its log is written down."""

from __future__ import annotations

from typing import NamedTuple

STYLES = ("bar", "lines", "bare", "csv", "json", "keras-2")
"""Progress of verbose=1 and verbose=2, lines without steps, a CSVLogger file, a history
as JSON, and the progress of Keras 2."""

FURTHER_STYLES = (*STYLES, "logger", "own-loop")
"""Also lines of a logging program with time and level, and of a loop of one's own."""


class How(NamedTuple):
    """How a setup is trained and written down."""

    style: str
    rate: float
    epochs: int
    seed: int


class Regime(NamedTuple):
    """The network of a task, and how it is trained.

    Attributes:
        widths: Of the hidden layers.
        activation: Of these.
        normalized: Each is followed by BatchNormalization.
        optimizer: Class in `keras.optimizers`.
        rates: Which take turns.
        epochs: Likewise.
        batch: Samples of a step.
        styles: Of the logs, which take turns.
    """

    widths: tuple[int, ...] = (24,)
    activation: str = "relu"
    normalized: bool = False
    optimizer: str = "Adam"
    rates: tuple[float, ...] = (0.01, 0.003, 0.03)
    epochs: tuple[int, ...] = (4, 6, 9)
    batch: int = 32
    styles: tuple[str, ...] = STYLES


def regime(
    *widths: int, rates: tuple[float, ...], epochs: int, **how: object
) -> Regime:
    """Return a training whose logs have any style, in lengths that differ by two."""
    lengths = (epochs, epochs + 2)
    return Regime(widths, rates=rates, epochs=lengths, styles=FURTHER_STYLES)._replace(
        **how  # type: ignore[arg-type]
    )
