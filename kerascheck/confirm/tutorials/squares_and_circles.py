"""Squares and circles: a small convolutional net with one sigmoid unit."""

from __future__ import annotations

from functools import partial

from kerascheck.confirm.tutorials._claims import (
    TOLERANCE,
    Level,
    Rows,
    largest_difference,
)
from kerascheck.confirm.tutorials._models import (
    accuracy_at,
    begin,
    calibration,
    compile_whole,
    reported_metrics,
)
from kerascheck.confirm.tutorials._tutorial import (
    Conclusion,
    Figures,
    Trial,
    Tutorial,
)
from kerascheck.model.typed import Any
from kerascheck.report.view import BACKENDS

SIDE = 100  # pixels
BATCH = 30
STEPS = 100  # an epoch
EPOCHS = 4
HELD_OUT = 1000


def trials() -> tuple[Trial, ...]:
    """Return the setting of the text, and the slips that it invites."""
    sigmoid = "sigmoid, BinaryCrossentropy"
    return (
        Trial(
            name="right",
            setting=f"1 unit, {sigmoid}()",
            measure=partial(measure, units=1, activation="sigmoid"),
            claims=(Level(quantity="accuracy", said="close to 1", limit=0.97),),
        ),
        Trial(
            name="from_logits",
            setting=f"1 unit, {sigmoid}(from_logits=True)",
            measure=partial(measure, units=1, activation="sigmoid", from_logits=True),
            against="right",
        ),
        Trial(
            name="linear",
            setting="1 unit, no activation, BinaryCrossentropy()",
            measure=partial(measure, units=1, activation="linear"),
            against="right",
        ),
        Trial(
            name="two units",
            setting=f"2 units, {sigmoid}()",
            measure=partial(measure, units=2, activation="sigmoid"),
            against="right",
        ),
    )


def measure(
    seed: int, *, units: int, activation: str, from_logits: bool = False
) -> Figures:
    """Train once and return true and reported accuracy on fresh images."""
    import keras

    begin(seed)
    model = keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 1)),
            keras.layers.Conv2D(8, 3, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="relu"),
            keras.layers.Dense(units, activation=activation),
        ]
    )
    compile_whole(
        model,
        optimizer="adam",
        loss=keras.losses.BinaryCrossentropy(from_logits=from_logits),
        metrics=["accuracy"],
    )
    model.fit(_batches(seed), epochs=EPOCHS, verbose=0)
    x, labels = _images((seed, EPOCHS), HELD_OUT)
    outputs = model.predict(x, verbose=0)
    return {
        "accuracy": accuracy_at(outputs, 0.5, labels[:, 0]),
        "reported accuracy": reported_metrics(model, labels, outputs)["accuracy"],
        "calibration error": calibration(outputs, labels[:, 0]),
    }


def _batches(seed: int) -> Any:
    """Return fresh images for every step, as the generator of the text gives them."""
    import keras

    class Batches(keras.utils.PyDataset):  # type: ignore[misc]
        epoch = 0

        def __len__(self) -> int:
            return STEPS

        def __getitem__(self, step: int) -> Any:
            return _images((seed, self.epoch, step), BATCH)

        def on_epoch_end(self) -> None:
            self.epoch += 1

    return Batches()


def _images(seed: tuple[int, ...], count: int) -> Any:
    """Draw squares (0) and circles (1) in turn.

    Returns:
        Images, shape (count, SIDE, SIDE, 1), and labels, shape (count, 1).
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    x = np.zeros((count, SIDE, SIDE, 1), np.float32)
    labels = np.arange(count, dtype=np.int32)[:, None] % 2
    for image, (label,) in zip(x, labels, strict=True):
        radius = int(rng.uniform(10, 20))
        row, column = rng.uniform(radius, SIDE - radius, size=2).astype(int)
        around = np.arange(-radius, radius)
        disc = around[:, None] ** 2 + around**2 <= radius**2
        shape = disc if label else np.ones_like(disc)
        window = image[row - radius : row + radius, column - radius : column + radius]
        window[..., 0] = shape
    return x, labels


def _recipe(rows: Rows) -> str:
    accuracy = rows.mean("right", "accuracy") or 0.0
    holds = "holds" if accuracy >= 0.97 else "does not hold here"
    return f"The recipe {holds}: accuracy {accuracy:.4f}."


def _from_logits(rows: Rows) -> str:
    found = largest_difference(rows, "from_logits", "right")
    if found is None:
        return ""
    title = BACKENDS.get(rows.backend, rows.backend)
    if found < TOLERANCE:
        return (
            f"from_logits=True on the sigmoid changes nothing on {title} (largest "
            f"difference {found:.4f}): the loss recovers the logits."
        )
    return (
        f"from_logits=True applies the sigmoid twice on {title}; the figure that "
        f"changes most does so by {found:.4f}."
    )


def _linear(rows: Rows) -> str:
    return (
        "Without activation the outputs are no probabilities: calibration error "
        f"{rows.figure('linear', 'calibration error')}, with the sigmoid "
        f"{rows.figure('right', 'calibration error')}; accuracy "
        f"{rows.figure('linear', 'accuracy')}, with it "
        f"{rows.figure('right', 'accuracy')}."
    )


def _two_units(rows: Rows) -> str:
    error = rows["two units"].error
    return f"Two units for the same labels {f'raise {error}' if error else 'train'}."


TUTORIAL = Tutorial(
    name="squares-and-circles",
    title="Squares and circles",
    setting="Conv2D(8), pooling, Dense(10), Dense(1, sigmoid); adam, batch 30, "
    "4 epochs of 100 steps, labels of shape (batch, 1)",
    data=lambda: "images generated by the recipe of the text",
    trials=trials,
    conclusions=(
        Conclusion(rows=("right",), say=_recipe),
        Conclusion(rows=("right", "from_logits"), say=_from_logits),
        Conclusion(rows=("right", "linear"), say=_linear),
        Conclusion(rows=("two units",), say=_two_units),
    ),
)
