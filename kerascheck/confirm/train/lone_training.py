"""Trains one setup by ordinary fits, one a start: what cannot be stacked.

Layers behind the head draw noise or keep statistics of their own. Imported in the child
process only: this module imports Keras.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import keras
import numpy as np

from kerascheck.confirm.setup import Setup
from kerascheck.confirm.tasks import TEST_ROWS
from kerascheck.confirm.train.initial_weights import (
    TaskSamples,
    task_of,
    training_rows,
)
from kerascheck.confirm.train.single_fit import plain_model, start_of
from kerascheck.confirm.train.stacked_training import (
    STRETCHES,
    OutOfTime,
    TrainingRecord,
)
from kerascheck.model.frozen import replace
from kerascheck.model.typed import Any


class LoneTraining:
    """One setup, all seeds one after another, in one model that is set back."""

    def __init__(self, setup: Setup, seeds: int) -> None:
        self._setup, self._seeds = setup, seeds
        self._test = TaskSamples.draw(task_of(setup), seeds, TEST_ROWS, held_out=True)

    def train(
        self, deadline: float | None, tick: Callable[[], None]
    ) -> list[TrainingRecord]:
        """Train to the end and predict the held-out rows.

        Args:
            deadline: On `time.monotonic()`.
            tick: Called after each start.

        Raises:
            OutOfTime: The deadline passed between two starts.
        """
        keras.utils.set_random_seed(0)
        plain = replace(self._setup, metrics=())
        model = plain_model(plain, seed=0)
        model.optimizer.build(model.trainable_variables)
        fresh = [np.array(variable) for variable in model.optimizer.variables]
        rest = model.get_weights()[len(start_of(plain, 0)) :]
        losses, outputs = [], []
        for seed in range(self._seeds):
            if deadline is not None and time.monotonic() > deadline:
                raise OutOfTime
            for variable, value in zip(model.optimizer.variables, fresh, strict=True):
                variable.assign(value)
            model.set_weights([*start_of(plain, seed), *rest])
            losses.append(self._fit(model, seed))
            outputs.append(model.predict(self._test.x[seed], 500, verbose=0))
            tick()
        curve = np.stack(losses, axis=1)
        stretches = min(STRETCHES, self._setup.steps)
        unknown = np.full((stretches, self._seeds), np.nan)
        return [TrainingRecord(curve, unknown, np.stack(outputs))]

    def truth(self, setup: Setup) -> Any:
        """Return the truth of the held-out rows, shape (seeds, rows, …)."""
        return self._test.truth

    def test_labels(self, setup: Setup) -> Any:
        """Return the labels of the held-out rows, shape (seeds, rows, …)."""
        return self._test.labels(setup.labels)

    def _fit(self, model: Any, seed: int) -> Any:
        """Train from one start; return the loss of each batch."""
        setup = self._setup
        weights = setup.class_weight
        rows, labels, _ = training_rows(setup, seed)
        means: list[float] = []

        def record(step: int, logs: Mapping[str, float] | None = None) -> None:
            means.append(float((logs or {})["loss"]))

        model.fit(
            rows.x,
            labels,
            batch_size=setup.batch,
            shuffle=False,
            class_weight=None if weights is None else dict(weights),
            callbacks=[keras.callbacks.LambdaCallback(on_train_batch_end=record)],
            verbose=0,
        )
        return _of_each_batch(means)


def _of_each_batch(means: Sequence[float]) -> Any:
    """Return losses from their running means, which are what `fit` logs."""
    totals = np.array(means, np.float64) * np.arange(1, len(means) + 1)
    return np.diff(totals, prepend=0.0).astype(np.float32)
