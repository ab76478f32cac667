"""Labels that do not fit a head which is otherwise right."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tools import arrays, models
from tools.case import Case, error, note, warning


def cases() -> Iterator[Case]:
    """Yield two classes in every spelling, rows, ids beyond the units, tags."""
    yield from _two_classes()
    yield from _several_classes()
    yield from _tags()
    yield from _odd_samples()


def _two_classes() -> Iterator[Case]:
    outside = (error("KC206", "output"),)
    yield Case(
        name="labels-minus-one-and-one",
        why="Binary cross-entropy expects 0 and 1, and the labels are -1 and 1.",
        model=_binary,
        labels=partial(arrays.binary, low=-1),
        finds=outside,
    )
    yield Case(
        name="labels-one-and-two",
        why="Binary cross-entropy expects 0 and 1, and the labels are 1 and 2.",
        model=_binary,
        labels=partial(arrays.binary, low=1, high=2),
        labels_file="labels.csv",
        finds=outside,
    )
    yield Case(
        name="labels-zero-and-255",
        why="Binary cross-entropy expects 0 and 1, and the labels are 0 and 255.",
        model=_binary,
        labels=partial(arrays.binary, high=255, dtype="uint8"),
        finds=outside,
    )
    yield Case(
        name="labels-strings",
        why="The labels are words, and no loss of Keras computes with words.",
        model=_binary,
        labels=partial(arrays.words, "horse", "human"),
        labels_file="labels.json",
        finds=(error("KC207", "output"),),
    )
    yield Case(
        name="labels-bool",
        why="Labels False and True are 0 and 1: nothing is wrong.",
        model=_binary,
        labels=partial(arrays.binary, dtype="bool"),
    )


def _several_classes() -> Iterator[Case]:
    yield Case(
        name="labels-rows-on-one-unit",
        why="Each label is a row of two and the head has one unit, so fit raises.",
        model=_binary,
        labels=partial(arrays.one_hot, 2),
        finds=(error("KC203", "output"),),
    )
    yield Case(
        name="labels-ids-from-one",
        why="The ids run from 1 to 3 and three units stand for 0 to 2, so fit raises "
        "on a CPU and turns to NaN under XLA.",
        model=partial(_classes, 3),
        labels=partial(arrays.class_ids, 3, first=1),
        labels_file="labels.npz",
        finds=(error("KC205", "output"),),
    )
    yield Case(
        name="labels-spare-units",
        why="Four units for three classes leave one unused, which does no harm.",
        model=partial(_classes, 4),
        labels=partial(arrays.class_ids, 3),
        labels_file="labels.csv",
        finds=(note("KC211", "output"),),
    )


def _tags() -> Iterator[Case]:
    yield Case(
        name="labels-tags-accuracy",
        why='"accuracy" becomes CategoricalAccuracy, which compares one label where '
        "the samples have several.",
        model=partial(_sigmoids, "accuracy"),
        labels=partial(arrays.multi_hot, 5),
        finds=(warning("KC301", "output"),),
    )
    yield Case(
        name="labels-tags-binary-accuracy",
        why="Each label is counted on its own: nothing is wrong.",
        model=partial(_sigmoids, "binary_accuracy"),
        labels=partial(arrays.multi_hot, 5, dtype="int8"),
        labels_file="labels.csv",
    )


def _odd_samples() -> Iterator[Case]:
    yield Case(
        name="labels-with-gaps",
        why="Some targets are NaN, and after them so is the loss.",
        model=partial(models.dense, 4, None, "mse", metrics=("mae",)),
        labels=lambda: arrays.with_gaps(arrays.real()),
        finds=(error("KC209", "output"),),
    )
    yield Case(
        name="labels-of-one-class",
        why="All labels of the sample are 1, so that it shows little.",
        model=_binary,
        labels=partial(arrays.binary, positive=1.0),
        finds=(note("KC210", "output"),),
    )
    yield Case(
        name="labels-rows-without-class",
        why="Some rows hold no 1, and the categorical loss skips them in silence.",
        model=partial(models.dense, 4, "softmax", "categorical_crossentropy", units=3),
        labels=lambda: arrays.one_hot(4)[:, :3],
        finds=(note("KC212", "output"), note("KC301", "output")),
    )
    yield Case(
        name="labels-one-and-two-under-hinge",
        why="Hinge expects -1 and 1, or 0 and 1, and the labels are 1 and 2.",
        model=partial(models.dense, 4, None, "hinge", metrics=()),
        labels=partial(arrays.binary, low=1, high=2),
        finds=(error("KC213", "output"),),
    )


def _binary() -> Any:
    return models.dense(4, "sigmoid", "binary_crossentropy")


def _classes(units: int) -> Any:
    return models.dense(4, "softmax", "sparse_categorical_crossentropy", units=units)


def _sigmoids(metric: str) -> Any:
    return models.dense(4, "sigmoid", "binary_crossentropy", units=5, metrics=[metric])
