"""Two Gaussian clouds: logistic regression in plain TensorFlow, and its Keras twin."""

from __future__ import annotations

from functools import partial

from kerascheck.confirm.tutorials._claims import Figure, Rows
from kerascheck.confirm.tutorials._models import (
    accuracy_at,
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

ROWS = 2000  # of each class
RATE = 0.1
STEPS = 10

LOSS = "loss at the last step"


def _said() -> tuple[Figure, ...]:
    why = "it depends on the random start, which the text does not give"
    return (
        Figure(quantity=LOSS, said="0.1533", why=why),
        Figure(quantity="accuracy", said="0.9995", why=why),
    )


def trials() -> tuple[Trial, ...]:
    """Return the training of the text, its twin, and two slips."""
    return (
        Trial(
            name="plain",
            setting="plain TensorFlow, loss on logits, accuracy on sigmoid",
            claims=_said(),
            measure=measure_plain,
        ),
        Trial(
            name="squashed",
            setting="plain TensorFlow, a sigmoid before that loss",
            measure=partial(measure_plain, squashed=True),
            against="plain",
        ),
        Trial(
            name="twin",
            setting="Keras: Dense(1), BinaryCrossentropy(from_logits=True), 'accuracy'",
            claims=_said(),
            measure=measure_twin,
        ),
        Trial(
            name="threshold",
            setting="Keras: the same, BinaryAccuracy(threshold=0)",
            measure=partial(measure_twin, threshold=0.0),
            against="twin",
        ),
    )


def measure_plain(seed: int, *, squashed: bool = False) -> Figures:
    """Train by gradient tape, ten steps on all rows."""
    import tensorflow as tf

    rows, truth = _rows(seed)
    labels = tf.constant(truth)
    generator = tf.random.Generator.from_seed(seed)
    weights = tf.Variable(generator.uniform((2, 1)))
    bias = tf.Variable(tf.zeros((1,)))
    losses = []
    for _ in range(STEPS):
        with tf.GradientTape() as tape:
            values = tf.matmul(rows, weights) + bias
            logits = tf.sigmoid(values) if squashed else values
            loss = tf.reduce_mean(
                tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
            )
        slopes = tape.gradient(loss, [weights, bias])
        weights.assign_sub(slopes[0] * RATE)
        bias.assign_sub(slopes[1] * RATE)
        losses.append(float(loss))
    logits = tf.matmul(rows, weights) + bias
    return {
        LOSS: losses[-1],
        "accuracy": share((tf.sigmoid(logits) > 0.5).numpy() == (truth == 1)),
        "accuracy of logits cut at 0.5": share((logits > 0.5).numpy() == (truth == 1)),
    }


def measure_twin(seed: int, *, threshold: float | None = None) -> Figures:
    """Train the same regression with `compile` and `fit`."""
    import keras

    begin(seed)
    rows, truth = _rows(seed)
    start = keras.initializers.RandomUniform(0, 1, seed=seed)
    model = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(1, kernel_initializer=start)]
    )
    metric = "accuracy"
    if threshold is not None:
        metric = keras.metrics.BinaryAccuracy(name="accuracy", threshold=threshold)
    compile_whole(
        model,
        optimizer=keras.optimizers.SGD(RATE),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[metric],
    )
    log = model.fit(rows, truth, batch_size=len(rows), epochs=STEPS, verbose=0)
    outputs = outputs_of(model, rows)
    return {
        LOSS: log.history["loss"][-1],
        "accuracy": accuracy_at(outputs, 0.0, truth[:, 0]),
        "reported accuracy": reported_metrics(model, truth, outputs)["accuracy"],
    }


def _rows(seed: int) -> Any:
    """Draw both clouds: rows, shape (4000, 2), and labels, shape (4000, 1)."""
    import numpy as np

    rng = np.random.default_rng(seed)
    shape = [[1, 0.4], [0.4, 1]]
    clouds = [rng.multivariate_normal(mean, shape, ROWS) for mean in ([0, 4], [4, 0])]
    labels = np.repeat([0, 1], ROWS)[:, None].astype(np.float32)
    return np.concatenate(clouds).astype(np.float32), labels


def _squashed(rows: Rows) -> str:
    return (
        "The loss expects logits: with a sigmoid before it the accuracy is "
        f"{rows.figure('squashed', 'accuracy')}, without "
        f"{rows.figure('plain', 'accuracy')}."
    )


def _threshold(rows: Rows) -> str:
    return (
        "Keras's 'accuracy' cuts logits at 0.5, and 0 is right: it reports "
        f"{rows.figure('twin', 'reported accuracy')} where "
        f"{rows.figure('twin', 'accuracy')} is true; BinaryAccuracy(threshold=0) "
        f"reports {rows.figure('threshold', 'reported accuracy')}."
    )


def _start(rows: Rows) -> str:
    losses = rows["plain"].measured.get(LOSS, ())
    if len(losses) < 2:
        return ""
    return (
        f"The loss after ten steps depends on the random start: {min(losses):.4f} to "
        f"{max(losses):.4f} over {len(losses)} seeds."
    )


TUTORIAL = Tutorial(
    name="two-gaussians",
    title="Two Gaussian clouds in plain TensorFlow",
    setting="logistic regression, 10 full-batch steps of gradient descent at rate "
    "0.1; figures on the training rows, as in the text",
    data=lambda: "2 x 2000 points by the recipe of the text",
    trials=trials,
    conclusions=(
        Conclusion(rows=("plain", "squashed"), say=_squashed),
        Conclusion(rows=("twin", "threshold"), say=_threshold),
        Conclusion(rows=("plain",), say=_start),
    ),
)
