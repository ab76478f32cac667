"""Labels 0 and 1 on one sigmoid unit: other losses, softmax, rare positives."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tools import arrays, models
from tools.case import Case, error, note


def cases() -> Iterator[Case]:
    """Yield the setup as written, and three ways to get it wrong."""
    labels = partial(arrays.binary, dtype="int64")
    yield Case(
        name="zero-and-one-right",
        why="One sigmoid unit, binary cross-entropy, labels 0 and 1: nothing is wrong.",
        model=_model,
        labels=labels,
        labels_file="labels.json",
    )
    yield Case(
        name="zero-and-one-squared-error",
        why="Squared error trains a sigmoid about as well as cross-entropy does, so "
        "this is only a note.",
        model=partial(_model, loss="mse"),
        labels=labels,
        finds=(note("KC108", "output"),),
    )
    yield Case(
        name="zero-and-one-softmax",
        why="Softmax over one unit is always 1, so nothing can be learnt.",
        model=partial(_model, activation="softmax"),
        labels=labels,
        finds=(error("KC103", "output"),),
    )
    yield Case(
        name="zero-and-one-imbalanced",
        why="19 of 20 labels are 0 and accuracy is the only metric, so that a model "
        "which finds no positive shows 0.95.",
        model=_model,
        labels=partial(arrays.binary, 400, dtype="int64", positive=0.05),
        finds=(note("KC403", "output"),),
    )


def _model(*, loss: str = "binary_crossentropy", activation: str = "sigmoid") -> Any:
    return models.dense(4, activation, loss, hidden=[(128, "relu")])
