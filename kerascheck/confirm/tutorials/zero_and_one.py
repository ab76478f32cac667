"""Labels 0 and 1: sigmoid with crossentropy or mse, and imbalanced classes."""

from __future__ import annotations

from functools import partial
from typing import Any

from kerascheck.confirm.tutorials._models import (
    accuracy_at,
    begin,
    calibration,
    compile_whole,
    outputs_of,
    reported_metrics,
    share,
)
from kerascheck.confirm.tutorials._tutorial import Figures, Trial, Tutorial

ROWS = 2000
TEST_ROWS = 4000
EPOCHS = 10


def trials() -> tuple[Trial, ...]:
    """Return the examples of the text, and what it claims of others."""
    imbalanced = partial(measure, task="binary_imbalanced")
    return (
        Trial(setting="1 unit, sigmoid, binary_crossentropy", measure=measure),
        Trial(
            setting="1 unit, sigmoid, mse",
            published={"accuracy": "less effective"},
            measure=partial(measure, loss="mse"),
        ),
        Trial(
            setting="1 unit, softmax, binary_crossentropy",
            published={"accuracy": "redundant"},
            measure=partial(measure, activation="softmax"),
        ),
        Trial(
            setting="gradient of mse / of binary_crossentropy, sigmoid",
            published={"at the start": "weaker"},
            measure=measure_gradients,
        ),
        Trial(setting="5 % positive, no weights", measure=imbalanced),
        Trial(
            setting="5 % positive, sample_weight=balanced array",
            measure=partial(imbalanced, weights="sample_weight"),
        ),
        Trial(
            setting="5 % positive, class_weight=balanced dict",
            measure=partial(imbalanced, weights="class_weight"),
        ),
    )


def measure(
    seed: int,
    *,
    activation: str = "sigmoid",
    loss: str = "binary_crossentropy",
    task: str = "binary_hard",
    weights: str | None = None,
) -> Figures:
    """Train ten epochs; figures of held-out rows."""
    import numpy as np

    from kerascheck.confirm.tasks import Task

    begin(seed)
    rows = Task(task).draw(seed, held_out=False, count=ROWS)
    test = Task(task).draw(seed, held_out=True, count=TEST_ROWS)
    model = _model(activation)
    compile_whole(
        model, optimizer="adam", loss=loss, metrics=["accuracy"], steps_per_execution=21
    )
    model.fit(
        rows.x,
        rows.truth,
        epochs=EPOCHS,
        verbose=0,
        **_balanced_weights(weights, rows.truth),
    )
    outputs = outputs_of(model, test.x)
    found = {
        "accuracy": accuracy_at(outputs, 0.5, test.truth),
        "reported accuracy": reported_metrics(model, test.truth, outputs)["accuracy"],
        "calibration error": calibration(outputs, test.truth),
    }
    if task == "binary_imbalanced":
        recalls = [
            share((outputs[test.truth == label, 0] > 0.5) == label) for label in (0, 1)
        ]
        found["balanced accuracy"] = float(np.mean(recalls))
    return found


def measure_gradients(seed: int) -> Figures:
    """Return the length of a step of mse relative to one of crossentropy.

    A step of plain gradient descent at rate 1 is the gradient itself. "Sure and wrong"
    starts with a bias of -6 on rows of class 1 alone.
    """
    from kerascheck.confirm.tasks import Task

    rows = Task("binary_hard").draw(seed, held_out=False, count=ROWS)
    positive = rows.x[rows.truth == 1]
    ones = rows.truth[rows.truth == 1]
    return {
        "at the start": _ratio(seed, rows.x, rows.truth, bias=0.0),
        "where it is sure and wrong": _ratio(seed, positive, ones, bias=-6.0),
    }


def _ratio(seed: int, x: Any, labels: Any, *, bias: float) -> float:
    mse, crossentropy = (
        _step(seed, loss, x, labels, bias) for loss in ("mse", "binary_crossentropy")
    )
    return mse / crossentropy


def _step(seed: int, loss: str, x: Any, labels: Any, bias: float) -> float:
    """Return the length of the first step of the output kernel."""
    import keras
    import numpy as np

    begin(seed)
    model = _model("sigmoid")
    compile_whole(model, optimizer=keras.optimizers.SGD(1.0), loss=loss)
    kernel, offset = model.layers[-1].get_weights()
    model.layers[-1].set_weights([kernel, offset + bias])
    model.train_on_batch(x, labels[:, None])
    return float(np.linalg.norm(model.layers[-1].get_weights()[0] - kernel))


def _model(activation: str) -> Any:
    import keras

    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(1, activation=activation),
        ]
    )


def _balanced_weights(name: str | None, labels: Any) -> dict[str, Any]:
    """Return weights that compensate the imbalance, as an argument of `fit`."""
    import numpy as np

    counts = np.bincount(labels, minlength=2)
    balance = len(labels) / (2 * counts)
    if name == "sample_weight":
        return {name: balance[labels]}
    return {name: dict(enumerate(balance))} if name else {}


TUTORIAL = Tutorial(
    name="zero-and-one",
    title="Labels 0 and 1",
    setting="Dense(128, relu), Dense(1, sigmoid); adam, 10 epochs; the text names no "
    "data and has no figures",
    data=lambda: (
        "two generated clouds that overlap (best possible accuracy 0.795), "
        "and two with 5 % positive"
    ),
    trials=trials,
    today="Softmax on one unit is not redundant: it is 1 for every row and cannot "
    "learn. mse on a sigmoid learns as well here; its gradient is weaker, most of all "
    "where the model is sure and wrong. class_weight= takes a dict and sample_weight= "
    "an array; the text names the one and shows the other. Plain accuracy hides what "
    "the weights gain.",
)
