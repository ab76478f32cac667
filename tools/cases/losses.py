"""Losses that want another head, or other labels, than they get."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from tools import arrays, models
from tools.case import Case, error, note, warning


def cases() -> Iterator[Case]:
    """Yield one case for each loss."""
    yield Case(
        name="losses-divergence-on-sigmoid",
        why="KLDivergence compares distributions, and one sigmoid is not one.",
        model=partial(_head, "sigmoid", "kl_divergence"),
        labels=arrays.binary,
        finds=(error("KC112", "output"),),
    )
    yield Case(
        name="losses-poisson-on-linear",
        why="The Poisson loss takes the log of a rate that can be negative.",
        model=partial(_head, None, "poisson", metrics=("mse",)),
        labels=arrays.counts,
        finds=(error("KC113", "output"),),
    )
    yield Case(
        name="losses-hinge-on-sigmoid",
        why="Hinge expects values beyond -1 and 1, and a sigmoid stays within 0 and 1.",
        model=partial(_head, "sigmoid", "hinge"),
        labels=arrays.binary,
        finds=(warning("KC114", "output"),),
    )
    yield Case(
        name="losses-smoothing-of-one",
        why="Label smoothing of 1 turns every label into one half.",
        model=_smoothed,
        labels=arrays.binary,
        finds=(error("KC115", "output"),),
    )
    yield Case(
        name="losses-own-class",
        why="Keras does not squeeze the shapes for a loss class of one's own, so "
        "labels of shape (samples,) broadcast against (samples, 1).",
        model=_own,
        labels=arrays.real,
        finds=(note("KC214", "output"),),
    )
    yield from _real_targets()


def _real_targets() -> Iterator[Case]:
    yield Case(
        name="losses-real-targets-beyond-sigmoid",
        why="The targets run to 90 and a sigmoid never passes 1.",
        model=partial(_head, "sigmoid", "mse", metrics=("mae",)),
        labels=arrays.real,
        finds=(error("KC120", "output"),),
    )
    yield Case(
        name="losses-real-targets-as-classes",
        why="The sparse loss expects class ids, and the labels are real numbers.",
        model=partial(
            _head, "softmax", "sparse_categorical_crossentropy", units=3, metrics=()
        ),
        labels=partial(arrays.real, low=0.0, high=2.0),
        finds=(error("KC121", "output"),),
    )


_head: Any = partial(models.dense, 4)


def _smoothed() -> Any:
    import keras

    return _head("sigmoid", keras.losses.BinaryCrossentropy(label_smoothing=1.0))


def _own() -> Any:
    import keras

    @keras.saving.register_keras_serializable("own")
    class Distance(keras.losses.Loss):  # type: ignore[misc]
        """Mean absolute distance, written by hand."""

        def call(self, y_true: Any, y_pred: Any) -> Any:
            """Return the distance of each sample."""
            return keras.ops.abs(y_true - y_pred)

    return _head(None, Distance(name="distance"), metrics=("mae",))
