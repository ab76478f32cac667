"""All trainings of a group as one network of stacked weights.

Lane by lane it is the trunk -> Dense(units, activation): no weight is shared,
the total loss is a sum over lanes and the optimizer works weight by weight, so lanes
do not touch each other. Imported in the child process only: this module imports Keras.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import keras
import numpy as np
from keras import ops

from kerascheck.confirm.setup import NETWORKS, LabelForm, Setup
from kerascheck.confirm.tasks import Task
from kerascheck.confirm.train.bundles import Bundle, make_bundles
from kerascheck.confirm.train.initial_weights import InitialWeights, task_of
from kerascheck.confirm.train.keras_objects import Tensor, activate, scorer
from kerascheck.model.typed import Any

MapLanes = Callable[..., Tensor]
"""map_lanes(function, *stacked): the function of each lane's slices, stacked again."""

LabelKey = tuple[Task, LabelForm]
WeightKey = tuple[Task, LabelForm, tuple[tuple[int, float], ...]]


@dataclass(frozen=True, slots=True)
class StackedBatch:
    """One step's rows for all tasks and seeds of a group.

    Attributes:
        x: Shape (tasks * seeds, rows, features).
        labels: Each shape (seeds, rows, …), float32 as every Keras loss casts them.
        weights: Each shape (seeds, rows).
    """

    x: Tensor
    labels: tuple[Tensor, ...]
    weights: tuple[Tensor, ...]

    def at(self, steps: Any) -> StackedBatch:
        """Return the rows of one or several steps, of arrays that lead with steps."""
        return StackedBatch(
            self.x[steps],
            tuple(array[steps] for array in self.labels),
            tuple(array[steps] for array in self.weights),
        )


def label_key(setup: Setup) -> LabelKey:
    """Return what distinguishes this setup's labels."""
    return task_of(setup), setup.labels


def weight_key(setup: Setup) -> WeightKey:
    """Return what distinguishes this setup's row weights."""
    return task_of(setup), setup.labels, setup.class_weight or ()


