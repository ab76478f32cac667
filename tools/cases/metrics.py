"""Metrics that show something else than they seem to, on heads that train well."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tools import arrays, models
from tools.case import Case, error, note, warning


def cases() -> Iterator[Case]:
    """Yield one case for each way in which a metric lies."""
    yield from _on_probabilities()
    yield from _on_logits()
    yield from _on_classes()
    yield from _on_other_labels()


def _on_probabilities() -> Iterator[Case]:
    binary = partial(arrays.binary, column=True)
    yield Case(
        name="metrics-of-probabilities",
        why="AUC, precision and recall on probabilities: nothing is wrong.",
        model=partial(_binary, ("AUC", {}), ("Precision", {}), ("Recall", {})),
        labels=binary,
    )
    yield Case(
        name="metrics-categorical-accuracy-on-one-unit",
        why="The argmax over one unit is always 0, so the metric is always 1.",
        model=partial(_binary, ("CategoricalAccuracy", {})),
        labels=binary,
        finds=(error("KC303", "output"),),
    )
    yield Case(
        name="metrics-exact-match",
        why="Accuracy() counts scores that equal their label to the last bit.",
        model=partial(_binary, ("Accuracy", {})),
        labels=binary,
        finds=(error("KC305", "output"),),
    )
    yield Case(
        name="metrics-f1-on-one-unit",
        why="F1Score without a threshold calls the one unit positive every time.",
        model=partial(_binary, ("F1Score", {})),
        labels=binary,
        finds=(error("KC307", "output"),),
    )
    yield Case(
        name="metrics-probabilities-cut-at-zero",
        why="A threshold of 0 calls every probability positive.",
        model=partial(_binary, ("BinaryAccuracy", {"threshold": 0.0})),
        labels=binary,
        finds=(error("KC311", "output"),),
    )
    yield Case(
        name="metrics-iou-of-probabilities",
        why="MeanIoU expects class ids and takes the probabilities for ids.",
        model=partial(_binary, ("MeanIoU", {"num_classes": 2})),
        labels=binary,
        finds=(error("KC315", "output"),),
    )


def _on_logits() -> Iterator[Case]:
    binary = partial(arrays.binary, column=True)
    yield Case(
        name="metrics-auc-of-logits",
        why="AUC clips logits into [0, 1] and loses their order.",
        model=partial(_binary, ("AUC", {}), logits=True),
        labels=binary,
        finds=(warning("KC308", "output"),),
    )
    yield Case(
        name="metrics-crossentropy-of-logits",
        why="The loss expects logits and the metric of the same name does not.",
        model=partial(_binary, ("BinaryCrossentropy", {}), logits=True),
        labels=binary,
        finds=(warning("KC312", "output"),),
    )


def _on_classes() -> Iterator[Case]:
    yield Case(
        name="metrics-categorical-accuracy-of-ids",
        why="CategoricalAccuracy expects one-hot rows, and takes the argmax of a batch "
        "of ids instead.",
        model=partial(
            _classes, "sparse_categorical_crossentropy", ("CategoricalAccuracy", {})
        ),
        labels=partial(arrays.class_ids, 3),
        finds=(error("KC304", "output"),),
    )
    yield Case(
        name="metrics-precision-of-one-hot",
        why="Precision counts the cells of all columns together, which is accuracy.",
        model=partial(_classes, "categorical_crossentropy", ("Precision", {})),
        labels=partial(arrays.one_hot, 3),
        finds=(note("KC313", "output"),),
    )
    yield Case(
        name="metrics-top-3-of-3",
        why="The right class is always among the top 3 of 3.",
        model=partial(
            _classes, "categorical_crossentropy", ("TopKCategoricalAccuracy", {"k": 3})
        ),
        labels=partial(arrays.one_hot, 3),
        finds=(warning("KC314", "output"),),
    )


def _on_other_labels() -> Iterator[Case]:
    yield Case(
        name="metrics-accuracy-of-real-targets",
        why="Hardly any prediction of a regression equals its target exactly.",
        model=partial(models.dense, 4, None, "mse"),
        labels=arrays.real,
        finds=(note("KC309", "output"),),
    )
    yield Case(
        name="metrics-auc-of-signs",
        why="AUC reads both -1 and 1 as true.",
        model=partial(models.dense, 4, "tanh", "mse", metrics=("AUC",)),
        labels=partial(arrays.binary, low=-1),
        finds=(error("KC316", "output"),),
    )


def _binary(*metrics: tuple[str, dict[str, Any]], logits: bool = False) -> Any:
    import keras

    return models.dense(
        4,
        None if logits else "sigmoid",
        keras.losses.BinaryCrossentropy(from_logits=logits),
        metrics=[getattr(keras.metrics, name)(**options) for name, options in metrics],
    )


def _classes(loss: str, metric: tuple[str, dict[str, Any]]) -> Any:
    import keras

    name, options = metric
    instance = getattr(keras.metrics, name)(**options)
    return models.dense(4, "softmax", loss, units=3, metrics=[instance])
