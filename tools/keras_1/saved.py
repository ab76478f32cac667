"""Saves models with Keras 1, and measures what the live models are, as JSON lines.

`python -m tools.keras_1.saved FOLDER` writes `tools/measured/keras_1.jsonl`; FOLDER
holds the package `keras` of Keras 1.2.2.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.keras_1.graphs import GRAPHS
from tools.keras_1.old_names import import_keras_1
from tools.keras_1.sequences import ROWS, Row

TABLE = Path(__file__).parent.parent / "measured" / "keras_1.jsonl"

_ACCURACIES = (
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
)
_SAMPLES = 64


def _sequence(k: Any, row: Row) -> Any:
    model = k.models.Sequential(row.layers(k.layers))
    if row.loss:
        model.compile("sgd", row.loss, metrics=list(row.metrics))
    return model


def _models(k: Any) -> Iterator[tuple[str, Any, list[str]]]:
    """Yield name, model, and what each accuracy was resolved to."""
    seen: list[str] = []
    for name in _ACCURACIES:
        setattr(k.metrics, name, _spied(getattr(k.metrics, name), seen))
    k.backend.set_image_dim_ordering("tf")
    for name, row in ROWS.items():
        yield name, _sequence(k, row), list(seen)
        seen.clear()
    for name, build in GRAPHS.items():
        yield name, build(k), list(seen)
        seen.clear()


def _spied(function: Any, seen: list[str]) -> Any:
    def spy(y: Any, p: Any) -> Any:
        seen.append(function.__name__)
        return function(y, p)

    spy.__name__ = function.__name__
    return spy


def _truth(model: Any) -> list[dict[str, Any]]:
    """Return shape and loss of each head, and the range of what it predicts."""
    inner = getattr(model, "model", None) or model
    losses = getattr(inner, "loss_functions", None)
    heads = []
    for place, (output, values) in enumerate(
        zip(model.outputs, _predicted(model), strict=True)
    ):
        heads.append(
            {
                "shape": list(output._keras_shape),
                "loss": losses[place].__name__ if losses else None,
                "lowest": float(values.min()),
                "highest": float(values.max()),
                "rows": bool(abs(values.sum(-1) - 1).max() < 1e-4),
            }
        )
    return heads


def _predicted(model: Any) -> list[Any]:
    import numpy as np

    rng = np.random.default_rng(1)
    inputs = []
    for tensor in model.inputs:
        tail = [size or 6 for size in tensor._keras_shape[1:]]
        ids = "int" in str(tensor.dtype)
        inputs.append(20 * rng.normal(size=(_SAMPLES, *tail)) * (not ids))
    found = model.predict(inputs if len(inputs) > 1 else inputs[0])
    return found if isinstance(found, list) else [found]


def _attributes(model: Any) -> dict[str, Any]:
    """Return the text attributes of the saved file, those of JSON parsed."""
    import h5py

    _forget_places(model)
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/model.h5"
        model.save(path)
        with h5py.File(path, "r") as file:
            found = dict(file.attrs)
    texts = {n: v.decode() if isinstance(v, bytes) else v for n, v in found.items()}
    return {n: json.loads(v) if "config" in n else v for n, v in texts.items()}


def _forget_places(model: Any) -> None:
    """Let the code of lambdas, which is saved, not name the file they stand in."""
    for layer in model.layers:
        for name in ("function", "mode"):
            function: Any = getattr(layer, name, None)
            if hasattr(function, "__code__"):
                code = function.__code__.replace(co_filename="program.py")
                function.__code__ = code


def main() -> None:
    """Write the table."""
    keras = import_keras_1(Path(sys.argv[1]))
    lines = []
    for name, model, accuracies in _models(keras):
        row = {
            "name": name,
            "saved": _attributes(model),
            "accuracies": accuracies,
            "heads": _truth(model),
        }
        lines.append(json.dumps(row, separators=(",", ":")) + "\n")
    TABLE.write_text("".join(lines))


if __name__ == "__main__":
    main()
