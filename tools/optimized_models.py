"""Saves models of TensorFlow Model Optimization, and says what their heads are.

`python -m tools.optimized_models` writes `tools/measured/optimized.jsonl`; it needs
tensorflow-model-optimization, which is in no extra of this project.
"""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent / "measured" / "optimized.jsonl"


def _dense(keras: Any, units: int, activation: str) -> Any:
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Dense(8, activation="relu", input_shape=(4,)),
            layers.Dense(units, activation=activation, name="head"),
        ]
    )


def _pictures(keras: Any) -> Any:
    layers = keras.layers
    x = keras.Input((8, 8, 3))
    maps = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(4, 3)(x)))
    logits = layers.Dense(1)(layers.GlobalAveragePooling2D()(maps))
    return keras.Model(x, layers.Activation("sigmoid")(logits))


def _models(keras: Any, tfmot: Any) -> Iterator[tuple[str, Any]]:
    quantized = tfmot.quantization.keras.quantize_model
    pruned = tfmot.sparsity.keras.prune_low_magnitude
    heads = ((3, "softmax"), (1, "linear"), (2, "relu"), (1, "sigmoid"))
    for units, activation in heads:
        yield activation, quantized(_dense(keras, units, activation))
    for units, activation in ((3, "softmax"), (1, "sigmoid"), (2, "linear")):
        yield activation, pruned(_dense(keras, units, activation))
    yield "sigmoid", quantized(_pictures(keras))
    yield "sigmoid", pruned(_pictures(keras))
    clustering = tfmot.clustering.keras
    centroids = clustering.CentroidInitialization.LINEAR
    yield (
        "softmax",
        clustering.cluster_weights(
            _dense(keras, 4, "softmax"),
            number_of_clusters=3,
            cluster_centroids_init=centroids,
        ),
    )


def _row(activation: str, model: Any, *, zipped: bool) -> dict[str, Any]:
    loss = "mse" if activation in ("linear", "relu") else "binary_crossentropy"
    model.compile("sgd", loss, metrics=["mae"])
    seen: list[bool] = []
    output = model.outputs[0]
    _trace(model, seen)
    return {
        "format": "keras" if zipped else "hdf5",
        "saved": _saved(model, zipped=zipped),
        "name": model.output_names[0],
        "shape": list(output.shape),
        "dtype": output.dtype.name,
        "activation": activation,
        "sees_logits": seen[0],
    }


def _trace(model: Any, seen: list[bool]) -> None:
    """Note whether the output of a call in a graph carries its logits."""
    import tensorflow as tf

    @tf.function  # type: ignore[untyped-decorator]
    def call(x: Any) -> Any:
        found = model(x, training=False)
        seen.append(hasattr(found, "_keras_logits"))
        return found

    call(tf.zeros((2, *model.inputs[0].shape[1:])))


def _saved(model: Any, *, zipped: bool) -> dict[str, Any]:
    import h5py

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "m.keras" if zipped else "m.h5")
        model.save(path)
        if zipped:
            config = json.loads(zipfile.ZipFile(path).read("config.json"))
            compiled = config.pop("compile_config")
        else:
            with h5py.File(path, "r") as file:
                config = json.loads(file.attrs["model_config"])
                compiled = json.loads(file.attrs["training_config"])
    for key in ("optimizer", "optimizer_config"):
        compiled.pop(key, None)
    return {"architecture": config, "training": compiled}


def main() -> None:
    """Write the table."""
    import importlib

    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    keras = importlib.import_module("tf_keras")
    tfmot = importlib.import_module("tensorflow_model_optimization")
    rows = [
        _row(activation, model, zipped=place % 2 == 0)
        for place, (activation, model) in enumerate(_models(keras, tfmot))
    ]
    lines = (json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
    TABLE.write_text("".join(lines))


if __name__ == "__main__":
    main()
