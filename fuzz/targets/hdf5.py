"""HDF5 as Keras 2 writes it."""

from __future__ import annotations

from fuzz.mutators import embedded
from fuzz.oracle import report_on
from fuzz.sources import model_in

MAX_BYTES = 65536

mutated = embedded.in_place


def one_input(data: bytes) -> None:
    """Read and judge the model."""
    model = model_in(data, "model.h5")
    if model is not None:
        report_on(model)
