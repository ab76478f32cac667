"""Points above or below a parabola: two linear units, one-hot labels, argmax."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tools import arrays, models
from tools.case import Case, error, warning


def cases() -> Iterator[Case]:
    """Yield the setup as written, and three ways to get it wrong."""
    pairs = partial(arrays.one_hot, 2)
    yield Case(
        name="parabola-right",
        why="Two logits, one-hot labels, a loss that expects both: nothing is wrong.",
        model=_model,
        labels=pairs,
        labels_file="labels.csv",
    )
    yield Case(
        name="parabola-logits-as-probabilities",
        why="The head ends in logits and the loss takes them for probabilities.",
        model=partial(_model, from_logits=False),
        labels=pairs,
        finds=(error("KC101", "output"),),
    )
    yield Case(
        name="parabola-integer-labels",
        why="The loss expects one-hot rows and the labels are ids, so fit raises.",
        model=_model,
        labels=partial(arrays.binary, dtype="int64"),
        finds=(error("KC201", "output"),),
    )
    yield Case(
        name="parabola-binary-accuracy",
        why="BinaryAccuracy counts the two cells of each one-hot row, and cuts logits "
        "at 0.5 to do so.",
        model=partial(_model, metric="BinaryAccuracy"),
        labels=pairs,
        finds=(warning("KC302", "output"),),
    )


def _model(*, from_logits: bool = True, metric: str | None = None) -> Any:
    import keras

    return models.dense(
        2,
        None,
        keras.losses.CategoricalCrossentropy(from_logits=from_logits),
        units=2,
        hidden=[(4, "tanh")],
        metrics=[getattr(keras.metrics, metric)() if metric else "accuracy"],
    )
