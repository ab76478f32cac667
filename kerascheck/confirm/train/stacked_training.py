"""Trains setups of one schedule together and measures each.

Imported in the child process only: this module imports Keras.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kerascheck.confirm.setup import Setup
from kerascheck.confirm.tasks import TEST_ROWS, Floats, Task
from kerascheck.confirm.train.encode import sample_weights
from kerascheck.confirm.train.initial_weights import TaskSamples, task_of
from kerascheck.confirm.train.keras_objects import optimizer_of
from kerascheck.confirm.train.measure import accuracy
from kerascheck.confirm.train.network import Network, StackedBatch
from kerascheck.model.typed import Any

STRETCHES = 20
"""Points of the curves."""

_WATCHED_ROWS = 500
"""Held-out rows for each point of an accuracy curve, and rows predicted at once."""


class OutOfTime(Exception):
    """The deadline came before the training ended."""


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """What was recorded of one setup's trainings.

    Attributes:
        losses: Before each step, shape (steps, seeds).
        accuracies: After each stretch, shape (stretches, seeds).
        outputs: On held-out rows, shape (seeds, rows, units).
    """

    losses: NDArray[np.float32]
    accuracies: NDArray[np.float64]
    outputs: Floats


class StackedTraining:
    """Setups of one schedule, all seeds of each, in one graph.

    Attributes:
        network: Their stacked weights.
        loop: What trains them.
    """

    def __init__(self, setups: Sequence[Setup], seeds: int, loop: Any) -> None:
        self._setups, self._seeds = setups, seeds
        self.network = Network(setups, seeds)
        self.loop = loop.Loop(self.network, optimizer_of(setups[0]))
        self._tests = self._draw(TEST_ROWS, held_out=True)

    def train(
        self, deadline: float | None, tick: Callable[[], None]
    ) -> list[TrainingRecord]:
        """Train to the end and predict the held-out rows.

        Args:
            deadline: On `time.monotonic()`.
            tick: Called after each stretch.

        Raises:
            OutOfTime: The deadline passed between two stretches.
        """
        losses, accuracies = [], []
        for stretch in self._stretches():
            if deadline is not None and time.monotonic() > deadline:
                raise OutOfTime
            losses.append(self.loop.advance(stretch))
            accuracies.append(self._accuracies())
            tick()
        outputs = self._predict(TEST_ROWS)
        curve, right = np.concatenate(losses), np.array(accuracies)
        lanes = self.network.lanes_of_setups()
        return [
            TrainingRecord(curve[:, lanes[i]], right[:, i], outputs[i])
            for i in range(len(self._setups))
        ]

    def truth(self, setup: Setup) -> Any:
        """Return the truth of the held-out rows, shape (seeds, rows, …)."""
        return self._tests[task_of(setup)].truth

    def test_labels(self, setup: Setup) -> Any:
        """Return the labels of the held-out rows, shape (seeds, rows, …)."""
        return self._tests[task_of(setup)].labels(setup.labels)

    def _stretches(self) -> Iterator[StackedBatch]:
        first = self._setups[0]
        samples = self._draw(first.steps * first.batch, held_out=False)
        x = _by_step(np.concatenate([s.x for s in samples.values()]), first)
        written = {
            (task, form): samples[task].labels(form)
            for task, form in self.network.label_keys
        }
        labels = [
            _by_step(array, first).astype("float32") for array in written.values()
        ]
        weights = [
            _by_step(_weights(written[task, form], pairs), first)
            for task, form, pairs in self.network.weight_keys
        ]
        batches = StackedBatch(x, tuple(labels), tuple(weights))
        stretches = min(STRETCHES, first.steps)
        for steps in np.array_split(np.arange(first.steps), stretches):
            yield batches.at(steps)

    def _draw(self, count: int, *, held_out: bool) -> dict[Task, TaskSamples]:
        return {
            task: TaskSamples.draw(task, self._seeds, count, held_out=held_out)
            for task in self.network.tasks
        }

    def _accuracies(self) -> list[NDArray[np.float64]]:
        outputs = self._predict(_WATCHED_ROWS)
        return [
            accuracy(setup, values, self.truth(setup)[:, :_WATCHED_ROWS])
            for setup, values in zip(self._setups, outputs, strict=True)
        ]

    def _predict(self, rows: int) -> list[Floats]:
        """Return each setup's outputs on the first held-out rows."""
        x = np.concatenate([one.x for one in self._tests.values()])[:, :rows]
        pieces = [
            self.loop.outputs(x[:, first : first + _WATCHED_ROWS])
            for first in range(0, rows, _WATCHED_ROWS)
        ]
        found: dict[int, Floats] = {}
        for bundle, *parts in zip(self.network.bundles, *pieces, strict=True):
            values = np.concatenate(parts, axis=1)
            for place, member in enumerate(bundle.members):
                first = place * self._seeds
                found[member.index] = values[first : first + self._seeds]
        return [found[i] for i in range(len(self._setups))]


def _by_step(rows: Any, setup: Setup) -> Any:
    """Turn shape (sources, steps * batch, …) into (steps, sources, batch, …)."""
    shape = (len(rows), setup.steps, setup.batch, *rows.shape[2:])
    return np.ascontiguousarray(np.moveaxis(rows.reshape(shape), 1, 0))


def _weights(labels: Any, pairs: tuple[tuple[int, float], ...]) -> Floats:
    return np.stack([sample_weights(pairs, seed) for seed in labels])
