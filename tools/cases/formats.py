"""One right and one wrong model, in every format that Keras 2 and 3 write."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tools import arrays, models
from tools.case import Case, error, warning

_KERAS_3 = {
    "archive": "model.keras",
    "folder": "model",
    "hdf5": "model.h5",
    "json": "model.json",
}
_KERAS_2 = {
    "keras-2-archive": "model.keras",
    "keras-2-hdf5": "model.h5",
    "keras-2-saved-model": "model.savedmodel",
}


def cases() -> Iterator[Case]:
    """Yield both models in each format, and what Keras 2 loses in saving."""
    for form, file in _KERAS_3.items():
        yield from _pair(form, file, partial(_model, "keras"))
    yield from _pair("quantized", "model.keras", _quantized)
    for form, file in _KERAS_2.items():
        yield from _pair(form, file, partial(_model, "tf_keras"))
    yield Case(
        name="format-keras-2-hdf5-frozen-accuracy",
        why="Saved before it was fitted, the file holds categorical_accuracy for "
        '"accuracy" although the labels are ids.',
        model=_three_classes,
        labels=partial(arrays.class_ids, 3),
        file="model.h5",
        finds=(warning("KC310", "output"),),
    )


def _pair(form: str, file: str, model: Any) -> Iterator[Case]:
    yield Case(
        name=f"format-{form}-right",
        why="One sigmoid unit, binary cross-entropy, labels 0 and 1: nothing is wrong.",
        model=partial(model, "sigmoid"),
        labels=arrays.binary,
        file=file,
    )
    yield Case(
        name=f"format-{form}-wrong",
        why="The head ends in logits and the loss takes them for probabilities.",
        model=partial(model, None),
        labels=arrays.binary,
        file=file,
        finds=(error("KC101", "output"),),
    )


def _model(module: str, activation: str | None) -> Any:
    from importlib import import_module

    return models.dense(
        4,
        activation,
        "binary_crossentropy",
        hidden=[(4, "relu")],
        keras=import_module(module),
    )


def _quantized(activation: str | None) -> Any:
    model = _model("keras", activation)
    model.quantize("int8")
    return model


def _three_classes() -> Any:
    import tf_keras

    return models.dense(
        4, "softmax", "sparse_categorical_crossentropy", units=3, keras=tf_keras
    )
