"""How a setup is trained, and how its log is written down."""

from __future__ import annotations

from typing import NamedTuple

STYLES = ("bar", "lines", "bare", "csv", "json", "keras-2")
"""Progress of verbose=1 and verbose=2, lines without steps, a CSVLogger file, a history
as JSON, and the progress of Keras 2."""


class How(NamedTuple):
    """How a setup is trained and written down."""

    style: str
    rate: float
    epochs: int
    seed: int
