"""Labels 0 and 1: sigmoid with crossentropy or mse, and imbalanced classes."""

from __future__ import annotations

from functools import partial

from kerascheck.confirm.tutorials._claims import (
    TOLERANCE,
    Compared,
    Level,
    Rows,
    largest_difference,
)
from kerascheck.confirm.tutorials._models import (
    accuracy_at,
    begin,
    calibration,
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

ROWS = 2000
TEST_ROWS = 4000
EPOCHS = 10


def trials() -> tuple[Trial, ...]:
    """Return the examples of the text, and what it claims of others."""
    imbalanced = partial(measure, task="binary_imbalanced")
    gains = Compared(
        quantity="balanced accuracy",
        said="more effective",
        other="no weights",
        order=1,
    )
    return (
        Trial(
            name="right",
            setting="1 unit, sigmoid, binary_crossentropy",
            measure=measure,
        ),
        Trial(
            name="mse",
            setting="1 unit, sigmoid, mse",
            claims=(
                Compared(
                    quantity="accuracy",
                    said="less effective",
                    other="right",
                    order=-1,
                    why="mse of a probability has its minimum there too",
                ),
            ),
            measure=partial(measure, loss="mse"),
        ),
        Trial(
            name="softmax",
            setting="1 unit, softmax, binary_crossentropy",
            claims=(
                Compared(
                    quantity="accuracy",
                    said="redundant",
                    other="right",
                    order=0,
                    why="softmax of one unit is 1 for every row",
                ),
            ),
            measure=partial(measure, activation="softmax"),
        ),
        Trial(
            name="gradients",
            setting="gradient of mse / of binary_crossentropy, sigmoid",
            claims=(
                Level(quantity="at the start", said="weaker", limit=1.0, below=True),
            ),
            measure=measure_gradients,
        ),
        Trial(
            name="no weights", setting="5 % positive, no weights", measure=imbalanced
        ),
        Trial(
            name="sample_weight",
            setting="5 % positive, sample_weight=balanced array",
            claims=(gains,),
            measure=partial(imbalanced, weights="sample_weight"),
        ),
        Trial(
            name="class_weight",
            setting="5 % positive, class_weight=balanced dict",
            claims=(gains,),
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
        "rows called 1": share(outputs[:, 0] > 0.5),
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


def _softmax(rows: Rows) -> str:
    return (
        "Softmax on one unit calls a share of "
        f"{rows.figure('softmax', 'rows called 1')} of the rows 1, whatever they are: "
        f"accuracy {rows.figure('softmax', 'accuracy')}, with sigmoid "
        f"{rows.figure('right', 'accuracy')}."
    )


def _mse(rows: Rows) -> str:
    return (
        "A step of mse is as long as "
        f"{rows.figure('gradients', 'at the start')} of one of binary_crossentropy at "
        f"the start, and {rows.figure('gradients', 'where it is sure and wrong')} "
        "where the model is sure and wrong; it ends at an accuracy of "
        f"{rows.figure('mse', 'accuracy')}, binary_crossentropy at "
        f"{rows.figure('right', 'accuracy')}."
    )


def _weights(rows: Rows) -> str:
    found = largest_difference(rows, "sample_weight", "class_weight")
    if found is None:
        return ""
    same = "are the same training" if found < TOLERANCE else "train differently"
    return (
        "class_weight= takes a dict and sample_weight= an array; the text names the "
        f"one and shows the other. Both {same} (largest difference {found:.4f})."
    )


def _accuracy(rows: Rows) -> str:
    plain, weighted = "no weights", "sample_weight"
    return (
        f"Weights change accuracy from {rows.figure(plain, 'accuracy')} to "
        f"{rows.figure(weighted, 'accuracy')}, and balanced accuracy from "
        f"{rows.figure(plain, 'balanced accuracy')} to "
        f"{rows.figure(weighted, 'balanced accuracy')}: look at the second."
    )


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
    conclusions=(
        Conclusion(rows=("softmax", "right"), say=_softmax),
        Conclusion(rows=("gradients", "mse", "right"), say=_mse),
        Conclusion(rows=("sample_weight", "class_weight"), say=_weights),
        Conclusion(rows=("no weights", "sample_weight"), say=_accuracy),
    ),
)
