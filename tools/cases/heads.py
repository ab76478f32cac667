"""Heads of other kinds: several in one model, layers behind them, relu, regression."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tools import arrays, models
from tools.case import Case, error, note, warning


def cases() -> Iterator[Case]:
    """Yield models with two heads, of which none or one is wrong, and single ones."""
    yield from _named()
    yield from _listed()
    yield from _untrained()
    yield from _layered()
    yield Case(
        name="heads-relu",
        why="Half of what relu gives is 0, which is not a probability of anything.",
        model=partial(models.dense, 4, "relu", "binary_crossentropy"),
        labels=arrays.binary,
        finds=(error("KC105", "output"),),
    )
    yield Case(
        name="heads-regression",
        why="A linear unit, squared error and real targets: nothing is wrong.",
        model=partial(models.dense, 4, None, "mse", metrics=("mae",)),
        labels=arrays.real,
    )


def _named() -> Iterator[Case]:
    yield Case(
        name="heads-dict-right",
        why="Two heads by name, each with its own loss and labels: nothing is wrong.",
        model=_digit_and_dark,
        labels=_digits_and_dark,
        labels_file="labels.npz",
    )
    yield Case(
        name="heads-dict-one-wrong",
        why="Of two heads by name, 'dark' ends in logits that its loss takes for "
        "probabilities.",
        model=partial(_digit_and_dark, None),
        labels=_digits_and_dark,
        labels_file="labels.npz",
        finds=(error("KC101", "dark"),),
    )


def _listed() -> Iterator[Case]:
    yield Case(
        name="heads-list-right",
        why="A regression and a classification head in a list: nothing is wrong.",
        model=_age_and_mood,
        labels=lambda: {"age": arrays.real(), "mood": arrays.class_ids(3)},
        labels_file="labels.csv",
    )
    yield Case(
        name="heads-list-one-wrong",
        why="Of two heads in a list, 'mood' has one-hot labels under the sparse loss, "
        "so fit raises.",
        model=_age_and_mood,
        labels=lambda: {"age": arrays.real(), "mood": arrays.one_hot(3)},
        labels_file="labels.json",
        finds=(error("KC202", "mood"),),
    )


def _untrained() -> Iterator[Case]:
    yield Case(
        name="heads-dict-without-loss",
        why="Of two heads by name, 'dark' has labels and is compiled without a loss: "
        "nothing trains it.",
        model=partial(_digit_and_dark, trained=("digit",)),
        labels=_digits_and_dark,
        labels_file="labels.npz",
        finds=(warning("KC401", "dark"),),
    )
    yield Case(
        name="heads-dict-weight-of-zero",
        why="The loss of 'dark' has the weight 0: nothing trains it.",
        model=partial(_digit_and_dark, weight=0.0),
        labels=_digits_and_dark,
        labels_file="labels.npz",
        finds=(note("KC402", "dark"),),
    )


def _layered() -> Iterator[Case]:
    yield Case(
        name="heads-dropout-behind",
        why="Dropout behind the sigmoid sets probabilities to 0 while training.",
        model=_dropped,
        labels=arrays.binary,
        finds=(warning("KC109", "dropout"),),
    )
    yield Case(
        name="heads-softmax-over-time",
        why="The softmax runs over the 6 steps, and the loss reads the 3 classes.",
        model=_over_time,
        labels=lambda: arrays.class_ids(3, 252).reshape(42, 6),
        finds=(warning("KC110", "softmax"),),
    )
    yield Case(
        name="heads-sigmoid-of-relu",
        why="The sigmoid of what relu gives is never below one half.",
        model=_doubled,
        labels=arrays.binary,
        finds=(warning("KC111", "sigmoid"),),
    )


def _digits_and_dark() -> dict[str, Any]:
    return {"digit": arrays.class_ids(10), "dark": arrays.binary()}


def _digit_and_dark(
    activation: str | None = "sigmoid",
    *,
    trained: tuple[str, ...] = ("digit", "dark"),
    weight: float = 0.5,
) -> Any:
    losses = {"digit": "sparse_categorical_crossentropy", "dark": "binary_crossentropy"}
    heads: dict[str, tuple[int, str | None]] = {
        "digit": (10, "softmax"),
        "dark": (1, activation),
    }
    return models.branched(
        heads,
        named=True,
        loss={name: losses[name] if name in trained else None for name in heads},
        metrics={name: ["accuracy"] for name in trained},
        loss_weights={"digit": 1.0, "dark": weight} if "dark" in trained else None,
    )


def _age_and_mood() -> Any:
    return models.branched(
        {"age": (1, None), "mood": (3, "softmax")},
        named=False,
        loss=["mse", "sparse_categorical_crossentropy"],
        metrics=[["mae"], ["accuracy"]],
    )


def _dropped() -> Any:
    import keras

    dropout = keras.layers.Dropout(0.2, seed=0, name="dropout")
    return models.dense(4, "sigmoid", "binary_crossentropy", after=[dropout])


def _over_time() -> Any:
    import keras

    layers = [
        keras.layers.Dense(3, name="scores"),
        keras.layers.Softmax(axis=1, name="softmax"),
    ]
    return models.stacked(
        layers,
        shape=(6, 4),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )


def _doubled() -> Any:
    import keras

    sigmoid = keras.layers.Activation("sigmoid", name="sigmoid")
    return models.dense(4, "relu", "binary_crossentropy", after=[sigmoid])
