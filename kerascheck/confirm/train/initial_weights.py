"""The start of every training of a seed: the same weights, the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kerascheck.confirm.setup import NARROW, NETWORKS, LabelForm, Setup
from kerascheck.confirm.tasks import TEST_ROWS, Floats, Samples, Task
from kerascheck.confirm.train.encode import Labels, encode, sample_weights

_TRUNK, _HEAD = 11, 12  # streams of their own, apart from those of the rows


@dataclass(frozen=True, slots=True)
class InitialWeights:
    """Start of one training.

    Attributes:
        trunk: Of each layer before the head, shape (units before, units).
        head: Shape (units of the last of them, units).
    """

    trunk: tuple[Floats, ...]
    head: Floats

    @classmethod
    def draw(
        cls, seed: int, features: int, units: int, network: str = NARROW
    ) -> InitialWeights:
        """Draw both kernels as Keras's Dense does; biases start at 0.

        Setups of one seed share the trunk, and the head if widths agree.
        """
        sizes = (features, *NETWORKS[network].widths)
        layers = enumerate(pairwise(sizes))
        return cls(
            tuple(_glorot(_stream(seed, _TRUNK, n), *size) for n, size in layers),
            _glorot(_stream(seed, _HEAD, units), sizes[-1], units),
        )


@dataclass(frozen=True, slots=True)
class TaskSamples:
    """The rows of one task for several seeds.

    Attributes:
        x: Shape (seeds, rows, features).
        truth: Shape (seeds, rows) or (seeds, rows, tags).
    """

    task: Task
    x: Floats
    truth: Labels

    @classmethod
    def draw(
        cls, task: Task, seeds: int, count: int, *, held_out: bool = False
    ) -> TaskSamples:
        """Draw `count` rows for the seeds 0, 1, …"""
        drawn = [
            task.draw(seed, held_out=held_out, count=count) for seed in range(seeds)
        ]
        x = np.stack([rows.x for rows in drawn])
        return cls(task, x, np.stack([rows.truth for rows in drawn]))

    def labels(self, form: LabelForm) -> Labels:
        """Return the labels, shape (seeds, rows, …)."""
        return np.stack(
            [encode(form, truth, self.task.classes) for truth in self.truth]
        )


def task_of(setup: Setup) -> Task:
    """Return the task a setup is trained on."""
    return Task(setup.task, setup.classes)


def training_rows(setup: Setup, seed: int) -> tuple[Samples, Labels, Floats]:
    """Return rows, labels and sample weights of one training, in order of use."""
    task = task_of(setup)
    rows = task.draw(seed, held_out=False, count=setup.steps * setup.batch)
    labels = encode(setup.labels, rows.truth, task.classes)
    if labels.dtype.kind == "U":
        return rows, labels, np.ones(len(labels), np.float32)
    return rows, labels, sample_weights(setup.class_weight, labels)


def test_rows(setup: Setup, seed: int) -> tuple[Samples, Labels]:
    """Return held-out rows and their labels."""
    rows = task_of(setup).draw(seed, held_out=True, count=TEST_ROWS)
    return rows, encode(setup.labels, rows.truth, setup.classes)


def _stream(*numbers: int) -> np.random.Generator:
    return np.random.default_rng(numbers)


def _glorot(rng: np.random.Generator, rows: int, columns: int) -> Floats:
    """Draw as Keras's GlorotUniform: uniform within sqrt(6 / (fan in + fan out))."""
    limit = np.sqrt(6 / (rows + columns))
    return rng.uniform(-limit, limit, (rows, columns)).astype(np.float32)
