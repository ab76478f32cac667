"""A parabola: four tanh units, two linear units, one-hot labels."""

from __future__ import annotations

from functools import partial

from kerascheck.confirm.tutorials._claims import Figure, Rows
from kerascheck.confirm.tutorials._models import (
    begin,
    compile_whole,
    outputs_of,
    reported_metrics,
    share,
)
from kerascheck.confirm.tutorials._tutorial import (
    Conclusion,
    Figures,
    Trial,
    Tutorial,
)
from kerascheck.model.typed import Any

ROWS = 1024  # for training, and as many for the test
STEPS = 4096


def trials() -> tuple[Trial, ...]:
    """Return the setting of the text, and the slips near it."""
    why = "the text gives neither the start nor the points"
    return (
        Trial(
            name="right",
            setting="2 linear units, CategoricalCrossentropy(from_logits=True)",
            claims=(Figure(quantity="accuracy", said="0.984", why=why),),
            measure=partial(measure, from_logits=True),
        ),
        Trial(
            name="probabilities",
            setting="the same without from_logits",
            measure=partial(measure, from_logits=False),
            against="right",
        ),
        Trial(
            name="ids",
            setting="class ids in place of one-hot labels",
            measure=partial(measure, from_logits=True, one_hot=False),
            against="right",
        ),
    )


def measure(seed: int, *, from_logits: bool, one_hot: bool = True) -> Figures:
    """Train 4096 full-batch steps in one compiled run; figures of the test rows."""
    import keras
    import numpy as np

    begin(seed)
    rng = np.random.default_rng(seed)
    (x, truth), (test_x, test_truth) = _rows(rng), _rows(rng)
    labels, test_labels = (
        np.eye(2, dtype=np.float32)[ids] if one_hot else ids
        for ids in (truth, test_truth)
    )
    model = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(4, activation="tanh"),
            keras.layers.Dense(2),
        ]
    )
    compile_whole(
        model,
        optimizer=keras.optimizers.Adam(1e-3),
        loss=keras.losses.CategoricalCrossentropy(from_logits=from_logits),
        metrics=["accuracy", keras.metrics.BinaryAccuracy(name="binary")],
        steps_per_execution=256,
    )
    # One epoch over the rows written out STEPS times: a full batch at each step.
    every = [np.tile(part, (STEPS,) + (1,) * (part.ndim - 1)) for part in (x, labels)]
    model.fit(*every, batch_size=ROWS, shuffle=False, verbose=0)
    outputs = outputs_of(model, test_x)
    metrics = reported_metrics(model, test_labels, outputs)
    return {
        "accuracy": share(outputs.argmax(axis=1) == test_truth),
        "reported accuracy": metrics["accuracy"],
        "reported BinaryAccuracy()": metrics["binary"],
    }


def _rows(rng: Any) -> Any:
    """Draw points of a square, shape (ROWS, 2), and their class, shape (ROWS,)."""
    points = rng.uniform(-1, 1, (ROWS, 2)).astype("float32")
    x, y = points.T
    return points, (-(x**2) + 0.1 * x - 0.6 * y + 0.2 > 0).astype("int64")


def _from_logits(rows: Rows) -> str:
    return (
        "The library of the text applied the softmax itself; a Keras loss does so with "
        "from_logits=True alone. Without it the accuracy is "
        f"{rows.figure('probabilities', 'accuracy')}, with it "
        f"{rows.figure('right', 'accuracy')}."
    )


def _binary(rows: Rows) -> str:
    return (
        "BinaryAccuracy() counts cells of the one-hot pair and cuts logits at 0.5: it "
        f"reports {rows.figure('right', 'reported BinaryAccuracy()')} where "
        f"{rows.figure('right', 'accuracy')} is true."
    )


def _ids(rows: Rows) -> str:
    error = rows["ids"].error
    return f"Class ids under that loss {f'raise {error}' if error else 'train'}."


TUTORIAL = Tutorial(
    name="parabola",
    title="Below a parabola, with two units",
    setting="Dense(4, tanh), Dense(2); one-hot labels, adam at 0.001, 4096 steps on "
    "all 1024 rows, argmax",
    data=lambda: "1024 + 1024 points by the recipe of the text",
    trials=trials,
    conclusions=(
        Conclusion(rows=("right", "probabilities"), say=_from_logits),
        Conclusion(rows=("right",), say=_binary),
        Conclusion(rows=("ids",), say=_ids),
    ),
)
