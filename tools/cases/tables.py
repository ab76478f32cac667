"""Every row of the tables of activation, loss and label encoding.

Two classes on one unit and on two, ten classes, and several labels a sample; each on
a frozen convolution of two filters that stands for a large one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tools import arrays, models
from tools.case import Case, Expected, error, warning

_LOSSES = {
    "binary": "BinaryCrossentropy",
    "categorical": "CategoricalCrossentropy",
    "sparse": "SparseCategoricalCrossentropy",
}

_RIGHT = "Activation, loss, labels and metric fit: nothing is wrong."
_CUT = "BinaryAccuracy cuts logits at 0.5, where 0 is the boundary."
_CONSTANT = "Softmax over one unit is always 1, so nothing can be learnt."
_ONE = "A loss over classes compares the one unit with itself."
_RAISES = "The sparse loss expects ids and the labels are one-hot rows, so fit raises."

_ONE_UNIT: dict[tuple[str, str], tuple[str, tuple[Expected, ...]]] = {
    ("softmax", "binary"): (_CONSTANT, (error("KC103", "output"),)),
    ("sigmoid", "binary"): (_RIGHT, ()),
    ("none", "binary"): (_CUT, (warning("KC306", "output"),)),
    ("softmax", "categorical"): (_CONSTANT, (error("KC103", "output", "KC104"),)),
    ("sigmoid", "categorical"): (_ONE, (error("KC104", "output"),)),
    ("none", "categorical"): (
        f"{_ONE} {_CUT}",
        (error("KC104", "output"), warning("KC306", "output")),
    ),
    ("softmax", "sparse"): (_CONSTANT, (error("KC103", "output", "KC104"),)),
    ("sigmoid", "sparse"): (_ONE, (error("KC104", "output"),)),
    ("none", "sparse"): (
        f"{_ONE} {_CUT}",
        (error("KC104", "output"), warning("KC306", "output")),
    ),
}

_TWO_UNITS: dict[tuple[str, str], tuple[str, tuple[Expected, ...]]] = {
    ("softmax", "binary"): (
        "The loss scores each softmax column on its own, so the probabilities shown "
        "are not those trained.",
        (warning("KC107", "output"),),
    ),
    ("sigmoid", "binary"): (_RIGHT, ()),
    ("none", "binary"): (_RIGHT, ()),
    ("softmax", "categorical"): (_RIGHT, ()),
    ("sigmoid", "categorical"): (
        "The loss trains two sigmoids as one distribution, and they do not sum to 1.",
        (warning("KC106", "output"),),
    ),
    ("none", "categorical"): (_RIGHT, ()),
    ("softmax", "sparse"): (_RAISES, (error("KC202", "output"),)),
    ("sigmoid", "sparse"): (
        f"{_RAISES} Its sigmoids do not sum to 1 either.",
        (warning("KC106", "output"), error("KC202", "output")),
    ),
    ("none", "sparse"): (_RAISES, (error("KC202", "output"),)),
}

_TEN_UNITS: dict[tuple[str, str], tuple[str, tuple[Expected, ...]]] = {
    ("softmax", "sparse"): (_RIGHT, ()),
    ("none", "sparse"): (_RIGHT, ()),
    ("sigmoid", "sparse"): (
        "The loss trains ten sigmoids as one distribution, and they do not sum to 1.",
        (warning("KC106", "output"),),
    ),
}

_TAGS: dict[tuple[str, str], tuple[str, tuple[Expected, ...]]] = {
    ("sigmoid", "binary"): (_RIGHT, ()),
    ("softmax", "binary"): (
        "Softmax allows one label and the samples carry several.",
        (error("KC107", "output"),),
    ),
    ("sigmoid", "categorical"): (
        "The categorical loss allows one label and the samples carry several.",
        (error("KC208", "output", "KC106"),),
    ),
    ("none", "categorical"): (
        "The categorical loss allows one label and the samples carry several.",
        (error("KC208", "output"),),
    ),
}


def cases() -> Iterator[Case]:
    """Yield one case a row of the tables."""
    floats = partial(arrays.binary, dtype="float32")
    pairs = partial(arrays.one_hot, 2)
    digits = partial(arrays.class_ids, 10)
    tags = partial(arrays.multi_hot, 5)
    yield from _table("one-unit", _ONE_UNIT, 1, "BinaryAccuracy", floats)
    yield from _table("one-hot", _TWO_UNITS, 2, "CategoricalAccuracy", pairs)
    yield from _table("digits", _TEN_UNITS, 10, "SparseCategoricalAccuracy", digits)
    yield from _table("tags", _TAGS, 5, "BinaryAccuracy", tags)


def _table(
    title: str,
    rows: dict[tuple[str, str], tuple[str, tuple[Expected, ...]]],
    units: int,
    metric: str,
    labels: Any,
) -> Iterator[Case]:
    for (activation, loss), (why, finds) in rows.items():
        yield Case(
            name=f"tables-{title}-{activation}-{loss}",
            why=why,
            model=partial(_model, units, activation, loss, metric),
            labels=labels,
            finds=finds,
        )


def _model(units: int, activation: str, loss: str, metric: str) -> Any:
    import keras

    logits = activation == "none"
    return models.stacked(
        [
            keras.layers.Conv2D(
                2, 3, strides=4, activation="relu", trainable=False, name="frozen"
            ),
            keras.layers.GlobalAveragePooling2D(name="pool"),
            keras.layers.Dense(
                units, activation=None if logits else activation, name="output"
            ),
        ],
        shape=(32, 32, 3),
        loss=getattr(keras.losses, _LOSSES[loss])(from_logits=logits),
        metrics=[getattr(keras.metrics, metric)()],
    )
