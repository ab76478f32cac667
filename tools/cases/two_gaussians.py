"""Two clouds of points: logistic regression on logits by plain gradient descent."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tools import arrays, models
from tools.case import Case, error, warning


def cases() -> Iterator[Case]:
    """Yield the Keras twin of the setup, and three ways to get it wrong."""
    labels = partial(arrays.binary, 400, column=True, dtype="float32")
    yield Case(
        name="two-gaussians-right",
        why="Logits, a loss that expects them and an accuracy cut at 0: nothing is "
        "wrong.",
        model=_model,
        labels=labels,
    )
    yield Case(
        name="two-gaussians-accuracy-at-one-half",
        why="Accuracy is taken on the logits at 0.5, where 0 is the boundary.",
        model=partial(_model, metric="accuracy"),
        labels=labels,
        finds=(warning("KC306", "logit"),),
    )
    yield Case(
        name="two-gaussians-sigmoid-before-logits-loss",
        why="A sigmoid stands before the loss that applies one itself, which only "
        "Keras on TensorFlow undoes.",
        model=partial(_model, activation="sigmoid", metric="accuracy"),
        labels=labels,
        finds=(warning("KC102", "logit"),),
    )
    yield Case(
        name="two-gaussians-hidden-sigmoid",
        why="The sigmoid before the logits loss is hidden from Keras by a reshape, so "
        "it is applied twice on every backend.",
        model=partial(_model, activation="sigmoid", metric="accuracy", reshaped=True),
        labels=labels,
        finds=(error("KC102", "column"),),
    )


def _model(
    *, activation: str | None = None, metric: str | None = None, reshaped: bool = False
) -> Any:
    import keras

    return models.dense(
        2,
        activation,
        keras.losses.BinaryCrossentropy(from_logits=True),
        head="logit",
        after=[keras.layers.Reshape((1,), name="column")] if reshaped else [],
        metrics=[metric or keras.metrics.BinaryAccuracy(threshold=0.0)],
        optimizer=keras.optimizers.SGD(0.1),
    )
