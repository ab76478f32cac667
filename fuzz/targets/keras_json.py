"""The JSON of a model: read, described, judged by all rules."""

from __future__ import annotations

from fuzz.mutators import json_values
from fuzz.oracle import report_on
from fuzz.sources import model_in

MAX_BYTES = 8192

mutated = json_values.mutated


def one_input(data: bytes) -> None:
    """Read the model twice, which gives the same, and judge it."""
    model = model_in(data, "config.json")
    if model is not None:
        assert model_in(data, "config.json") == model
        report_on(model)
