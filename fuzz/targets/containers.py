"""Files of any content under any name: read or refused, and nothing else."""

from __future__ import annotations

import random

from fuzz.mutators import raw
from fuzz.sources import container_in

NAMES = (
    *("m.keras", "m.h5", "m.json", "m", "m.onnx", "m.pt", "m.pkl", "config.json"),
    *("saved_model.pb", "m.weights.h5", "m.tflite", "M.KERAS"),
)
"""The first byte of an input chooses one."""


def one_input(data: bytes) -> None:
    """Read the rest under the name that the first byte chooses."""
    if data:
        container_in(data[1:], NAMES[data[0] % len(NAMES)])


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Change numbers and stretches."""
    return raw.changed(data, chance)
