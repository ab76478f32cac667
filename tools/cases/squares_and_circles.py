"""Images of one square or one circle: convolution, pooling, one sigmoid unit."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tools import arrays, models
from tools.case import Case, error, warning


def cases() -> Iterator[Case]:
    """Yield the setup as written, and three ways to get it wrong."""
    labels = partial(arrays.binary, 300, column=True)
    yield Case(
        name="squares-and-circles-right",
        why="One sigmoid unit, binary cross-entropy, labels 0 and 1: nothing is wrong.",
        model=_model,
        labels=labels,
    )
    yield Case(
        name="squares-and-circles-two-units",
        why="Two units are left from a categorical model, and the labels stay one "
        "number a sample, so fit raises.",
        model=partial(_model, units=2),
        labels=labels,
        finds=(error("KC204", "output"),),
    )
    yield Case(
        name="squares-and-circles-from-logits",
        why="The head ends in a sigmoid and the loss expects logits, which "
        "only Keras on TensorFlow undoes.",
        model=partial(_model, from_logits=True),
        labels=labels,
        finds=(warning("KC102", "output"),),
    )
    yield Case(
        name="squares-and-circles-no-activation",
        why="The head ends in logits and the loss takes them for probabilities.",
        model=partial(_model, activation=None),
        labels=labels,
        finds=(error("KC101", "output"),),
    )


def _model(
    *, units: int = 1, activation: str | None = "sigmoid", from_logits: bool = False
) -> Any:
    import keras

    return models.stacked(
        [
            keras.layers.Conv2D(
                8, 3, padding="same", activation="relu", name="conv_layer"
            ),
            # 25 instead of 2: the hidden layer behind it then weighs 5 KB, not 800 KB
            keras.layers.MaxPooling2D(25, name="max_pooling"),
            keras.layers.Flatten(name="flatten"),
            keras.layers.Dense(10, activation="relu", name="hidden_layer"),
            keras.layers.Dense(units, activation=activation, name="output"),
        ],
        shape=(100, 100, 1),
        loss=keras.losses.BinaryCrossentropy(from_logits=from_logits),
        metrics=("accuracy",),
    )