class Network:
    """Stacked reference models.

    Attributes:
        bundles: Their layout.
        tasks: In the order of `StackedBatch.x`.
        label_keys: In the order of `StackedBatch.labels`.
        weight_keys: In the order of `StackedBatch.weights`.
        lanes: Number of trainings.
        network: Name of that of all of them.
    """

    def __init__(self, setups: Sequence[Setup], seeds: int) -> None:
        self.bundles = make_bundles(setups, seeds)
        self.tasks = list(dict.fromkeys(task_of(setup) for setup in setups))
        self.label_keys = list(dict.fromkeys(label_key(setup) for setup in setups))
        self.weight_keys = list(
            dict.fromkeys(weight_key(setup) for setup in setups if setup.class_weight)
        )
        self.lanes = len(setups) * seeds
        self._seeds = seeds
        self._scorers = [scorer(bundle.members[0].setup) for bundle in self.bundles]
        self._sources = self._lane_sources()
        self.network = setups[0].network
        self._rate = setups[0].learning_rate
        self._trunk, self._heads = self._start()

    @property
    def variables(self) -> list[Any]:
        """Kernel and bias of each layer before the head, then of each width of it."""
        pairs = (*self._trunk, *self._heads.values())
        return [variable for pair in pairs for variable in pair]

    @property
    def factors(self) -> list[Any] | None:
        """What the steps of each variable are multiplied by, lane by lane; None: 1.

        A step of Adam is proportional to its rate, and its statistics do not depend on
        it, so lanes with other rates than the first setup share an optimizer.
        """
        rates = [
            member.setup.learning_rate / self._rate
            for bundle in self.bundles
            for member in bundle.members
        ]
        if set(rates) == {1.0}:
            return None
        lanes = np.repeat(rates, self._seeds).astype(np.float32)[:, None, None]
        factors, first = [lanes] * (2 * len(self._trunk)), 0
        for kernel, _ in self._heads.values():
            last = first + kernel.shape[0]
            factors += [lanes[first:last]] * 2
            first = last
        return factors

    def lanes_of_setups(self) -> dict[int, slice]:
        """Return the lanes of each setup's seeds."""
        lanes = {}
        for bundle in self.bundles:
            for place, member in enumerate(bundle.members):
                first = bundle.first + place * self._seeds
                lanes[member.index] = slice(first, first + self._seeds)
        return lanes

    def logits(self, x: Tensor) -> dict[int, Tensor]:
        """Return the values before the activation, by units.

        Args:
            x: Shape (tasks * seeds, rows, features).

        Returns:
            Units -> shape (lanes with these units, rows, units).
        """
        activation = keras.activations.get(NETWORKS[self.network].activation)
        hidden = ops.take(x, self._sources, axis=0)
        for kernel, bias in self._trunk:
            hidden = activation(ops.matmul(hidden, kernel) + bias)
        values, first = {}, 0
        for units, (kernel, bias) in self._heads.items():
            last = first + kernel.shape[0]
            values[units] = ops.matmul(hidden[first:last], kernel) + bias
            first = last
        return values

    def losses(self, batch: StackedBatch, map_lanes: MapLanes) -> Tensor:
        """Return the loss of every lane, shape (lanes,)."""
        by_units = self.logits(batch.x)
        found = [
            self._bundle_losses(number, self._slice(bundle, by_units), batch, map_lanes)
            for number, bundle in enumerate(self.bundles)
        ]
        return ops.concatenate(found)

    def outputs(self, x: Tensor) -> list[Tensor]:
        """Return the outputs of each bundle, shapes (its lanes, rows, units)."""
        by_units = self.logits(x)
        return [
            self._activate(bundle, self._slice(bundle, by_units))
            for bundle in self.bundles
        ]

    def _bundle_losses(
        self, number: int, values: Tensor, batch: StackedBatch, map_lanes: MapLanes
    ) -> Tensor:
        bundle, model = self.bundles[number], self._scorers[number]
        head = bundle.members[0].setup

        def score(values: Tensor, labels: Tensor, *weights: Tensor) -> Tensor:
            outputs = activate(head, values) if bundle.inside else values
            weight = weights[0] if weights else None
            return model.compute_loss(y=labels, y_pred=outputs, sample_weight=weight)

        if not bundle.inside:
            values = self._activate(bundle, values)
        setups = [member.setup for member in bundle.members]
        labels = [batch.labels[self.label_keys.index(label_key(s))] for s in setups]
        stacks = [values, ops.concatenate(labels)]
        if bundle.weighted:
            keys = [self.weight_keys.index(weight_key(setup)) for setup in setups]
            stacks.append(ops.concatenate([batch.weights[key] for key in keys]))
        losses = map_lanes(score, *stacks)
        scales = [setup.loss_weight for setup in setups]
        if set(scales) == {1.0}:
            return losses
        return losses * np.repeat(scales, self._seeds).astype(np.float32)

    def _activate(self, bundle: Bundle, values: Tensor) -> Tensor:
        parts, first = [], 0
        for setup, count in bundle.runs():
            last = first + count * self._seeds
            parts.append(activate(setup, values[first:last]))
            first = last
        return ops.concatenate(parts)

    def _slice(self, bundle: Bundle, by_units: dict[int, Tensor]) -> Tensor:
        before = sum(
            len(other.members) for other in self.bundles if other.units < bundle.units
        )
        first = bundle.first - before * self._seeds
        return by_units[bundle.units][first : first + len(bundle.members) * self._seeds]

    def _lane_sources(self) -> Any:
        tasks = [
            self.tasks.index(task_of(member.setup))
            for bundle in self.bundles
            for member in bundle.members
        ]
        lanes = np.array(tasks)[:, None] * self._seeds + np.arange(self._seeds)
        return lanes.ravel().astype("int32")

    def _start(self) -> tuple[list[tuple[Any, Any]], dict[int, tuple[Any, Any]]]:
        features = self.tasks[0].features
        count = self.lanes // self._seeds
        heads, start = {}, []
        for units in sorted({bundle.units for bundle in self.bundles}):
            start = [
                InitialWeights.draw(seed, features, units, self.network)
                for seed in range(self._seeds)
            ]
            members = sum(len(b.members) for b in self.bundles if b.units == units)
            kernel = np.stack([weights.head for weights in start] * members)
            bias = np.zeros((len(kernel), 1, units), np.float32)
            heads[units] = keras.Variable(kernel), keras.Variable(bias)
        layers = zip(*(weights.trunk for weights in start), strict=True)
        trunk = [np.stack(list(kernels) * count) for kernels in layers]
        biases = (np.zeros((self.lanes, 1, k.shape[-1]), np.float32) for k in trunk)
        pairs = zip(trunk, biases, strict=True)
        return [(keras.Variable(k), keras.Variable(b)) for k, b in pairs], heads
