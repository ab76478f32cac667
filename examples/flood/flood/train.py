"""Trains the model, and saves it with a sample of its labels."""

from pathlib import Path

import numpy as np

from flood.data import days
from flood.model import build

MODELS = Path("models")


def main():
    """Train on a thousand days."""
    measures, floods = days(1000)
    model = build()
    model.fit(measures, floods, epochs=5, verbose=2)
    MODELS.mkdir(exist_ok=True)
    model.save(MODELS / "flood.keras")
    np.save(MODELS / "flood.labels.npy", floods[:256])


if __name__ == "__main__":
    main()
