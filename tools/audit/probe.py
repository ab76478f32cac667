"""Does a setup raise, and what of it does? One step without training says.

Imported in the child process only: this module imports Keras.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import keras
import numpy as np
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

from tools.audit.building import Data, data_of, live_model
from tools.audit.setups import Setup

ROWS = 67
"""A prime that no axis of labels or outputs has."""

Raised = tuple[str, int | None, str]
"""What raises (loss, metric or weights), of which head, and the message."""


def raised(setup: Setup) -> Raised | None:
    """Return what raises first when the setup is fitted; None: it trains."""
    error = _error(setup)
    if error is None:
        return None
    for place in range(len(setup.heads)):
        for part in ("loss", "metric"):
            alone = _error(setup, part=part, only=place, weights=False)
            if alone is not None:
                return part, place, _with_policy(setup, part, place, alone)
    if setup.class_weight or setup.sample_weight:
        return "weights", None, error
    return "heads", None, error


def _with_policy(setup: Setup, part: str, place: int, error: str) -> str:
    """Return the error, with the dtype policy in front if it is the cause."""
    plain = replace(setup, policy="float32")
    if plain == setup or _error(plain, part=part, only=place, weights=False):
        return error
    return f"under {setup.policy}: {error}"


def _error(
    setup: Setup, *, part: str = "metric", only: int | None = None, weights: bool = True
) -> str | None:
    try:
        model = live_model(setup, metrics=part == "metric", only=only)
        step(model, data_of(setup, ROWS, 0, only), weights=weights)
    except Exception as error:  # whatever Keras raises is the answer
        text = " ".join(str(error).split())
        return f"{type(error).__name__}: {text[:160]}"
    return None


def step(model: Any, data: Data, *, weights: bool) -> None:
    """Compute loss and metrics of one batch, on what `fit` would make of the data."""
    x, y, weight = batch(data, weights=weights)
    outputs = model(x, training=False)
    loss = model.compute_loss(x, y, outputs, weight)
    model.compute_metrics(x, y, outputs, weight)
    np.asarray(keras.ops.convert_to_numpy(loss))


def batch(data: Data, *, weights: bool = True) -> tuple[Any, Any, Any]:
    """Return inputs, labels and sample weights as `fit` computes them."""
    arguments = data.arguments if weights else {}
    adapter = ArrayDataAdapter(
        data.x, data.y, batch_size=len(data.x), shuffle=False, **arguments
    )
    arrays = next(iter(adapter.get_numpy_iterator()))
    x, y, weight = keras.utils.unpack_x_y_sample_weight(arrays)
    return _tensors(x), _tensors(y), _tensors(weight)


def _tensors(arrays: Any) -> Any:
    return keras.tree.map_structure(_tensor, arrays)


def _tensor(array: Any) -> Any:
    if array is None or np.asarray(array).dtype.kind in "USO":
        return array
    return keras.ops.convert_to_tensor(array)
