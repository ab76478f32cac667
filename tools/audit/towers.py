"""Trains many heads in one `fit`: a tower each, with no weight in common.

The loss of the model is the sum of the towers' and Adam works weight by weight, so no
tower influences another, not even one that becomes NaN.

Imported in the child process only: this module imports Keras.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops
from keras.src.trainers.data_adapters.data_adapter_utils import (
    class_weight_to_sample_weights,
)
from numpy.typing import NDArray

from tools.audit.building import (
    HIDDEN,
    RATE,
    activation_layers,
    dtype_policy,
    loss_of,
)
from tools.audit.setups import POSITIONS, HeadSetup
from tools.audit.tasks import FEATURES, Sample, inputs, sample

SEEDS = 3
STEPS = 200
BATCH = 61
TEST_ROWS = 1500
_MAX_TOGETHER = 48
TEST_SEED = 1000
"""Added to a seed: that of the held-out samples."""


@dataclass(frozen=True, slots=True)
class Tower:
    """One head and how it is trained; equal ones are trained once.

    Attributes:
        head: Without its metrics, which change nothing.
        rank: Of its output.
        policy: Its dtype policy.
        class_weight: As passed to `fit`.
    """

    head: HeadSetup
    rank: int
    policy: str
    class_weight: tuple[tuple[int, float], ...] = ()

    @property
    def group(self) -> tuple[int, str, bool]:
        """Return what towers of one fit have in common."""
        return self.rank, self.policy, bool(self.class_weight)


Trained = NDArray[Any] | str
"""Outputs on held-out rows, shape (seeds, rows, …, units); or what was raised."""


def train(towers: Sequence[Tower]) -> dict[Tower, Trained]:
    """Train towers and return what each puts out."""
    groups: dict[tuple[int, str, bool], list[Tower]] = {}
    for tower in dict.fromkeys(towers):
        groups.setdefault(tower.group, []).append(tower)
    found: dict[Tower, Trained] = {}
    for members in groups.values():
        for first in range(0, len(members), _MAX_TOGETHER):
            found |= _train_group(members[first : first + _MAX_TOGETHER])
    return found


def held_out(tower: Tower, seed: int) -> Sample:
    """Return the samples that the outputs of a seed belong to."""
    x = inputs(POSITIONS[tower.rank], TEST_ROWS, seed + TEST_SEED)
    return sample(tower.head, x, seed + TEST_SEED)


def _train_group(towers: Sequence[Tower]) -> dict[Tower, Trained]:
    """Train towers in one fit; if that raises, in halves, to find which does."""
    keras.utils.clear_session(free_memory=False)
    try:
        outputs = _outputs(towers)
    except Exception as error:  # whatever Keras raises is the answer
        if len(towers) == 1:
            return {towers[0]: f"{type(error).__name__}: {str(error)[:160]}"}
        half = len(towers) // 2
        return _train_group(towers[:half]) | _train_group(towers[half:])
    return dict(zip(towers, outputs, strict=True))


def _outputs(towers: Sequence[Tower]) -> list[NDArray[Any]]:
    rank, policy, weighted = towers[0].group
    positions = POSITIONS[rank]
    rows = STEPS * BATCH
    x = np.stack([inputs(positions, rows, seed) for seed in range(SEEDS)], axis=1)
    labels, weights = [], []
    for seed in range(SEEDS):
        for tower in towers:
            y = sample(tower.head, x[:, seed], seed).labels
            labels.append(y)
            if weighted:
                pairs = dict(tower.class_weight)
                weights.append(class_weight_to_sample_weights(y, pairs))
    with dtype_policy(policy):
        model = Towers(towers)
        model.compile(
            optimizer=keras.optimizers.Adam(RATE),
            loss=[loss_of(t.head.loss) for _ in range(SEEDS) for t in towers],
            auto_scale_loss=False,
            jit_compile=keras.backend.backend() == "jax",
        )
        model.build(x.shape)
        model.optimizer.build(model.trainable_variables)
        model.fit(
            x,
            labels,
            sample_weight=weights or None,
            batch_size=BATCH,
            shuffle=False,
            verbose=0,
        )
        test = [inputs(positions, TEST_ROWS, seed + TEST_SEED) for seed in range(SEEDS)]
        found = model(np.stack(test, axis=1), training=False)
    arrays = [np.asarray(ops.convert_to_numpy(ops.cast(v, "float32"))) for v in found]
    return [np.stack(arrays[i :: len(towers)]) for i in range(len(towers))]


class Towers(keras.Model):  # type: ignore[misc]
    """Stacked kernels; activation and what follows it are a tower's own."""

    def __init__(self, towers: Sequence[Tower]) -> None:
        super().__init__()
        self._of = list(towers)
        self._positions = POSITIONS[towers[0].rank]
        self._heads = [tower.head for tower in towers]
        self._after = [activation_layers(h, self._positions) for h in self._heads]

    def build(self, shape: Any) -> None:
        """Add the stacked kernels; the shape of the inputs is known."""
        del shape
        self._kernel, self._bias = {}, {}
        count = len(self._heads)
        self._trunk = self._weights((SEEDS, count, FEATURES, HIDDEN), count)
        self._trunk_bias = self._zeros((SEEDS, count, 1, HIDDEN))
        for units in sorted({head.units for head in self._heads}):
            count = sum(head.units == units for head in self._heads)
            self._kernel[units] = self._weights((SEEDS, count, HIDDEN, units), count)
            self._bias[units] = self._zeros((SEEDS, count, 1, units))
        self.built = True

    def _weights(self, shape: tuple[int, ...], count: int) -> Any:
        """Add kernels that start as Dense does, and alike in each tower of a seed."""
        limit = (6 / (shape[-2] + shape[-1])) ** 0.5
        start = [
            np.random.default_rng((seed, *shape[-2:])).uniform(
                -limit, limit, shape[-2:]
            )
            for seed in range(SEEDS)
        ]
        value = np.stack([np.stack([one] * count) for one in start])

        def initial(shape: Any, dtype: Any = None) -> Any:
            del shape
            return ops.convert_to_tensor(value, dtype=dtype)

        return self.add_weight(shape=shape, initializer=initial)

    def _zeros(self, shape: tuple[int, ...]) -> Any:
        return self.add_weight(shape=shape, initializer="zeros")

    def call(self, x: Any, training: bool = False) -> list[Any]:
        """Return the outputs of all towers of the first seed, then of the next.

        Args:
            x: Shape (samples, seeds, …, FEATURES).
            training: Keras passes it on to layers inside only if it is asked for here.
        """
        del training
        x = ops.moveaxis(x, 1, 0)
        x = ops.reshape(x, (SEEDS, 1, -1, FEATURES))
        hidden = ops.relu(ops.matmul(x, self._trunk) + self._trunk_bias)
        places: dict[int, list[int]] = {}
        for place, head in enumerate(self._heads):
            places.setdefault(head.units, []).append(place)
        values: dict[int, list[list[Any]]] = {}
        for units, members in places.items():
            part = ops.take(hidden, np.array(members, "int32"), axis=1)
            logits = ops.matmul(part, self._kernel[units]) + self._bias[units]
            shape = (SEEDS, len(members), -1, *self._positions, units)
            logits = ops.reshape(logits, shape)
            values[units] = [ops.unstack(one, axis=0) for one in ops.unstack(logits)]
        outputs = []
        for seed in range(SEEDS):
            turn = {units: iter(values[units][seed]) for units in values}
            for head, layers in zip(self._heads, self._after, strict=True):
                value = next(turn[head.units])
                for layer in layers:
                    value = layer(value)
                outputs.append(value)
        return outputs
